# "never retrieved" and "destroyed but pending": what is said, and when; exception handlers.
import asyncio
import gc
import logging
import re


def out(*a): print(*a, flush=True)
class H(logging.Handler):
    def emit(self, r):
        m = r.getMessage()
        m = re.sub(r'/\S*/(\w+\.py)', r'\1', m); m = re.sub("0x[0-9a-f]+", "0x", m)
        out("LOG", r.levelname, m, "| exc", r.exc_info and repr(r.exc_info[1]))
logging.getLogger("asyncio").addHandler(H()); logging.getLogger("asyncio").propagate = False
async def bug(): raise RuntimeError("not consumed")
async def main():
    out("1 create")
    t = asyncio.create_task(bug(), name="bug")
    await asyncio.sleep(0); await asyncio.sleep(0)
    out("2 before del")
    del t
    out("3 after del")
    f = asyncio.get_running_loop().create_future()
    f.set_exception(ValueError("v"))
    out("4")
    f = None
    out("5")
    # pending destroyed: self-referencing
    async def pend():
        await asyncio.get_running_loop().create_future()
    t = asyncio.create_task(pend(), name="pend")
    await asyncio.sleep(0)
    out("6")
    del t
    gc.collect()
    out("7")
    # handler
    def handler(loop, ctx):
        out("HANDLER", sorted(ctx), ctx["message"])
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(handler)
    out(loop.get_exception_handler() is handler)
    loop.call_soon(lambda: 1/0)
    await asyncio.sleep(0)
    f = loop.create_future(); f.set_exception(ValueError()); del f
    out("8")
    loop.set_exception_handler(None)
    try: loop.set_exception_handler(5)
    except TypeError as e: out(e)
    loop.call_exception_handler({"message": "m", "zz": 1, "aa": "x"})
    def bad(loop, ctx): raise IndexError("bad handler")
    loop.set_exception_handler(bad)
    loop.call_exception_handler({"message": "m"})
    loop.set_exception_handler(None)
    # SystemExit in callback is not here
    async def gen():
        try: yield 1
        finally:
            raise RuntimeError("in closing")
    g = gen()
    await g.__anext__()
    keep.append(g)
keep = []
asyncio.run(main())
out("done")
async def leave():
    async def forever():
        try: await asyncio.sleep(100)
        finally: raise OSError("shutdown")
    keep.append(asyncio.create_task(forever(), name="f"))
    await asyncio.sleep(0)
asyncio.run(leave())
loop = asyncio.new_event_loop()
async def q(): await asyncio.sleep(10)
t = loop.create_task(q(), name="q")
loop.call_soon(loop.stop); loop.run_forever()
loop.close()
out("closed")
del t
gc.collect()
out("end")
