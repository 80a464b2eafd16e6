l = [3, 1, 2]
print(l.sort(), l, sorted("hello"), sorted([3, 1, 2], reverse=True), sorted(["b", "A", "c"], key=str.lower), sorted({3: 1, 1: 2}), sorted((2, 1)))
print(sorted([(1, "b"), (0, "z"), (1, "a")]), sorted([(1, "b"), (0, "z"), (1, "a")], key=lambda p: p[0]), sorted([(1, "b"), (0, "z"), (1, "a")], key=lambda p: p[0], reverse=True))
words = "the quick brown fox jumps over the lazy dog again and again".split()
print(sorted(words, key=len), sorted(words, key=len, reverse=True), sorted(words, key=lambda w: (-len(w), w)))
print(sorted([1.5, 1, True, 0.5]), sorted([]), sorted([1]), sorted([[2], [1, 5], [1]]), sorted("bca", key=None))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: sorted([1, "a"])); t(lambda: sorted([1, None, 2])); t(lambda: sorted([1j, 2j])); t(lambda: sorted(5)); t(lambda: sorted([1], 5)); t(lambda: sorted([1], key=5)); t(lambda: sorted()); t(lambda: [1].sort(5)); t(lambda: [2, 1].sort(key=lambda: 0)); t(lambda: sorted([2, 1], reverse="x")); t(lambda: sorted([1], foo=1)); t(lambda: [3, 1].sort(reverse=None)); t(lambda: sorted([{}, {}])); t(lambda: sorted([2, 1], key=lambda x: 1 / 0)); t(lambda: sorted(iterable=[1]))
big = [(i * 7919) % 1009 for i in range(2000)]
s = sorted(big)
print(s[:10], s[-5:], all(s[i] <= s[i + 1] for i in range(len(s) - 1)), sorted(big, reverse=True) == s[::-1])
pairs = [(i % 10, i) for i in range(500)]
st = sorted(pairs, key=lambda p: p[0])
print(all(st[i][1] < st[i + 1][1] for i in range(499) if st[i][0] == st[i + 1][0]), st[:3])
sr = sorted(pairs, key=lambda p: p[0], reverse=True)
print(all(sr[i][1] < sr[i + 1][1] for i in range(499) if sr[i][0] == sr[i + 1][0]))
cmp_count = 0
class K:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        global cmp_count
        cmp_count += 1
        return self.v < o.v
print([k.v for k in sorted(map(K, [5, 2, 9, 1]))], cmp_count > 0)
print(sorted(list(range(100)) + list(range(50)))[48:54], sorted([0.1, float("-inf"), -0.0, 0.0]), sorted(["é", "e", "f", "日", "\U0001f600"]) == ["e", "f", "é", "日", "\U0001f600"])
