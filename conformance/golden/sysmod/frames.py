import sys
def f():
    fr = sys._getframe()
    return fr.f_code.co_name, fr.f_lineno, fr.f_back.f_lineno, sorted(fr.f_locals), fr.f_globals is globals(), fr.f_builtins["len"] is len
print(f())
def g(a, b=2):
    c = 3
    def inner():
        outer = sys._getframe(1)
        return outer.f_code.co_name, {k: v for k, v in outer.f_locals.items() if k in "abc"}
    return inner()
print(g(1))
def depth():
    n, fr = 0, sys._getframe()
    while fr: n, fr = n + 1, fr.f_back
    return n
print(depth(), (lambda: depth())())
class C:
    here = sys._getframe().f_code.co_name
    back = sys._getframe().f_back.f_code.co_name
print(C.here, C.back)
def gen():
    yield sys._getframe().f_code.co_name, sys._getframe().f_back.f_code.co_name
print(next(gen()), [sys._getframe().f_code.co_name for _ in range(1)], next(sys._getframe().f_code.co_name for _ in range(1)), (lambda: sys._getframe().f_code.co_name)())
fr = sys._getframe()
def t(x):
    try: print(x())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: setattr(fr, "f_locals", {})); t(lambda: setattr(fr, "f_code", None)); t(lambda: setattr(fr, "f_lineno", 5)); t(lambda: fr.f_trace); t(lambda: fr.f_lasti >= 0); t(lambda: fr.clear()); t(lambda: type(fr)()); t(lambda: repr(fr)[:12]); t(lambda: fr.f_trace_lines)
def keep(): return sys._getframe()
k = keep(); print(k.f_code.co_name, k.f_back is sys._getframe(), k.f_locals); k.clear()
try: 1 / 0
except ZeroDivisionError as e: print(e.__traceback__.tb_frame is sys._getframe(), e.__traceback__.tb_frame.f_lineno)
