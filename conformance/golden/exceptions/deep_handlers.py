# A pyramid of handlers: each level re-raises, chains or swallows.
def level(n, how):
    try:
        if n == 0:
            raise ValueError("bottom")
        level(n - 1, how)
    except ValueError as e:
        if how == "bare": raise
        if how == "wrap": raise ValueError("level %d" % n) from e
        if how == "context": raise ValueError("ctx %d" % n)
        if how == "swallow" and n == 2: return "swallowed at 2"
        raise
    return "ok"
def chain(e, attr):
    out = []
    while e is not None:
        out.append(str(e))
        e = getattr(e, attr)
    return out
for how in ("bare", "wrap", "context", "swallow"):
    try: print(how, level(4, how))
    except ValueError as e:
        print(how, chain(e, "__cause__"), chain(e, "__context__"))
def many():
    n = 0
    for i in range(1000):
        try:
            if i % 3 == 0: raise KeyError(i)
            if i % 3 == 1: raise IndexError(i)
        except KeyError: n += 1
        except IndexError: n += 2
        else: n += 3
        finally: n += 10
    return n
print(many())
def loop_exc():
    last = None
    for i in range(3):
        try: raise ValueError(i)
        except ValueError as e: last = e
    return repr(last), last.__context__
print(loop_exc())
def in_expr():
    return [1, 2, f"{bad()}", 3]
def bad(): raise RuntimeError("in fstring")
try: x = (1, [2, {3: in_expr()}])
except RuntimeError as e: print(e)
