class A:
    @classmethod
    def c(cls, x=1): return cls.__name__, x
    @staticmethod
    def s(x=2): return x
    def n(self): return self
class B(A): pass
print(A.c(), B.c(5), B().c(), A.s(), B().s(9))
print(A.__dict__["c"].__func__.__name__, A.__dict__["s"].__func__.__name__, A.c.__self__.__name__, A.c.__func__ is B.c.__func__)
cm = classmethod(lambda cls: cls)
print(cm.__get__(5)() , cm.__get__(None, str)())
sm = staticmethod(lambda: "called directly")
print(sm(), sm.__wrapped__())
try: cm()
except TypeError as e: print(e)
class C:
    l = classmethod(len)
    st = staticmethod(len)
    @classmethod
    @property
    def cp(cls): return "class property " + cls.__name__
try: print(C.l())
except TypeError as e: print(e)
print(C.st("abc"), C.cp)
def documented():
    "dd"
s2 = staticmethod(documented)
print(s2.__doc__, s2.__name__, repr(s2)[:32])
c2 = classmethod(documented)
print(c2.__doc__, c2.__name__, repr(c2)[:31])
class Call:
    def __call__(self, *a): return len(a)
class D: x = classmethod(Call()); y = staticmethod(Call())
print(D.x(1), D.y(1), D().x(), D().y())
for bad in ((), (1, 2)):
    try: staticmethod(*bad)
    except TypeError as e: print(e)
    try: classmethod(*bad)
    except TypeError as e: print(e)
class E:
    def f(*args): return len(args)
print(E().f(), E.f(), E().f(1))
class F:
    def __init__(self): self.meth = lambda *a: a
print(F().meth(1))
print(A.c == A.c, A.c == B.c, A().n == A().n)
a = A()
print(a.n == a.n, hash(a.n) == hash(a.n))
