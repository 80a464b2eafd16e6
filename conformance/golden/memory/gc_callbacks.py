import gc
gc.disable()
log = []
def cb(phase, info): log.append((phase, sorted(info)))
gc.callbacks.append(cb); gc.collect(); gc.callbacks.remove(cb)
print(log); gc.enable()
class Evil:
    def __del__(self): print("collect inside del", gc.collect() >= 0)
e = Evil(); e.me = e; del e; gc.collect()
class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, hasattr(self.other, "n"))
x, y = A("x"), A("y"); x.other, y.other = y, x; del x, y; gc.collect()
stats = gc.get_stats(); print(len(stats), sorted(stats[0]))
before = len(gc.get_objects()) > 0; print(before)
import itertools
def make():
    for i in range(20000):
        a = []; a.append(a)
make(); gc.collect(); print("many cycles collected")
o = object(); l = [o]; print(l in gc.get_referrers(o), gc.get_referents({"a": 1}) != [])
