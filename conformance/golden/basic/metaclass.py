class M(type):
    def __new__(m, n, b, d): return super().__new__(m, n, b, {**d, "extra": n})
    def hello(cls): return "hello " + cls.__name__
class A(metaclass=M): x = 1
print(A.extra, A.hello(), type(A).__name__)
class Base:
    subs = []
    def __init_subclass__(cls, **kw): Base.subs.append((cls.__name__, kw))
class X(Base, k=1): pass
print(Base.subs)
