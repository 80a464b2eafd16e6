# The end of TLS transports: in good order, in none, with data on its way, by errors; and what is written after it.
import asyncio
import gc
import logging
import socket
import ssl
import threading
import warnings

from _tls import NAME, Recorder, client, connect, listen, server, until


class Lines(logging.Handler):
    def emit(self, record):
        print("log:", record.levelname, record.getMessage())


logger = logging.getLogger("asyncio")
logger.propagate = False
logger.addHandler(Lines())


def told(loop, context):
    exc = context.get("exception")
    print("handler:", context["message"], "|", type(exc).__name__, exc, "|", sorted(context))


class Peer:
    """The other side, blocking, in a thread."""

    def __init__(self, work, side="server"):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.work = work
        self.result = None
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        sock, _ = self.listener.accept()
        sock.settimeout(10)
        try:
            with server().wrap_socket(sock, server_side=True) as tls:
                self.result = self.work(tls)
        except OSError as e:
            self.result = type(e).__name__
        self.listener.close()

    async def done(self):
        await asyncio.get_running_loop().run_in_executor(None, self.thread.join)
        return self.result


def read_to_end(tls):
    data = b""
    while part := tls.recv(100_000):
        data += part
    return data


async def flushed():
    """What is written before close() arrives, however much it is."""
    for size in 0, 10, 5_000_000:
        def work(tls):
            data = read_to_end(tls)
            try:
                tls.unwrap()
                return len(data), "good order"
            except OSError as e:
                return len(data), type(e).__name__

        peer = Peer(work)
        tr, proto = await connect(Recorder, peer.port)
        tr.write(b"x" * size)
        tr.close()
        tr.write(b"too late")
        print(tr.is_closing(), await proto.lost, [w for w in proto.said if w not in ("pause", "resume")])
        print(await peer.done())


async def other_side():
    """The other side closes: in good order, or by just going away."""
    def in_order(tls):
        tls.sendall(b"bye")
        tls.unwrap()

    def goes(tls):
        tls.sendall(b"bye")
        tls.shutdown(socket.SHUT_WR)

    def half(tls):
        sock = socket.socket(fileno=tls.detach())
        sock.shutdown(socket.SHUT_WR)
        sock.recv(1)
        sock.close()

    for work in in_order, goes, half:
        peer = Peer(work)
        tr, proto = await connect(Recorder, peer.port)
        print(await proto.lost, proto.said, bytes(proto.data), tr.is_closing())
        await peer.done()


async def keeps_open():
    class Keeper(Recorder):
        def eof_received(self):
            self.said.append("eof")
            return True

    def work(tls):
        tls.sendall(b"bye")
        tls.unwrap()

    peer = Peer(work)
    tr, proto = await connect(Keeper, peer.port)
    print(await proto.lost, proto.said)
    await peer.done()


async def silent_peer():
    """The other side never says that it is done."""
    event = threading.Event()

    def work(tls):
        event.wait(10)

    peer = Peer(work)
    tr, proto = await connect(Recorder, peer.port, ssl_shutdown_timeout=0.1)
    tr.close()
    e = await proto.lost
    print(type(e).__name__, e, proto.said)
    event.set()
    await peer.done()


async def aborts():
    def work(tls):
        return read_to_end(tls)

    peer = Peer(work)
    tr, proto = await connect(Recorder, peer.port)
    tr.write(b"first")
    tr.abort()
    print(tr.is_closing(), await proto.lost, proto.said)
    for _ in range(10):
        tr.write(b"lost")
    tr.abort()
    tr.close()
    await peer.done()


async def wrong_callbacks():
    """Callbacks that raise."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(told)

    class Data(Recorder):
        def data_received(self, data):
            raise ZeroDivisionError("data")

    class Eof(Recorder):
        def eof_received(self):
            raise ZeroDivisionError("eof")

    class Lost(Recorder):
        def connection_lost(self, exc):
            super().connection_lost(exc)
            raise ZeroDivisionError("lost")

    class Made(Recorder):
        def connection_made(self, transport):
            super().connection_made(transport)
            raise ZeroDivisionError("made")

    def work(tls):
        tls.sendall(b"data")
        try:
            tls.unwrap()
        except OSError:
            pass

    for cls in Data, Eof, Lost, Made:
        print(cls.__name__)
        peer = Peer(work)
        made = []

        def factory():
            made.append(cls())
            return made[-1]

        try:
            await connect(factory, peer.port)
        except Exception as e:
            print(type(e).__name__, e)
        await made[0].lost
        await asyncio.sleep(0.01)
        print(made[0].said)
        await peer.done()


async def from_inside():
    """close() and abort() in callbacks; data that comes after close() is an error."""
    go = threading.Event()

    def work(tls):
        go.wait(10)
        tls.sendall(b"data" * 10)
        try:
            read_to_end(tls)
            tls.unwrap()
        except OSError:
            pass

    for where in "connection_made", "data_received", "eof_received":
        for how in "close", "abort":
            class Proto(Recorder):
                pass

            def called(self, *args, where=where, how=how):
                answer = getattr(Recorder, where)(self, *args)
                getattr(self.transport, how)()
                return answer

            setattr(Proto, where, called)
            go.clear()
            peer = Peer(work)
            try:
                tr, proto = await asyncio.wait_for(connect(Proto, peer.port), 5)
            except OSError as e:
                print(where, how, type(e).__name__)
            else:
                if where == "eof_received":
                    tr.close()
                go.set()
                e = await proto.lost
                print(where, how, type(e).__name__, getattr(e, "reason", None), proto.said[-1:] == ["lost %s" % (e and type(e).__name__)])
            await peer.done()


async def forgotten():
    """A transport that nobody closes."""
    event = threading.Event()

    def work(tls):
        event.wait(10)

    peer = Peer(work)
    tr, proto = await connect(Recorder, peer.port)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        tr.get_extra_info("socket")
        lower = tr._ssl_protocol._transport
        lower.pause_reading()
        await asyncio.sleep(0.01)  # nothing of it is left in the loop
        proto.transport = None
        del tr, proto, lower
        gc.collect()
        gc.collect()
    print(sorted({str(w.message).split(" fd=")[0] for w in seen if w.category is ResourceWarning
                  and "transport" in str(w.message)}))
    event.set()
    await peer.done()


for part in flushed, other_side, keeps_open, silent_peer, aborts, wrong_callbacks, from_inside, forgotten:
    print("--", part.__name__)
    asyncio.run(part())
