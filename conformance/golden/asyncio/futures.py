# Futures: results, exceptions, callbacks and their order, cancellation, what waits for them.
import asyncio
import contextvars

var = contextvars.ContextVar("var", default="none")


def show(what, f):
    try:
        print(what, "->", f())
    except BaseException as e:
        print(what, "->", type(e).__name__, e)


async def basics():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    show("result", f.result)
    show("exception", f.exception)
    print(f.done(), f.cancelled(), f._state, f.get_loop() is loop)
    f.add_done_callback(lambda f: print("first", f.result(), var.get()))
    var.set("changed")
    f.add_done_callback(lambda f: print("second", var.get()))
    other = contextvars.Context()
    f.add_done_callback(lambda f: print("third", var.get()), context=other)
    f.set_result(1)
    print("not told yet")
    show("twice", lambda: f.set_result(2))
    await asyncio.sleep(0)
    f.add_done_callback(lambda f: print("late"))
    await asyncio.sleep(0)
    print(f.result(), f.exception(), await f)


async def failures():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    show("type", lambda: f.set_exception(ValueError))
    print(repr(f.exception()))
    show("result", f.result)
    f = loop.create_future()
    show("no exception", lambda: f.set_exception(3))
    show("StopIteration", lambda: f.set_exception(StopIteration()))
    print(f.done())
    f.cancel("message")
    show("cancelled", f.result)
    show("again", f.exception)
    print(f.cancel(), f.cancelled(), f)


async def callbacks():
    f = asyncio.Future()

    def call(f):
        print("called")

    for _ in range(3):
        f.add_done_callback(call)
    f.add_done_callback(print)
    print(f.remove_done_callback(call), f.remove_done_callback(call))
    print(f.remove_done_callback(print))
    f.set_result(None)
    await asyncio.sleep(0)


async def foreign():
    class Mine:
        _asyncio_future_blocking = False

        def __init__(self):
            self.loop = asyncio.get_running_loop()
            self.callbacks = []

        def get_loop(self):
            return self.loop

        def add_done_callback(self, callback, *, context=None):
            self.callbacks.append((callback, context))

        def result(self):
            return "mine"

        def __await__(self):
            self._asyncio_future_blocking = True
            yield self
            return self.result()

        def finish(self):
            for callback, context in self.callbacks:
                self.loop.call_soon(callback, self, context=context)

    mine = Mine()
    asyncio.get_running_loop().call_later(0.01, mine.finish)
    print(await mine)

    @asyncio.coroutines.types.coroutine
    def bad():
        yield 3

    try:
        await bad()
    except RuntimeError as e:
        print(e)

    @asyncio.coroutines.types.coroutine
    def bad2():
        yield asyncio.Future()

    try:
        await bad2()
    except RuntimeError as e:
        print(str(e).split(" in task ")[0])


for main in (basics, failures, callbacks, foreign):
    print("--", main.__name__)
    asyncio.run(main())

f = asyncio.Future.__new__(asyncio.Future)
show("uninitialised", f.done)
show("uninitialised", f.cancel)
