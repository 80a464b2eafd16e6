# Suggestions are appended to the printed traceback only, not to str(e).
class A:
    blech = None
    other_name = 1
try: A().bleck
except AttributeError as e: print(str(e), e.name, type(e.obj).__name__)
try: A.bleck
except AttributeError as e: print(str(e), e.name, e.obj is A)
try: "".lowr
except AttributeError as e: print(str(e), e.name, repr(e.obj))
def f():
    variable = 1
    return varable
try: f()
except NameError as e: print(str(e), e.name)
class G:
    def __getattr__(self, n): raise AttributeError("own " + n)
try: G().x
except AttributeError as e: print(str(e), e.name, type(e.obj).__name__)
class P:
    @property
    def p(self): raise AttributeError("inner")
try: P().p
except AttributeError as e: print(str(e), e.name, type(e.obj).__name__)
try: getattr(5, "zip")
except AttributeError as e: print(str(e), e.name, type(e.obj).__name__)
import sys
try: sys.nothing_here
except AttributeError as e: print(str(e), e.name, e.obj is sys)
try: A().x.y
except AttributeError as e: print(e)
try: A().blech.real
except AttributeError as e: print(e)
o = A()
try: del o.missing
except AttributeError as e: print(e, e.name)
try: del A.missing
except AttributeError as e: print(e, e.name)
try: (5).x = 1
except NameError: pass
except AttributeError as e: print(e)
