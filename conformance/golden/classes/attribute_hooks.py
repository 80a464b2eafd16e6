class G:
    x = "class x"
    def __init__(self): self.real = 1
    def __getattr__(self, n):
        print("getattr", n)
        if n == "bad": raise AttributeError("no " + n)
        return n.upper()
    def __setattr__(self, n, v):
        print("setattr", n, v)
        object.__setattr__(self, n, v)
    def __delattr__(self, n):
        print("delattr", n)
        object.__delattr__(self, n)
g = G()
print(g.real, g.x, g.missing, hasattr(g, "bad"), getattr(g, "bad", "dflt"))
g.new = 5; del g.new
try: del g.nothing
except AttributeError as e: print(e)
class A:
    def __getattribute__(self, n):
        print("getattribute", n)
        if n == "fall": raise AttributeError(n)
        if n == "err": raise KeyError("through")
        return object.__getattribute__(self, n)
    def __getattr__(self, n): return "fallback " + n
    def m(self): return "m called"
a = A()
print(a.m(), a.fall)
try: a.err
except KeyError as e: print("KeyError", e)
a.v = 3
print(a.v, a.__dict__)
print(len.__name__, A.m.__name__)
class D:
    def __dir__(self): return ["z", "a"]
print(dir(D()))
class BadDir:
    def __dir__(self): return 5
try: dir(BadDir())
except TypeError as e: print(e)
class Proxy:
    def __init__(self, o): object.__setattr__(self, "_o", o)
    def __getattr__(self, n): return getattr(self._o, n)
    def __setattr__(self, n, v): setattr(self._o, n, v)
class T: pass
t = T(); p = Proxy(t); p.z = 9
print(t.z, p.z, Proxy([3, 1]).count(3))
try: len(Proxy([1]))
except TypeError as e: print(e)
class S:
    def __setattr__(self, n, v): self.__dict__[n] = (v,)
s = S(); s.q = 1; print(s.q)
for bad in (lambda: getattr(s, 5), lambda: setattr(s, 5, 1), lambda: delattr(s, None), lambda: hasattr(s, b"x"), lambda: getattr(s), lambda: getattr(s, "a", 1, 2)):
    try: bad()
    except TypeError as e: print(e)
s.__dict__ = {"w": 1}
print(s.__dict__)
t.__dict__ = {"w": 1}; print(t.w)
try: t.__dict__ = 5
except TypeError as e: print(e)
del t.__dict__; print(t.__dict__)
