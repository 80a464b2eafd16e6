class V:
    def __init__(self, n): self.n = n
    def __repr__(self): return f"V{self.n}"
    def __lt__(self, o): print("lt", self, o); return self.n < o.n
    def __eq__(self, o): print("eq", self, o); return isinstance(o, V) and self.n == o.n
    __hash__ = None
a, b = V(1), V(2)
print(a < b, a > b, a == b, a != b)
for op in ("<=", ">="):
    try: eval(f"a {op} b")
    except TypeError as e: print(e)
print(sorted([V(3), V(1), V(2)]))
print(max(V(1), V(5)), min([V(2), V(1)]))
try: hash(a)
except TypeError as e: print(e)
try: {a}
except TypeError as e: print(e)
class Ne:
    def __ne__(self, o): return "ne result"
print(Ne() != 1, Ne() == 1)
class EqOnly:
    def __eq__(self, o): return "eq result"
print(EqOnly() == 1, EqOnly() != 1, EqOnly.__hash__)
class EqList:
    def __eq__(self, o): return []
print(EqList() == 1, not (EqList() == 1), EqList() != 1)
class Boom:
    def __eq__(self, o): raise ZeroDivisionError("eq")
    __hash__ = object.__hash__
bm = Boom()
print([bm] == [bm], bm in [bm], [bm].index(bm), [bm].count(bm))
try: [bm] == [Boom()]
except ZeroDivisionError as e: print("raised", e)
nan = float("nan")
print(nan == nan, [nan] == [nan], nan in [nan], (nan,) == (nan,), {nan: 1} == {nan: 1}, [nan].count(nan))
print([1, 2] < [1, 3], [1] < [1, 0], (1, "a") < (1, "b"), [] < [0], [2] > [1, 9], (1, 2) <= (1, 2))
try: [1, "a"] < [1, 2]
except TypeError as e: print(e)
print([1, "a"] == [1, 2], [1, "a"] < [2, 1])
print(1 == 1.0 == True, 1 == "1", None == 0, () == [], "a" == b"a", 2**70 == float(2**70), 10**23 == 1e23, 0.1 + 0.2 == 0.3)
print(object() == object(), type(5) == int, len == len, int != float)
