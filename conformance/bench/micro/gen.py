def g(n):
    i = 0
    while i < n:
        yield i
        i = i + 1
def f(n):
    s = 0
    for k in range(10):
        for v in g(n):
            s = s + v
    return s
print(f(6000))
