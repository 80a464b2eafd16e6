async def f(x): return x + 1
async def g(): return await f(1) + await f(2)
c = g()
try: c.send(None)
except StopIteration as e: print(e.value)
class A:
    def __aiter__(self): self.n = 0; return self
    async def __anext__(self):
        self.n += 1
        if self.n > 2: raise StopAsyncIteration
        return self.n
async def h(): return [x async for x in A()]
try: h().send(None)
except StopIteration as e: print(e.value)
