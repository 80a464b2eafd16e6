import sys, math
from itertools import chain, count as c
print(sys.version_info[0], math.floor(2.5), list(chain("a", "b")), next(c(5)), __name__)
