a = b = [1]; c = [1]
print(a is b, a is c, a == c, None is None, ... is Ellipsis, NotImplemented is NotImplemented, True is not False, () == (), a is not c)
def f(x=None): return x is None
print(f(), f(0), f(None))
s = object(); print(s in [s], [s].index(s), s == s, s != object(), id(s) == id(s))
x = y = 5; x += 1; print(x, y)
x = y = [5]; x += [1]; print(x is y, y)
d = {}; e = d; d["k"] = 1; print(e, d.copy() is d, d.copy() == d)
def same(v): return v
print(same(a) is a, [a][0] is a, (a,)[0] is a, {1: a}[1] is a, next(iter([a])) is a)
class C: pass
o = C(); o.x = a; print(o.x is a, getattr(o, "x") is a, vars(o)["x"] is a, C is type(o), o.__class__ is C)
t = (1, [2]); u = t; u[1].append(3); print(t, t is u, t[:] is t, list(t) is list(t))
l = [[]] * 3; l[0].append(1); print(l, l[0] is l[1]); m = [[] for _ in range(3)]; m[0].append(1); print(m)
print(str("abc") is not None, type(None)() is None, type(...)() is ..., type(NotImplemented)() is NotImplemented, bool(1) is True, int(True) is not True)
try: type(None)(1)
except TypeError as e: print(e)
