# What is a coroutine here: generators, awaitables, marked functions; wait_for() and what it is given.
import asyncio
import inspect
import types


def generator():
    yield
    return 5


class Awaitable:
    def __await__(self):
        return (yield from asyncio.sleep(0, "awaited").__await__())


@types.coroutine
def marked():
    yield
    return 6


async def plain():
    return 7


async def main():
    for thing in (generator(), marked(), plain(), Awaitable(), asyncio.get_running_loop().create_future(), 5):
        print(type(thing).__name__, asyncio.iscoroutine(thing), asyncio.isfuture(thing), inspect.isawaitable(thing))
        if hasattr(thing, "close"):
            thing.close()
    for function in (generator, marked, plain, Awaitable, print, asyncio.sleep, asyncio.gather):
        print(asyncio.iscoroutinefunction(function), end=" ")
    print()
    print(await asyncio.create_task(generator()), await asyncio.create_task(marked()), await asyncio.ensure_future(Awaitable()))
    print(await asyncio.gather(generator(), plain(), Awaitable()))
    print(await asyncio.wait_for(generator(), 1), await asyncio.shield(generator()))
    for bad in (5, generator, None):
        for function in (asyncio.ensure_future, asyncio.create_task, asyncio.gather, asyncio.shield):
            try:
                function(bad)
            except TypeError as e:
                print(function.__name__, str(e).split(" at 0x")[0].split("<function")[0])
    c = plain()
    try:
        await asyncio.wait([c])
    except TypeError as e:
        print(e)
    c.close()
    for bad in ([], 5, None):
        try:
            await asyncio.wait(bad)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)

    # A result in spite of the time, an exception in spite of it.
    async def stubborn(result):
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            if isinstance(result, Exception):
                raise result
            return result

    print(await asyncio.wait_for(stubborn(8), 0.01))
    for case in (lambda: asyncio.wait_for(stubborn(KeyError("k")), 0.01), lambda: asyncio.wait_for(asyncio.sleep(10), 0.01),
                 lambda: asyncio.wait_for(asyncio.sleep(10), 0), lambda: asyncio.wait_for(asyncio.sleep(10), -1)):
        try:
            await case()
        except Exception as e:
            print(type(e).__name__, e, type(e.__cause__).__name__)


asyncio.run(main())
