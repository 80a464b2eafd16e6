# bench: name=sort args=60000
# Sorts: ints, floats, strings, tuples, by key, in reverse, of objects, of lists that are sorted nearly.
import sys
from functools import cmp_to_key
from operator import attrgetter, itemgetter


class Item:
    def __init__(self, key, name):
        self.key = key
        self.name = name

    def __lt__(self, other):
        return self.key < other.key


def numbers(n, seed):
    out = []
    for _ in range(n):
        seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        out.append(seed >> 33)
    return out


def run(n):
    ints = numbers(n, 1)
    floats = [x / 7 for x in ints]
    words = ["w%x" % x for x in ints]
    pairs = [(x % 100, x) for x in ints]
    records = [{"id": x, "group": x % 10} for x in ints]
    items = [Item(x, w) for x, w in zip(ints[: n // 3], words)]
    check = []
    for source in (ints, floats, words, pairs):
        done = sorted(source)
        check.append(done[n // 2])
        done = sorted(source, reverse=True)
        check.append(done[n // 3])
    nearly = sorted(ints)
    for i in range(0, n - 10, 97):
        nearly[i], nearly[i + 5] = nearly[i + 5], nearly[i]
    for _ in range(5):
        check.append(sorted(nearly)[7])
    check.append(sorted(nearly, reverse=True)[7])
    check.append(sorted(words, key=len)[n // 2])
    check.append(sorted(words, key=str.upper)[n // 2])
    check.append(sorted(ints, key=lambda x: x % 1000)[n // 2])
    check.append(sorted(ints, key=lambda x: (x % 10, -x))[n // 2])
    check.append(sorted(pairs, key=itemgetter(1))[n // 2])
    check.append(sorted(records, key=lambda r: (r["group"], r["id"]))[n // 2]["id"])
    check.append(sorted(items)[n // 9].name)
    check.append(sorted(items, key=attrgetter("name"))[n // 9].key)
    check.append(sorted(ints[: n // 5], key=cmp_to_key(lambda a, b: (a > b) - (a < b)))[9])
    check.append([max(words), min(pairs), sum(heads[0] for heads in zip(sorted(floats), range(9)))])
    return check


print(run(int(sys.argv[1])))
