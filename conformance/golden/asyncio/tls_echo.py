# Echo over TLS: protocols, streams, protocols with buffers; what a transport knows of its connection.
import asyncio
import ssl

from _tls import Recorder, client, connect, listen, server, until


def echo(protocol, data):
    protocol.transport.write(data)


async def protocols():
    made = []

    def factory():
        made.append(Recorder(echo))
        return made[-1]

    srv, port = await listen(factory, server())
    tr, proto = await connect(Recorder, port)
    for size in 1, 1000, 16384, 16385, 100_000, 1_000_000:
        proto.data.clear()
        payload = bytes(range(256)) * (size // 256 + 1)
        payload = payload[:size]
        tr.write(payload)
        print(size, await until(lambda: len(proto.data) >= size), proto.data == payload)
    proto.data.clear()
    tr.writelines([b"a", bytearray(b"b"), memoryview(b"c")])
    tr.write(bytearray(b"def"))
    tr.write(memoryview(b"ghi"))
    tr.write(b"")
    await until(lambda: len(proto.data) == 9)
    print(bytes(proto.data))
    for wrong in "text", 1, None:
        try:
            tr.write(wrong)
        except TypeError as e:
            print(e)
    tr.close()
    tr.close()
    await proto.lost
    await made[0].lost
    print([[word for word in side.said if word not in ("pause", "resume")] for side in (proto, made[0])])
    srv.close()
    await srv.wait_closed()


async def knowledge():
    made = []

    def factory():
        made.append(Recorder(echo))
        return made[-1]

    context = server()
    context.set_alpn_protocols(["h2", "http/1.1"])
    mine = client()
    mine.set_alpn_protocols(["http/1.1"])
    srv, port = await listen(factory, context)
    tr, proto = await connect(Recorder, port, mine)
    await made[0].made
    print(type(tr).__name__, isinstance(tr, asyncio.sslproto._SSLProtocolTransport))
    obj = tr.get_extra_info("ssl_object")
    print(type(obj) is ssl.SSLObject, obj.version(), obj.cipher() == tr.get_extra_info("cipher"))
    print(obj.selected_alpn_protocol(), obj.server_side, obj.server_hostname, obj.context is mine)
    print(tr.get_extra_info("sslcontext") is mine, tr.get_extra_info("compression"))
    print(tr.get_extra_info("peercert") == obj.getpeercert(), sorted(tr.get_extra_info("peercert")))
    print(tr.get_extra_info("peername")[1] == port, tr.get_extra_info("nothing"), tr.get_extra_info("nothing", 5))
    print(type(tr.get_extra_info("socket")).__name__)
    there = made[0].transport.get_extra_info("ssl_object")
    print(there.server_side, there.getpeercert(), there.selected_alpn_protocol())
    print(tr.get_protocol() is proto, tr.is_closing(), tr.is_reading(), tr.can_write_eof())
    print(tr.get_write_buffer_size(), tr.get_write_buffer_limits(), tr.get_read_buffer_size(), tr.get_read_buffer_limits())
    tr.set_write_buffer_limits(high=100)
    tr.set_read_buffer_limits(low=10)
    print(tr.get_write_buffer_limits(), tr.get_read_buffer_limits())
    try:
        tr.set_write_buffer_limits(high=1, low=2)
    except ValueError as e:
        print(e)
    try:
        tr.write_eof()
    except NotImplementedError:
        print("no write_eof")
    print(tr._start_tls_compatible, tr._ssl_protocol._app_protocol is proto, tr._ssl_protocol._state)
    second = Recorder()
    tr.set_protocol(second)
    tr.write(b"for the second")
    await until(lambda: second.data)
    print(bytes(second.data), bytes(proto.data))
    tr.close()
    print(tr.is_closing())
    await second.lost
    print(second.said, proto.said)
    print(tr.get_extra_info("sslcontext") is mine, tr.get_extra_info("cipher") is not None)
    srv.close()
    await srv.wait_closed()


class Buffered(asyncio.BufferedProtocol):
    def __init__(self, size):
        self.buffer = bytearray(size)
        self.data = bytearray()
        self.lost = asyncio.get_running_loop().create_future()
        self.hints = set()

    def get_buffer(self, sizehint):
        self.hints.add(type(sizehint))
        return memoryview(self.buffer)

    def buffer_updated(self, count):
        self.data += self.buffer[:count]

    def connection_lost(self, exc):
        self.lost.set_result(exc)


async def buffers():
    srv, port = await listen(lambda: Recorder(echo), server())
    for size in 7, 1000, 300_000:
        tr, proto = await connect(lambda: Buffered(size), port)
        payload = bytes(range(250)) * 80
        tr.write(payload)
        print(size, await until(lambda: len(proto.data) >= len(payload)), proto.data == payload, proto.hints)
        tr.close()
        print(await proto.lost)
    srv.close()
    await srv.wait_closed()


async def streams():
    async def serve(reader, writer):
        while line := await reader.readline():
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    srv = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server())
    port = srv.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=client(), server_hostname="server.test")
    for i in range(3):
        writer.write(b"line %d\n" % i)
        print(await reader.readline())
    writer.write(b"x" * 60000 + b"\n")
    print(len(await reader.readexactly(60001)))
    print(writer.get_extra_info("ssl_object").version(), writer.can_write_eof())
    writer.close()
    await writer.wait_closed()
    print(await reader.read(), reader.at_eof())
    srv.close()
    await srv.wait_closed()


async def unix():
    import os
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        loop = asyncio.get_running_loop()
        srv = await loop.create_unix_server(lambda: Recorder(echo), path, ssl=server())
        tr, proto = await loop.create_unix_connection(
            Recorder, path, ssl=client(), server_hostname="server.test")
        tr.write(b"over a path" * 20000)
        print(await until(lambda: len(proto.data) == 220000))
        tr.close()
        print(await proto.lost, proto.said)
        srv.close()
        await srv.wait_closed()


for part in protocols, knowledge, buffers, streams, unix:
    print("--", part.__name__)
    asyncio.run(part())
