def f(a): pass
print(f(1, 2), 3)
