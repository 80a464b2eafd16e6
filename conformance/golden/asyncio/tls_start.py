# TLS that begins on a connection: start_tls() of loops and streams, and bytes that came before it.
import asyncio
import socket
import ssl

from _tls import NAME, Recorder, client, server, until


async def loops():
    """Both sides have a protocol, and change over to TLS after a word in the clear."""
    loop = asyncio.get_running_loop()
    tasks = []

    class Server(Recorder):
        asked = False

        def data_received(self, data):
            self.data += data
            if self.asked:
                self.transport.write(data[::-1])
            elif self.data == b"STARTTLS":
                self.asked = True
                self.transport.write(b"GO")
                tasks.append(loop.create_task(self.change()))

        async def change(self):
            self.transport = await loop.start_tls(self.transport, self, server(), server_side=True)
            self.said.append("tls")
            self.transport.write(b"READY")

    made = []

    def factory():
        made.append(Server())
        return made[-1]

    srv = await loop.create_server(factory, "127.0.0.1", 0)
    port = srv.sockets[0].getsockname()[1]
    tr, proto = await loop.create_connection(Recorder, "127.0.0.1", port)
    tr.write(b"STARTTLS")
    await until(lambda: proto.data == b"GO")
    proto.data.clear()
    over = await loop.start_tls(tr, proto, client(), server_hostname=NAME)
    print(type(over).__name__, over is tr, tr.get_protocol() is proto, over.get_protocol() is proto)
    print(over.get_extra_info("ssl_object").version(), over.get_extra_info("peername") == tr.get_extra_info("peername"))
    print(await until(lambda: proto.data == b"READY"))
    over.write(b"abc" * 30000)
    print(await until(lambda: len(proto.data) == 90005))
    over.close()
    await proto.lost
    await made[0].lost
    await asyncio.gather(*tasks)
    print(proto.said, made[0].said)
    srv.close()
    await srv.wait_closed()


async def streams():
    """The client sends its first message of TLS with the last line in the clear."""
    async def serve(reader, writer):
        print("server:", await reader.readline())
        await until(lambda: reader._buffer)
        rest = bytes(reader._buffer)
        print("server: TLS has come:", rest[:2] == b"\x16\x03")
        done.set_result(None)
        # All of it comes, however small the pieces are.
        await reader.read()
        writer.close()
        ended.set_result(None)

    loop = asyncio.get_running_loop()
    done, ended = loop.create_future(), loop.create_future()
    srv = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = srv.sockets[0].getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setblocking(False)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        obj = client().wrap_bio(incoming, outgoing, server_hostname=NAME)
        try:
            obj.do_handshake()
        except ssl.SSLWantReadError:
            pass
        await loop.sock_sendall(sock, b"in the clear\n" + outgoing.read())
        await done
    await ended
    srv.close()
    await srv.wait_closed()


async def refused():
    loop = asyncio.get_running_loop()
    srv = await loop.create_server(Recorder, "127.0.0.1", 0)
    port = srv.sockets[0].getsockname()[1]
    tr, proto = await loop.create_connection(Recorder, "127.0.0.1", port)
    for context in None, 5:
        try:
            await loop.start_tls(tr, proto, context)
        except TypeError as e:
            print(e)

    class Foreign(asyncio.Transport):
        def __repr__(self):
            return "<foreign>"

    try:
        await loop.start_tls(Foreign(), proto, client(), server_hostname=NAME)
    except TypeError as e:
        print(e)
    for limits in {"ssl_handshake_timeout": 0}, {"ssl_shutdown_timeout": -1}:
        try:
            await loop.start_tls(tr, proto, client(), server_hostname=NAME, **limits)
        except ValueError as e:
            print(e)
    tr.close()
    await proto.lost
    srv.close()
    await srv.wait_closed()


async def cancelled():
    """Who waits for the handshake goes away: the connection is closed."""
    loop = asyncio.get_running_loop()
    peers = []

    def factory():
        peers.append(Recorder())
        return peers[-1]

    srv = await loop.create_server(factory, "127.0.0.1", 0)
    port = srv.sockets[0].getsockname()[1]
    task = loop.create_task(asyncio.open_connection("127.0.0.1", port, ssl=client(), server_hostname=NAME))
    await until(lambda: peers and peers[0].data)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled")
    await peers[0].lost
    print(peers[0].said, bytes(peers[0].data[:2]))

    tr, proto = await loop.create_connection(Recorder, "127.0.0.1", port)
    task = loop.create_task(loop.start_tls(tr, proto, client(), server_hostname=NAME))
    await until(lambda: len(peers) > 1 and peers[1].data)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", tr.is_closing())
    await peers[1].lost
    print(peers[1].said, proto.said)
    srv.close()
    await srv.wait_closed()


async def twice():
    """TLS in TLS."""
    loop = asyncio.get_running_loop()
    srvs = []

    class Server(Recorder):
        def data_received(self, data):
            if data == b"again":
                self.transport.write(b"go")
                srvs.append(loop.create_task(self.change()))
            else:
                self.transport.write(data.upper())

        async def change(self):
            self.transport = await loop.start_tls(self.transport, self, server(), server_side=True)
            self.transport.write(b"ready")

    srv = await loop.create_server(Server, "127.0.0.1", 0, ssl=server())
    port = srv.sockets[0].getsockname()[1]
    tr, proto = await loop.create_connection(
        Recorder, "127.0.0.1", port, ssl=client(), server_hostname=NAME)
    tr.write(b"again")
    await until(lambda: proto.data == b"go")
    inner = await loop.start_tls(tr, proto, client(), server_hostname=NAME)
    await until(lambda: proto.data == b"goready")
    inner.write(b"hello")
    await until(lambda: len(proto.data) == 12)
    print(bytes(proto.data), inner is tr)
    inner.close()
    await proto.lost
    await asyncio.gather(*srvs)
    print(proto.said)
    srv.close()
    await srv.wait_closed()


for part in loops, streams, refused, cancelled, twice:
    print("--", part.__name__)
    asyncio.run(part())
