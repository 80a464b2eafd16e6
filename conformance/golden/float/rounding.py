for v in (0.5, 1.5, 2.5, -0.5, -1.5, 2.675, 1.005, 0.125, 0.375, 1e22, 123456.789, 5e-324, 1.0000000000000002, 4503599627370497.5, 1e308): print(v, round(v), [round(v, n) for n in (0, 1, 2, 3, -1, -2, 10, 400, -400)])
print(round(2.5), round(3.5), round(-2.5), round(2.5, None), round(1e300, -299), type(round(2.0)).__name__, type(round(2.0, 0)).__name__)
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
for v in ("inf", "-inf", "nan"):
    t(lambda: round(float(v))); t(lambda: round(float(v), 2)); t(lambda: int(float(v)))
t(lambda: round(1.5, "x")); t(lambda: round(1.5, 1.5)); t(lambda: round()); t(lambda: round("x")); t(lambda: round(1.7e308, -308)); t(lambda: round(1.5, 10**30)); t(lambda: round(1.5, -10**30)); t(lambda: round(number=2.5, ndigits=0))
import math
for v in (1.5, -1.5, 0.0, -0.3, 2.0**60, 1e16 + 2): print(math.floor(v), math.ceil(v), math.trunc(v), int(v), v // 1, v % 1, divmod(v, 1))
