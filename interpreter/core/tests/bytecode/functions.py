def fib(n):
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def total(n):
    s = 0
    i = 0
    while i < n:
        s += i * 2
        i += 1
    for x in range(n):
        if x % 3 == 0 and x > 5 or not x:
            continue
        s = s + x
    return s


def counter():
    count = 0

    def step(by=1, *, scale=2):
        nonlocal count
        count += by * scale
        return count

    return step
