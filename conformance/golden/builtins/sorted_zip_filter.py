print(sorted([3, 1, 2], key=lambda x: -x), list(zip([1], [2])), list(map(lambda *a: a, [1, 2], "ab")), list(filter(lambda x: x, [0, 1])))
print(*zip(*[[1, 2, 3], [4, 5, 6]]), [*map(sum, zip([1, 2], [3, 4]))], dict(map(reversed, {"a": 1}.items())))
print(list(map(None.__class__, [])), [*filter(None.__eq__, [1])] if False else [], list(map(int, "123")), "".join(map(chr, [72, 105])), list(map(lambda f: f(4), [str, float, hex])))
from itertools import count
print(list(zip(count(), "abc")), list(zip("ab", count(1), strict=False)), [x for x, _ in zip(count(10, 5), range(3))])
words = {"banana": 3, "apple": 3, "cherry": 1}
print(sorted(words), sorted(words.items(), key=lambda kv: (-kv[1], kv[0])), sorted(words, key=words.get), sorted(words, key=lambda w: w[::-1]), sorted(words.values(), reverse=True))
print(list(enumerate(reversed("abc"), 1)), [i for i, c in enumerate("hello") if c == "l"], max(enumerate([3, 9, 2]), key=lambda p: p[1]))
m = [[1, 2], [3, 4]]
print([list(r) for r in zip(*m)], [[sum(a * b for a, b in zip(r, c)) for c in zip(*m)] for r in m])
it = map(lambda x: x + 1, iter([1, 2, 3])); print(next(it), sum(it), list(it))
def bad(x): raise StopIteration
print(list(map(bad, [1, 2])), list(filter(bad, [1])))
