# Stream classes in Python: methods that are replaced, in a class, by a patch and in an instance; attributes.
import asyncio
import collections.abc
import gc
import warnings
import weakref
from unittest import mock


class Reader(asyncio.StreamReader):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.log = []

    async def _wait_for_data(self, func_name):
        self.log.append(("wait", func_name))
        await super()._wait_for_data(func_name)

    def _wakeup_waiter(self):
        self.log.append("wakeup")
        super()._wakeup_waiter()

    def _maybe_resume_transport(self):
        self.log.append("resume?")
        super()._maybe_resume_transport()


class Lines(asyncio.StreamReader):
    async def readuntil(self, separator=b"\n"):
        self.asked = separator
        line = await super().readuntil(separator)
        return b"<" + line + b">"


class Upper(asyncio.StreamReader):
    async def readline(self):
        return (await super().readline()).upper()

    async def read(self, n=-1):
        if n == -1:
            return await super().read(n)
        return await super().read(2)


async def classes():
    r = Reader()
    t = asyncio.create_task(r.readexactly(3))
    await asyncio.sleep(0)
    r.feed_data(b"ab")
    await asyncio.sleep(0)
    r.feed_data(b"cd")
    print(await t, r.log, r)
    r.log.clear()
    for call in (r.readline(), r.readuntil(b"x"), r.read(1)):
        t = asyncio.create_task(call)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        t.cancel()
        await asyncio.wait([t])
    r.feed_eof()
    print(r.log, r._waiter)

    r = Lines(limit=5)
    r.feed_data(b"one\nlonger than that\ntwo\nthree")
    print(await r.readline(), r.asked)
    for _ in range(2):
        try:
            print(await r.readline())
        except ValueError as e:
            print(e, repr(e.__context__))
    r.feed_eof()
    print(await r.readline(), await r.readline())
    r = Lines()
    r.feed_data(b"a\nb")
    r.feed_eof()
    print([line async for line in r])

    r = Upper()
    r.feed_data(b"shout\nsmall\nrest")
    r.feed_eof()
    print(await r.__anext__(), await r.readline(), await r.read())
    r = Upper()
    r.feed_data(b"a\nb")
    r.feed_eof()
    print([line async for line in r])


async def replaced():
    print("== replaced")
    r = asyncio.StreamReader()
    with mock.patch.object(asyncio.StreamReader, "feed_data") as feed:
        p = asyncio.StreamReaderProtocol(r)
        p.data_received(b"data")
        print(feed.mock_calls)
    p.data_received(b"more")
    print(r)
    r = asyncio.StreamReader()
    r.feed_data = mock.Mock()
    r.feed_eof = mock.Mock()
    p = asyncio.StreamReaderProtocol(r)
    p.data_received(b"data")
    p.eof_received()
    print(r.feed_data.mock_calls, r.feed_eof.mock_calls, r)

    r = asyncio.StreamReader()

    async def readuntil(separator):
        return b"%r was asked" % separator
    r.readuntil = readuntil
    print(await r.readline())

    fake = mock.Mock(_source_traceback=None)
    p = asyncio.StreamReaderProtocol(fake)
    t = mock.Mock()
    t.get_extra_info.return_value = None
    p.connection_made(t)
    p.data_received(b"1")
    p.eof_received()
    p.connection_lost(ValueError("x"))
    print(fake.mock_calls == [mock.call.set_transport(t), mock.call.feed_data(b"1"), mock.call.feed_eof(),
                              mock.call.set_exception(mock.ANY)])

    class Protocol(asyncio.StreamReaderProtocol):
        async def _drain_helper(self):
            await asyncio.sleep(0)
            print("drain helper")

        def _get_close_waiter(self, stream):
            print("close waiter")
            return asyncio.sleep(0)

        def connection_lost(self, exc):
            print("lost", exc)
            super().connection_lost(exc)

    r = asyncio.StreamReader()
    p = Protocol(r)
    t.is_closing.return_value = False
    w = asyncio.StreamWriter(t, p, r, asyncio.get_running_loop())
    await w.drain()
    await w.wait_closed()
    p.connection_lost(None)
    t.is_closing.return_value = True
    try:
        asyncio.StreamWriter(t, p, "no reader", None)
    except AssertionError:
        print("AssertionError")


