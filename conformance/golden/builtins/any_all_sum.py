def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
print(any([]), any([0, ""]), any(x > 2 for x in range(5)), all([]), all([1, "a"]), all(x < 2 for x in range(5)))
seen = []
print(any(seen.append(x) or x == 2 for x in range(5)), seen)
t(lambda: any(5)); t(lambda: all()); t(lambda: any([1], 2)); t(lambda: any(1 / x for x in [0]))
print(sum([1, 2, 3]), sum([]), sum([1.5, 2]), sum([[1], [2]], []), sum((1, 2), start=10), sum([True, True]), sum([1j, 1]), sum(range(10**5)), sum([2**62, 2**62, 2**62]), sum([0.1] * 3), sum([1, 2.5, 3]), sum([2**63 - 1, 1, -1]), sum([-0.0, -0.0]), sum([], -0.0))
t(lambda: sum("ab")); t(lambda: sum(["a"], "")); t(lambda: sum([b"a"], b"")); t(lambda: sum([bytearray()], bytearray())); t(lambda: sum([1, "a"])); t(lambda: sum()); t(lambda: sum([1], 2, 3)); t(lambda: sum([1], foo=1)); t(lambda: sum(5)); t(lambda: sum([1], start="x")); t(lambda: sum([None]))
class A:
    def __init__(self, v): self.v = v
    def __radd__(self, o): return A(o + self.v)
    def __add__(self, o): return A(self.v + o.v)
print(sum([A(1), A(2)]).v)
