class A:
    def __new__(cls, *a, **k):
        print("new", cls.__name__, a, k)
        return super().__new__(cls)
    def __init__(self, *a, **k): print("init", a, k)
A(1, x=2)
class B:
    def __new__(cls): return 5
    def __init__(self): print("never")
print(B())
class C(A):
    def __new__(cls, v): return A() if v else super().__new__(cls)
print(type(C(0)).__name__, type(C(1)).__name__)
def t(f):
    try: print(f())
    except TypeError as e: print(e)
class D: pass
t(lambda: D(1))
t(lambda: D(x=1))
class E:
    def __init__(self, a): pass
t(lambda: E())
t(lambda: type(E.__new__(E)).__name__)
class F:
    def __new__(cls, a): return super().__new__(cls)
t(lambda: F())
t(lambda: type(F(1)).__name__)
class G:
    def __init__(self): return 5
t(lambda: G())
class H:
    def __new__(cls, a): return super().__new__(cls, a)
t(lambda: H(1))
t(lambda: object.__new__(int))
t(lambda: object.__new__(5))
t(lambda: object.__new__())
t(lambda: int.__new__(str))
t(lambda: object(1))
t(lambda: D.__init__(D(), 1))
t(lambda: object().__init__(1))
class I(int):
    def __new__(cls, v, extra=None):
        self = int.__new__(cls, v * 2)
        self.extra = extra
        return self
    def __init__(self, v, extra=None): self.seen = v
i = I(21, extra="e")
print(i, i.extra, i.seen, i + 1, type(i + 1).__name__)
class S(str):
    def __new__(cls, *parts): return super().__new__(cls, "-".join(parts))
print(S("a", "b"), S("x").upper(), type(S("x").upper()).__name__)
class T(tuple):
    def __new__(cls, *a): return tuple.__new__(cls, a)
    first = property(lambda s: s[0])
print(T(1, 2, 3), T(9).first, T(1) + (2,))
class Single:
    _i = None
    def __new__(cls):
        if cls._i is None: cls._i = super().__new__(cls)
        return cls._i
print(Single() is Single())
class J:
    __init__ = None
t(lambda: J())
class K:
    __new__ = None
t(lambda: K())
