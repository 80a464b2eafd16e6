def g():
    print("start")
    try:
        x = yield 1
        print("got", x)
        y = yield x * 2
        print("got", y)
    except ValueError as e:
        print("caught", e)
        yield "recovered"
    finally:
        print("cleanup")
    return "done"
a = g()
print(next(a), a.send(5))
try: a.send(6)
except StopIteration as e: print("stop", e.value)
b = g()
next(b)
print(b.throw(ValueError("thrown")))
try: next(b)
except StopIteration as e: print("stop", e.value)
c = g()
next(c)
c.close()
c.close()
try: next(c)
except StopIteration as e: print("after close", e.value)
d = g()
try: d.send(1)
except TypeError as e: print(e)
d.close()
print("unstarted close ran nothing")
e = g()
try: e.throw(KeyError("at start"))
except KeyError as x: print("thrown", x)
try: next(e)
except StopIteration: print("exhausted")
try: e.throw(OSError("late"))
except OSError as x: print("late", x)
def ignore():
    try: yield 1
    except GeneratorExit:
        yield 2
i = ignore(); next(i)
try: i.close()
except RuntimeError as x: print(x)
def swallow():
    try: yield 1
    except GeneratorExit: pass
s = swallow(); next(s); print(s.close())
def reraise_other():
    try: yield 1
    except GeneratorExit: raise KeyError("other")
r = reraise_other(); next(r)
try: r.close()
except KeyError as x: print("close raised", x, repr(x.__context__))
