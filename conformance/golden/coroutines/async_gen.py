def run(aw):
    it = aw.__await__() if hasattr(aw, "__await__") else aw
    try:
        while True:
            print("  suspended", it.send(None))
    except StopIteration as e:
        return e.value
    except StopAsyncIteration as e:
        return "StopAsyncIteration"
class Sleep:
    def __await__(self): yield "zz"
async def ag(n):
    try:
        for i in range(n):
            await Sleep()
            got = yield i
            print("got", got)
    except ValueError as e:
        print("caught", e)
        yield "after error"
    finally:
        print("cleanup")
g = ag(3)
print(type(g).__name__, g.ag_running, g.ag_code.co_name, g.__name__)
print(run(g.__anext__()))
print(run(g.asend("hello")))
print(run(g.athrow(ValueError("v"))))
print(run(g.__anext__()))
print(run(g.__anext__()))
h = ag(2)
print(run(h.__anext__()))
print(run(h.aclose()))
print(run(h.aclose()), run(h.__anext__()))
async def comp():
    return [x async for x in ag(2)], {x: x async for x in ag(1)}, [y for x in [1] async for y in ag(1)] 
print(run(comp()))
async def genexp():
    g = (x * 10 async for x in ag(2))
    print(type(g).__name__)
    return [v async for v in g]
print(run(genexp()))
async def early():
    async for x in ag(5):
        print("x", x)
        if x == 1: break
    return "out"
print(run(early()))
async def ignore_exit():
    try: yield 1
    except GeneratorExit: yield 2
i = ignore_exit(); run(i.__anext__())
try: run(i.aclose())
except RuntimeError as e: print(e)
async def asynext():
    g = ag(1)
    print(await anext(g), await anext(g, "default"))
run(asynext())
