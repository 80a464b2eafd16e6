class P:
    __slots__ = ("x", "y")
    def __init__(self, x): self.x = x
p = P(1)
print(p.x, hasattr(p, "__dict__"))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: p.y)
t(lambda: setattr(p, "z", 1))
t(lambda: delattr(p, "y"))
p.y = 5; del p.y
t(lambda: p.y)
t(lambda: type(P.x).__name__)
print(P.x, P.__slots__)
t(lambda: P.x.__get__(p))
t(lambda: P.x.__get__(5))
t(lambda: P.x.__set__(5, 1))
class Q(P):
    __slots__ = ["w", "__dict__"]
q = Q(2); q.other = 3; q.w = 4
print(q.__dict__, q.w, q.x)
class R(P): pass
r = R(1); r.free = 1; print(r.__dict__)
class S: __slots__ = "single"
s = S(); s.single = 1; print(s.single)
class D: __slots__ = {"a": "doc of a", "b": None}
print(D.a.__doc__, D.__slots__)
def a():
    class X:
        __slots__ = ("v",)
        v = 1
def b():
    class X: __slots__ = (1,)
def c():
    class X: __slots__ = ("not valid",)
def d():
    class X(P, S): pass
def e():
    class X(int): __slots__ = ("q",)
    x = X(5); x.q = 2
    return x + x.q
def f():
    class X: __slots__ = ("__dict__", "__dict__")
def g():
    class X(tuple): __slots__ = ("q",)
def h():
    class X: __slots__ = ("__private", "b")
    x = X(); x._X__private = 1
    return sorted(n for n in dir(X) if "private" in n)
def i():
    class X(list): __slots__ = ("a",)
    x = X([1]); x.a = 2
    return x, x.a
def j():
    class X: __slots__ = ()
    X().a = 1
def k():
    class E1: __slots__ = ()
    class E2: __slots__ = ()
    class X(E1, E2, P): __slots__ = ()
    return X(3).x
for fn in (a, b, c, d, e, f, g, h, i, j, k): t(fn)
