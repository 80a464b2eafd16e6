def f():
    x = [1]
    x[5] += 1
f()
