def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
for r in (range(5), range(2, 8), range(0, 10, 3), range(10, 0, -3), range(0), range(5, 0), range(-5, 5, 4), range(10**20, 10**20 + 5, 2), range(0, -10, -4), range(1, 2, 100)):
    print(r, list(r), len(r), r.start, r.stop, r.step, bool(r), list(reversed(r)), r[:2], r[::-1], r[1:], sum(r), hash(r) == hash(range(r.start, r.stop, r.step)))
r = range(0, 100, 7)
print(14 in r, 15 in r, 14.0 in r, "a" in r, True in r, r.index(21), r.count(21), r.count(22), r[3], r[-1], r[2:5], r[::2], r == range(0, 99, 7), r != range(0, 98, 7), range(0) == range(3, 3), range(1, 2) == range(1, 5, 9), -7 in r, 98 in r, 105 in r)
t(lambda: r[100]); t(lambda: r[-16]); t(lambda: r["a"]); t(lambda: r.index(5)); t(lambda: r.index("x")); t(lambda: range()); t(lambda: range(1, 2, 0)); t(lambda: range(1.5)); t(lambda: range("5")); t(lambda: range(1, 2, 3, 4)); t(lambda: range(x=1)); t(lambda: r + r); t(lambda: r < r); t(lambda: r * 2); t(lambda: setattr(r, "start", 1)); t(lambda: len(range(2**64))); t(lambda: range(2**64)[2**63]); t(lambda: 2**63 in range(2**64)); t(lambda: range(2**64)[-1]); t(lambda: list(range(2**64))[:1] if False else range(2**64)[5:2**62]); t(lambda: r[1.5]); t(lambda: range(None)); t(lambda: range(10)[::0])
class I:
    def __init__(self, v): self.v = v
    def __index__(self): return self.v
print(range(I(3)), range(I(1), I(9), I(2)), list(range(I(2))), range(5)[I(2)], range(True), I(1) in range(3) if False else "")
it = iter(range(5)); print(next(it), it.__length_hint__(), list(it), next(it, "end"))
print(list(range(2**63 - 2, 2**63 + 2)), list(range(-2**63 + 1, -2**63 - 2, -1)), [i for i in range(3) for j in range(i)], max(range(10)), min(range(5, 0, -1)), sorted(range(3, 0, -1)), list(zip(range(3), range(3, 6))), dict.fromkeys(range(2)), {range(2): 1}[range(0, 2)], [*range(2)], (lambda *a: a)(*range(3)))
print(range(3).__reduce__(), range(0, 10, 2).__getitem__(slice(1, 3)), range(10).__contains__(3), repr(range(1, 10, 1)), str(range(0, -1)))
