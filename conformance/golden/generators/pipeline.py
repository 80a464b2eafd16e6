def numbers(n):
    for i in range(n):
        yield i
def squares(src):
    for x in src: yield x * x
def take(n, src):
    for i, x in zip(range(n), src): yield x
def window(src, n):
    buf = []
    for x in src:
        buf.append(x)
        if len(buf) == n:
            yield tuple(buf)
            buf.pop(0)
print(list(take(5, squares(numbers(100)))))
print(list(window("abcdef", 3)))
def averager():
    total = count = 0
    avg = None
    while True:
        v = yield avg
        total += v; count += 1
        avg = total / count
a = averager(); next(a)
print([a.send(v) for v in (10, 20, 60)])
def fib():
    a, b = 0, 1
    while 1:
        yield a
        a, b = b, a + b
print([x for x, _ in zip(fib(), range(15))])
def primes():
    yield 2
    comp = {}
    n = 3
    while True:
        p = comp.pop(n, None)
        if p is None:
            comp[n * n] = n
            yield n
        else:
            x = n + 2 * p
            while x in comp: x += 2 * p
            comp[x] = p
        n += 2
print(list(take(20, primes())))
def perms(s):
    if len(s) <= 1: yield s
    else:
        for i in range(len(s)):
            for r in perms(s[:i] + s[i + 1:]): yield s[i] + r
print(list(perms("abc")))
def rr(*gens):
    q = list(gens)
    while q:
        g = q.pop(0)
        try: yield next(g)
        except StopIteration: continue
        q.append(g)
print(list(rr(iter("ab"), iter("cdef"), iter(""))))
