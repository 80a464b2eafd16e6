# Arithmetic around the borders of machine words, against plain reasoning; a checksum of the results.
values = [0, 1, 2, 3, 7, 10]
for bits in (31, 32, 61, 62, 63, 64, 65, 95, 126, 127, 128, 129, 190, 191, 192, 193, 255, 256, 257, 300):
    for d in (-1, 0, 1):
        values.append((1 << bits) + d)
values += [0xDEADBEEF << 70, 10 ** 40, 10 ** 77, 3 ** 200, 7 ** 500 + 1]
values += [-v for v in values]
acc = 0
for a in values:
    for b in values:
        rs = [a + b, a - b, a * b, a & b, a | b, a ^ b]
        if b:
            q, r = divmod(a, b)
            assert q == a // b and r == a % b and q * b + r == a and (0 <= r < b or b < r <= 0), (a, b)
            rs += [q, r]
        assert (a + b) - b == a and a ^ b ^ b == a and (a | b) + (a & b) == a + b
        for r in rs:
            acc = (acc * 1000003 + r) % (1 << 89)
    for n in (0, 1, 5, 31, 32, 62, 63, 64, 65, 127, 128, 129, 192, 200, 256, 1000):
        assert a << n == a * 2 ** n and a >> n == a // 2 ** n, (a, n)
        acc = (acc * 31 + (a >> n) + (a << n)) % (1 << 89)
print(acc)
# Quotients that are near a power of two, and remainders beside 0 and the divisor.
for d in (3 ** 50, 2 ** 128 - 1, 2 ** 127, 2 ** 64 + 1, 10 ** 60, 2 ** 2000 - 1):
    for q in (1, 2, 2 ** 30, 2 ** 59, 2 ** 60 - 1, 2 ** 60, 2 ** 61 + 5, 2 ** 64, 2 ** 200):
        for r in (0, 1, d // 2, d - 1):
            for sd in (d, -d):
                n = q * sd + (r if sd > 0 else -r)
                assert divmod(n, sd) == (q, r if sd > 0 else -r), (d, q, r)
                m = -n
                assert (m // sd) * sd + m % sd == m
print("ok")
print([2 ** 62 - 1 + 1, 2 ** 62 * 2 - 1, -(2 ** 62) - 1, (2 ** 63 - 1) & -1, ~(2 ** 63), -(-(2 ** 62))])
x = 1
for i in range(300):
    x = (x * 6364136223846793005 + 1442695040888963407) & ((1 << 128) - 1)
    if x >> 127:
        x ^= i << 64
print(x, hash(x), x % 1000003, -x % 1000003, x % -1000003, x % (2 ** 40 + 1))


class I(int):
    pass


print(I(2 ** 70) + I(1), type(I(2 ** 70) * 1).__name__, I(5) // I(2), I(2 ** 64) % 7)
for f in (lambda: 2 ** 70 // 0, lambda: 2 ** 70 % 0, lambda: divmod(2 ** 70, 0), lambda: 1 << -1, lambda: 2 ** 70 >> -1, lambda: 2 ** 70 + "a"):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
for n in (0, 1, 255, 2 ** 62, 2 ** 63, 2 ** 64, -(2 ** 63), -255):
    print("%d %x %X %o %#x %08d %+d %-8d|% d" % ((n,) * 9), f"{n:x} {n:#o} {n:b} {n:,} {n:_x} {n:>+25} {n:025}", hex(n), oct(n), bin(n))
