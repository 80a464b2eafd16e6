def f():
    import math
    return math.pi
class C:
    from math import floor
    import sys as system
print(f(), C.floor(2.5), C.system.__name__, "math" in globals())
if True:
    import math as m1
try:
    import _does_not_exist
except ImportError:
    _does_not_exist = None
print(m1.__name__, _does_not_exist)
for name in ("math", "itertools"):
    print(__import__(name).__name__)
import sys, math as q, itertools
print(q is m1)
from math import (pi,
                  e as euler,
                  tau,)
print(pi < euler * 2 < tau * 2)
def g():
    global gc
    import gc
g(); print(gc.__name__)
import sys as x, math as x
print(x.__name__)
lam = lambda: __import__("errno").ENOENT
print(lam())
class D:
    def m(self):
        from sys import maxsize as big
        return big == 2**63 - 1
print(D().m())
