def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
print(max(1, 2), max([3, 1]), min("hello"), max("a", "b", key=ord), min([], default=5), max((), default=None), max([1, 2], key=lambda x: -x), min(3, 1, 2), max({"a": 1, "b": 0}), max([[1], [2]]), min(1.0, 1), max(1, 1.0), max(range(5)), min(x * x for x in range(-3, 3)), max("b", "a", default=1) if False else "")
print(max([("a", 1), ("b", 1)], key=lambda p: p[1]), min([("a", 1), ("b", 1)], key=lambda p: p[1]), max([1, 2, 3], key=None), max("abc", "b", key=len))
t(lambda: max()); t(lambda: min()); t(lambda: max([])); t(lambda: min(())); t(lambda: max(5)); t(lambda: max(1, "a")); t(lambda: max(1, 2, default=3)); t(lambda: max([1], foo=2)); t(lambda: max([1], key=5)); t(lambda: min([1, 2], key=lambda: 0)); t(lambda: max([None, None])); t(lambda: min(1, 2, default=1)); t(lambda: max(1, key=1, default=2)); t(lambda: max(default=1)); t(lambda: max([1j, 2j]))
