def show(e):
    print(repr(e), "cause:", repr(e.__cause__), "context:", repr(e.__context__), "suppress:", e.__suppress_context__)
try:
    try: raise KeyError("a")
    except KeyError as k:
        raise ValueError("b") from k
except ValueError as v: show(v)
try:
    try: raise KeyError("a")
    except KeyError:
        raise ValueError("b") from None
except ValueError as v: show(v)
e = ValueError("x")
e.__cause__ = KeyError("set")
show(e)
e.__cause__ = None
show(e)
e.__suppress_context__ = False
show(e)
for attr, bad in (("__cause__", 5), ("__context__", "s"), ("__traceback__", 3), ("__suppress_context__", "x")):
    try: setattr(e, attr, bad)
    except TypeError as t: print(t)
try: del e.__cause__
except TypeError as t: print(t)
try: del e.__traceback__
except TypeError as t: print(t)
a, b = ValueError("a"), ValueError("b")
try:
    try: raise a
    except ValueError:
        try: raise b
        except ValueError:
            raise a
except ValueError as f:
    show(f)
    show(f.__context__) if f.__context__ else None
try:
    try: raise a
    except ValueError: raise a
except ValueError as f: print(f.__context__ is not f)
def cleanup():
    try: raise OSError("in cleanup")
    except OSError: pass
try:
    try: 1 / 0
    finally: cleanup()
except ZeroDivisionError as z: show(z)
with_tb = ValueError("tb").with_traceback(None)
print(with_tb.__traceback__)
try: raise with_tb
except ValueError as x: print(x.__traceback__ is not None, x.__traceback__.tb_lineno, x.__traceback__.tb_next)
try: with_tb.with_traceback(5)
except TypeError as t: print(t)
try: ValueError().__setstate__(5)
except TypeError as t: print(t)
v = ValueError(); v.__setstate__({"q": 1}); print(v.q, v.__reduce__())
