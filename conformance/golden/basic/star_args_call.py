def f(*a, **k): return a, k
print(f(*[1], 2, *(3,), x=1, **{"y": 2}), f(*"ab"), f(**{}))
