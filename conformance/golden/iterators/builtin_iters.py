def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
print(list(enumerate("ab")), list(enumerate("ab", 5)), list(enumerate(iterable="x", start=-1)), list(enumerate([], 3)), next(enumerate("q", 2**70)))
print(list(zip()), list(zip("ab")), list(zip("abc", [1, 2])), list(zip("ab", "cd", "ef")), list(zip("ab", [1, 2], strict=True)), dict(zip("ab", range(9))), list(zip(*[(1, 2), (3, 4)])))
print(list(map(str, [1, 2])), list(map(lambda a, b: a + b, [1, 2, 3], [10, 20])), list(map(max, "ab", "ba")), list(filter(None, [0, 1, "", "a", None])), list(filter(str.isdigit, "a1b2")), list(reversed("abc")), list(reversed((1, 2))), list(reversed(range(3))), list(iter("ab")))
t(lambda: list(zip("abc", "ab", strict=True))); t(lambda: list(zip("ab", "abc", strict=True))); t(lambda: list(zip("ab", "ab", "a", strict=True))); t(lambda: zip(5)); t(lambda: zip("a", 5)); t(lambda: zip("a", foo=1)); t(lambda: map(str)); t(lambda: map()); t(lambda: type(map(5, "a"))); t(lambda: list(map(5, "a"))); t(lambda: map(str, 5)); t(lambda: filter(None)); t(lambda: filter(None, 5)); t(lambda: list(filter(5, "a"))); t(lambda: enumerate()); t(lambda: enumerate(5)); t(lambda: enumerate("a", "b")); t(lambda: enumerate("a", 1, 2)); t(lambda: reversed(5)); t(lambda: reversed()); t(lambda: reversed({1})); t(lambda: list(map(lambda x: 1 / x, [1, 0]))); t(lambda: list(map(lambda a: a, "ab", "cd"))); t(lambda: enumerate("a", foo=1))
it = iter(lambda c=iter([1, 2, 0, 9]): next(c), 0); print(list(it), next(it, "done"))
z = zip([1, 2, 3], iter([4, 5])); print(next(z), next(z), next(z, "end"))
a = iter([1, 2, 3, 4, 5]); print(list(zip(a, a)), next(a, "used up"))
for o in (iter([]), iter(()), iter(""), iter(b""), iter({}), iter(set()), iter(range(0)), iter(range(2**70)), enumerate(""), zip(), map(str, ""), filter(None, ""), reversed([]), iter({}.values()), iter({}.items()), reversed({}), iter(lambda: 0, 0), iter(bytearray()), iter(memoryview(b"")), reversed(range(0)), (x for x in ()), iter("é")): print(type(o).__name__, iter(o) is o, next(o, "stop") if type(o).__name__ not in ("callable_iterator",) else "")
class E(enumerate): pass
print(list(E("a")), E.__name__, next(iter(map(lambda *a: a, [1], [2], [3]))))
m = map(print, "xy"); print("lazy"); next(m); list(m)
