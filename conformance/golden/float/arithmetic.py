inf, nan = float("inf"), float("nan")
vals = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, -7.5, 1e308, 1e-308, inf, -inf, nan]
def t(f):
    try: return repr(f())
    except Exception as e: return type(e).__name__ + " " + str(e)
for a in vals:
    for b in vals: print(a, b, a + b, a - b, a * b, t(lambda: a / b), t(lambda: a // b), t(lambda: a % b), t(lambda: divmod(a, b)))
for a in (0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, inf, -inf, nan):
    print(a, [t(lambda: a ** b) for b in (0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.5, 1000.5, -1000.5, inf, -inf, nan)])
print(1.5 + 1, 1 + 1.5, True + 0.5, 2**60 + 0.5, 1.5 * 2**70, 7.0 // 2, -7.0 // 2, 7 % -3.0, -7 % 3.0, 5.5 % -2, 1e17 % 7, 0.1 * 3, 1e16 + 1)
print(t(lambda: 1.0 + "x"), t(lambda: 1.0 < "x"), t(lambda: 1.0 * []), t(lambda: 2.0 ** 10000), t(lambda: (-2.0) ** 0.5), t(lambda: 1.5 << 1), t(lambda: 10.0 ** 309), t(lambda: 0.0 ** -2))
print(sum([0.1] * 10), sum([0.1] * 10, 0.0), max(nan, 1.0), max(1.0, nan), min(nan, 1.0), sorted([2.0, nan, 1.0]), nan in [nan], inf == inf, -inf < inf, abs(-0.0), -(0.0), +(-0.0))
