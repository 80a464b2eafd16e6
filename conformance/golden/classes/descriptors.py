class Data:
    def __init__(self, n): self.n = n
    def __get__(self, o, t=None): return ("get", self.n, o is None, t.__name__)
    def __set__(self, o, v): print("set", self.n, v)
    def __delete__(self, o): print("delete", self.n)
class NonData:
    def __get__(self, o, t): return "nondata"
class GetSetOnly:
    def __set__(self, o, v): o.__dict__["setonly"] = v * 2
class C:
    d = Data("d")
    nd = NonData()
    setonly = GetSetOnly()
c = C()
print(c.d, C.d, c.nd, C.nd)
c.d = 5
del c.d
c.__dict__["d"] = "shadow"
print(c.d)
c.nd = "instance wins"
print(c.nd)
c.setonly = 4
print(c.setonly)
try: del c.setonly
except AttributeError as e: print(type(e).__name__, e)
C.d = "replaced"
print(c.d)
class RO:
    def __get__(self, o, t): return 1
    def __set__(self, o, v): raise AttributeError("read only")
class E: r = RO()
try: E().r = 5
except AttributeError as e: print(e)
class Del:
    def __delete__(self, o): print("only delete")
class F: x = Del()
f = F()
del f.x
try: f.x = 1
except AttributeError as e: print(type(e).__name__, e)
class G: func = len
print(G().func("abc"), G.func is len)
class Cached:
    def __init__(self, fn): self.fn = fn
    def __set_name__(self, o, n): self.n = n
    def __get__(self, o, t):
        if o is None: return self
        v = o.__dict__[self.n] = self.fn(o)
        return v
class H:
    @Cached
    def heavy(self):
        print("computed")
        return 42
h = H(); print(h.heavy, h.heavy)
class Inst:
    def __init__(self): self.x = Data("on instance")
print(type(Inst().x).__name__)
class MetaD(type):
    md = Data("meta")
class WithMeta(metaclass=MetaD): md = 1
print(WithMeta.md)
print((lambda self: self).__get__(5)(), (lambda s: s).__get__(None, int)(7))
try: (lambda: 0).__get__(None, None)
except TypeError as e: print(e)
