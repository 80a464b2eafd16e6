# Generators, coroutines and asynchronous generators, driven by hand.
def t(f, *a, **k):
    try: print(f(*a, **k))
    except BaseException as e: print(type(e).__name__, e)
def g():
    x = yield 1
    print("got", x)
    try: yield 2
    except ValueError as e: print("caught", e); yield 3
    return 9
i = g(); print(next(i), i.send("a"), i.throw(ValueError("v"))); t(next, i); t(next, i); t(i.send, 1)
i = g(); t(i.send, 5); print(list(g())); i = g(); next(i); i.close(); t(next, i)
i = g(); t(i.throw, KeyError); t(i.throw, 5); t(i.throw, ValueError, "x", 5)
print(i.__name__, i.gi_running, i.gi_frame, g().gi_yieldfrom, type(i).__name__, g.__name__)
def sub():
    r = yield from g()
    print("r", r)
print(list(sub()), sum(x for x in range(5)), max((i for i in [3, 1]), default=0), tuple(x * 2 for x in "ab"))
def cl():
    try: yield 1
    finally: print("cleanup")
c = cl(); next(c); del c
def bad():
    try: yield 1
    except GeneratorExit: yield 2
b = bad(); next(b); t(b.close)
def run(coro):
    try:
        while True: coro.send(None)
    except StopIteration as e: return e.value
async def a(): return 5
async def b(): return await a() + 1
print(run(b()))
c = a(); run(c); t(c.send, None); print(type(c).__name__, c.cr_running, c.cr_await); t(iter, c)
class Aw:
    def __await__(self): yield 1; return 7
async def d(): return await Aw()
print(run(d()))
async def ag():
    for i in range(3):
        x = yield i
        if x: print("sent", x)
async def use():
    r = []
    async for v in ag(): r.append(v)
    r.append([v async for v in ag()])
    it = ag(); r.append(await it.__anext__()); r.append(await it.asend("hey")); await it.aclose()
    try: await it.__anext__()
    except StopAsyncIteration: r.append("stop")
    r.append(await anext(ag())); e = ag(); await e.aclose(); r.append(await anext(e, "default"))
    it = ag(); await anext(it)
    try: await it.athrow(KeyError("k"))
    except KeyError as e: r.append(repr(e))
    return r
print(run(use()))
async def ign():
    try: yield 1
    except GeneratorExit: yield 2
async def use2():
    i = ign(); await anext(i)
    try: await i.aclose()
    except RuntimeError as e: print(e)
run(use2())
