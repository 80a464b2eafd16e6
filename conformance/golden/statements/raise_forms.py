def t(f):
    try:
        f()
    except BaseException as e:
        print(type(e).__name__, e.args, "cause", repr(e.__cause__), "context", repr(e.__context__), e.__suppress_context__)
def a(): raise ValueError
def b(): raise ValueError("x", 1)
def c(): raise ValueError from None
def d(): raise ValueError("n") from KeyError("cause")
def e():
    try:
        1 / 0
    except ZeroDivisionError as z:
        raise ValueError("new") from z
def f():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("ctx")
def g():
    raise
def h(): raise 42
def i(): raise "string"
def j(): raise object
def k(): raise ValueError from 5
def l(): raise ValueError from OSError
class NotExc:
    def __new__(cls): return 3
class Weird(Exception):
    def __new__(cls): return 3
def m(): raise Weird
def n():
    try:
        raise KeyError("first")
    finally:
        raise IndexError("second")
def o():
    try:
        raise KeyError("first")
    except KeyError:
        try:
            raise IndexError("second")
        except IndexError:
            pass
        raise
def p():
    raise NotExc
class Init(Exception):
    def __init__(self, need):
        super().__init__(need)
def q(): raise Init
for fn in (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q):
    print(fn.__name__, end=" ")
    t(fn)
