def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__ + ":", e)
class NoArgs: pass
class OneArg:
    __match_args__ = ("a",)
    a = 1
class BadArgs:
    __match_args__ = ["a"]
    a = 1
class BadElem:
    __match_args__ = (1,)
class Dup:
    __match_args__ = ("a", "a")
    a = 1
class Raises:
    __match_args__ = ("a",)
    @property
    def a(self): raise ZeroDivisionError("prop")
def a():
    match NoArgs():
        case NoArgs(1): return "m"
def b():
    match OneArg():
        case OneArg(1, 2): return "m"
def c():
    match BadArgs():
        case BadArgs(1): return "m"
def d():
    match BadElem():
        case BadElem(1): return "m"
def e():
    match Dup():
        case Dup(1, 1): return "m"
def f():
    match OneArg():
        case OneArg(1, a=1): return "m"
def g():
    match Raises():
        case Raises(1): return "m"
def h():
    cls = 5
    match 5:
        case cls(): return "m"
def i():
    match 5:
        case int(1, 2): return "m"
def j():
    match 5:
        case undefined_cls(): return "m"
def k():
    match 5:
        case NoArgs.nothing: return "m"
def l():
    match OneArg():
        case OneArg(b=2): return "m"
        case OneArg(1): return "second"
for fn in (a, b, c, d, e, f, g, h, i, j, k, l): t(fn)
