class A:
    def who(self): return "A"
    def chain(self): return ["A"]
class B(A):
    def who(self): return "B" + super().who()
    def chain(self): return ["B"] + super().chain()
class C(A):
    def who(self): return "C" + super().who()
    def chain(self): return ["C"] + super().chain()
class D(B, C):
    def who(self): return "D" + super().who()
    def chain(self): return ["D"] + super().chain()
d = D()
print(d.who(), d.chain(), [c.__name__ for c in D.__mro__], D.mro() == list(D.__mro__))
print(D.__bases__, D.__base__, A.__subclasses__(), B.__subclasses__())
print(isinstance(d, A), issubclass(D, (int, C)), issubclass(D, D))
def t(f):
    try: f()
    except TypeError as e: print(e)
def a(): 
    class X(A, B): pass
def b():
    class X(A, A): pass
def c():
    class X(5): pass
def dd():
    class X(int, str): pass
def e():
    class X(bool): pass
def f():
    class X(type(None)): pass
def g():
    class P: pass
    class Q: pass
    class R(P, Q): pass
    class S(Q, P): pass
    class T(R, S): pass
def h():
    class X(type(len)): pass
def i():
    class X(range): pass
def j():
    class X(type(lambda: 0)): pass
def k():
    class X(object, A): pass
def l():
    class X(type(Ellipsis)): pass
def m():
    class X(memoryview): pass
def n():
    class X(slice): pass
for fn in (a, b, c, dd, e, f, g, h, i, j, k, l, m, n): t(fn)
A.__bases__ = (object,) if False else A.__bases__
class N1: q = 1
class N2: q = 2
class M(N1): pass
m = M()
print(m.q); M.__bases__ = (N2,); print(m.q, M.__mro__[1].__name__)
t(lambda: setattr(M, "__bases__", ()))
t(lambda: setattr(M, "__bases__", (int,)))
t(lambda: setattr(M, "__bases__", 5))
t(lambda: setattr(N1, "__bases__", (N1,)))
