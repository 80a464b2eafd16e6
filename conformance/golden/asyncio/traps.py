# What has gone wrong in event loops before.
import asyncio
import gc
import socket
import threading
import time
import weakref


class Odd(BaseException):
    pass


def callbacks_that_raise():
    """What is no Exception leaves the loop, or is told to the handler; the loop goes on after."""
    for kind in (SystemExit, KeyboardInterrupt, Odd, GeneratorExit, ValueError):
        loop = asyncio.new_event_loop()
        told = []
        loop.set_exception_handler(lambda loop, context: told.append(type(context["exception"]).__name__))

        def fail():
            raise kind("x")

        seen = []
        loop.call_soon(fail)
        loop.call_soon(seen.append, 1)
        loop.call_soon(loop.stop)
        try:
            loop.run_forever()
            left = "ran"
        except BaseException as e:
            left = type(e).__name__
        print(kind.__name__, left, told, seen, loop.is_running(), asyncio._get_running_loop())
        loop.call_soon(loop.stop)
        loop.run_forever()
        print(seen, loop.run_until_complete(asyncio.sleep(0, 5)))

        async def coroutine():
            raise kind("y")

        try:
            loop.run_until_complete(coroutine())
        except BaseException as e:
            print(type(e).__name__, e)
        loop.close()


class Counts(asyncio.Protocol):
    def __init__(self):
        self.calls = []

    def connection_made(self, transport):
        self.transport = transport
        self.calls.append("made")

    def data_received(self, data):
        self.calls.append(len(data))
        if data == b"close":
            self.transport.close()

    def connection_lost(self, exc):
        self.calls.append(("lost", type(exc).__name__))


async def lost_once():
    loop = asyncio.get_running_loop()
    for end in ("close", "abort", "close abort", "abort close", "close close", "peer", "peer close", "reset"):
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        transport, protocol = await loop.create_connection(Counts, sock=ours)
        transport.write(b"z" * 100)
        for how in end.split():
            if how in ("close", "abort"):
                getattr(transport, how)()
            elif how == "peer":
                theirs.close()
                await asyncio.sleep(0.01)
            else:
                theirs.close()
                transport.write(b"more")
        await asyncio.sleep(0.01)
        theirs.close()
        transport.close()
        transport.abort()
        await asyncio.sleep(0.01)
        print(end, sum(type(c) is tuple for c in protocol.calls), transport.is_closing())
    # Closed in data_received with more to read.
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.send(b"close")
    transport, protocol = await loop.create_connection(Counts, sock=ours)
    await asyncio.sleep(0.01)
    try:
        theirs.send(b"more")
    except BrokenPipeError:
        pass
    await asyncio.sleep(0.01)
    print(protocol.calls)
    theirs.close()


async def busy_executor():
    """A numeric address needs no thread: look-ups that hang keep nobody from connecting."""
    loop = asyncio.get_running_loop()
    go = threading.Event()
    busy = [loop.run_in_executor(None, go.wait) for _ in range(100)]
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    transport, _ = await asyncio.wait_for(
        loop.create_connection(asyncio.Protocol, *server.sockets[0].getsockname()), 10)
    print("connected")
    transport.close()
    server.close()
    go.set()
    await asyncio.gather(*busy)


async def reused_number():
    """A descriptor that was closed while watched, and another with its number."""
    loop = asyncio.get_running_loop()
    seen = []
    a, b = socket.socketpair()
    number = a.fileno()
    loop.add_reader(number, seen.append, "old")
    loop.remove_reader(number)
    a.close()
    c, d = socket.socketpair()
    loop.add_reader(c.fileno(), lambda: (seen.append("new"), c.recv(10)))
    d.send(b"x")
    await asyncio.sleep(0.01)
    print(c.fileno() == number, seen)
    loop.remove_reader(c.fileno())
    for s in (b, c, d):
        s.close()


async def children_that_end_at_once():
    print([await (await asyncio.create_subprocess_exec("true")).wait() for _ in range(5)])
    processes = await asyncio.gather(*[asyncio.create_subprocess_exec("true") for _ in range(10)])
    time.sleep(0.05)
    print([await p.wait() for p in processes])


class Slow:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        try:
            await asyncio.sleep(0.02)
        finally:
            print("exit", exc[0] and exc[0].__name__)


async def cancelled_in_aexit():
    async def body():
        async with Slow():
            pass
        print("not reached")

    task = asyncio.create_task(body())
    await asyncio.sleep(0.01)
    task.cancel("in exit")
    try:
        await task
    except asyncio.CancelledError as e:
        print("cancelled", e.args)

    async def group():
        async with asyncio.TaskGroup() as tg:
            tg.create_task(asyncio.sleep(10))
            tg.create_task(asyncio.sleep(10))

    task = asyncio.create_task(group())
    await asyncio.sleep(0.01)
    print(len(asyncio.all_tasks()))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelling(), len(asyncio.all_tasks()))
    try:
        async with asyncio.timeout(0.01):
            async with Slow():
                await asyncio.sleep(10)
    except TimeoutError as e:
        print("timeout", asyncio.current_task().cancelling())
    # wait_for() and a cancellation that comes with the result.
    async def quick():
        await asyncio.sleep(0)

    for turns in range(1, 7):
        task = asyncio.create_task(asyncio.wait_for(quick(), 10))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        print((await asyncio.gather(task, return_exceptions=True))[0].__class__.__name__ in ("CancelledError", "NoneType"), end=" ")
    print()


async def own_frame():
    """A task that holds its exception, which holds the frame, which holds the task."""
    class Mark:
        pass

    marks = []

    async def fail():
        mark = Mark()
        marks.append(weakref.ref(mark))
        me = asyncio.current_task()
        raise ValueError

    async def waits():
        await asyncio.wait([asyncio.create_task(fail()) for _ in range(3)])

    asyncio.get_running_loop().set_exception_handler(lambda loop, context: print(context["message"]))
    await asyncio.create_task(waits())
    await asyncio.sleep(0)
    gc.collect()
    print([m() is None for m in marks])


callbacks_that_raise()
asyncio.run(lost_once())
asyncio.run(busy_executor())
asyncio.run(reused_number())
asyncio.run(children_that_end_at_once())
asyncio.run(cancelled_in_aexit())
asyncio.run(own_frame())
