for b in (0, 1, -1, 2, -2, 3, -3, 10, -10, 2**32, 2**64 + 1):
    print(b, [b ** e for e in (0, 1, 2, 3, 10, 20)])
print([2 ** -n for n in range(5)], (-2) ** -3, 10 ** -2)
print([pow(b, e, m) for b in (2, 3, -5, 10**20) for e in (0, 1, 5, 100) for m in (1, 7, -7, 10**9 + 7, 2**64)])
print(pow(3, -1, 7), pow(10, -3, 17), pow(-3, -1, 7), pow(3, -1, -7))
print(pow(2, 1000) % 1000007, pow(7, 10**18, 998244353))
print(0 ** 0, 0.0 ** 0, pow(0, 0, 1), pow(5, 0, 1))
print((-1) ** 1000001, (-8) ** 3, (-8) ** 2)
for a in ((2, 3, 0), (2, -1, 4), (0, -1, 5)):
    try: print(pow(*a))
    except ValueError as e: print(e)
try: 0 ** -1
except ZeroDivisionError as e: print(e)
print(pow(base=2, exp=5), pow(2, exp=5, mod=7), pow(True, False), pow(2, True))
print(1 << 100, (1 << 100) >> 98, -1 >> 1000, 5 >> 10**18 if True else 0, 0 << 10**6)
print((-5) ** 0.5, (-8) ** (1 / 3))
print(2 ** 0.5, 2 ** 1000 / 2 ** 999, 10 ** 400 // 10 ** 399)
