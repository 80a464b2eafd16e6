def run(co):
    try:
        while True: co.send(None)
    except StopIteration as e: return e.value
class P:
    def __init__(self, v): self.v = v
    def __await__(self):
        yield
        return self.v
async def arange(n):
    for i in range(n):
        await P(0)
        yield i
async def double(x): return (await P(x)) * 2
async def main():
    print([await double(x) for x in range(3)])
    print({await double(x) for x in (1, 1)}, {await P(k): await double(k) for k in "ab"})
    print([x async for x in arange(5) if await P(x % 2)])
    print([(x, y) async for x in arange(2) async for y in arange(2)])
    print([[y async for y in arange(x)] async for x in arange(3)])
    g = (await double(x) for x in range(3))
    print(type(g).__name__, [v async for v in g])
    print(f"{await double('f')}", await P(1) + await P(2), [*[await P(3)], await P(4)])
    x = await P(await P(await P(9)))
    d = {"k": await P("v"), **{"m": await P(1)}}
    print(x, d, (await P(5)) if await P(0) else await P(6), await P(0) or await P(7))
    lst = [0, 1]
    lst[await P(0)] += await P(10)
    print(lst, -await P(3), await P(2) ** 2)
    return "ok"
print(run(main()))
