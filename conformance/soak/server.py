"""What soak.py talks to: `server.py BACKLOG MODE`, with asyncio's protocols; prints the port.

Modes: echo; flood (64 MiB to each client after its first byte); token (each line comes back a little later).
"""
import asyncio
import sys

BACKLOG = int(sys.argv[1])
MODE = sys.argv[2]


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


class Token(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.buffer = b""
        self.task = None

    def data_received(self, data):
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.task = asyncio.ensure_future(self.answer(line))

    async def answer(self, line):
        await asyncio.sleep(0.002)
        self.transport.write(line + b"\n")

    def connection_lost(self, exc):
        if self.task is not None:
            self.task.cancel()


class Flood(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.task = None
        self.may_write = asyncio.Event()
        self.may_write.set()

    def data_received(self, data):
        if self.task is None:
            self.task = asyncio.ensure_future(self.flood())

    def pause_writing(self):
        self.may_write.clear()

    def resume_writing(self):
        self.may_write.set()

    def connection_lost(self, exc):
        self.may_write.set()

    async def flood(self):
        sent = 0
        while sent < 64 << 20 and not self.transport.is_closing():
            await self.may_write.wait()
            self.transport.write(b"f" * 65536)
            sent += 65536
            await asyncio.sleep(0)
        self.transport.close()


async def main():
    protocol = {"echo": Echo, "token": Token, "flood": Flood}[MODE]
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, backlog=BACKLOG)
    print("PORT", server.sockets[0].getsockname()[1], flush=True)
    await asyncio.sleep(3600)


asyncio.run(main())
