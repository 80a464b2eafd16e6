def t(f):
    try:
        print("returned", f())
    except BaseException as e:
        print("raised", repr(e), [repr(x) for x in getattr(e, "exceptions", [])])
def a(exc):
    out = []
    try:
        raise exc
    except* ValueError as g:
        out.append(("V", type(g).__name__, repr(g.exceptions)))
    except* (KeyError, OSError) as g:
        out.append(("KO", repr(g.exceptions)))
    else:
        out.append("else")
    finally:
        out.append("finally")
        print(out)
    return out
t(lambda: a(ExceptionGroup("g", [ValueError(1), KeyError(2), ValueError(3)])))
t(lambda: a(ValueError("naked")))
t(lambda: a(ExceptionGroup("g", [ValueError(1), TypeError(2)])))
t(lambda: a(TypeError("plain")))
t(lambda: a(ExceptionGroup("g", [ExceptionGroup("n", [OSError(1), IndexError(2)]), KeyError(3)])))
t(lambda: a(KeyboardInterrupt()))
def b():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError:
        raise RuntimeError("new")
    except* KeyError as k:
        raise OSError("other")
t(b)
def c():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError as e:
        raise e
t(c)
def d():
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError:
        raise
t(d)
def e():
    try: raise ValueError
    except* ExceptionGroup: pass
t(e)
def f():
    try: raise ValueError
    except* 5: pass
t(f)
def g():
    for i in range(2):
        try:
            if i: raise ValueError(i)
        except* ValueError as v:
            print("loop", i, repr(v))
        else: print("no exc", i)
    try: v
    except UnboundLocalError as u: print(u)
g()
def h():
    try:
        try: raise ExceptionGroup("x", [KeyError(1)])
        except* ValueError: print("no")
    except ExceptionGroup as e: return repr(e)
t(h)
