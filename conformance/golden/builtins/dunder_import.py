import sys
m = __import__("sys"); print(m is sys)
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: __import__("no_such_mod_x")); t(lambda: __import__("")); t(lambda: __import__(5)); t(lambda: __import__("sys", level=-1)); t(lambda: __import__("x", {}, {}, (), 1)); t(lambda: __import__()); t(lambda: __import__("x", {"__package__": "nopkg", "__name__": "nopkg.m"}, None, ["a"], 1)); t(lambda: __import__("math", fromlist=("pi",)).__name__)
real = __builtins__.__import__ if not isinstance(__builtins__, dict) else __builtins__["__import__"]
calls = []
def fake(name, globals=None, locals=None, fromlist=(), level=0):
    calls.append((name, fromlist, level))
    return real(name, globals, locals, fromlist, level)
import builtins
builtins.__import__ = fake
import math, sys as s2
from math import pi, e as ee
from itertools import *
builtins.__import__ = real
print(calls, pi, chain.__name__)
del builtins.__import__
try: import math
except ImportError as e: print(e)
builtins.__import__ = real
sys.modules["made_up"] = "not a module"
import made_up; print(made_up)
sys.modules["blocked"] = None
try: import blocked
except ImportError as e: print(type(e).__name__, e)
print(math.__name__, math.__spec__.name, math.__spec__.origin, sys.__spec__.name, __spec__, __name__, __doc__, __package__)
