# Servers: accepting, factories that fail, closing, addresses, numbers of descriptors that are used again.
import asyncio
import contextvars
import os
import socket
import tempfile

var = contextvars.ContextVar("var", default="unset")


class Echo(asyncio.Protocol):
    made = []

    def connection_made(self, transport):
        self.transport = transport
        self.made.append(self)

    def data_received(self, data):
        self.transport.write(data)


async def tcp():
    print("== tcp")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0)
    address = server.sockets[0].getsockname()
    print(server.is_serving(), type(server.sockets[0]).__name__)
    readers = []
    for i in range(50):
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"%d\n" % i)
        readers.append((reader, writer))
    print([await r.readline() for r, w in readers] == [b"%d\n" % i for i in range(50)])
    accepted = Echo.made[0].transport
    print(accepted.get_extra_info("sockname") == address,
          accepted.get_extra_info("peername") == readers[0][1].get_extra_info("sockname"))
    sock = accepted.get_extra_info("socket")
    print(type(sock).__name__, sock.family.name, sock.type.name, sock.getsockname() == address,
          sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0, sock.gettimeout())
    print(accepted.get_extra_info("sockname") == address, accepted.get_extra_info("nothing", 1))
    for r, w in readers:
        w.close()
        await w.wait_closed()
    server.close()
    await server.wait_closed()
    print(server.is_serving(), server.sockets)
    try:
        await asyncio.open_connection(*address)
    except OSError as e:
        print(type(e).__name__)


async def unix():
    print("== unix")
    loop = asyncio.get_running_loop()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s")
        server = await loop.create_unix_server(Echo, path)
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b"x" * 1_000_000)
        writer.write_eof()
        print(len(await reader.read()))
        print(repr(writer.get_extra_info("sockname")), writer.get_extra_info("peername") == path)
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()


async def factories():
    print("== factories")
    loop = asyncio.get_running_loop()
    told = []
    loop.set_exception_handler(lambda loop, context: told.append(context["message"]))
    fails = [ValueError("no"), None]

    def factory():
        failure = fails.pop(0)
        if failure:
            raise failure
        print("context:", var.get())
        var.set("set by a factory")
        return Echo()

    var.set("of the server")
    server = await loop.create_server(factory, "127.0.0.1", 0)
    var.set("later")
    address = server.sockets[0].getsockname()
    reader, writer = await asyncio.open_connection(*address)
    await asyncio.sleep(0.01)
    print(told, fails)
    writer.close()
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"works")
    print(await reader.readexactly(5))
    fails.append(None)
    other, another = await asyncio.open_connection(*address)
    another.write(b"too")
    print(await other.readexactly(3))
    writer.close()
    another.close()
    server.close()
    await asyncio.sleep(0.02)


async def streams():
    print("== streams")

    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
            await writer.drain()
        writer.write(b"bye")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for word in (b"one\n", b"two\n", b"x" * 50_000 + b"\n"):
            writer.write(word)
            print((await reader.readline())[:5])
        writer.write_eof()
        print(await reader.read())
        writer.close()
        await writer.wait_closed()


async def numbers():
    print("== numbers of descriptors")
    # Connections one after the other have the same number; data of one must not reach the next.
    loop = asyncio.get_running_loop()
    for i in range(30):
        ours, theirs = socket.socketpair()
        lost = loop.create_future()
        got = []

        class One(asyncio.Protocol):
            def data_received(self, data):
                got.append(data)

            def connection_lost(self, exc):
                lost.set_result(None)

        transport, _ = await loop.connect_accepted_socket(One, ours)
        theirs.send(b"%d" % i)
        if i % 3 == 0:
            transport.abort()
        else:
            await asyncio.sleep(0)
            while not got:
                await asyncio.sleep(0.001)
            transport.close()
        await lost
        theirs.close()
        if i % 3 and got != [b"%d" % i]:
            print("wrong", i, got)
    # The same with sock_recv, whose sockets are not taken out of the loop by who closes them.
    for i in range(30):
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        loop.call_later(0.001, theirs.send, b"%d" % i)
        if await loop.sock_recv(ours, 10) != b"%d" % i:
            print("wrong", i)
        ours.close()
        theirs.close()
    # And of programs.
    for i in range(30):
        ours, theirs = socket.socketpair()
        seen = loop.create_future()
        loop.add_reader(ours, lambda: seen.done() or seen.set_result(ours.recv(10)))
        theirs.send(b"%d" % i)
        if await seen != b"%d" % i:
            print("wrong", i)
        loop.remove_reader(ours)
        ours.close()
        theirs.close()
    # A transport's descriptor is its own.
    ours, theirs = socket.socketpair()
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
    for call in (loop.add_reader, loop.add_writer):
        try:
            call(transport.get_extra_info("socket").fileno(), print)
        except RuntimeError as e:
            print(str(e).split(" ")[0], "used by transport" in str(e))
    transport.close()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    theirs.close()
    print("done")


async def main():
    for part in (tcp, unix, factories, streams, numbers):
        await part()


asyncio.run(main())
