# Streams and their transports: pausing by the limit, drain() under back pressure, wait_closed(), protocols.
import asyncio
from asyncio import streams


class Transport(asyncio.Transport):
    def __init__(self, **extra):
        super().__init__(extra)
        self.closing = False
        self.log = []

    def __repr__(self):
        return "<T>"

    def pause_reading(self):
        self.log.append("pause")

    def resume_reading(self):
        self.log.append("resume")

    def write(self, data):
        self.log.append(bytes(data))

    def writelines(self, data):
        self.log.append(list(data))

    def write_eof(self):
        self.log.append("eof")

    def can_write_eof(self):
        return True

    def is_closing(self):
        return self.closing

    def close(self):
        self.closing = True
        self.log.append("close")

    def abort(self):
        self.log.append("abort")


async def pausing():
    print("== pausing")
    r, t = asyncio.StreamReader(limit=4), Transport()
    r.set_transport(t)
    try:
        r.set_transport(t)
    except AssertionError as e:
        print("AssertionError", e)
    r.feed_data(b"12345678")
    print(r, t.log)
    r.feed_data(b"9")
    print(r, t.log)
    r.feed_data(b"more")
    print(await r.read(3), r._paused, t.log)
    print(await r.readexactly(6), r._paused, t.log)
    r.feed_data(b"x" * 9)
    task = asyncio.create_task(r.readexactly(20))
    await asyncio.sleep(0)
    print(r._paused, t.log)
    r.feed_data(b"y" * 20)
    print(await task, r._paused, t.log)
    print(len(r._buffer), await r.read(100), t.log)

    class Stubborn(Transport):
        pause_reading = asyncio.ReadTransport.pause_reading
    r, t = asyncio.StreamReader(limit=1), Stubborn()
    r.set_transport(t)
    r.feed_data(b"1234567")
    print(r, r._transport)


async def draining():
    print("== drain")
    loop = asyncio.get_running_loop()
    r, t = asyncio.StreamReader(), Transport()
    p = asyncio.StreamReaderProtocol(r)
    p.connection_made(t)
    w = asyncio.StreamWriter(t, p, r, loop)
    print(w, w.transport is t, w.can_write_eof(), w.is_closing())
    w.write(b"a")
    w.writelines([b"b", b"c"])
    print(await w.drain(), t.log)
    p.pause_writing()
    try:
        p.pause_writing()
    except AssertionError as e:
        print("AssertionError", e.args)
    drains = [asyncio.create_task(w.drain()) for _ in range(3)]
    await asyncio.sleep(0)
    print([d.done() for d in drains], len(p._drain_waiters))
    drains[1].cancel()
    await asyncio.sleep(0)
    print([d.done() for d in drains], len(p._drain_waiters))
    p.resume_writing()
    print(await asyncio.gather(*drains, return_exceptions=True), len(p._drain_waiters))
    try:
        p.resume_writing()
    except AssertionError as e:
        print("AssertionError", e.args)

    p.pause_writing()
    drains = [asyncio.create_task(w.drain()) for _ in range(2)]
    closing = asyncio.create_task(w.wait_closed())
    await asyncio.sleep(0)
    p.connection_lost(ConnectionAbortedError("gone"))
    print(await asyncio.gather(*drains, closing, return_exceptions=True))
    print(p._stream_reader, p._transport, p._stream_writer, r)
    for call in (w.drain(), w.wait_closed(), r.read()):
        try:
            await call
        except OSError as e:
            print(type(e).__name__, e)

    r, t = asyncio.StreamReader(), Transport()
    p = asyncio.StreamReaderProtocol(r)
    p.connection_made(t)
    w = asyncio.StreamWriter(t, p, r, loop)
    w.write_eof()
    w.close()
    print(w.is_closing(), t.log)
    loop.call_soon(p.connection_lost, None)
    try:
        await w.drain()
    except ConnectionResetError as e:
        print("drain:", e)
    print(await w.wait_closed(), r.at_eof())
    try:
        await asyncio.streams.FlowControlMixin()._get_close_waiter(w)
    except NotImplementedError:
        print("NotImplementedError")
    f = asyncio.streams.FlowControlMixin()
    print(await f._drain_helper(), f._paused, f._connection_lost, isinstance(f, asyncio.Protocol))


async def protocols():
    print("== protocol")
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: print("handler:", sorted(context), context["message"],
                                                           repr(context.get("exception"))))
    r, t = asyncio.StreamReader(), Transport()
    seen = []
    p = asyncio.StreamReaderProtocol(r, lambda *pair: seen.append(pair))
    print(p._strong_reader is r, p._stream_reader is r, p._stream_reader_wr() is r, p._client_connected_cb is not None)
    p.connection_made(t)
    (reader, writer), = seen
    print(reader is r, writer, p._strong_reader, p._stream_writer is writer, p._over_ssl, p._task)
    p.data_received(b"hello")
    print(r, p.eof_received(), r)
    p.connection_lost(None)
    print(p._closed.result(), p._stream_reader)
    p.data_received(b"ignored")
    print(p.eof_received())

    async def client(reader, writer):
        print(await reader.readline())
        writer.close()

    for word in (b"work\n", b"again\n"):
        r, t = asyncio.StreamReader(), Transport(sslcontext="a context")
        p = asyncio.StreamReaderProtocol(r, client)
        p.connection_made(t)
        print(p._over_ssl, p._task.done(), p.eof_received())
        r._eof = False
        p.data_received(word)
        await asyncio.wait([p._task])
        await asyncio.sleep(0)
        print(word, t.log)

    print("== the reader is gone")
    r, t = asyncio.StreamReader(), Transport()
    p = asyncio.StreamReaderProtocol(r)
    del r
    print(p._stream_reader)
    p._reject_connection = True
    p.connection_made(t)
    print(t.log)

    r, t = asyncio.StreamReader(), Transport()
    p = asyncio.StreamReaderProtocol(r)
    p.connection_made(t)
    other = Transport(sslcontext=1)
    w = asyncio.StreamWriter(other, p, r, loop)
    p._replace_writer(w)
    print(p._stream_writer is w, p._transport is other, p._over_ssl)
    t.closing = other.closing = True


asyncio.run(pausing())
asyncio.run(draining())
asyncio.run(protocols())
