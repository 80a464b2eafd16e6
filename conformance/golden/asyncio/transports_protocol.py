# Stream transports: callbacks and their order, half-close, flow control, pausing, abort, errors, buffers.
import asyncio
import contextvars
import gc
import logging
import socket
import sys
import warnings

logging.basicConfig(stream=sys.stdout, format="%(name)s %(levelname)s %(message)s")


def shorten(record):
    # Files and addresses differ from run to run.
    record.msg = str(record.msg).split(" at ")[0].split("\n")[0]
    record.exc_info = None
    return True


logging.getLogger("asyncio").addFilter(shorten)
var = contextvars.ContextVar("var", default="unset")


def handler(loop, context):
    transport = context.get("transport")
    print("  handler:", context["message"].split("<")[0], type(context.get("exception")).__name__,
          type(transport).__name__, type(context.get("protocol")).__name__)


class Log(asyncio.Protocol):
    def __init__(self, name="log", **replies):
        self.name, self.log, self.data, self.replies = name, [], b"", replies
        loop = asyncio.get_running_loop()
        self.made, self.lost, self.ended = loop.create_future(), loop.create_future(), loop.create_future()

    def note(self, *what):
        self.log.append(what)
        reply = self.replies.get(what[0])
        if reply:
            return reply(self)

    def connection_made(self, transport):
        self.transport = transport
        if not self.made.done():
            self.made.set_result(None)
        self.note("made")

    def data_received(self, data):
        self.data += data
        self.note("data")

    def eof_received(self):
        if not self.ended.done():
            self.ended.set_result(None)
        return self.note("eof")

    def pause_writing(self):
        self.note("pause")

    def resume_writing(self):
        self.note("resume")

    def connection_lost(self, exc):
        self.note("lost", type(exc).__name__)
        self.lost.set_result(exc)


async def pair(protocol):
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    transport, protocol = await loop.connect_accepted_socket(lambda: protocol, ours)
    return transport, protocol, theirs


async def until(condition):
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.001)
    print("  too late")


async def recv_all(sock):
    loop = asyncio.get_running_loop()
    data = bytearray()
    while piece := await loop.sock_recv(sock, 65536):
        data += piece
    return data


async def simple():
    print("== simple")
    t, p, s = await pair(Log())
    print(p.log, t.get_protocol() is p, t.is_closing(), t.is_reading(), t.can_write_eof())
    print(isinstance(t, asyncio.Transport), isinstance(t, asyncio.ReadTransport),
          isinstance(t, asyncio.WriteTransport), type(t).__name__)
    t.write(b"one ")
    print(s.recv(100))
    t.write(bytearray(b"two "))
    t.write(memoryview(b"three "))
    t.writelines([b"four ", bytearray(b"five "), memoryview(b"six ")])
    t.writelines([])
    t.writelines(iter([b"seven"]))
    print(s.recv(100))
    s.send(b"hello")
    await until(lambda: p.data)
    print(p.data, p.log)
    print(t.get_write_buffer_size(), t.get_write_buffer_limits())
    print(sorted(t._extra), t.get_extra_info("nothing"), t.get_extra_info("nothing", 5))
    print(type(t.get_extra_info("socket")).__name__, repr(t.get_extra_info("peername")))
    shown = repr(t).replace(str(t.get_extra_info("socket").fileno()), "N")
    print(shown)
    for wrong in ("text", None, 5, [b"x"]):
        try:
            t.write(wrong)
        except TypeError as e:
            print(e)
    try:
        t.writelines([b"a", 5])
    except TypeError as e:
        print(e)
    t.close()
    print(t.is_closing(), t.is_reading(), p.log[-1])
    t.close()
    await p.lost
    print(p.log, t.get_protocol(), s.recv(10))
    print(repr(t).split("fd=")[0])
    t.write(b"lost")
    s.close()


async def half_close():
    print("== half-close")
    t, p, s = await pair(Log(eof=lambda p: True))
    s.send(b"request")
    s.shutdown(socket.SHUT_WR)
    await p.ended
    print(p.data, p.log, t.is_closing(), t.is_reading())
    t.write(b"answer")
    t.write_eof()
    t.write_eof()
    for call in (lambda: t.write(b"x"), lambda: t.writelines([b"x"])):
        try:
            call()
        except RuntimeError as e:
            print(e)
    print(bytes(await recv_all(s)))
    t.close()
    await p.lost
    print(p.log)
    s.close()

    t, p, s = await pair(Log())
    s.send(b"last words")
    s.close()
    await p.lost
    print(p.data, p.log)

    t, p, s = await pair(Log(eof=lambda p: p.transport.write(b"bye")))
    s.shutdown(socket.SHUT_WR)
    await p.lost
    print(bytes(await recv_all(s)), p.log)
    s.close()

    # The end waits for what is queued.
    t, p, s = await pair(Log())
    t.write(b"x" * 3_000_000)
    t.write_eof()
    t.write_eof()
    print(t.get_write_buffer_size() > 0, len(await recv_all(s)))
    s.close()
    await p.lost
    print(p.log)


