# What the iterators of itertools give to pickle and copy, at each of their places, and what they refuse.
import copy
import itertools as it
import operator
import pickle


def small(x):
    return x < 3


def second(a, b):
    return b


def makers():
    yield "accumulate", lambda: it.accumulate(range(1, 6), operator.mul)
    yield "accumulate initial", lambda: it.accumulate([1, 2, 3], initial=10)
    yield "accumulate None", lambda: it.accumulate([None, None, 3], second)
    yield "chain", lambda: it.chain("ab", "", "cd")
    yield "combinations", lambda: it.combinations("abcd", 2)
    yield "with replacement", lambda: it.combinations_with_replacement("abc", 2)
    yield "permutations", lambda: it.permutations("abcd", 2)
    yield "too many", lambda: it.permutations("ab", 3)
    yield "compress", lambda: it.compress("abcdef", [1, 0, 1, 0, 1])
    yield "count", lambda: it.islice(it.count(3, 2), 4)
    yield "cycle", lambda: it.islice(it.cycle("abc"), 8)
    yield "dropwhile", lambda: it.dropwhile(small, [1, 2, 5, 1, 7])
    yield "takewhile", lambda: it.takewhile(small, [1, 2, 5, 1, 7])
    yield "filterfalse", lambda: it.filterfalse(None, [0, 1, "", 2, None])
    yield "islice", lambda: it.islice("abcdefghij", 1, 9, 3)
    yield "product", lambda: it.product("ab", [0, 1], repeat=1)
    yield "product none", lambda: it.product("ab", "")
    yield "repeat", lambda: it.repeat("x", 3)
    yield "starmap", lambda: it.starmap(operator.pow, [(2, 3), (3, 2)])
    yield "tee", lambda: it.tee("abcd")[1]
    yield "zip_longest", lambda: it.zip_longest("abc", "x", fillvalue="-")


for name, make in makers():
    whole = list(make())
    for taken in range(len(whole) + 2):
        iterator = make()
        for _ in range(taken):
            next(iterator, None)
        results = []
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            results.append(list(pickle.loads(pickle.dumps(iterator, protocol))) == whole[taken:])
        results.append(list(copy.deepcopy(iterator)) == whole[taken:])
        results.append(list(iterator) == whole[taken:])
        print(name, taken, all(results))

groups = it.groupby("AABBC")
key, group = next(groups)
print(key, next(group))
print([(k, list(g)) for k, g in pickle.loads(pickle.dumps(groups))])
print(list(pickle.loads(pickle.dumps(group))))
next(groups)
print(group.__reduce__()[1])

c = it.cycle("abc")
next(c)
print(c.__reduce__()[1:][1])
for _ in range(4):
    next(c)
print(c.__reduce__()[2], [next(c) for _ in range(4)])
c = it.cycle(())
c.__setstate__((list("xyz"), 0))
print([next(c) for _ in range(5)])
c = it.cycle("ab")
c.__setstate__((list("xyz"), True))
print([next(c) for _ in range(7)])

p = it.permutations("abc", 2)
p.__setstate__(((9, -1, 1), (9, -9)))
print(list(p))
q = it.product("ab", "cd")
q.__setstate__((1, 9))
print(list(q))
q = it.combinations("abcd", 2)
q.__setstate__((-5, 9))
print(list(q))

a, b = it.tee(range(130))
for _ in range(70):
    next(a)
a2, b2 = pickle.loads(pickle.dumps((a, b)))
print(list(a2) == list(range(70, 130)), list(b2) == list(range(130)), list(b) == list(range(130)))


def refused(call):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)


for state in ((), (1,), (1, 2, 3), 5, ([], 1), (iter([]), iter([])), (iter([]), 1)):
    refused(lambda: it.chain().__setstate__(state))
for state in (3, (), ((), 1), ([1], "x")):
    refused(lambda: it.cycle(()).__setstate__(state))
for state in (3, (), (1, 2), ("a", "b")):
    refused(lambda: it.combinations("abc", 2).__setstate__(state))
    refused(lambda: it.product("ab", "cd").__setstate__(state))
refused(lambda: it.permutations("abc", 2).__setstate__(((1, 2, 0), (1,))))
refused(lambda: it.permutations("abc", 2).__setstate__(5))
refused(lambda: it.tee("abc")[0].__setstate__((1, 2)))
refused(lambda: it.tee("abc")[0].__setstate__(1))
refused(lambda: it.islice("abc", 2).__setstate__("x"))
refused(lambda: pickle.dumps(it.pairwise("abc")))
refused(lambda: it.groupby("abc").__setstate__((1,)))


# Each pair is of what came before the call that made it.
class Again:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            return self.n, next(self.pairs)
        if self.n > 4:
            raise StopIteration
        return self.n


source = Again()
source.pairs = it.pairwise(source)
refused(lambda: list(source.pairs))


class Named(it.chain):
    def __init__(self, *args, extra=None):
        self.extra = extra


print(list(Named("ab", extra=3)), Named("ab", extra=3).extra)


class Plain(it.cycle):
    pass


refused(lambda: Plain("ab", extra=3))
refused(lambda: it.islice("abc", 0, None, 2 ** 63 - 1).__next__())
