import _abc
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
class Meta(type):
    def __new__(m, n, b, ns, **k):
        c = super().__new__(m, n, b, ns, **k); _abc._abc_init(c); return c
    def register(c, s): return _abc._abc_register(c, s)
    def __instancecheck__(c, i): return _abc._abc_instancecheck(c, i)
    def __subclasscheck__(c, s): return _abc._abc_subclasscheck(c, s)
def abstract(f): f.__isabstractmethod__ = True; return f
class A(metaclass=Meta):
    @abstract
    def f(self): pass
    @property
    @abstract
    def p(self): pass
class B(A):
    def f(self): pass
class D(B): p = 3
print(sorted(A.__abstractmethods__), sorted(B.__abstractmethods__), D.__abstractmethods__, show(A), show(B), isinstance(D(), A), isinstance(3, A), issubclass(int, A))
t = _abc.get_cache_token(); A.register(int); print(_abc.get_cache_token() - t, isinstance(3, A), isinstance(True, A), issubclass(bool, A), isinstance('a', A), isinstance('a', A))
print(show(A.register, 3), show(D.register, A), A.register(str) is str, show(issubclass, 3, A), [len(x) for x in _abc._get_dump(A)[:3]])
_abc._reset_caches(A); print([len(x) for x in _abc._get_dump(A)[:3]]); _abc._reset_registry(A); print(isinstance(3, A))
class H(metaclass=Meta):
    @classmethod
    def __subclasshook__(c, s): return {int: True, str: False, list: 3}.get(s, NotImplemented)
print(issubclass(int, H), issubclass(str, H), show(issubclass, list, H), issubclass(dict, H), isinstance(3, H))
class S(metaclass=Meta): __abc_tpflags__ = 1 << 5
class X: pass
S.register(X)
print('__abc_tpflags__' in S.__dict__, type(S._abc_impl).__name__, show(_abc._abc_init, 3), show(_abc._get_dump, int))
for i in range(1000):
    class T: pass
    isinstance(T(), A)
del T
import gc; gc.collect(); print(len(_abc._get_dump(A)[2]) < 50)
print(bool(type(X()) is X))