async def flow():
    print("== flow control")
    t, p, s = await pair(Log())
    t.set_write_buffer_limits(high=1000, low=100)
    print(t.get_write_buffer_limits())
    for args in ({}, {"high": 10}, {"low": 5}, {"high": 0}, {"high": 3, "low": 3}):
        t.set_write_buffer_limits(**args)
        print(args, t.get_write_buffer_limits())
    for args in ({"high": 1, "low": 2}, {"high": -1}, {"low": -1}):
        try:
            t.set_write_buffer_limits(**args)
        except ValueError as e:
            print(e)
    t.set_write_buffer_limits()
    size = 4_000_000
    t.write(b"a" * size)
    print(p.log, t.get_write_buffer_size() > 0)
    before = t.get_write_buffer_size()
    t.write(b"b" * 10)
    t.writelines([b"c" * 10, bytearray(b"d" * 10)])
    print(t.get_write_buffer_size() - before)
    t.close()
    t.write(b"e")
    data = await recv_all(s)
    print(len(data), data[size:])
    await p.lost
    print(p.log)
    s.close()

    # Limits below what is queued pause at once.
    t, p, s = await pair(Log())
    t.set_write_buffer_limits(high=100_000_000)
    t.write(b"a" * size)
    print(p.log)
    t.set_write_buffer_limits(high=10)
    print(p.log)
    t.abort()
    print(t.get_write_buffer_size(), t.is_closing(), p.log)
    await p.lost
    print(p.log)
    s.close()

    # What is written while the protocol is resumed goes out as well.
    def more(p):
        if not p.replies.pop("once", None):
            return
        p.transport.write(b"z" * 10)
    t, p, s = await pair(Log(resume=more, once=True))
    t.write(b"a" * size)
    got = 0
    while got < size + 10:
        got += len(await asyncio.get_running_loop().sock_recv(s, 1 << 20))
    print(got, p.log)
    t.close()
    await p.lost
    s.close()


async def reading():
    print("== pause and resume")
    t, p, s = await pair(Log())
    t.pause_reading()
    t.pause_reading()
    print(t.is_reading())
    s.send(b"held back")
    await asyncio.sleep(0.02)
    print(p.data)
    t.resume_reading()
    print(t.is_reading(), p.data)
    t.resume_reading()
    await until(lambda: p.data)
    print(p.data)

    # Paused in a callback, with more to come.
    p.replies["data"] = lambda p: p.transport.pause_reading()
    p.data = b""
    s.send(b"first")
    await until(lambda: p.data)
    s.send(b"second")
    await asyncio.sleep(0.02)
    print(p.data)
    p.replies.clear()
    t.resume_reading()
    await until(lambda: b"second" in p.data)
    print(p.data)
    t.pause_reading()
    s.close()
    await asyncio.sleep(0.02)
    print(p.log[-1])
    t.resume_reading()
    await p.lost
    print(p.log[-2:])
    t.resume_reading()
    t.pause_reading()

    # Closed in a callback, with more to come: no more callbacks.
    t, p, s = await pair(Log(data=lambda p: p.transport.close()))
    s.send(b"one")
    await until(lambda: p.data)
    try:
        s.send(b"two")
    except BrokenPipeError:
        pass
    await p.lost
    print(p.data, p.log)
    s.close()

    # In connection_made.
    t, p, s = await pair(Log(made=lambda p: (p.transport.pause_reading(), p.transport.write(b"hi"))))
    print(s.recv(10), t.is_reading())
    s.send(b"data")
    t.resume_reading()
    await until(lambda: p.data)
    print(p.log)
    t.abort()
    await p.lost
    s.close()
    t, p, s = await pair(Log(made=lambda p: (p.transport.write(b"hi"), p.transport.close())))
    await p.lost
    print(p.log, s.recv(10), s.recv(10))
    s.close()


async def other_protocol():
    print("== set_protocol")
    t, p, s = await pair(Log())
    q = Log()
    q.transport = t
    s.send(b"1")
    await until(lambda: p.data)
    t.set_protocol(q)
    print(t.get_protocol() is q)
    s.send(b"2")
    await until(lambda: q.data)
    print(p.data, q.data)
    t.close()
    await q.lost
    print(p.log, q.log)
    s.close()


