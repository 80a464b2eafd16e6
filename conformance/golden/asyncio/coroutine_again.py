# Coroutines of the library's own that waited and ended: each is ended for good, however many come after it.
import asyncio
import gc
import weakref


def show(what, f):
    try:
        print(what, f())
    except BaseException as e:
        print(what, type(e).__name__, e)


async def waits(queue, value):
    asyncio.get_running_loop().call_soon(queue.put_nowait, value)
    return await queue.get()


async def main():
    queue = asyncio.Queue()
    loop = asyncio.get_running_loop()
    print([await waits(queue, n) for n in range(4)])

    # One that somebody has.
    kept = queue.get()
    seen = weakref.ref(kept)
    loop.call_soon(queue.put_nowait, "kept")
    print(await kept, seen() is kept)
    print([await waits(queue, n) for n in range(3)])
    show("again", lambda: kept.send(None))
    show("close", kept.close)
    del kept
    gc.collect()
    print("gone", seen() is None)

    # One that is driven by hand, and by a task.
    by_hand = queue.get()
    future = by_hand.send(None)
    queue.put_nowait("by hand")
    print(type(future).__name__, future.done())
    show("ends", lambda: by_hand.send(None))
    print(await waits(queue, "between"))
    show("again", lambda: by_hand.send(None))
    task = asyncio.create_task(queue.get())
    await asyncio.sleep(0)
    queue.put_nowait("by a task")
    print(await task, await waits(queue, "after"))
    coroutine = task.get_coro()
    show("again", lambda: coroutine.send(None))

    # Cancelled and failed ones.
    for _ in range(3):
        task = asyncio.create_task(waits(asyncio.Queue(), 1))
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled")
        event = asyncio.Event()
        try:
            await asyncio.wait_for(event.wait(), 0.001)
        except asyncio.TimeoutError:
            print("timed out")
        loop.call_soon(event.set)
        print(await event.wait(), await waits(queue, "x"))

    # Two at once, each with its own.
    reader = asyncio.StreamReader()
    lock = asyncio.Lock()

    async def reads():
        async with lock:
            return await reader.readline()

    loop.call_later(0.001, reader.feed_data, b"one\ntwo\n")
    print(await asyncio.gather(reads(), reads(), waits(queue, "three")))


asyncio.run(main())
