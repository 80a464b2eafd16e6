# Values of cmath: branch cuts, infinities and NaN, what is out of range, conversions.
import cmath

inf, nan = float("inf"), float("nan")
SPECIAL = [-inf, -2.3, -1.0, -0.0, 0.0, 1.0, 2.3, inf, nan]
FINITE = [0.5, -0.9, 1e-320, 1e308, -1e200, 1e-10, 709.5, -709.5]
NAMES = "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh phase polar".split()


def shown(f, *args):
    try:
        return repr(f(*args))
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for name in NAMES:
    f = getattr(cmath, name)
    for x in SPECIAL:
        print(name, x, [shown(f, complex(x, y)) for y in SPECIAL])
    for x in FINITE:
        print(name, x, [shown(f, complex(x, y)) for y in FINITE])
for r in SPECIAL:
    print("rect", r, [shown(cmath.rect, r, phi) for phi in SPECIAL])
    print("log", r, [shown(cmath.log, complex(r, 1), complex(base, 0.5)) for base in SPECIAL])
    print([(cmath.isnan(complex(r, y)), cmath.isinf(complex(r, y)), cmath.isfinite(complex(r, y))) for y in SPECIAL])


class C:
    def __complex__(self):
        return 3 + 4j


class F:
    def __float__(self):
        return 2.0


class Bad:
    def __complex__(self):
        return 1.0


for value in [C(), F(), True, 10**400, "1", None, Bad(), [], 3]:
    print(type(value).__name__, shown(cmath.sqrt, value))
print(shown(cmath.isclose, 1, 1 + 1e-10), shown(cmath.isclose, 1, 1 + 1e-8), shown(cmath.isclose, inf, inf))
print(shown(lambda: cmath.isclose(1, 2, rel_tol=-1)), shown(lambda: cmath.isclose(1, 1.5, abs_tol=1)))
print(shown(cmath.log, 0), shown(cmath.log, 5, 0), shown(cmath.log, 5, 1), shown(cmath.log))
print([(n, getattr(cmath, n)) for n in "pi e tau inf nan infj nanj".split()])
