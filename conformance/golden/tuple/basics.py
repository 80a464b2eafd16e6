def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
a = (1, 2, 3)
print((), (1,), a, tuple(), tuple("ab"), tuple([1, 2]), tuple(a) is a, a + (4,), a * 2, 0 * a, a[1], a[-1], a[1:], a[::-1], len(a), 2 in a, a.count(2), a.index(3), (1, (2, (3,))))
print(a == (1, 2, 3), a < (1, 2, 4), a < (1, 2, 3, 0), () < (0,), (1, "a") == (1, "a"), a != [1, 2, 3], hash(a) == hash((1, 2, 3)), a[:] is a, tuple() is tuple(), repr((1,)), str(("a", 1.5, None)))
t(lambda: a[5]); t(lambda: a["x"]); t(lambda: a.index(9)); t(lambda: a.index(1, 1)); t(lambda: a + [1]); t(lambda: a * "x"); t(lambda: tuple(5)); t(lambda: tuple(1, 2)); t(lambda: a < 5); t(lambda: a.count()); t(lambda: a.append); t(lambda: (1, "a") < (1, 2)); t(lambda: tuple(x=1)); t(lambda: a.index()); t(lambda: a[10**30]); t(lambda: a[1.5]); t(lambda: a * 10**30); t(lambda: a.__getitem__("x"))
x = 1,
y = 1, 2, *[3, 4]
print(x, y, (*a, *a), [(i, j) for i, j in ((1, 2), (3, 4))])
class T(tuple):
    def __repr__(self): return "T" + super().__repr__()
tt = T([1, 2])
print(tt, tt + (3,), type(tt[:]).__name__, tt == (1, 2), {tt: 1}[(1, 2)], T(), type(tt * 1).__name__, tuple(tt), type(tuple(tt)).__name__)
l = []; r = (l, 1); l.append(r); print(r)
print(tuple(range(20))[3:15:4], max((1, 5), (2, 0)), min(a), sum(a), sorted((3, 1, 2)), any(()), list(reversed(a)), dict(((1, 2), (3, 4))), (lambda *z: z)(1, 2), divmod(7, 2))
print(((1, 2), 3).__contains__((1, 2)), a.__hash__() == hash(a), a.__len__(), a.__iter__().__next__(), a.__mul__(2), a.__getnewargs__(), a.__eq__(5))
