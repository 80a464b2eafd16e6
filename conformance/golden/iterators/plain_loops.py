# Sets, lists and tuples iterated forwards and backwards while they change.
def attempt(f):
    try:
        print("ok", f())
    except Exception as e:
        print(type(e).__name__, e)


def set_grows():
    s = {1, 2}
    for x in s:
        s.add(x + 10)


def set_swapped():
    s = {1}
    seen = []
    for x in s:
        seen.append(x)
        s.discard(x)
        s.add(x + 100)
    return seen[0]


def backwards():
    out = []
    l = [1, 2, 3, 4]
    for x in reversed(l):
        out.append(x)
        if x == 4:
            del l[1:]
    return out, list(reversed(l)), list(reversed((1, "a"))), list(reversed(range(3)))


def backwards_own():
    class L(list):
        def __getitem__(self, i):
            return i

    class S:
        def __len__(self):
            return 3

        def __getitem__(self, i):
            return i * 2

    r = reversed([1, 2])
    return list(reversed(L([7, 8]))), list(reversed(S())), next(r), next(r), next(r, "end"), next(r, "end")


def generated():
    def g(n):
        for i in range(n):
            yield i
        return "x"

    def bad():
        yield 1
        raise ValueError("bad")

    print(any(x > 3 for x in g(9)), all(g(3)), sum(g(10)), max(g(4)), list(g(2)), sorted(g(3)))
    print(tuple(g(0)), set(g(1)), dict((i, i) for i in g(2)), ",".join(str(i) for i in g(3)))
    it = g(1)
    print(list(it), list(it), next(it, "done"))
    return sum(bad())


def itself():
    def g():
        yield from it

    it = g()
    return list(it)




for f in set_grows, set_swapped, backwards, backwards_own, generated, itself:
    attempt(f)
total = 0
for x in {1, 2, 3}:
    total += x
for x in frozenset((4, 5)):
    total += x
print(total, [x for x in set()], {x % 3 for x in range(10)}, {str(x): x for x in range(3)})
