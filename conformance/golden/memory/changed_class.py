# An instance whose class was changed to one with more attributes is taken apart by the collector as what it is.
import gc


class Small:
    pass


class Large(Small):
    def __init__(self):
        self.a = self.b = self.c = self.d = self.e = self.f = self.g = self.h = None
        self.i = self.j = self.k = self.l = self.m = self.n = self.o = self.p = None
        self.q = self.r = self.s = self.t = self.u = self.v = self.w = self.x = None


kept, lost = [], []
for number in range(500):
    changed = Small()
    changed.__class__ = Large
    changed.me = changed
    lost.append(changed)
    for more in range(3):
        other = Small()
        other.value = [number, more]
        kept.append(other)
del lost, changed, other
print(gc.collect() > 0)
print(len([other for other in kept if not hasattr(other, "value")]))
print(sum(other.value[0] for other in kept))
