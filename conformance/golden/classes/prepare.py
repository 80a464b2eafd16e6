class Recorder(dict):
    def __init__(self): self.log = []
    def __setitem__(self, k, v):
        self.log.append(k)
        super().__setitem__(k, v)
    def __missing__(self, k):
        if k.startswith("auto_"): return k.upper()
        raise KeyError(k)
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases): return Recorder()
    def __new__(mcs, name, bases, ns):
        cls = super().__new__(mcs, name, bases, dict(ns))
        cls.order = ns.log
        return cls
class A(metaclass=Meta):
    x = 1
    def f(self): pass
    y = auto_value
    x = 2
    del y
    z = x + 1
print(A.order, A.x, A.z, hasattr(A, "y"))
class NotMapping(type):
    @classmethod
    def __prepare__(mcs, *a): return 5
try:
    class B(metaclass=NotMapping): pass
except TypeError as e: print(e)
class Custom:
    def __init__(self): self.d = {}
    def __getitem__(self, k): return self.d[k]
    def __setitem__(self, k, v): self.d[k] = v
class M2(type):
    @classmethod
    def __prepare__(mcs, *a): return Custom()
    def __new__(mcs, name, bases, ns): return type.__new__(mcs, name, bases, ns.d)
class C(metaclass=M2):
    p = 5
    q = p * 2
    def g(self): return __class__
print(C.q, C().g() is C)
class M3(type):
    def __new__(mcs, name, bases, ns):
        ns.pop("__classcell__", None)
        return type.__new__(mcs, name, bases, ns)
try:
    class D(metaclass=M3):
        def g(self): return __class__
except RuntimeError as e: print(str(e).split(" propagated")[0])
