# Keys that are all pairs of ints, all strs, and those with an exception among them; stability both ways.
def lcg(n, m):
    x = 12345
    out = []
    for _ in range(n):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        out.append((x >> 8) % m)
    return out


nums = lcg(400, 50)
pairs = [(n, i % 7) for i, n in enumerate(nums)]
texts = ["key%d" % n if i % 3 else "k" * (n % 12) for i, n in enumerate(nums)]


def check(items, key=None):
    for reverse in (False, True):
        got = sorted(items, key=key, reverse=reverse)
        k = key or (lambda x: x)
        slow = []
        for item in items:
            at = len(slow)
            while at and ((k(slow[at - 1]) < k(item)) if reverse else (k(item) < k(slow[at - 1]))):
                at -= 1
            slow.insert(at, item)
        assert [id(x) for x in got] == [id(x) for x in slow], (reverse, got[:5], slow[:5])
        again = list(items)
        again.sort(key=key, reverse=reverse)
        assert again == got
    print(len(items), repr(sorted(items, key=key)[:4]))


check(pairs)
check(texts)
check(list(range(400)), key=lambda i: pairs[i])
check(list(range(400)), key=lambda i: texts[i])
check(list(range(400)), key=lambda i: (texts[i], nums[i]))
check(list(range(400)), key=lambda i: (nums[i], float(i % 3)))
check(list(range(400)), key=lambda i: (nums[i], 2 ** 70 + i % 3))
check(list(range(400)), key=lambda i: (nums[i] % 3, True, i % 5))
check([t + "\u00e9" if i % 5 == 0 else t for i, t in enumerate(texts)])
check(["a\0b", "a", "a\0", "", "\0", "a\0\0", "abcdefgh", "abcdefgh\0", "abcdefghi", "abcdefg"])
check([(2, 1), (1,), (1, 2, 3), (), (1, 2)])
check([(1, 2), (-1, 5), (-(2 ** 61), 0), (2 ** 61, 0), (2 ** 62 - 1, -1)])
check([(1, True), (1, 0), (0, 5)])
for bad in ([(1, 2), (1, "a")], [(1, 2), 3], ["a", 1], [(1, None), (1, 2)]):
    try:
        bad.sort()
    except TypeError as e:
        print(e)
