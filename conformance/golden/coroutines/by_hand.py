class Y:
    def __init__(self, v): self.v = v
    def __await__(self):
        got = yield self.v
        return ("resumed with", got)
async def inner(x):
    print("inner", x)
    r = await Y(x * 2)
    print("inner got", r)
    return x + 1
async def outer():
    a = await inner(1)
    b = await inner(a)
    return a, b
c = outer()
print(type(c).__name__, c.cr_running, c.cr_code.co_name)
print(c.send(None))
print(c.cr_await.__name__)
print(c.send("A"))
try: c.send("B")
except StopIteration as e: print("result", e.value)
try: c.send(None)
except RuntimeError as e: print(e)
def drive(co, *sends):
    out = []
    try:
        out.append(co.send(None))
        for s in sends: out.append(co.send(s))
    except StopIteration as e:
        out.append(("ret", e.value))
    return out
print(drive(outer(), 1, 2))
c = outer(); c.send(None)
try: c.throw(ValueError("boom"))
except ValueError as e: print("threw", e)
c = outer(); c.send(None); c.close(); print("closed")
async def fin():
    try: await Y(1)
    finally: print("finally runs")
c = fin(); c.send(None); c.close()
async def catch():
    try: await Y(1)
    except KeyError as e: return "caught " + str(e)
c = catch(); c.send(None)
try: c.throw(KeyError("k"))
except StopIteration as e: print(e.value)
c = outer()
try: c.send(1)
except TypeError as e: print(e)
c.close()
print(c.__name__, c.__qualname__, hasattr(c, "__iter__"), hasattr(c, "__next__"))
w = outer().__await__()
print(type(w).__name__, next(w)); w.close()
