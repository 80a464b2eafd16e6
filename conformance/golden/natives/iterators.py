# itertools, range, slice, enumerate, map, filter, zip, reversed.
from itertools import *
def t(f, *a, **k):
    try: print(f(*a, **k))
    except BaseException as e: print(type(e).__name__, e)
def L(x, n=10): return list(islice(x, n))
print(L(count()), L(count(5, 2), 3), L(count(2.5, 0.5), 3), count(3), count(3, 2), count(1.5), repr(count(1, 1)))
t(count, "x"); t(count, x=1); t(count, 1, 2, 3)
print(L(cycle("ab"), 5), L(cycle(""))); t(cycle); t(cycle, 1, 2); t(cycle, x=1)
print(L(repeat(1)), list(repeat(2, 3)), repeat(1, 2), repeat(1), repeat(5, -1), list(repeat(1, times=2)))
t(repeat); t(repeat, 1, "x"); t(repeat, 1, 2, 3); t(lambda: repeat(1).__length_hint__()); print(repeat(1, 5).__length_hint__())
print(list(chain("ab", [1])), list(chain()), list(chain.from_iterable(["ab", "cd"]))); t(lambda: list(chain(1))); t(chain, x=1)
print(list(compress("abcde", [1,0,1,0,1])), list(compress("ab", [True]))); t(compress, []); t(compress, 1, 2)
print(list(dropwhile(lambda x: x < 3, [1,2,3,1])), list(takewhile(lambda x: x < 3, [1,2,3,1])))
print(list(filterfalse(None, [0,1,2,""])), list(filterfalse(lambda x: x % 2, range(5))), list(starmap(pow, [(2,3),(3,2)])), list(starmap(max, [[1,5]])))
print(list(islice(range(10), 2)), list(islice(range(10), 2, 5)), list(islice(range(10), 1, None, 3)), list(islice(range(3), None)), list(islice(range(10), 0, 9, 4)))
for a in [(-1,), (-5,), ("x",), (1, "x"), ("x", 1), (1, 5, 0), (1, 5, -1), (1, 5, "x"), (), (1,2,3,4), (2**70,)]: t(islice, [], *a)
i = iter(range(10)); print(list(islice(i, 2, 4)), next(i)); i = iter(range(10)); print(list(islice(i, 1, 8, 3)), next(i))
print(list(pairwise("abcd")), list(pairwise("a")), list(pairwise([])))
print(list(accumulate([1,2,3])), list(accumulate([1,2,3], lambda a, b: a * b)), list(accumulate([1,2], initial=10)), list(accumulate([], initial=5)), list(accumulate([]))); t(accumulate); t(accumulate, [], 1, 2)
print([(k, list(g)) for k, g in groupby("aabbbc")], [(k, list(g)) for k, g in groupby([1,3,2,4], key=lambda x: x % 2)])
g = groupby("aabb"); k, first = next(g); k2, second = next(g); print(k, list(first), k2, list(second))
a, b, c = tee(range(5), 3); print(next(a), next(a), list(b), list(a), list(c)); print(tee([], 0)); t(tee, [], -1); t(tee)
x, = tee("ab", 1); y = x.__copy__(); print(list(x), list(y)); big = tee(range(200)); print(sum(big[0]), sum(big[1]))
print(list(zip_longest("abc", [1], fillvalue="-")), list(zip_longest()), list(zip_longest("ab"))); t(zip_longest, "a", foo=1)
print(list(product("ab", [1,2])), list(product([0,1], repeat=2)), list(product()), list(product([], "a")), list(product("ab", repeat=0))); t(product, [], repeat=-1); t(product, [], foo=1); t(product, [1], repeat="x")
print(list(permutations("abc", 2)), list(permutations("abc")), list(permutations([], 0)), list(permutations("ab", 3)), len(list(permutations(range(5))))); t(permutations, [], -1); t(permutations, [], "x"); t(permutations)
print(list(combinations("abcd", 2)), list(combinations("ab", 0)), list(combinations("ab", 3)), len(list(combinations(range(8), 4)))); t(combinations, []); t(combinations, [], -1); t(combinations, [], "x")
print(list(combinations_with_replacement("abc", 2)), list(combinations_with_replacement([], 1)), list(combinations_with_replacement([], 0)))
print(list(permutations("abcd", 3))[:9], list(permutations("abcd", 3))[-3:])
class C(count): pass
print(C(3), next(C(4)), isinstance(C(), count), type(chain()).__name__, count.__module__, chain.from_iterable.__name__)
it = chain([1], [2, 3]); print(next(it), list(it), list(it))
print(count(5).__reduce__(), count(1, 3).__reduce__(), repeat(1, 3).__reduce__())
print(chain[int]) if hasattr(chain, "__class_getitem__") else None
print(range(10)[2:5], range(10)[::-1], range(0, 10, 3)[-1], len(range(10**20)) if 0 else range(10**20)[5], range(5) == range(0, 5), hash(range(3)) == hash(range(0, 3, 1)), 3 in range(5), 3.0 in range(5), "x" in range(5), range(0), bool(range(0)), range(1, 10, 2).index(5), range(5).count(3))
t(lambda: range(5)[9]); t(lambda: range(5)["x"]); t(range); t(range, 1, 2, 3, 4); t(range, 1, 2, 0); t(range, "a"); t(lambda: range(3).index(9)); t(len, range(10**20))
print(list(reversed(range(5))), list(range(10**20, 10**20 + 3)), list(reversed(range(2**63, 2**63 + 3))), range(10).start, range(1, 2, 3).step, repr(range(1, 5)), repr(range(1, 5, 2)), list(range(5, 0, -2)), range(10, 0, -3)[1:3])
print(slice(1, 2, 3), slice(5), slice(1, 2).indices(10), slice(None, None, -1).indices(5), slice(-3, None).indices(10), slice(1, 2) == slice(1, 2), slice(1, 2) < slice(1, 3), slice(1).stop); t(hash, slice(1)); t(slice); t(lambda: slice(0, 1, 0).indices(5)); t(lambda: slice("a").indices(5)); t(lambda: [1,2]["a":])
e = enumerate("ab", 5); print(list(e), list(enumerate("ab", start=2**70))); t(enumerate); t(enumerate, [], "x"); t(enumerate, 5)
print(list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(filter(None, [0, 1])), list(filter(lambda x: x > 1, [1, 2, 3])), list(zip()), list(zip([1, 2], "ab", strict=True)))
t(lambda: list(zip([1, 2], "a", strict=True))); t(lambda: list(zip([1], "ab", strict=True))); t(lambda: list(zip([1], [1], "ab", strict=True))); t(map); t(map, 1); t(filter, 1); t(zip, 1); t(zip, a=1); t(reversed); t(reversed, 1); t(reversed, {1})
class S:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
    def __len__(self): return 4
print(list(S()), list(reversed(S())), 4 in S(), iter(S()).__length_hint__(), list(iter(iter([1, 2, 3, 4]).__next__, 3)))
