# Containers of atoms hanging off garbage: freed with it, and never mistaken for garbage themselves.
import gc
import _weakref as weakref


class Node:
    pass


class Key:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


gc.collect()
kept = []
for i in range(3):
    n = Node()
    n.me = n
    n.pair = (i, "x")
    n.table = {"a": i, 2: 3.5}
    n.row = [i, i + 1]
    kept.append((n.pair, n.table, n.row))
r = weakref.ref(n)
del n
print(gc.collect() > 0, r() is None)
print(kept)

# A dict or tuple that comes to hold a container after a collection.
late = {"k": 1}
pair = ([],)
gc.collect()
late["self"] = late
pair[0].append(pair)
late["key"] = Key("late")
pair[0].append(Key("pair"))
gc.collect()
del late
gc.collect()
del pair
gc.collect()

# Keys are references too.
d = {}
k = Key("key")
k.d = d
d[k] = 1
d[(k, 1)] = 2
gc.collect()
del d, k
print("before")
gc.collect()
print("after")

# Many live objects of all kinds across automatic collections.
rows = [{"i": i, "t": (i, [i])} for i in range(60000)]
pairs = [(i, i + 1) for i in range(60000)]
for i in range(60000):
    a = []
    b = [a]
    a.append(b)
print(sum(r["i"] for r in rows), sum(r["t"][1][0] for r in rows), sum(a + b for a, b in pairs))
