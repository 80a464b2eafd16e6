class T:
    def __init__(self): self._c = 0
    @property
    def c(self):
        "celsius"
        return self._c
    @c.setter
    def c(self, v):
        if v < -273: raise ValueError("too cold")
        self._c = v
    @c.deleter
    def c(self): print("deleted")
    ro = property(lambda self: 1)
    wo = property(None, lambda self, v: print("wo", v))
    empty = property()
    doc = property(lambda s: 0, doc="given doc")
t = T()
t.c = 20; print(t.c, T.c.__doc__, T.doc.__doc__)
del t.c
def e(f):
    try: print(f())
    except Exception as x: print(type(x).__name__ + ":", x)
e(lambda: setattr(t, "c", -300))
e(lambda: setattr(t, "ro", 2))
e(lambda: delattr(t, "ro"))
e(lambda: t.wo)
e(lambda: t.empty)
e(lambda: setattr(t, "empty", 1))
e(lambda: delattr(t, "empty"))
t.wo = 5
print(T.c.fget.__name__, T.ro.fset, T.wo.fget, type(T.c).__name__)
class S(T):
    @T.c.getter
    def c(self): return "overridden"
print(S().c)
s = S(); s.c = 5; print(s._c)
p = property(1, 2, 3, 4)
print(p.fget, p.__doc__)
class Q: pp = p
e(lambda: Q().pp)
class MyProp(property):
    def __get__(self, o, t=None): return "mine" if o is None else super().__get__(o, t)
class U:
    @MyProp
    def v(self): return 3
print(U.v, U().v)
e(lambda: setattr(p, "fget", 1))
e(lambda: property(1, 2, 3, 4, 5))
e(lambda: T.c.__get__(None, T) is T.c)
e(lambda: T.c.__set__(t, 9) or t.c)
e(lambda: p.__isabstractmethod__)
class V:
    @property
    def x(self): return self.missing
    def __getattr__(self, n): return "getattr " + n
e(lambda: V().x)
class W:
    @property
    def x(self): raise AttributeError("in prop")
    def __getattr__(self, n): return "fallback " + n
e(lambda: W().x)
