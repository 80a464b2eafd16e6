def f(x):
    return 0 < x < "ten"
f(5)
