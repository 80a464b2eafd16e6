import itertools as it
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
L = list
print(L(it.chain("ab", [1])), L(it.chain.from_iterable(["ab", "c"])), L(it.islice("abcdef", 3)), L(it.islice("abcdef", 1, 5, 2)), L(it.islice("abcdef", 2, None)), L(it.islice(it.count(5, 3), 4)), L(it.islice(it.count(0.5, 0.25), 3)), L(it.islice(it.cycle("ab"), 5)), L(it.repeat("x", 3)), L(it.repeat(1, 0)))
print(L(it.accumulate([1, 2, 3])), L(it.accumulate([1, 2, 3], lambda a, b: a * b)), L(it.accumulate([1, 2], initial=10)), L(it.accumulate([])), L(it.compress("abcd", [1, 0, 1, 0])), L(it.dropwhile(lambda x: x < 3, [1, 3, 2])), L(it.takewhile(lambda x: x < 3, [1, 3, 2])), L(it.filterfalse(lambda x: x % 2, range(5))), L(it.filterfalse(None, [0, 1])), L(it.starmap(pow, [(2, 3), (3, 2)])), L(it.pairwise("abcd")), L(it.zip_longest("abc", "x", fillvalue="-")), L(it.zip_longest()))
print(L(it.product("ab", [1, 2])), L(it.product("ab", repeat=2)), L(it.product()), L(it.permutations("abc", 2)), len(L(it.permutations(range(5)))), L(it.combinations("abcd", 2)), L(it.combinations_with_replacement("ab", 3)), L(it.combinations("ab", 5)), L(it.permutations("ab", 0)))
print([(k, L(g)) for k, g in it.groupby("aabbbca")], [(k, L(g)) for k, g in it.groupby([1, 3, 2, 4], lambda x: x % 2)], [k for k, g in it.groupby("aab")])
a, b = it.tee([1, 2, 3]); print(next(a), L(b), L(a)); x, y, z = it.tee("ab", 3); print(L(x), L(z), it.tee("a", 0))
print(it.count(5), it.count(1, 2), it.repeat(3), it.repeat(3, 2), it.count(1.5), it.count(start=2, step=3), repr(it.count(10**30)))
t(lambda: it.islice("a", -1)); t(lambda: it.islice("a", 1, 2, 0)); t(lambda: it.islice("a", "x")); t(lambda: it.islice("a")); t(lambda: type(it.chain(5))); t(lambda: L(it.chain(5))); t(lambda: it.count("a")); t(lambda: it.repeat()); t(lambda: it.repeat(1, "x")); t(lambda: it.product("a", repeat=-1)); t(lambda: it.permutations("a", -1)); t(lambda: it.combinations("a", -1)); t(lambda: it.combinations("a")); t(lambda: it.tee("a", -1)); t(lambda: it.compress("a")); t(lambda: L(it.starmap(pow, [1]))); t(lambda: it.zip_longest("a", foo=1)); t(lambda: it.groupby()); t(lambda: it.accumulate()); t(lambda: it.cycle(5)); t(lambda: it.product(5)); t(lambda: it.islice("abc", None, None, None).__next__()); t(lambda: it.pairwise(5)); t(lambda: L(it.cycle([])))
