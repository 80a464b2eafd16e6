class Call:
    def __call__(self, *a, **k): return a, k
c = Call()
print(c(1, x=2), callable(c), callable(Call), callable(5), callable(lambda: 0))
c.__call__ = lambda: "instance attr is ignored"
print(c())
class Chain:
    def __getattr__(self, n): return self
    def __call__(self, *a): return a
print(Chain().a.b.c(1))
class Meta(type):
    def __call__(cls, *a): return ("meta call", a)
class K(metaclass=Meta): pass
print(K(1, 2))
print(type.__call__(K).__class__.__name__)
def t(f):
    try: print(f())
    except TypeError as e: print(e)
class No: pass
t(lambda: No()())
class NoneCall: __call__ = None
t(lambda: NoneCall()())
print(callable(NoneCall()))
class Ret: 
    __call__ = c
t(lambda: Ret()(9))
class Cls: 
    __call__ = dict
t(lambda: Cls()(a=1))
class Deep:
    pass
x = Deep()
for _ in range(3):
    class W:
        __call__ = x if callable(x) else len
    x = W()
t(lambda: x("abcd"))
class F:
    def __init__(self, f): self.f = f
    def __get__(self, o, t): return lambda *a: self.f(o, *a)
class Use:
    @F
    def m(self, a): return type(self).__name__, a
print(Use().m(3))
import sys
class Cmp:
    def __eq__(self, o): return sys._getframe(1).f_code.co_name
def named(): return Cmp() == 1
print(named())
print((lambda *, k=1: k)(k=2), (lambda: (yield))().__class__.__name__)
print(list(map(Call(), [1], [2])), sorted([3, 1], key=Call().__class__.__call__.__get__(c)))
