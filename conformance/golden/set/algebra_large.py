import itertools
u = range(200)
evens, threes, sq = set(range(0, 200, 2)), set(range(0, 200, 3)), {i * i % 200 for i in u}
print(len(evens | threes), len(evens & threes), len(evens - threes), len(evens ^ threes), sorted(evens & threes & sq), sum(sq))
for x, y in itertools.product((evens, threes, sq, set()), repeat=2): print(x <= y, x < y, x.isdisjoint(y), len(x | y) + len(x & y) == len(x) + len(y), (x ^ y) == (x | y) - (x & y))
def sieve(n):
    s = set(range(2, n))
    for i in range(2, int(n ** .5) + 1):
        if i in s: s -= set(range(i * i, n, i))
    return sorted(s)
print(sieve(100))
g = {1: {2, 3}, 2: {4}, 3: {4}, 4: set()}
def reach(n, seen=frozenset()): return seen if n in seen else set().union({n}, *(reach(m, seen | {n}) for m in g[n]))
print(sorted(reach(1)))
def power(s): return [set(c) for r in range(len(s) + 1) for c in itertools.combinations(sorted(s), r)]
print(len(power({1, 2, 3, 4})), power({1, 2}))
m = set()
for i in range(1000): m.add(i * 37 % 101)
for i in range(0, 101, 2): m.discard(i)
print(len(m), min(m), max(m), sorted(m)[:5])
class P:
    def __init__(s, a): s.a = a
    def __hash__(s): return 0
    def __eq__(s, o): return s.a == o.a
c = {P(i % 5) for i in range(50)}; print(len(c), P(3) in c, P(7) in c); c.remove(P(3)); print(len(c))
k = frozenset(frozenset([i, i + 1]) for i in range(3)); print(len(k), frozenset([1, 0]) in k, {0, 1} in k)
k2 = {frozenset([1])}; k2.discard({1}); print(k2); k2.add(frozenset()); k2.remove(set()); print(k2)
