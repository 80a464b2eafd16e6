import _circ_a
print(_circ_a.done, _circ_a.b_saw)
import sys
print(_circ_a is sys.modules["_circ_a"])
try: import _circ_x
except ImportError as e: print(str(e).split(" (/")[0])
print("_circ_x" in sys.modules, "_circ_y" in sys.modules)
try: import _circ_p
except AttributeError as e: print(str(e))
