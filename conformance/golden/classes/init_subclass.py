class Base:
    registry = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.tag = tag
        Base.registry.append((cls.__name__, tag))
class A(Base): pass
class B(Base, tag="b"): pass
class C(B, tag="c"): pass
print(Base.registry, A.tag, B.tag, C.tag)
try:
    class D(Base, unknown=1): pass
except TypeError as e: print(e)
try:
    class E(x=1): pass
except TypeError as e: print(e)
class Desc:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name
    def __get__(self, o, t): return self.name
class F(Base, tag="f"):
    d1 = Desc()
    d2 = d1_again = Desc()
print(F.d1, F().d2)
F.late = Desc()
try: F.late
except AttributeError as e: print(e)
class BadDesc:
    def __set_name__(self, owner, name): raise ValueError("no")
try:
    class G: b = BadDesc()
except RuntimeError as e: print(e, "|", repr(e.__cause__))
class H:
    def __init_subclass__(cls): raise KeyError("refused")
try:
    class I(H): pass
except KeyError as e: print(e)
print(type(Base.__dict__["__init_subclass__"]).__name__)
class J:
    def __class_getitem__(cls, k): return (cls.__name__, k)
class K(J): pass
print(J[1], K[int, str], type(J.__dict__["__class_getitem__"]).__name__)
try: Base[1]
except TypeError as e: print(e)
order = []
class M(type):
    def __new__(m, n, b, d):
        c = super().__new__(m, n, b, d); order.append("new done"); return c
    def __init__(c, *a): order.append("init")
class P(metaclass=M):
    def __init_subclass__(cls): order.append("init_subclass")
class S:
    def __set_name__(self, o, n): order.append("set_name")
class Q(P): s = S()
print(order)