async def attributes():
    print("== attributes")
    r = asyncio.StreamReader(limit=10)
    r.feed_data(b"0123456789")
    buffer = r._buffer
    print(type(buffer), buffer is r._buffer, buffer)
    del buffer[:2]
    buffer += b"AB"
    print(r, await r.read(3), buffer)
    r.feed_data(b"more")
    print(buffer, await r.readexactly(4))
    buffer.clear()
    print(r, buffer)
    del buffer
    r._buffer.extend(b"direct")
    print(r, await r.read(10))
    r._buffer = bytearray(b"other")
    print(r, await r.read(10), r)
    r._limit = 7
    r._eof = True
    r._exception = ValueError("set")
    r._paused = True
    print(r, r._limit, r._eof, r._exception, r._paused, r._loop is asyncio.get_running_loop())
    r.own = 1
    print(r.own, "own" in vars(r))
    for wrong in ("x", 5, None):
        try:
            asyncio.StreamReader().feed_data(wrong)
        except TypeError as e:
            print("TypeError", e)
        else:
            print(wrong)
    r = asyncio.StreamReader()
    r.feed_data(bytearray(b"an array"))
    r.feed_data(memoryview(b", a view"))
    r.feed_eof()
    print(await r.read())


async def coroutines():
    print("== coroutines")
    r = asyncio.StreamReader()
    c = r.readline()
    print(isinstance(c, collections.abc.Coroutine), asyncio.iscoroutine(c), c.__name__, c.__qualname__,
          repr(c).split(" at ")[0])
    future = c.send(None)
    print(future is r._waiter, c.cr_await is not None, c.cr_running)
    c.close()
    print(r._waiter)
    c.close()
    for use in (lambda: c.send(None), lambda: c.throw(ValueError)):
        try:
            use()
        except RuntimeError as e:
            print(e)
    c = r.read(5)
    try:
        c.send(1)
    except TypeError as e:
        print(e)
    try:
        c.throw(KeyError("thrown"))
    except KeyError as e:
        print(repr(e))
    c = r.readexactly(2)
    c.send(None)
    try:
        c.throw(KeyError("thrown"))
    except KeyError as e:
        print(repr(e), r._waiter)
    c = r.read(1)
    c.send(None)
    del c
    gc.collect()
    print(r._waiter)
    c = r.read(1)
    task = asyncio.create_task(c)
    await asyncio.sleep(0)
    try:
        await c
    except RuntimeError as e:
        print(e)
    r.feed_data(b"z")
    print(await task)
    r.feed_data(b"zz")
    try:
        r.read(1).send(None)
    except StopIteration as e:
        print("StopIteration", e.value)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        r.readline()
        gc.collect()
    print([(w.category.__name__, str(w.message)) for w in caught])
    for call in ("read", "readline", "readuntil"):
        try:
            getattr(r, call)(1, 2, 3)
        except TypeError:
            print("TypeError")


async def garbage():
    print("== garbage")
    gc.collect()
    r = asyncio.StreamReader()
    p = asyncio.StreamReaderProtocol(r, lambda *args: None)

    class Transport(asyncio.Transport):
        def is_closing(self):
            return True

    t = Transport()
    t.protocol = p
    t.reader = r
    p.connection_made(t)
    died = []
    refs = [weakref.ref(o, lambda ref: died.append(1)) for o in (r, p, t, p._stream_writer)]
    del r, p, t
    gc.collect()
    print(len(died), [ref() for ref in refs])


for part in (classes, replaced, attributes, coroutines, garbage):
    asyncio.run(part())
