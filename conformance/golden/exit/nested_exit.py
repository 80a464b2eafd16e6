import sys
def f():
    try:
        raise KeyError("k")
    except KeyError:
        sys.exit("exit in handler")
f()
