def run(co):
    sends = 0
    try:
        v = co.send(None)
        while True:
            print("  suspended", v)
            sends += 1
            v = co.send(sends)
    except StopIteration as e:
        return e.value
class Sleep:
    def __init__(self, tag): self.tag = tag
    def __await__(self): return (yield self.tag)
class CM:
    def __init__(self, n, swallow=False): self.n, self.swallow = n, swallow
    async def __aenter__(self):
        r = await Sleep("enter " + self.n)
        return (self.n, r)
    async def __aexit__(self, et, ev, tb):
        r = await Sleep("exit " + self.n)
        print("aexit", self.n, et and et.__name__, ev)
        return self.swallow
class Count:
    def __init__(self, n): self.i, self.n = 0, n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.i == self.n: raise StopAsyncIteration
        self.i += 1
        if self.i == 2: await Sleep("anext")
        return self.i
async def main():
    async with CM("a") as x, CM("b", True) as y:
        print(x, y)
        raise ValueError("body")
    async for i in Count(3):
        print("i", i)
        if i == 2: continue
    else:
        print("else")
    async for i in Count(5):
        if i == 2: break
    else:
        print("no else")
    async with CM("ret"):
        for q in range(2):
            async with CM("loop"):
                if q == 0: continue
                return "returned", [j async for j in Count(3)], {j: 1 async for j in Count(1)}
print(run(main()))
async def nested():
    try:
        async with CM("n"):
            1 / 0
    except ZeroDivisionError as e:
        return repr(e)
    finally:
        await Sleep("finally")
print(run(nested()))
