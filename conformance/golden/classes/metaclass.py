class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, [b.__name__ for b in bases], kw, sorted(k for k in ns if k[0] != "_"))
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k)
        return super().__call__(*a, **k)
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, kw)
        return {"injected": 1}
    def meth(cls): return "meta method on " + cls.__name__
    @property
    def mprop(cls): return "mprop"
    def __len__(cls): return 42
    def __getitem__(cls, k): return ("item", k)
    def __iter__(cls): return iter("meta")
    def __contains__(cls, k): return k == 1
    def __add__(cls, o): return "added"
    def __repr__(cls): return "<M %s>" % cls.__name__
    def __instancecheck__(cls, o): return o == 5
    def __subclasscheck__(cls, c): return c is int
    def __getattr__(cls, n):
        if n.startswith("__"): raise AttributeError(n)
        return "meta getattr " + n
class A(metaclass=Meta, opt=1):
    def m(self): pass
class B(A, other=2): pass
a = A()
print(A.injected, a.injected, A.meth(), A.mprop, len(A), A["k"], list(A), 1 in A, A + 1, A, B)
print(isinstance(5, A), isinstance("s", A), issubclass(int, A), A.whatever)
try: a.meth
except AttributeError as e: print(e)
try: a.mprop
except AttributeError as e: print(e)
print(type(A) is Meta, type(B) is Meta)
class N(type): pass
try:
    class C(A, metaclass=N): pass
except TypeError as e: print(e)
def func_meta(name, bases, ns, **kw): return (name, bases, sorted(k for k in ns if k[0] != "_"), kw)
class F(int, metaclass=func_meta, z=1): x = 1
print(F)
print(type("T", (), {"y": 1}).y, type(5), type("U", (int,), {})(3) + 1)
for bad in (("T",), ("T", (), {}, 1), (1, (), {}), ("T", 1, {}), ("T", (), 1), ("T", [int], {})):
    try: type(*bad)
    except TypeError as e: print(e)
