# Reads that have their bytes already, and those that only look so: replaced methods, failed and paused streams, limits.
import asyncio


def reader(data=b"", eof=False, **more):
    r = asyncio.StreamReader(**more)
    if data:
        r.feed_data(data)
    if eof:
        r.feed_eof()
    return r


class Transport:
    def __init__(self):
        self.said = []

    def pause_reading(self):
        self.said.append("pause")

    def resume_reading(self):
        self.said.append("resume")


async def shown(read):
    try:
        print(repr(await read))
    except BaseException as e:
        print(type(e).__name__, e)


async def main():
    r = reader(b"one\ntwo\r\nlast", eof=True)
    print(await r.readline(), await r.readline(), await r.readline(), await r.readline())
    r = reader(b"abcdef", eof=True)
    print(await r.read(0), await r.read(1), await r.readexactly(2), await r.readuntil(b"e"), await r.read(9), await r.read(9))
    r = reader(b"a--b--")
    print(await r.readuntil(b"--"), await r.readuntil(bytearray(b"--")))
    r = reader(b"abc")
    for bad in (b"", "x", 5):
        try:
            print(await r.readuntil(bad))
        except Exception as e:
            print(type(e).__name__)
    try:
        print(await r.readexactly(-1))
    except ValueError as e:
        print(e)
    try:
        print(await r.readexactly("x"))
    except TypeError as e:
        print("TypeError")
    print(await r.readexactly(0), await r.readexactly(True), await r.read(True))

    r = reader(b"0123456789\nx\n", limit=4)
    for _ in range(2):
        try:
            print(await r.readline())
        except ValueError as e:
            print(e)
    r = reader(b"0123456789\nx\n", limit=4)
    try:
        print(await r.readuntil())
    except asyncio.LimitOverrunError as e:
        print(e, e.consumed)
    print(await r.readexactly(11), await r.readuntil())
    r = reader(b"0123\n01234\n", limit=4)
    print(await r.readline())
    try:
        print(await r.readline())
    except ValueError as e:
        print(e)

    r = reader(b"line\n")
    r.set_exception(OSError("broken"))
    for read in (r.readline, r.read, lambda: r.readexactly(2), r.readuntil):
        try:
            print(await read())
        except OSError as e:
            print(e)

    transport = Transport()
    r = reader(limit=4)
    r.set_transport(transport)
    r.feed_data(b"0\n1\n2\n3\n4\n5\n")
    while not r.at_eof() and len(r._buffer):
        print(await r.readline(), transport.said)

    r = reader(b"x\ny\n")
    buffer = r._buffer
    print(await r.readline(), buffer)
    buffer += b"z\n"
    print(await r.readline(), await r.readline(), buffer)

    class Own(asyncio.StreamReader):
        async def readuntil(self, separator=b"\n"):
            print("readuntil", separator)
            return await super().readuntil(separator)

        def _maybe_resume_transport(self):
            print("resume?")
            super()._maybe_resume_transport()

    r = Own()
    r.feed_data(b"q\nw\nee")
    r.feed_eof()
    print(await r.readline(), await r.read(1), await r.readexactly(1), await r.readline())
    r = reader(b"mine\n")
    r.readuntil = lambda separator=b"\n": asyncio.sleep(0, b"theirs")
    print(await r.readline())

    # Not awaited where it is made: nothing happens before.
    r = reader(b"1\n2\n")
    second = r.readline()
    first = r.readline()
    print(await first, await second)
    print(await asyncio.gather(reader(b"g\n").readline(), reader(b"hh").read(1)))
    task = asyncio.ensure_future(r.readline())
    await asyncio.sleep(0)
    try:
        print(await r.readline())
    except RuntimeError as e:
        print(e)
    r.feed_data(b"late\nmore\n")
    print(await task, await r.readline())
    async for line in reader(b"a\nb\nc", eof=True):
        print(line)

    # Writing.
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    r, w = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    for i in range(3):
        w.write(b"hello %d\n" % i)
        print(await w.drain(), await r.readline())
    w.close()
    print(await w.drain() if not w.is_closing() else "closing")
    await w.wait_closed()
    try:
        await w.drain()
        print("no error")
    except ConnectionResetError as e:
        print(e)
    server.close()
    await server.wait_closed()


asyncio.run(main())
