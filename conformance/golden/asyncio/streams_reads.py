# StreamReader, fed by hand: every kind of read, chunk boundaries, separators across chunks, limits, the end.
import asyncio


async def attempt(what, awaitable):
    try:
        print(what, "->", await awaitable)
    except Exception as e:
        extra = {k: v for k, v in vars(e).items()}
        print(what, "!", type(e).__name__, e.args, extra, "context", repr(e.__context__))


def stepwise(reader, *chunks, eof=False):
    """Feed the chunks, one for each turn of the loop."""
    async def feed():
        for chunk in chunks:
            await asyncio.sleep(0)
            reader.feed_data(chunk)
        if eof:
            await asyncio.sleep(0)
            reader.feed_eof()
    return asyncio.create_task(feed())


async def plain():
    print("== read")
    r = asyncio.StreamReader()
    r.feed_data(b"abcdef")
    await attempt("read(0)", r.read(0))
    await attempt("read(2)", r.read(2))
    await attempt("read(100)", r.read(100))
    t = stepwise(r, b"late")
    await attempt("waits", r.read(100))
    await t
    t = stepwise(r, b"one", b"two", b"three", eof=True)
    await attempt("read()", r.read())
    await attempt("at the end", r.read())
    await attempt("at the end", r.read(3))
    print(r.at_eof(), r)

    print("== readexactly")
    r = asyncio.StreamReader()
    r.feed_data(b"0123456789")
    await attempt("0", r.readexactly(0))
    await attempt("4", r.readexactly(4))
    await attempt("6", r.readexactly(6))
    await attempt("-1", r.readexactly(-1))
    t = stepwise(r, b"a", b"b", b"cd", b"efg", eof=True)
    await attempt("5 of pieces", r.readexactly(5))
    await attempt("5 of 2", r.readexactly(5))
    await attempt("5 of nothing", r.readexactly(5))
    await t

    print("== readline")
    r = asyncio.StreamReader()
    t = stepwise(r, b"fi", b"rst\nsec", b"ond\n", b"\n", b"rest", eof=True)
    for _ in range(6):
        await attempt("line", r.readline())
    await t
    r = asyncio.StreamReader()
    r.feed_data(b"a\nb\n\nc")
    r.feed_eof()
    print([line async for line in r])

    print("== readuntil")
    r = asyncio.StreamReader()
    t = stepwise(r, b"header\r", b"\n\r", b"\nbody", b"\r\n\r\n", b"x", b"END", b"tail", eof=True)
    await attempt("across", r.readuntil(b"\r\n\r\n"))
    await attempt("again", r.readuntil(b"\r\n\r\n"))
    await attempt("END", r.readuntil(b"END"))
    await attempt("missing", r.readuntil(b"END"))
    await t
    r = asyncio.StreamReader()
    r.feed_data(b"a\nb;c\n")
    await attempt("default", r.readuntil())
    await attempt("one byte", r.readuntil(b";"))
    await attempt("empty", r.readuntil(b""))
    await attempt("bytearray", r.readuntil(bytearray(b"\n")))


async def limits():
    print("== limits")
    for limit in (0, -5):
        try:
            asyncio.StreamReader(limit=limit)
        except ValueError as e:
            print(limit, e)
    r = asyncio.StreamReader(limit=3)
    print(r)
    r.feed_data(b"abcdefgh")
    await attempt("no separator", r.readuntil(b"\n"))
    await attempt("no separator", r.readuntil(b"xy"))
    print(bytes(r._buffer))
    r.feed_data(b"\nrest")
    await attempt("behind the limit", r.readuntil(b"\n"))
    print(bytes(r._buffer))
    await attempt("line behind the limit", r.readline())
    print(bytes(r._buffer), r)
    await attempt("line without end", r.readline())
    print(bytes(r._buffer), r)
    r.feed_data(b"abc\n")
    await attempt("exactly the limit", r.readline())
    r.feed_data(b"abcd\nef\n")
    await attempt("one more", r.readline())
    await attempt("the next", r.readline())
    r.feed_data(b"larger than the limit")
    await attempt("readexactly", r.readexactly(10))
    await attempt("read", r.read(100))
    r = asyncio.StreamReader(limit=float("inf"))
    r.feed_data(b"x" * 100000 + b"\n")
    print(len(await r.readline()), r)


async def failures():
    print("== failures")
    r = asyncio.StreamReader()
    t = asyncio.create_task(r.readline())
    await asyncio.sleep(0)
    for call in (r.read(1), r.readexactly(1), r.readline(), r.readuntil(b"x"), r.__anext__()):
        await attempt("second reader", call)
    r.feed_data(b"for the first\n")
    print(await t)

    t = asyncio.create_task(r.read(10))
    await asyncio.sleep(0)
    print(t.cancel(), r._waiter is not None)
    try:
        await t
    except asyncio.CancelledError:
        print("cancelled", r._waiter)
    r.feed_data(b"still here")
    await attempt("after a cancellation", r.read(10))

    t = asyncio.create_task(r.readexactly(4))
    await asyncio.sleep(0)
    r.set_exception(OSError("broken"))
    await attempt("waited", t)
    print(r, r.exception())
    for call in (r.read(), r.read(1), r.readexactly(1), r.readline(), r.readuntil(b"x")):
        await attempt("afterwards", call)
    await attempt("readexactly(-1)", r.readexactly(-1))

    r = asyncio.StreamReader()
    r.feed_data(b"")
    r.feed_eof()
    for what in (b"x", b""):
        try:
            r.feed_data(what)
        except AssertionError as e:
            print("AssertionError", e)
    await attempt("at the end", r.readline())
    await attempt("at the end", r.readuntil(b"x"))

    print("== wait_for")
    r = asyncio.StreamReader()
    try:
        await asyncio.wait_for(r.readline(), 0.01)
    except asyncio.TimeoutError:
        print("timed out", r)
    r.feed_data(b"in time\n")
    print(await asyncio.wait_for(r.readline(), 10))
    print(await asyncio.gather(r.read(0), asyncio.sleep(0, "slept")))


asyncio.run(plain())
asyncio.run(limits())
asyncio.run(failures())
