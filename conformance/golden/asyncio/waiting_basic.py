# gather, wait, wait_for, shield, as_completed, sleep, timeouts: results, order, cancellation.
import asyncio
import re


def shown(x):
    return re.sub(r"0x[0-9a-f]+", "0x..", repr(x))


async def value(x, n=0):
    for _ in range(n):
        await asyncio.sleep(0)
    return x


async def fails(x, n=0):
    for _ in range(n):
        await asyncio.sleep(0)
    raise ValueError(x)


async def sleeps():
    log = []

    async def count(name):
        for i in range(3):
            log.append((name, i))
            await asyncio.sleep(0)

    await asyncio.gather(count("a"), count("b"))
    print(log)
    print(await asyncio.sleep(0, "zero"), await asyncio.sleep(0.001, result="later"))
    print(await asyncio.sleep(-1, "past"))
    c = asyncio.sleep(0)
    print(c.send(None), shown(c))
    try:
        c.send(None)
    except StopIteration as e:
        print("stopped", e.value)
    try:
        await asyncio.sleep(None)
    except TypeError as e:
        print(e)
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as e:
        print("cancelled", e.args)


async def gathers():
    print(await asyncio.gather(), await asyncio.gather(value(1, 3), value(2), value(3, 1)))
    try:
        await asyncio.gather(value(1), fails("a", 2), fails("b", 1))
    except ValueError as e:
        print(e)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print(await asyncio.gather(value(1), fails("c"), return_exceptions=True))
    c = value("same")
    t = asyncio.create_task(value("task"))
    print(await asyncio.gather(c, t, c, t))
    outer = asyncio.gather(value(1, 5), value(2, 5))
    print(type(outer).__name__, outer.done())
    await asyncio.sleep(0)
    print(outer.cancel(), outer.cancelled())
    try:
        await outer
    except asyncio.CancelledError:
        print("cancelled", outer.cancelled())
    child = asyncio.create_task(value(1, 5))
    outer = asyncio.gather(child, value(2), return_exceptions=True)
    await asyncio.sleep(0)
    child.cancel("why")
    print(await outer)
    done = asyncio.get_running_loop().create_future()
    done.set_result("done")
    print(await asyncio.gather(done, value(2)))
    try:
        asyncio.gather(1)
    except TypeError as e:
        print(e)


async def waits():
    a, b, c = [asyncio.create_task(value(n, n)) for n in (1, 3, 5)]
    done, pending = await asyncio.wait([a, b, c], return_when=asyncio.FIRST_COMPLETED)
    print(done == {a}, pending == {b, c}, type(done), type(pending))
    done, pending = await asyncio.wait({a, b, c})
    print(len(done), pending)
    f = asyncio.create_task(fails("x", 1))
    slow = asyncio.create_task(asyncio.sleep(10))
    done, pending = await asyncio.wait([f, slow], return_when="FIRST_EXCEPTION")
    print(done == {f}, repr(f.exception()))
    done, pending = await asyncio.wait([slow], timeout=0.001)
    print(done, pending == {slow})
    waiter = asyncio.create_task(asyncio.wait([slow]))
    await asyncio.sleep(0)
    print(slow._callbacks is not None)
    waiter.cancel()
    try:
        await waiter
    except asyncio.CancelledError:
        print("cancelled", slow.done(), slow._callbacks)
    slow.cancel()
    for bad in ([], slow, [value(1)]):
        coroutine = bad[0] if bad and isinstance(bad, list) else None
        try:
            await asyncio.wait(bad)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
        if coroutine is not None:
            coroutine.close()
    try:
        await asyncio.wait([a], return_when="SOME")
    except ValueError as e:
        print(e)


async def wait_fors():
    print(await asyncio.wait_for(value(1, 2), 5), await asyncio.wait_for(value(2), None))
    log = []

    async def slow(keeps=False):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            log.append("cancelled")
            if keeps:
                return "kept"
            raise

    try:
        await asyncio.wait_for(slow(), 0.001)
    except asyncio.TimeoutError as e:
        print("timed out", log, repr(e), type(e.__cause__).__name__)
    for timeout in (0, -1):
        c = slow()
        try:
            await asyncio.wait_for(c, timeout)
        except TimeoutError as e:
            print("timed out", log, type(e.__cause__).__name__)
    done = asyncio.get_running_loop().create_future()
    done.set_result("done")
    print(await asyncio.wait_for(done, 0), await asyncio.wait_for(done, 1))
    task = asyncio.create_task(asyncio.wait_for(slow(), 10))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", log)
    try:
        await asyncio.wait_for(fails("inner", 1), 5)
    except ValueError as e:
        print(e)


async def shields():
    inner = asyncio.create_task(value("inner", 3))
    outer = asyncio.create_task(asyncio.wait_for(asyncio.shield(inner), 5))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    outer.cancel()
    try:
        await outer
    except asyncio.CancelledError:
        print("outer cancelled", inner.cancelled())
    print(await inner)
    print([await f for f in asyncio.as_completed([value(1, 4), value(2, 1), value(3, 2)])])
    try:
        async with asyncio.timeout(0.001):
            await asyncio.sleep(10)
    except TimeoutError:
        print("timed out")
    async with asyncio.timeout(10) as t:
        t.reschedule(None)
        print(t.when(), t.expired())


async def groups():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(value(1, 3))
            group.create_task(fails("in a group", 1))
            sleeping = group.create_task(asyncio.sleep(10))
    except ExceptionGroup as e:
        print(repr(e), sleeping.cancelled())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(asyncio.sleep(0, i)) for i in range(3)]
    print([t.result() for t in tasks])


async def ensured():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    print(asyncio.ensure_future(future) is future, asyncio.ensure_future(future, loop=loop) is future)
    other = asyncio.new_event_loop()
    try:
        asyncio.ensure_future(future, loop=other)
    except ValueError as e:
        print(e)
    other.close()

    class Awaitable:
        def __await__(self):
            yield from asyncio.sleep(0).__await__()
            return "awaited"

    task = asyncio.ensure_future(Awaitable())
    print(type(task).__name__, await task, await asyncio.wait_for(Awaitable(), 1))
    try:
        asyncio.ensure_future(1)
    except TypeError as e:
        print(e)


async def main():
    for part in (sleeps, gathers, waits, wait_fors, shields, groups, ensured):
        print("--", part.__name__)
        await part()
    for f in (asyncio.sleep, asyncio.wait, asyncio.wait_for, asyncio.gather, asyncio.Queue.get,
              asyncio.LifoQueue().join, asyncio.Lock().acquire, asyncio.Event.set, asyncio.BoundedSemaphore(2).release):
        print(f.__name__, asyncio.iscoroutinefunction(f))


asyncio.run(main())
