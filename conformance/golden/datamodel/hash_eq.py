print(hash(1) == hash(1.0) == hash(True) == hash(1 + 0j), hash(0) == hash(0.0) == hash(-0.0) == hash(False))
print(hash(-1), hash(-2), hash(2**61 - 1), hash(2**61), hash(2**61 - 2), hash(-(2**61 - 1)), hash(2**200), hash(-2**200), hash(10**50))
print([hash(x) for x in (0.5, 1.5, -0.5, 1e300, 1e-300, 0.1, 123456.789, 3.141592653589793)])
print(hash(float("inf")), hash(float("-inf")))
print(hash(1j), hash(1 + 2j), hash(-1j), hash(0.5 - 0.25j))
print(hash(()), hash((1,)), hash((1, 2)), hash((1, 2, 3)), hash((1.0, True)), hash(((), ((),))))
print(hash(frozenset()), hash(frozenset([1])), hash(frozenset([1, 2, 3])), hash(frozenset([3, 2, 1])))
print(hash("") == hash(b"") == 0, hash("a") == hash("a"), hash(b"ab") == hash(memoryview(b"ab")))
print(hash(range(0)) == hash(range(5, 5)), hash(range(0, 3, 2)) == hash(range(0, 4, 2)), hash(range(3)) == hash(range(0, 3)))
print(hash(10**20) == hash(1e20), hash(2**53 + 1) == hash(float(2**53 + 1)))
d = {1: "int"}
d[1.0] = "float"; d[True] = "bool"
print(d, len({0, 0.0, False, -0.0, 0j}))
class H:
    def __init__(self, h): self.h = h
    def __hash__(self): return self.h
print(hash(H(5)), hash(H(2**61)), hash(H(-1)), hash(H(2**64 + 3)), hash(H(True)))
for bad in ("x", 1.5, None):
    try: hash(H(bad))
    except TypeError as e: print(e)
for u in ([], {}, set(), bytearray(), slice(1)):
    try: hash(u)
    except TypeError as e: print(e)
try: hash((1, []))
except TypeError as e: print(e)
try: hash(memoryview(bytearray(1)))
except ValueError as e: print(e)
class E:
    def __eq__(self, o): return True
try: hash(E())
except TypeError as e: print(e)
class F(E): __hash__ = object.__hash__
print(isinstance(hash(F()), int), hash(None) == hash(None), hash(type) == hash(type))
print(hash(3.0) == 3, hash(-3.5) == -hash(3.5), hash(2.5e-5))
