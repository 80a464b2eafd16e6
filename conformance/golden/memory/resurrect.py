kept = []
class R:
    n = 0
    def __del__(self):
        R.n += 1
        print("del", R.n)
        kept.append(self)
r = R(); r.tag = "alive"; del r
print(len(kept), kept[0].tag); kept.clear(); print("del ran only once", R.n)
import gc
class Cyc:
    def __init__(self): self.me = self
    def __del__(self):
        print("cycle del")
        kept.append(self)
c = Cyc(); del c; print("before collect"); print(gc.collect() >= 0, len(kept)); kept.clear(); gc.collect(); print("done", len(kept))
class Raises:
    def __del__(self): print("raising"); raise KeyError("ignored")
import sys
sys.unraisablehook = lambda u: print("unraisable", u.exc_type.__name__, u.exc_value)
x = Raises(); del x; print("went on")
class NewAttr:
    def __del__(self): self.z = 1; print(self.__dict__)
n = NewAttr(); del n
class Sub(R):
    def __del__(self): print("sub"); super().__del__()
s = Sub(); del s; kept.clear()
class NoneDel: __del__ = None
nd = NoneDel()
try: del nd
except TypeError as e: print(e)
print("end")
