class A:
    x = 1
    def __init__(self, v): self.v = v
    def m(self): return self.v + self.x
    def __repr__(self): return f"A({self.v})"
    def __eq__(self, o): return self.v == o.v
    def __add__(self, o): return A(self.v + o.v)
    @property
    def p(self): return self.v * 10
    @staticmethod
    def s(a): return a + 1
    @classmethod
    def c(cls, a): return cls(a)
class B(A):
    def m(self): return super().m() * 100
a = A(5)
print(a, a.m(), a.x, A.x, a.p, A.s(1), B.c(3), B(2).m(), a == A(5), a + A(1), isinstance(B(1), A), B.__mro__[1].__name__)
a.new = 1; A.x = 50
print(a.new, a.x, a.__dict__)
