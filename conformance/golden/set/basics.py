def t(f):
    try: r = f(); print(sorted(r) if isinstance(r, (set, frozenset)) else r)
    except Exception as e: print(type(e).__name__ + ":", e)
a, b = {1, 2, 3}, {3, 4}
t(lambda: a | b); t(lambda: a & b); t(lambda: a - b); t(lambda: a ^ b); print(a <= {1, 2, 3}, a < {1, 2, 3, 4}, a >= {1}, a > a, a == {3, 2, 1}, a != b, a.isdisjoint({9}), a.issubset([1, 2, 3, 4]), a.issuperset([1]), {1} <= frozenset([1]), set() == frozenset())
t(lambda: a.union([5], (6,), {7: 1})); t(lambda: a.intersection([1, 2], {2})); t(lambda: a.difference([1], [2])); t(lambda: a.symmetric_difference([1, 9])); t(lambda: a.union()); t(lambda: a.intersection()); t(lambda: a.copy())
c = set(a); c.add(10); c.discard(1); c.discard(99); c.remove(2); c.update([20, 21], "z" * 0); print(sorted(c)); c.intersection_update([3, 20]); print(sorted(c)); c.difference_update([3]); c.symmetric_difference_update([20, 30]); print(c, c.pop(), c)
t(lambda: set().pop()); t(lambda: a.remove(99)); t(lambda: a.remove([])); t(lambda: a.add([])); t(lambda: set(5)); t(lambda: {1, []}); t(lambda: a | [1]); t(lambda: a & [1]); t(lambda: [1] - a); t(lambda: a < [1]); t(lambda: set(1, 2)); t(lambda: set(x=1)); t(lambda: a[0]); t(lambda: hash(a)); t(lambda: a.union(5)); t(lambda: a.isdisjoint(5)); t(lambda: a.add()); t(lambda: a.symmetric_difference([1], [2])); t(lambda: a.issubset(5)); t(lambda: [] in a); t(lambda: a.discard([])); t(lambda: frozenset([1]).add(2)); t(lambda: a.remove("s")); t(lambda: set([[]]))
print(set(), frozenset(), {1}, frozenset([1]), {()}, repr({"a"}), str(frozenset({"x"})), {frozenset([1])}, len({1, 1.0, True}), {frozenset([1, 2])} == {frozenset([2, 1])}, {1} in {frozenset([1])}, frozenset("ab") == set("ba"), hash(frozenset([1, 2])) == hash(frozenset([2, 1])))
f = frozenset([1, 2]); print(type(f | {3}).__name__, type({3} | f).__name__, f.copy() is f, frozenset(f) is f, sorted(f.union([9])), type(f & f).__name__)
class S(set): pass
s = S([1]); print(s, type(s | {2}).__name__, type(s.copy()).__name__, repr(S()), s == {1})
x = {1, 2}; y = x; x |= {3}; x -= {1}; x &= {2, 3, 4}; x ^= {2, 9}; print(sorted(y), x is y)
print(sorted({c for c in "hello"}), sorted({*"ab", *"bc"}), bool(set()), len(set(range(1000))), sorted(set("abc") - set("b")), max({1, 5, 2}), sum({1, 2}), {1: 2}.keys() == {1}, set({1: 2}), any({0}), sorted(set(map(str, {1, 2}))))
