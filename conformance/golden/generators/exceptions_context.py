# What a generator sees of the exception that its caller handles.
import sys
def info():
    e = sys.exc_info()[1]
    return repr(e)
def g():
    print("in g", info())
    yield 1
    print("again", info())
    try: raise KeyError("own")
    except KeyError:
        print("handling", info())
        yield 2
        print("still", info())
    print("after", info())
    yield 3
x = g()
try: raise ValueError("outer")
except ValueError:
    next(x)
    print("caller", info())
    next(x)
    print("caller", info())
print("outside", info())
next(x)
print("outside", info())
def h():
    try: yield 1
    except Exception as e: print(repr(e), "context", repr(e.__context__))
    raise RuntimeError("from gen")
y = h(); next(y)
try:
    try: raise IndexError("handled by caller")
    except IndexError:
        y.throw(OSError("thrown"))
except RuntimeError as e:
    print(repr(e), repr(e.__context__))
def k():
    try:
        yield 1
    finally:
        print("finally sees", info())
z = k(); next(z)
try: raise TypeError("during close")
except TypeError: z.close()
