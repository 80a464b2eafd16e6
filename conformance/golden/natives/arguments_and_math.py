# How native functions bind arguments and word what does not fit; math, errno, builtins.
def t(f, *a, **k):
    try: print(f(*a, **k))
    except BaseException as e: print(type(e).__name__, e)
import math, itertools, errno
for f in "acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 fabs log1p sin sinh sqrt tan tanh gamma lgamma degrees radians ulp log log2 log10 floor ceil trunc".split():
    for x in [0, 0.5, -0.5, 1, -1, 2.5, 100.25, -100.5, 1e10, 1e300, -1e300, 1e-300, 5, 7.5, 23, 24, 0.1, 171.5, -3.5, -3]:
        try: print(f, x, getattr(math, f)(x))
        except ValueError as e: print(f, x, "ValueError", e)
        except OverflowError as e: print(f, x, "OverflowError", e)
t(math.hypot, 3, 4); t(math.hypot, 1.5, 2.5, 3.7); t(math.dist, (1,2), (4, 6)); t(math.dist, (1,), (1,2))
t(math.fsum, [0.1]*10); t(math.fsum, [1e308, 1e308, -1e308]); t(math.fsum, [1e16, 1, 1e-16])
t(math.comb, 100, 50); t(math.perm, 10, 3); t(math.perm, 5); t(math.comb, 5, 7); t(math.comb, -1, 2)
t(math.factorial, 30); t(math.factorial, -1); t(math.factorial, 1.5)
t(math.isqrt, 10**30); t(math.gcd, 12, 18, 27); t(math.lcm, 4, 6, 10); t(math.gcd); t(math.lcm)
t(math.frexp, 10.5); t(math.ldexp, 0.5, 10); t(math.ldexp, 1.0, 2000); t(math.ldexp, 1.0, -1074); t(math.ldexp, 1.5, -1074)
t(math.modf, -3.25); t(math.modf, float.fromhex("inf") if 0 else 1e400)
t(math.isclose, 1, 1+1e-10); t(math.isclose, 1, 1.1, rel_tol=0.2); t(math.isclose, 1); t(math.isclose, 1, 2, 3)
t(math.log, 8, 2); t(math.log, 10**400); t(math.log2, 2**2000); t(math.log10, 10**500); t(math.log); t(math.log, 0); t(math.log, 1, 1)
t(math.pow, 2, 0.5); t(math.pow, -1, 0.5); t(math.pow, 0, -1); t(math.pow, 1e300, 2)
t(math.fmod, 7, -3); t(math.remainder, 7, 4); t(math.remainder, 6, 4); t(math.fmod, 1, 0)
t(math.nextafter, 1.0, 2.0); t(math.copysign, 1, -0.0); t(math.atan2, -1, -1); t(math.prod, [2,3], start=5)
t(math.sin); t(math.sin, 1, 2); t(math.sin, "x"); t(math.sin, x=1); t(math.floor, 1e20); t(math.trunc, "x"); t(math.floor, -1.5)
t(math.prod); t(math.pow, 1); t(math.gcd, 1.5); t(math.exp, 1000); t(math.sqrt, -1)
print(math.pi, math.e, math.tau, math.inf, math.nan)
t(len); t(len, 1, 2); t(len, x=1); t(len, 5); t(abs, "x"); t(chr, 2**70); t(chr, -1); t(chr, 97); t(ord, "a"); t(ord, "ab"); t(ord, 5)
t(round, 2.5); t(round, 2.567, 2); t(round, "a"); t(round); t(round, 1, 2, 3); t(round, 1, x=2); t(pow, 2, 10); t(pow, 2, 10, 7); t(pow, 2); t(divmod, 7, 2); t(divmod, 1)
t(sum, [1,2]); t(sum, ["a"], ""); t(sum); t(sum, 1); t(sum, [1], 2, 3); t(sum, [], x=2); t(sum, [1.5, 2])
t(max); t(max, []); t(max, [], default=3); t(max, 1, 2, default=3); t(max, [3,1], key=lambda v: -v); t(min, 1, 2, foo=3)
t(sorted, [3,1,2], reverse=True); t(sorted); t(sorted, [], foo=1)
t(getattr, 1); t(getattr, 1, 2); t(getattr, 1, "nope", 5); t(hasattr, 1, "real"); t(setattr, 1, 2)
t(isinstance, 1, 2); t(isinstance, 1); t(isinstance, 1, (str, (float, int))); t(issubclass, bool, int); t(issubclass, 1, int)
t(iter, 1, 2); t(next, 1); t(next, iter([])); t(next, iter([]), 5); t(bin, -10); t(hex, 2**70); t(oct, 8); t(hex, 1.5)
t(eval, "1 + 1"); t(eval, 1); t(eval, "1", 1); t(exec, "1", 1); t(compile, 1, "f", "exec"); t(compile, "x", "f", "bad"); t(compile, "x =", "f", "exec"); t(compile, "x", "f")
t(format, 3.14159, ".2f"); t(format, 1, 2); t(callable, len); t(callable, 1); t(id); t(hash, []); t(repr, "é"); t(ascii, "é")
t(print, 1, 2, sep="-", end="!\n"); t(print, foo=1); t(print, sep=1)
t([].append); t([].append, 1, 2); t([].append, x=1); t([].clear, 1); t([].pop, 1, 2); t([].insert, 1); t([].sort, 1); t("a".split, 1); t("a".split, "x", 1, 2); t("a".split, sepp=1); t("a".split, "x", sep="y"); t("a".encode, 1); t("a".replace, 1, 2); t({}.get); t({}.get, k=1)
t(list.append); t(list.append, 5); t(dict.fromkeys)
print(errno.ENOENT, errno.errorcode[2], errno.errorcode[11])
t(itertools.tee, [1,2], "x")
import math as m; print(m.__name__, type(m.sin.__doc__))
from math import *
print(floor(2.5))
try:
    import nope
except ImportError as e: print(e, e.name)
try:
    from math import nope
except ImportError as e: print(e)
try:
    import math.foo
except ImportError as e: print(e)
def g():
    yield 1
    return 5
x = g(); next(x)
try: next(x)
except StopIteration as e: print("stop", e.value)
def lo(a):
    b = 2
    return locals()
print(lo(1)); print(eval("a+b", {"a": 1, "b": 2}))
