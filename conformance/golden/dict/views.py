d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
print(k, v, i, len(k), len(v), len(i), "a" in k, 2 in v, ("a", 1) in i, ("a", 2) in i, "a" in i, type(k).__name__, type(v).__name__, type(i).__name__)
d["d"] = 4; print(list(k), list(v), k.mapping["a"], type(k.mapping).__name__)
print(sorted(k & {"a", "z"}), sorted(k | {"z"}), sorted(k - {"a"}), sorted(k ^ {"a", "z"}), sorted({"a", "q"} & k), sorted({"a", "q"} - k), sorted(i & {("a", 1)}), sorted(i - {("a", 1)}), k == {"a", "b", "c", "d"}, k == d.keys(), k <= set("abcde"), k < set("abcd"), k >= {"a"}, k.isdisjoint(["z"]), i.isdisjoint(i), k != set(), v == d.values(), i == set(i), k | [1] != 0, sorted(k & "ab"))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: k + k); t(lambda: k[0]); t(lambda: v & v); t(lambda: k & 5); t(lambda: {}.keys().isdisjoint(5)); t(lambda: hash(k)); t(lambda: hash(i)); t(lambda: isinstance(hash(v), int)); t(lambda: k.mapping.update({})); t(lambda: k < 5); t(lambda: k.add(1)); t(lambda: {"x": []}.items() & {1}); t(lambda: type(k)()); t(lambda: k - 5)
print(list(reversed(k)), list(reversed(v)), list(reversed(i)), repr({}.keys()), repr({}.items()), bool(k), bool({}.keys()), sorted(k, reverse=True), max(v), dict(i), [*k], sum(v))
it = iter(i); print(next(it), it.__length_hint__(), list(it)); a, b, *c = k; print(a, b, c)
mp = k.mapping
print(mp == d, len(mp), mp.get("q", 0), list(mp), "a" in mp, mp | {"z": 1} if False else mp.copy(), repr(mp)[:13])
t(lambda: mp.__setitem__("a", 1)); t(lambda: type(mp)(5)); t(lambda: type(mp)({1: 2})[1])