class Buffered(asyncio.BufferedProtocol):
    def __init__(self, size):
        self.buffer, self.data, self.log = bytearray(size), b"", []
        self.lost = asyncio.get_running_loop().create_future()

    def get_buffer(self, hint):
        self.log.append(hint)
        return self.buffer

    def buffer_updated(self, n):
        self.data += self.buffer[:n]

    def eof_received(self):
        self.log.append("eof")

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def buffered():
    print("== buffered")
    t, p, s = await pair(Buffered(10))
    s.send(b"x" * 25 + b"end")
    await until(lambda: p.data.endswith(b"end"))
    print(p.data, p.log)
    s.close()
    print(await p.lost, p.log[-1])
    for size in (0, "raises", "read-only"):
        p = Buffered(0)
        if size == "raises":
            p.get_buffer = lambda hint: 1 / 0
        elif size == "read-only":
            p.get_buffer = lambda hint: b"constant"
        t, p, s = await pair(p)
        s.send(b"x")
        print(size, type(await p.lost).__name__)
        s.close()
    p = Buffered(10)
    p.buffer_updated = lambda n: 1 / 0
    t, p, s = await pair(p)
    s.send(b"x")
    print(type(await p.lost).__name__)
    s.close()


def boom(p):
    raise ValueError("boom")


class Last(BaseException):
    pass


def last(p):
    raise Last


async def errors():
    print("== errors in callbacks")
    for name in ("data", "eof"):
        for reply in (boom, last):
            t, p, s = await pair(Log(**{name: reply}))
            s.send(b"x")
            s.shutdown(socket.SHUT_WR)
            print(name, type(await p.lost).__name__, p.log)
            s.close()
    for name in ("pause", "resume"):
        t, p, s = await pair(Log(**{name: boom}))
        t.write(b"x" * 2_000_000)
        t.close()
        print(name, len(await recv_all(s)), await p.lost, p.log)
        s.close()
    t, p, s = await pair(Log(made=boom))
    s.send(b"x")
    await until(lambda: p.data)
    print(p.log)
    s.close()
    await p.lost
    t, p, s = await pair(Log(lost=boom))
    t.close()
    await until(lambda: p.log[-1][0] == "lost")
    await asyncio.sleep(0)
    print(s.recv(10), p.log)
    s.close()


async def broken():
    print("== broken connections")
    t, p, s = await pair(Log())
    t.pause_reading()
    s.close()
    await asyncio.sleep(0.01)
    t.write(b"x")
    t.write(b"x")
    print(t.is_closing())
    exc = await p.lost
    print(type(exc).__name__, p.log)
    for _ in range(6):
        t.write(b"more")
    # A queue that is not empty.
    t, p, s = await pair(Log())
    t.pause_reading()
    t.write(b"x" * 2_000_000)
    s.close()
    print(type(await p.lost).__name__, p.log, t.get_write_buffer_size())
    # abort() drops what is queued.
    t, p, s = await pair(Log())
    t.write(b"x" * 2_000_000)
    t.abort()
    t.abort()
    t.close()
    await p.lost
    print(len(await recv_all(s)) < 2_000_000, p.log)
    s.close()


async def contexts():
    print("== contexts")
    seen = []

    def look(p):
        seen.append(var.get())
        var.set("set in " + p.log[-1][0])

    var.set("maker")
    t, p, s = await pair(Log(made=look, data=look, eof=look, lost=look))
    var.set("later")
    for word in (b"1", b"22"):
        p.data = b""
        s.send(word)
        await until(lambda: p.data)
    s.close()
    await p.lost
    print(seen, var.get())


async def unclosed():
    print("== unclosed")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t, p, s = await pair(Log())
        t.pause_reading()
        p.transport = None
        del t, p
        gc.collect()
        print([(w.category.__name__, str(w.message).split(" fd=")[0]) for w in caught
               if "transport" in str(w.message)])
        print(s.recv(10))
        s.close()


def main_loop():
    async def main():
        asyncio.get_running_loop().set_exception_handler(handler)
        for part in (simple, half_close, flow, reading, other_protocol, buffered, errors, broken,
                     contexts, unclosed):
            await part()

    asyncio.run(main())


def ends_of_programs():
    print("== ends of programs")
    for kind in (KeyboardInterrupt, SystemExit):
        loop = asyncio.new_event_loop()

        def stop(p):
            raise kind("from data_received")

        async def start():
            return await pair(Log(data=stop))

        t, p, s = loop.run_until_complete(start())
        s.send(b"x")
        try:
            loop.run_forever()
        except BaseException as e:
            print(type(e).__name__, e)
        # The loop goes on where it was.
        p.replies.clear()
        s.send(b"more")
        s.close()
        loop.run_until_complete(p.lost)
        print(p.data, p.log)
        loop.close()


main_loop()
ends_of_programs()
