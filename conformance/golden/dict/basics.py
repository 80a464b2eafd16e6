def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
d = {"b": 1, "a": 2}
d["c"] = 3; d["b"] = 9; del d["a"]; d["a"] = 7
print(d, list(d), list(d.keys()), list(d.values()), list(d.items()), len(d), "b" in d, "z" in d, d["c"])
print(d.get("b"), d.get("z"), d.get("z", 0), d.setdefault("b", 5), d.setdefault("n"), d.setdefault("m", []), d.pop("n"), d.pop("zz", "dflt"), d.popitem(), d)
print(dict(), dict(a=1, b=2), dict([("x", 1), ("y", 2)]), dict({"k": 1}, k=2, z=3), dict(zip("ab", range(2))), dict([["p", 1], "qr"]), dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), {}.fromkeys((1,), []))
d.update({"u": 1}, v=2); d.update([("w", 3)]); d.update(); d.update(x=4); print(d)
print(d | {"b": 0, "new": 1}, {"a": 1} | dict(b=2), {1: 1} == {1: 1.0}, {"a": 1, "b": 2} == {"b": 2, "a": 1}, {} == [], {1: 2} != {1: 3})
e = d.copy(); e.clear(); print(e, len(d), bool(e), bool(d), list(reversed({"x": 1, "y": 2})), list(reversed({"x": 1, "y": 2}.items())))
t(lambda: d["nope"]); t(lambda: d[[]]); t(lambda: {}.popitem()); t(lambda: {}.pop("x")); t(lambda: {}.pop()); t(lambda: {}.pop(1, 2, 3)); t(lambda: dict(5)); t(lambda: dict([1])); t(lambda: dict([(1, 2, 3)])); t(lambda: dict(["a"])); t(lambda: dict([(1, 2)], [3])); t(lambda: {}.get()); t(lambda: {}.get([], 1)); t(lambda: {}.setdefault([])); t(lambda: {}.update(5)); t(lambda: {}.update([1, 2])); t(lambda: {}.update(1, 2)); t(lambda: {[]: 1}); t(lambda: dict.fromkeys(5)); t(lambda: dict.fromkeys()); t(lambda: {} | 5); t(lambda: {} < {}); t(lambda: {}.update([("a", 1), 5])); t(lambda: dict(**{1: 2})); t(lambda: {}.copy(1)); t(lambda: dict.fromkeys([[]])); t(lambda: [] in {}); t(lambda: {}.__delitem__("k"))
s = {}; s["self"] = s; print(s); s.clear()
class K:
    def keys(self): return ["a", "b"]
    def __getitem__(self, k): return k * 2
print(dict(K()), dict(K(), c=1), {}.__class__, {1: "a", 1.0: "b", True: "c"}, {(1, 2): "t", None: 0, "": 1})
class MyD(dict): pass
m = MyD(a=1); print(m, repr(m), type(m | {}).__name__, type(m.copy()).__name__, m == {"a": 1}, MyD.fromkeys("x"), type(MyD.fromkeys("x")).__name__)
