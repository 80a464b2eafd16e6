import _weakref, gc
class C:
    def __init__(self, v): self.v = v
    def m(self): return self.v
c = C(5); r = _weakref.ref(c); print(r().v, r() is c, _weakref.getweakrefcount(c), type(r).__name__, r is _weakref.ref(c), c.__weakref__ is r)
del c; print(r(), r == r)
log = []
c = C(1); r1 = _weakref.ref(c, lambda r: log.append(("cb1", r() is None, r is r1))); r2 = _weakref.ref(c, lambda r: log.append("cb2")); del c; print(log)
c = C(2); p = _weakref.proxy(c); print(p.v, p.m()); p.v = 9; print(c.v, type(p).__name__); del c
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: p.v); t(lambda: _weakref.ref(5)); t(lambda: _weakref.ref("s")); t(lambda: _weakref.ref(None)); t(lambda: _weakref.ref([])); t(lambda: _weakref.ref({})); t(lambda: _weakref.ref(())); t(lambda: _weakref.ref()); t(lambda: type(_weakref.ref({1}))); t(lambda: type(_weakref.ref(t))); t(lambda: type(_weakref.ref(C))); t(lambda: _weakref.ref(len) is not None)
class S: __slots__ = ()
t(lambda: _weakref.ref(S()))
class SW: __slots__ = ("__weakref__",)
s = SW(); print(_weakref.ref(s)() is s)
class L(list): pass
l = L([1]); lr = _weakref.ref(l); print(lr()); l = None; print(lr())
a, b = C(1), C(1); ra, rb = _weakref.ref(a), _weakref.ref(b); print(ra == rb, ra == ra, hash(ra) == hash(a)); h = hash(ra); del a; print(ra == rb, hash(ra) == h)
d = C(0); dr = _weakref.ref(d); del d; t(lambda: hash(dr))
x = C(1); x.cycle = x; xr = _weakref.ref(x, lambda r: print("cycle callback")); del x; print(xr() is not None); gc.collect(); print(xr())
class R(_weakref.ref):
    def __init__(self, o, cb=None): super().__init__(o, cb); self.extra = 1
c = C(7); rr = R(c); print(rr().v, rr.extra, rr is not _weakref.ref(c), isinstance(rr, _weakref.ref)); print(len(_weakref.getweakrefs(c)))
cb = C(1); rcb = _weakref.ref(cb, lambda r: 1 / 0)
import sys; sys.unraisablehook = lambda u: print("unraisable", u.exc_type.__name__); del cb; print(rcb.__callback__)
