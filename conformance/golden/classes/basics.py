class A:
    "doc of A"
    x = 1
    def __init__(self, v=0): self.v = v
    def m(self): return self.v + self.x
a = A(5)
print(a.m(), A.m(a), A.__doc__, A.__name__, A.__module__, A.__qualname__, A.__bases__, A.__mro__)
a.x = 10
print(a.m(), A.x, a.__dict__, sorted(k for k in A.__dict__ if not k.startswith("__")))
del a.x
print(a.x)
A.n = lambda self: "added"
print(a.n())
b = a.m
a.v = 7
print(b(), b.__self__ is a, b.__func__ is A.m, a.m == a.m, a.m is a.m)
print(isinstance(a, A), issubclass(A, object), type(a) is A, a.__class__ is A)
class B: pass
a.__class__ = B
print(type(a).__name__, a.v)
try: a.__class__ = int
except TypeError as e: print(e)
try: a.__class__ = 5
except TypeError as e: print(e)
class E(): 
    for i in range(3):
        exec(f"m{i} = lambda self, i=i: i")
    del i
print(E().m0(), E().m2(), hasattr(E, "i"))
print([n for n in ("a", "b") if not hasattr(A, n)])
A.__name__ = "Renamed"
A.__qualname__ = "Q"
print(A.__name__, repr(A)[:20])
try: A.__name__ = 5
except TypeError as e: print(e)
try: del A.__name__
except TypeError as e: print(e)
try: A.__name__ = "a\0b"
except ValueError as e: print(e)
A.__doc__ = "changed"
print(A.__doc__, a.__doc__)
class Outer:
    class Inner:
        class Deep: pass
print(Outer.Inner.Deep.__qualname__, Outer.Inner.Deep)
def f():
    class L: pass
    return L
print(f().__qualname__)
