def f(x): return 10 // x
r = [f(i) for i in (2, 1, 0)]
