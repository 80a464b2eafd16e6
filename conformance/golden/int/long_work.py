"""Integers whose operations are done in pieces: all of them agree with one another."""
import math
import random
import sys

sys.set_int_max_str_digits(0)
r = random.Random(5)
for bits in (100, 1000, 5000, 20000, 70000, 200000):
    a, c = r.getrandbits(bits) | 1, r.getrandbits(bits) | 1
    b = r.getrandbits(bits // 2 + 3) | 1
    for n in (a * c, -a * c):
        q, m = divmod(n, b)
        assert q * b + m == n and 0 <= m < b
        assert n // b == q and n % b == m
        q, m = divmod(n, -b)
        assert q * -b + m == n and -b < m <= 0
    s = str(a)
    assert int(s) == a and int('-' + s) == -a and ('%d' % -a) == '-' + s and f'{a:,}'.replace(',', '') == s
    assert int(hex(a), 16) == a and int(bin(a), 2) == a and int(oct(a), 8) == a
    assert int(f'{a:_x}', 16) == a
    x = math.isqrt(a)
    assert x * x <= a < (x + 1) ** 2
    assert math.gcd(a * b, c * b) % b == 0
    assert math.lcm(a, b) * math.gcd(a, b) == a * b
    assert a * b % c == (a % c) * (b % c) % c
    print(bits, hash(a * b * c), len(s), s[:5], s[-5:])
print(pow(3, 10**300, 10**299 + 1) % 10**9, pow(7, -1, 10**5000) * 7 % 10**5000)
print(hash(7**100000), hash((-7) ** 100001), hash(10**50000), hash(12**30001), (1 << 300000).bit_length())
print(round(3**1000, -400) % 10**405, round(-(5 * 10**30000), -30001) == 0)
print(hash(math.factorial(20000)), hash(math.comb(30000, 9999)), hash(math.perm(30000, 9999)))
for args in ((2, -1, 4), (6, -1, 10**9000 * 3)):
    try:
        pow(*args)
    except ValueError as e:
        print(e)
for text in ('1' * 3000 + 'x', '_1', '1__2', '1' * 2_000_000 + '_'):
    try:
        int(text)
    except ValueError as e:
        print(str(e)[:60])
sys.set_int_max_str_digits(640)
for f in (lambda: str(10**640), lambda: int('1' * 641), lambda: '%d' % 10**641, lambda: f'{10**641}', lambda: int('f' * 700, 16)):
    try:
        f()
        print('fine')
    except ValueError as e:
        print(e)
