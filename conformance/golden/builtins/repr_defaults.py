import sys
def strip(s):
    out, i = [], 0
    while i < len(s):
        if s[i:i + 2] == "0x":
            out.append("ADDR"); i += 2
            while i < len(s) and s[i] in "0123456789abcdef": i += 1
        else:
            out.append(s[i]); i += 1
    return "".join(out)
class A:
    def m(self): pass
    @classmethod
    def c(cls): pass
    class B: pass
def f(): pass
def outer():
    def inner(): yield
    class L: pass
    return inner, L
i, L = outer()
async def co(): pass
c = co()
for o in (A, A(), A.B(), A.m, A().m, A.c, f, i, i(), L, L(), c, lambda: 0, len, [].append, int, type, object(), int.__add__, (1).__add__, str.upper, int.real, A.__dict__["c"], staticmethod(f), property(), super(A, A()), super(A), sys, enumerate([]), zip(), map(f, []), iter([]), iter("a"), {}.keys(), NotImplemented, ..., type(None), f.__code__.__class__, (x for x in ()), dict.fromkeys, A.__dict__["__dict__"], A.__dict__["__weakref__"], memoryview(b""), slice(1, 2), list[int], iter(range(3)), reversed([1]), iter(int, 1), filter(None, []), frozenset(), set(), bytearray(), range(2), KeyError("x"), sys.implementation.name, type.__call__, object.__init__, A.__init__, A().__init__, A().__str__, f.__get__(5), f.__call__, outer()[0].__closure__):
    print(strip(repr(o)))
c.close()
class Meta(type): pass
class M(metaclass=Meta): pass
print(Meta, M, strip(repr(M())), A.__module__)
M.__module__ = "other"; print(M, strip(repr(M()))); M.__module__ = 5; print(M)
try: del M.__module__; print(M)
except AttributeError as e: print(e)
