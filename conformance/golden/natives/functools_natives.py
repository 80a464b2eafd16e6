from _functools import partial, reduce, cmp_to_key, _lru_cache_wrapper
import gc
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
def f(*a, **k): return a, k
p = partial(f, 1, x=2)
print(p(), p(3, x=4, y=5), p.args, p.keywords, p.func is f)
q = partial(p, 9, z=1); print(q.func is f, q.args, q.keywords)
p.attr = 1; r = partial(p, 9); print(r.func is p)
print(show(partial), show(partial, 3), repr(partial(int, '1', base=2)))
class P(partial): pass
print(repr(P(int, 3)), P(len)([1]), p.__reduce__()[2][3], P(len).__reduce__()[2][1:])
s = partial(len); s.__setstate__((f, (1,), {'a': 2}, {'k': 1})); print(s(), s.k)
print(show(s.__setstate__, 3), show(s.__setstate__, (f, 1, {}, {})))
s.__setstate__((s, (), {}, {})); print(repr(s)); s.__setstate__((f, (), None, None)); print(s())
print(show(setattr, s, 'func', 3), partial[int])
print(reduce(lambda a, b: a * b, range(1, 6)), reduce(lambda a, b: a + [b], 'ab', []), show(reduce, f, []), show(reduce, f, 3), show(reduce))
K = cmp_to_key(lambda a, b: (a > b) - (a < b))
print(sorted([3, 1, 2], key=K), K(1) < K(2), K(1) == K(1), K(3).obj, show(hash, K(1)), show(K), show(K, 1, 2), show(lambda: K(1) < 3), show(lambda: K < K(1)), show(K, x=1), K(obj=3).obj)
calls = []
def g(*a, **k):
    calls.append((a, k)); return a
c = _lru_cache_wrapper(g, 2, False, lambda *a: a)
for a in (1, 2, 1, 3, 1, 2): c(a)
print(calls, c.cache_info()); c.cache_clear(); print(c.cache_info())
c = _lru_cache_wrapper(g, None, True, lambda *a: a); calls.clear()
for a in (1, 1.0, True, 'a', 'a'): c(a)
c(1, x=2); c(1, x=2); c(x=2); c((1,)); print(calls, c.cache_info())
c = _lru_cache_wrapper(g, 0, False, lambda *a: a); c(1); c(1); print(c.cache_info())
c = _lru_cache_wrapper(g, -5, False, lambda *a: a); print(c.cache_info())
print(show(_lru_cache_wrapper, 3, 1, 1, 1), show(_lru_cache_wrapper, g, 'a', 1, 1), show(c, []))
c = _lru_cache_wrapper(g, 5, False, lambda *a: a); print(show(c, []), c.cache_info())
class A:
    m = _lru_cache_wrapper(lambda self, x: (x, 1), 5, False, lambda *a: a)
a = A(); print(a.m(3), a.m(3), A.m.cache_info()); c.x = 3; print(c.x, c.__copy__() is c)
fib = _lru_cache_wrapper(lambda n: n if n < 2 else fib(n - 1) + fib(n - 2), 3, False, lambda *a: a)
print(fib(80), fib.cache_info())
class Evil:
    def __init__(self, n): self.n = n
    def __hash__(self): return 7
    def __eq__(self, o):
        if clear: c2.cache_clear()
        return isinstance(o, Evil) and self.n == o.n
clear = False
c2 = _lru_cache_wrapper(lambda x: x.n, 3, False, lambda *a: a)
for i in range(20):
    clear = i % 3 == 0
    c2(Evil(i % 5))
print(c2.cache_info()[2:3]); gc.collect()
