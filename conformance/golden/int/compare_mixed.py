import itertools
vals = [0, -0.0, 1, 1.0, True, 2**53, float(2**53), 2**53 + 1, 2**63, float(2**63), 2**63 - 1, -2**63, -float(2**63), 10**30, 1e30, 0.5, -0.5, float("inf"), float("-inf")]
for a, b in itertools.combinations(vals, 2):
    print(a, b, a < b, a <= b, a == b, a != b, a > b, a >= b)
nan = float("nan")
print([(nan < x, nan == x, nan != x, nan > x) for x in (0, 1.5, 10**30, nan)])
print(sorted([3, 1.5, True, -2, 10**20, 2.5, False]), min(1, 1.0), max(1.0, 1), max(True, 1))
one = 1
print(one is True, 1 == True, 0 == False, True + True, True * 10, -True, ~True, True / 2, True ** 5, True << 3, True & False, True | 2, True ^ True, sum([True] * 5))
print(isinstance(True & False, bool), isinstance(True & 1, bool), type(True + 0).__name__, type(~False).__name__, True.__and__(False), True.__xor__(1), bool.__or__(True, False))
