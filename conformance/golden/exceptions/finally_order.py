trace = []
def f(kind):
    trace.clear()
    def at(x): trace.append(x)
    try:
        for i in range(3):
            at(("loop", i))
            try:
                at("body")
                if kind == "break" and i == 1: break
                if kind == "continue" and i == 1: continue
                if kind == "return" and i == 1: return "ret"
                if kind == "raise" and i == 1: raise KeyError(i)
                at("end body")
            except KeyError as e:
                at(repr(e))
                raise ValueError("from except")
            else:
                at("else")
            finally:
                at("finally")
        else:
            at("for else")
    except ValueError as e:
        at(("outer", str(e)))
    finally:
        at("outer finally")
    return "end"
for k in ("none", "break", "continue", "return", "raise"):
    print(k, f(k), trace)
def ret_in_finally():
    try: raise ValueError("lost")
    finally: return "finally wins"
print(ret_in_finally())
def nested():
    try:
        try: raise ValueError(1)
        finally:
            try: raise KeyError(2)
            except KeyError: print("inner handled")
    except ValueError as e: return repr(e), repr(e.__context__)
print(nested())
def gen():
    try:
        yield 1
        return "x"
    finally:
        print("gen finally")
print(list(gen()))
def val():
    x = 1
    try: return x
    finally: x = 2
print(val())
def mutable():
    x = [1]
    try: return x
    finally: x.append(2)
print(mutable())
def override():
    for i in range(5):
        try:
            if i == 2: return i
        finally:
            if i == 2: continue
    return "loop ended"
print(override())
