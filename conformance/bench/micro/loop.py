def f(n):
    s = 0
    for i in range(n):
        for j in range(100):
            s = s + i * j % 7
    return s
print(f(1500))
