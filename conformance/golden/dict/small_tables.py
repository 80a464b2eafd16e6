# Displays take room for what they hold; growing is not to be seen, not even while one is iterated.
def churn(d, rounds):
    seen = []
    for i, key in enumerate(d):
        seen.append((key, list(d)))
        if i < rounds:
            value = d.pop(key)
            d[key + "'"] = value
        if i > 20:
            break
    return seen


def tolerant(d, rounds):
    try:
        return churn(d, rounds)
    except RuntimeError as e:
        return str(e)


for n in range(1, 12):
    d = {chr(97 + i): i for i in range(n)}
    print(n, tolerant(d, 3), d)

print(tolerant({"a": 1}, 9))
print(tolerant({"a": 1, "b": 2}, 9))
print(tolerant({"a": 1, "b": 2, "c": 3}, 9))
print(tolerant({"a": 1, "b": 2, "c": 3, "d": 4}, 9))
print(tolerant({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, 9))

d = {"x": 1, "y": 2}
for i in range(30):
    d[i] = i
    if i % 3 == 0:
        del d[i]
print(d, len(d), list(reversed(d)))
e = d.copy()
e.update({"p": 1, "q": 2})
print(e == {**d, "p": 1, "q": 2}, list(e)[-3:], e.popitem(), e.popitem())
f = {"only": 0}
f.setdefault("other", []).append(1)
g = f.copy()
g["third"] = 3
print(f, g, {**f, **g}, f | g)
f.clear()
f["again"] = 1
print(f, {1: "a", 1.0: "b", True: "c"})
for size in (4, 5, 6, 10, 11, 21, 22, 1000):
    d = dict.fromkeys(range(size))
    for k in range(0, size, 2):
        del d[k]
    for k in range(size, size + size // 2):
        d[k] = k
    assert list(d) == [k for k in range(size) if k % 2] + list(range(size, size + size // 2))
    assert all(k in d for k in list(d)) and -1 not in d and 0 not in d
print("done")
