# Loops that take pairs apart: what is given must be as if every pair had been made.
d = {i: str(i) for i in range(5)}
for k, v in d.items():
    print(k, v, end=" ")
print()
for (k, v) in {}.items():
    print("never")
for i, c in enumerate("abc", 2**62 - 2):
    print(i, c, end=" ")
print()
for a, b in zip([1, 2, 3], "xy"):
    print(a, b, end=" ")
print()


def attempt(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, e)


def three():
    for a, b in zip([1], [2], [3]):
        return a, b


def one():
    for a, b in zip([1]):
        return a, b


def strict():
    for a, b in zip([1], [2, 3], strict=True):
        print(a, b)


def grows():
    d = {1: 2}
    for k, v in d.items():
        d[k + 1] = v


def swapped():
    d = {i: i for i in range(4)}
    for k, v in d.items():
        print(k, v, end=" ")
        del d[k]
        d[k + 10] = v


def key_grows():
    d = {1: 2}
    for k in d:
        d[k + 1] = k


def value_shrinks():
    d = {1: 2, 3: 4}
    for v in d.values():
        d.popitem()


def raising():
    def g():
        yield 1
        raise KeyError("g")

    for i, x in enumerate(g()):
        print(i, x)


def stops():
    class It:
        def __iter__(self):
            return self

        def __next__(self):
            raise StopIteration

    return [x for x, y in zip(It(), [1])], [x for x, y in enumerate(It())]


for f in three, one, strict, grows, swapped, key_grows, value_shrinks, raising, stops:
    attempt(f)


class E2(enumerate):
    def __next__(self):
        n, x = super().__next__()
        return n * 10, x


class Z2(zip):
    pass


print([(a, b) for a, b in E2("ab")], [a + b for a, b in Z2("ab", "cd")])
print([p for p in enumerate("ab")], list(zip("ab", "cd")), [(b, a) for a, b in d.items()])

# Dropping of the old values, in order.
class Noisy:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n, end=" ")


for i, x in enumerate(map(Noisy, range(3))):
    print("at", i, end=" ")
del x
print()
for a, b in zip(map(Noisy, "ab"), map(Noisy, "xy")):
    print("at", a.n, b.n, end=" ")
del a, b
print()
for k, v in {1: Noisy(1), 2: Noisy(2)}.items():
    print("at", k, end=" ")
del v
print()

# The target is not a pair of names.
box = {}
for box["k"], (p, q) in enumerate([(1, 2), (3, 4)]):
    print(box, p, q)
for i, (j, l) in enumerate(zip("ab", [1, 2])):
    print(i, j, l)


def generated():
    return {k: v for k, v in zip("abc", range(3))}, {v for k, v in enumerate("aab")}


print(generated()[0], sorted(generated()[1]))
it = iter({1: 2, 3: 4}.items())
for k, v in it:
    break
print(k, v, list(it))
