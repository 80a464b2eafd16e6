def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, slice(5), slice(None, None), s == slice(1, 10, 2), s != slice(1), slice(1, 2) < slice(1, 3), type(s).__name__, s.__reduce__()[1])
for a in ((None, None, None), (0, 5, 1), (-3, None, None), (None, -3, None), (10, 0, -1), (None, None, -2), (100, -100, -3), (-100, 100, 7), (5, 5, 1)):
    print(a, [slice(*a).indices(n) for n in (0, 1, 5, 10)], [range(*slice(*a).indices(10)) == range(10)[slice(*a)]])
t(lambda: slice(1.5).indices(5)); t(lambda: slice("a").indices(5)); t(lambda: s.indices()); t(lambda: s.indices("x")); t(lambda: slice(1, 2, 3, 4)); t(lambda: slice(stop=1)); t(lambda: setattr(s, "start", 5)); t(lambda: hash(s)); t(lambda: {s: 1}); t(lambda: s[0]); t(lambda: s.indices(10**30)); t(lambda: type("S", (slice,), {}))
class I:
    def __init__(s, v): s.v = v
    def __index__(s): return s.v
print(slice(I(1), I(5)).indices(3), "abcdef"[I(1):I(4):I(2)], [1, 2, 3][I(-1):])
class R:
    def __getitem__(self, k): return k
r = R(); print(r[1:2], r[:], r[::2], r[1:2, 3:4], r[..., None], r[r[1]:], r[1:2:3].step, r["a":"b"])
