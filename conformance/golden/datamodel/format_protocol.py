class F:
    def __format__(self, s): return f"[{s}]"
print(f"{F()}", f"{F():abc}", "{:x y}".format(F()), format(F()), format(F(), "q"), f"{F()!r:.3}"[:4], f"{F()!s:>5.2}")
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: format(object(), "x"))
t(lambda: format(None, "5"))
t(lambda: format([1], "5"))
t(lambda: format((), ">3"))
t(lambda: format({}, "s"))
t(lambda: format(None))
t(lambda: format([1, 2]))
t(lambda: format(5, 5))
t(lambda: format("x", "d"))
t(lambda: format(5, "s"))
t(lambda: format(5.5, "d"))
t(lambda: format(1j, "d"))
t(lambda: format(True, "d"))
t(lambda: format(True))
t(lambda: format(True, "5"))
t(lambda: format(True, "s"))
t(lambda: format(len, "x"))
t(lambda: format(int, "x"))
t(lambda: f"{5:{'x'}}")
t(lambda: f"{5:>{3}.{1}f}")
w, p = 8, 3
print(f"{3.14159:{w}.{p}}", f"{'s':{w}}|", f"{255:{'#'}{'x'}}")
class S(str): pass
print(format(S("abc"), ">5"), f"{S('x')}")
class I(int):
    def __str__(self): return "I str"
print(f"{I(5)}", f"{I(5):d}", f"{I(5):>4}", "%s %d" % (I(5), I(5)), str(I(5)), repr(I(5)))
class Fl(float):
    def __repr__(self): return "Fl"
print(f"{Fl(1.5)}", str(Fl(1.5)), "%s" % Fl(2))
