print([x * x for x in range(6)], {x % 3 for x in range(6)} == {0, 1, 2}, {x: x * 2 for x in "ab"})
print([(x, y) for x in range(3) for y in range(x)])
print([x for x in range(20) if x % 2 if x % 3])
print([[r * c for c in range(3)] for r in range(3)])
print([x for row in [[1, 2], [3], []] for x in row])
print([a + b for a, b in zip("ab", "cd")], [a for a, *_ in ["xyz", "q"]])
print({k: v for k, v in [("a", 1), ("b", 2), ("a", 3)]})
print(list(x for x in (1, 2)), sum(x for x in range(5)), max((len(w), w) for w in ["aa", "b"]))
print([lambda: i for i in range(3)][0](), [f() for f in [lambda i=i: i for i in range(3)]])
x = "outer"
[x for x in range(3)]
print(x)
class C:
    n = 3
    l = [i for i in range(n)]
    try:
        m = [n for _ in range(1)]
    except NameError as e:
        print(e)
print(C.l)
def f():
    y = 10
    return [y + z for z in range(3)], {y: z for z in range(2)}, list((y, z) for z in range(2))
print(f())
print([i if i % 2 else -i for i in range(5)])
print([*(c for c in "gen")], {**{k: 1 for k in "ab"}})
print([(i, j, k) for i in range(2) for j in range(2) if i != j for k in range(2) if k])
def locals_seen():
    a = 1
    return [sorted(locals()) for b in (2,)]
print(locals_seen())
try:
    [x for x in 5]
except TypeError as e: print(e)
try:
    [1 / x for x in (1, 0)]
except ZeroDivisionError as e: print(e)
