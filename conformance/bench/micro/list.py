def f(n):
    a = [0] * 1000
    for k in range(1000):
        a[k] = k
    s = 0
    for r in range(n):
        for i in range(1, 999):
            a[i] = a[i - 1] + a[i + 1] - a[i]
            s = s + a[i]
        for v in a:
            s = s + v
        for k in range(1000):
            a[k] = k
    return s
print(f(30))
