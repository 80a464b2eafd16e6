import sys
M = type(sys)
m = M("mod", "the doc")
print(m, m.__name__, m.__doc__, m.__dict__["__loader__"], m.__spec__, m.__package__)
m.x = 1; print(m.x, vars(m)["x"]); del m.x
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: m.x); t(lambda: M()); t(lambda: M(5)); t(lambda: M("a", "b", "c")); t(lambda: M(name="kw").__name__); t(lambda: setattr(m, "__dict__", {})); t(lambda: m.__class__.__name__)
class Sub(M):
    @property
    def computed(self): return "computed on " + self.__name__
    def __setattr__(self, n, v):
        print("setting", n)
        super().__setattr__(n, v)
s = Sub("s"); s.q = 1; print(s.computed, s.q, s)
m.__class__ = Sub; print(m.computed); m.w = 2
t(lambda: setattr(m, "__class__", int))
del m.__name__
t(lambda: m.nope); print(m)
m.__name__ = 5; t(lambda: m.nope)
exec("v = 10\ndef f(): return v", m.__dict__); print(m.f()); m.v = 20; print(m.f())
e = M.__new__(M); print(e.__dict__ if hasattr(e, "__dict__") else None); t(lambda: e.nope)
print(sys.__name__, repr(sys), __name__, type(__loader__).__name__ != "", __file__.rsplit("/", 1)[-1])
print(M.__doc__ is not None, m.__doc__, sorted(k for k in vars(M("z")))); m.__annotations__["a"] = 1; print(m.__annotations__)
