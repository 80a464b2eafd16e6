def a(n):
    return b(n)
def b(n):
    if n == 0: raise KeyError(n)
    return a(n - 1)
a(10)
