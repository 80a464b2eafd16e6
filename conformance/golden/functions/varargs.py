def f(a, *args, b=1, **kw): return a, args, b, kw
print(f(1), f(1, 2, 3), f(1, b=2, c=3), f(*[1, 2], **{"b": 5, "z": 6}))
def only(*args): return args
print(only(), only(*[]), only(*range(3)), type(only(1)).__name__)
def kw(**k): return k
src = {"x": 1}
r = kw(**src)
r["y"] = 2
print(src, r)
def mutate(*args, **k):
    args += (9,)
    k["new"] = 1
    return args, k
print(mutate(1, a=2))
def fwd(*a, **k): return f(*a, **k)
print(fwd(1, 2, b=3, q=4))
print(kw(self=1, cls=2, args=3, k=4))
def order(**k): return list(k)
print(order(z=1, a=2, m=3, **{"b": 4, "y": 5}))
print((lambda *a, **k: (a, k))(1, x=2))
def bare(a, *, b): return a, b
print(bare(1, b=2), bare(b=1, a=2))
def posname(a, /, **kw): return a, kw
print(posname(1, a=2))
def big(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, *rest, k0=0, k1=1, **more): return sum(rest) + a0 + a9 + k0 + k1, more
print(big(*range(20), k1=5, q=7))
print(max(*[3, 1], *(5,), key=lambda v: -v))
def t(*, a, b=2): return a, b
print(t(**{"a": 1}), t(a=1, **{"b": 3}))
