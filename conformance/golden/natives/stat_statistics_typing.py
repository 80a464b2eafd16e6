import _stat
import _statistics
import _typing
import stat
import statistics

print({n: v for n, v in vars(_stat).items() if isinstance(v, int)})
for mode in (0o104755, 0o41777, 0, 0o107000, 0o171234, 0o120777, 0o60640, 0o20666, 0o10600, 0o140755,
             0xFFFFFFFF):
    print(oct(mode), _stat.filemode(mode), oct(stat.S_IFMT(mode)), oct(stat.S_IMODE(mode)),
          [n for n in dir(_stat) if n.startswith("S_IS") and callable(getattr(_stat, n))
           and getattr(_stat, n)(mode)])
for bad in (-1, 2**40, 2**70, "x", 1.5, None):
    try:
        print(_stat.S_ISDIR(bad))
    except Exception as e:
        print(type(e).__name__, e)
print(_typing._idfunc(stat) is stat)
for args in ((0, 0, 1), (1, 0, 1), (.5, 0, 0), (.5, "a", 1), (1e-300, 0, 1), (float("nan"), 0, 1),
             (.5, 3, 2), (.9, 0, 1), (.99, 100, 15), (1e-12, 0, 1), (1 - 1e-12, -5, 2)):
    try:
        print(repr(_statistics._normal_dist_inv_cdf(*args)))
    except Exception as e:
        print(type(e).__name__, e)
print([statistics.NormalDist().inv_cdf(i / 97) for i in range(1, 97)])
