def f(n):
    s = 0
    i = 0
    while i < n:
        if i & 3 == 1:
            s += i
        else:
            s -= 1
        i += 1
    return s
print(f(100000))
