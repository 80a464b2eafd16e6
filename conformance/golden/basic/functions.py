def f(a, b=2, *args, c=3, **kw): return a, b, args, c, kw
print(f(1), f(1, 5, 6, 7, c=8, d=9), f(*[1, 2], **{"c": 4}))
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(20), fact(30))
sq = lambda x: x * x
print(sq(5), list(map(sq, [1, 2, 3])), (lambda *a: a)(1, 2))
def outer():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
i = outer(); i(); print(i())
def none(): pass
print(none())
