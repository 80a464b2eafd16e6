import sys
def t(co):
    try: print(co.send(None))
    except BaseException as e: print(type(e).__name__ + ":", e)
    finally: co.close()
async def a(): await 5
t(a())
async def b(): await [1]
t(b())
def gen(): yield 1
async def c(): await gen()
t(c())
class NotIter:
    def __await__(self): return 5
async def d(): await NotIter()
t(d())
class Coro:
    async def x(self): pass
    def __await__(self): 
        c = self.x()
        self.c = c
        return c
async def e():
    o = Coro()
    try: await o
    finally: o.c.close()
t(e())
async def f():
    for x in ag(): pass
async def ag(): yield 1
t(f())
async def g():
    async for x in [1]: pass
t(g())
async def h():
    async with 5: pass
t(h())
class HalfCM:
    async def __aenter__(self): pass
async def i():
    async with HalfCM(): pass
t(i())
class SyncCM:
    def __enter__(self): pass
    def __exit__(self, *a): pass
async def j():
    async with SyncCM(): pass
t(j())
async def k():
    with AsyncCM(): pass
class AsyncCM:
    async def __aenter__(self): pass
    async def __aexit__(self, *a): pass
t(k())
async def l(): raise StopIteration("si")
t(l())
async def m():
    me.send(None)
me = m(); t(me)
class BadAiter:
    def __aiter__(self): return 5
async def n():
    async for x in BadAiter(): pass
t(n())
class BadAnext:
    def __aiter__(self): return self
    def __anext__(self): return 5
async def o():
    async for x in BadAnext(): pass
t(o())
class EnterNotAwaitable:
    def __aenter__(self): return 3
    def __aexit__(self, *a): return 3
async def p():
    async with EnterNotAwaitable(): pass
t(p())
async def q():
    await r
r = (lambda: 0)
t(q())
c1 = a()
async def double():
    c = inner(); await c; await c
async def inner(): return 1
t(double())
c1.close()
