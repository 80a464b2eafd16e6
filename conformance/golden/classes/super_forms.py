class A:
    def f(self): return "A.f"
    @classmethod
    def c(cls): return "A.c " + cls.__name__
    @staticmethod
    def s(): return "A.s"
    @property
    def p(self): return "A.p"
    x = "A.x"
class B(A):
    def f(self): return super().f(), super(B, self).f(), super(B, B).f(self)
    @classmethod
    def c(cls): return super().c(), super(B, cls).c()
    @staticmethod
    def s(): return super(B, B).s()
    @property
    def p(self): return super().p + " via B"
    def x2(self): return super().x
    def g(self):
        s = super()
        return s.f(), repr(s), s.__thisclass__.__name__, s.__self__ is self, s.__self_class__.__name__
    def nested(self):
        def inner(): return super(B, self).f()
        return inner()
    def comp(self): return [super(B, self).f() for _ in range(1)]
    def bad_nested(self):
        return [super().f() for _ in range(1)]
    def noarg_lambda(self): return (lambda s: super().f())(self)
b = B()
print(b.f(), B.c(), B.s(), b.p, b.x2(), b.nested(), b.comp(), b.noarg_lambda())
print(b.g()[0], b.g()[2:], b.g()[1][:24])
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
t(b.bad_nested)
t(lambda: super())
t(lambda: super(B))
t(lambda: super(5, b))
t(lambda: super(B, 5))
t(lambda: super(B, A()))
t(lambda: super(A, b).f())
t(lambda: super(B, b).nothing)
t(lambda: super(1, 2, 3))
def noself(): super()
t(noself)
def delself(self):
    del self
    super()
t(lambda: delself(1))
class K:
    def m(self):
        self = 5
        return super().__init__
t(lambda: type(K().m()).__name__)
class U(A):
    sup = None
U.sup = super(U)
t(lambda: U().sup.f())
class SetS(A):
    def go(self): super().attr = 5
t(lambda: SetS().go())
class Item(list):
    def get(self): return super()[0]
t(lambda: Item([1]).get())
class WithClass:
    def cls(self): return __class__
t(lambda: WithClass().cls() is WithClass)
