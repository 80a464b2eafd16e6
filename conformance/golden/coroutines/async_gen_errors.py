def step(aw):
    try: return ("suspended", aw.send(None))
    except StopIteration as e: return ("value", e.value)
    except BaseException as e: return (type(e).__name__, str(e))
async def ag():
    yield 1
    yield 2
g = ag()
a = g.asend(None)
print(step(a))
print(step(a))
print(step(g.asend(5)))
print(step(g.__anext__()))
print(step(g.__anext__()))
h = ag()
print(step(h.asend("early")))
print(step(h.athrow(ValueError("start"))))
print(step(h.__anext__()))
async def raises():
    yield 1
    raise KeyError("k")
r = raises()
print(step(r.__anext__()), step(r.__anext__()), step(r.__anext__()))
async def si():
    yield 1
    raise StopIteration("x")
s = si(); step(s.__anext__()); print(step(s.__anext__()))
async def sai():
    yield 1
    raise StopAsyncIteration("y")
s = sai(); step(s.__anext__()); print(step(s.__anext__()))
class Pause:
    def __await__(self): yield "p"
async def slow():
    await Pause()
    yield 1
s = slow()
first = s.__anext__()
print(step(first))
print(step(s.__anext__()))
print(step(s.aclose()))
print(step(first))
print(step(s.aclose()))
for attr in ("ag_await", "ag_frame", "ag_running"):
    print(attr, getattr(s, attr))
try: list(ag())
except TypeError as e: print(e)
try: next(ag())
except TypeError as e: print(e)
try: aiter(5)
except TypeError as e: print(e)
try: anext(5)
except TypeError as e: print(e)
print(aiter(h) is h)
