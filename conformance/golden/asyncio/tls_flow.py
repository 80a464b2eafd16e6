# Flow control of TLS transports, both ways.
import asyncio

from _tls import Recorder, client, connect, listen, server, until


async def writing():
    """A side that does not read stops the other's writing."""
    made = []

    def factory():
        made.append(Recorder())
        return made[-1]

    srv, port = await listen(factory, server())
    tr, proto = await connect(Recorder, port)
    there = (await made[0].made)
    there.pause_reading()
    print(there.is_reading())
    total = 0
    while "pause" not in proto.said and total < 100_000_000:
        tr.write(b"x" * 100_000)
        total += 100_000
        await asyncio.sleep(0)
    print(proto.said, tr.get_write_buffer_size() >= 524288, tr._protocol_paused)
    there.resume_reading()
    there.resume_reading()
    print(await until(lambda: "resume" in proto.said), proto.said)
    print(await until(lambda: len(made[0].data) == total), tr.get_write_buffer_size(), tr._protocol_paused)
    tr.set_write_buffer_limits(high=0)
    print(proto.said[-1], tr.get_write_buffer_limits())
    tr.write(b"more")
    tr.set_write_buffer_limits()
    print(tr.get_write_buffer_limits())
    tr.close()
    await proto.lost
    await made[0].lost
    print(proto.said)
    srv.close()
    await srv.wait_closed()


async def reading():
    """A protocol that pauses gets nothing until it resumes; the end waits, too."""
    def flood(proto, data):
        proto.transport.write(b"y" * 3_000_000)
        proto.transport.close()

    made = []

    def factory():
        made.append(Recorder(flood))
        return made[-1]

    srv, port = await listen(factory, server())

    class Pauser(Recorder):
        calls = 0

        def data_received(self, data):
            super().data_received(data)
            self.calls += 1
            self.transport.pause_reading()
            asyncio.get_running_loop().call_later(0.001, self.transport.resume_reading)

    tr, proto = await connect(Pauser, port)
    tr.pause_reading()
    tr.write(b"go")
    await asyncio.sleep(0.1)
    print(proto.said, len(proto.data), tr.is_reading())
    tr.resume_reading()
    print(tr.is_reading())
    print(await proto.lost, proto.said, len(proto.data), proto.calls > 5)
    srv.close()
    await srv.wait_closed()


async def streams():
    """A reader with a limit pauses the transport."""
    async def serve(reader, writer):
        writer.write(b"z" * 2_000_000)
        await writer.drain()
        writer.close()

    srv = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server())
    port = srv.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=client(), server_hostname="server.test", limit=1000)
    print(await until(lambda: not writer.transport.is_reading()))
    total = 0
    while data := await reader.read(5000):
        total += len(data)
    print(total)
    writer.close()
    await writer.wait_closed()
    srv.close()
    await srv.wait_closed()


async def inside():
    """write() in pause_writing(), resume_writing() and data_received()."""
    def echo(proto, data):
        proto.transport.write(data)

    class Writer(Recorder):
        more = 3

        def pause_writing(self):
            super().pause_writing()
            self.transport.write(b"p")

        def resume_writing(self):
            super().resume_writing()
            if self.more:
                self.more -= 1
                for _ in range(8):
                    self.transport.write(b"r" * 1_000_000)

    srv, port = await listen(lambda: Recorder(echo), server())
    tr, proto = await connect(Writer, port)
    for _ in range(8):
        tr.write(b"w" * 1_000_000)
    pauses = lambda: proto.said.count("pause")
    print(await until(lambda: proto.more == 0 and proto.said[-1] == "resume"))
    print(await until(lambda: len(proto.data) == 32_000_000 + pauses()), pauses() >= 3)
    tr.close()
    print(await proto.lost)
    srv.close()
    await srv.wait_closed()


for part in writing, reading, streams, inside:
    print("--", part.__name__)
    asyncio.run(part())
