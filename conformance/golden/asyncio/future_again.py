# A future that was waited for may become the next one: nothing of the old one is to be seen in it.
import asyncio
import weakref


async def wait_for_it(how):
    loop = asyncio.get_running_loop()
    event = asyncio.Event()
    kept = []

    async def waits():
        future = loop.create_future()
        how(future, kept)
        loop.call_soon(future.set_result, 7)
        return await future

    result = await asyncio.create_task(waits())
    loop.call_soon(event.set)
    await event.wait()
    for _ in range(3):
        await asyncio.sleep(0.001)
    fresh = loop.create_future()
    shown = (fresh.done(), hasattr(fresh, "mark"), weakref.getweakrefcount(fresh), fresh.get_loop() is loop)
    try:
        fresh.result()
    except asyncio.InvalidStateError as raised:
        shown += (str(raised),)
    fresh.cancel()
    return result, shown, [k() if isinstance(k, weakref.ref) else k.result() for k in kept]


def mark(future, kept):
    future.mark = 1


def calls_back(future, kept):
    future.add_done_callback(lambda f: None)


for how in (
    lambda future, kept: None,
    mark,
    lambda future, kept: kept.append(weakref.ref(future)),
    lambda future, kept: kept.append(future),
    calls_back,
):
    print(asyncio.run(wait_for_it(how)))


async def fails():
    loop = asyncio.get_running_loop()
    for end in (lambda f: f.set_exception(ValueError("no")), lambda f: f.cancel("enough")):
        future = loop.create_future()
        loop.call_soon(end, future)
        try:
            await future
        except BaseException as raised:
            print(type(raised).__name__, raised.args)
        future = None
        await asyncio.sleep(0.001)
        fresh = loop.create_future()
        print(fresh.done(), fresh.cancelled())
        loop.call_soon(fresh.set_result, "yes")
        print(await fresh)


asyncio.run(fails())


class Loud:
    def __del__(self):
        print("result gone")


async def result_with_del():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(lambda: future.set_result(Loud()))
    await future
    future = None
    await asyncio.sleep(0)
    await asyncio.sleep(0.001)
    print("next")


asyncio.run(result_with_del())
