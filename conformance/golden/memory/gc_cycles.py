import gc
gc.disable()
class Node:
    count = 0
    def __init__(self): Node.count += 1
    def __del__(self): Node.count -= 1
a, b = Node(), Node(); a.o, b.o = b, a; del a, b; print(Node.count); print(gc.collect() >= 2, Node.count)
l = [Node()]; l.append(l); del l; gc.collect(); print(Node.count)
d = {}; d["self"] = d; d["n"] = Node(); del d; gc.collect(); print(Node.count)
n = Node(); n.f = lambda: n; del n; gc.collect(); print(Node.count)
def f():
    x = Node()
    def inner(): return x, inner
    return inner
g = f(); del g; gc.collect(); print(Node.count)
def gen():
    me = yield Node()
    yield me
it = gen(); next(it); it.send(it); del it; gc.collect(); print(Node.count)
class C: pass
C.self = C; C.n = Node(); del C; gc.collect(); print(Node.count)
t = ([],); t[0].append(t); t[0].append(Node()); del t; gc.collect(); print(Node.count)
n = Node(); n.m = n.__init__; del n; gc.collect(); print(Node.count)
chain = first = Node()
for _ in range(1000): nxt = Node(); chain.next = nxt; chain = nxt
chain.next = first; del chain, first, nxt; gc.collect(); print(Node.count)
try: raise ValueError(Node())
except ValueError as e: keep = e; keep.me = keep
del keep; gc.collect(); print(Node.count)
print(gc.isenabled(), gc.get_threshold(), gc.is_tracked([]), gc.is_tracked(1), gc.is_tracked("s"), gc.get_count().__len__(), gc.garbage, gc.get_debug())
gc.enable(); print(gc.isenabled()); gc.set_threshold(500, 5, 5); print(gc.get_threshold())
for bad in (lambda: gc.collect(5), lambda: gc.collect(-1), lambda: gc.collect("x"), lambda: gc.set_threshold(), lambda: gc.set_threshold("x")):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
o = []; print(any(x is o for x in gc.get_objects()), [x for x in gc.get_referents([1, o]) if x is o], gc.is_finalized(o)); gc.freeze(); gc.unfreeze(); print(gc.get_freeze_count())
