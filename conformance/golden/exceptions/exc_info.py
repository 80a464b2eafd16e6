import sys
print(sys.exc_info(), sys.exception())
try: 1 / 0
except ZeroDivisionError as e:
    print(sys.exc_info()[0], sys.exc_info()[1] is e, sys.exc_info()[2] is e.__traceback__, sys.exception() is e)
    try: [][1]
    except IndexError:
        print(repr(sys.exception()))
    print(repr(sys.exception()))
    def called(): return repr(sys.exception())
    print(called())
print(sys.exc_info())
def f():
    try: raise KeyError("k")
    except KeyError:
        return repr(sys.exception())
print(f(), sys.exception())
def tb_lines(e):
    out = []
    tb = e.__traceback__
    while tb:
        out.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    return out
def a(): b()
def b(): c()
def c(): raise OSError("deep")
try: a()
except OSError as e: print(tb_lines(e))
try:
    try: a()
    except OSError as e: raise
except OSError as e: print(tb_lines(e))
try:
    try: a()
    except OSError as e: raise e
except OSError as e: print(tb_lines(e))
try: a()
except OSError as e:
    tb = e.__traceback__
    T = type(tb)
    new = T(None, tb.tb_frame, tb.tb_lasti, 77)
    print(new.tb_lineno, new.tb_next, T.__name__)
    tb.tb_next = None
    print(tb_lines(e))
    try: tb.tb_next = 5
    except TypeError as x: print(x)
    try: tb.tb_next = tb
    except ValueError as x: print(x)
    try: T(1, 2, 3, 4)
    except TypeError as x: print(x)
