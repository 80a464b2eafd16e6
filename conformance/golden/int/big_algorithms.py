def fact(n):
    r = 1
    for i in range(2, n + 1): r *= i
    return r
print(fact(100))
def fib(n):
    a, b = 0, 1
    for _ in range(n): a, b = b, a + b
    return a
print(fib(500))
def isqrt(n):
    x = 1 << (n.bit_length() + 1) // 2
    while True:
        y = (x + n // x) // 2
        if y >= x: return x
        x = y
print(isqrt(2 * 10**100), isqrt(10**60))
def gcd(a, b):
    while b: a, b = b, a % b
    return a
print(gcd(fact(30), fib(200)), gcd(3**100 * 7, 3**80 * 14))
def pi(n):
    q, r, t, k, m, x, out = 1, 0, 1, 1, 3, 3, []
    while len(out) < n:
        if 4 * q + r - t < m * t:
            out.append(str(m))
            q, r, m = 10 * q, 10 * (r - m * t), (10 * (3 * q + r)) // t - 10 * m
        else:
            q, r, t, k, m, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(out)
print(pi(60))
def inv(a, m):
    g, x, h, y = a, 1, m, 0
    while h:
        q = g // h
        g, x, h, y = h, y, g - q * h, x - q * y
    return x % m
p = 2**127 - 1
print(inv(123456789, p) == pow(123456789, -1, p), pow(3, p - 1, p))
x = 12345678901234567890
for _ in range(5): x = x * x % (10**40 + 7); print(x)
print(sum(10**i for i in range(40)), str(2**256)[::-1], hex(3**100), oct(-7**30), bin(5**20))
c = 27; steps = 0
while c != 1: c = c // 2 if c % 2 == 0 else 3 * c + 1; steps += 1
print(steps)
