log = []
def v(n):
    log.append(n)
    return n
def show(label):
    print(label, log); log.clear()
v(1) + v(2) * v(3) - v(4); show("arith")
def f(*a, **k): return 0
f(v(1), *[v(2)], v(3), k=v(4), **{"m": v(5)}, n=v(6)); show("call")
[v(1), v(2), *[v(3)]]; {v(1): v(2), v(3): v(4), **{v(5): v(6)}}; {v(1), v(2)}; show("displays")
v(1) if v(2) else v(3); v(0) or v(5) and v(6); show("conditional")
d = {}
d[v(1)] = v(2); show("item assign"); d[v(1)], d[v(2)] = v(3), v(4); show("tuple assign")
class O: pass
o = O(); o.a = [0, 0, 0]
def g(x): log.append(x); return o
g("target").b = v("value"); show("attr assign")
g("t").a[v(1)] += v(2); show("augmented")
v(1) < v(2) < v(3); v(3) < v(2) < v(1); show("compare")
"%s %s" % (v(1), v(2)); f"{v(1)}{v(2)!r:>{v(3)}}"; show("format")
[1, 2, 3, 4][v(0):v(3):v(2)]; show("slice")
lambda x=v(1): v(2); show("lambda")
def h(a=v(1), *, b=v(2)) -> v(3): pass
show("def")
def deco(n): log.append(n); return lambda c: c
@deco("d1")
@deco("d2")
class K(v(object) and object, metaclass=v(type)): log.append("body")
print([x if isinstance(x, str) else "type" for x in log]); log.clear()
v(1) in [v(1)]; not v(0); -v(1); show("unary")
del d[v(1)]; show("del")
assert v(1), v(2); show("assert")
x = y = z = v(1); show("chain")
with_ = [v(i) for i in (v(1), v(2)) if v(i)]; show("comprehension")
def ret(): return v(1), v(2)
ret(); show("return")
for d[v(9)] in v([1]): pass
show("for target")
