# Contexts and servers for the scripts about TLS transports.
import asyncio
import os
import ssl

CERTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "ssl", "certs", "")


def client(ca="ca", **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(CERTS + ca + ".pem")
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def server(own="server", **settings):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTS + own + ".pem", CERTS + own + ".key")
    for name, value in settings.items():
        setattr(context, name, value)
    return context


NAME = "server.test"


class Recorder(asyncio.Protocol):
    """Remembers what it is told."""

    def __init__(self, answer=None):
        self.said = []
        self.data = bytearray()
        self.answer = answer
        self.made = asyncio.get_running_loop().create_future()
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.said.append("made")
        self.made.set_result(transport)

    def data_received(self, data):
        assert type(data) is bytes
        self.data += data
        if self.answer:
            self.answer(self, data)

    def eof_received(self):
        self.said.append("eof")

    def connection_lost(self, exc):
        self.said.append("lost %s" % (exc if exc is None else type(exc).__name__))
        self.lost.set_result(exc)

    def pause_writing(self):
        self.said.append("pause")

    def resume_writing(self):
        self.said.append("resume")


async def until(condition):
    for _ in range(30000):
        if condition():
            return True
        await asyncio.sleep(0.001)
    return False


async def listen(factory, context, **options):
    loop = asyncio.get_running_loop()
    srv = await loop.create_server(factory, "127.0.0.1", 0, ssl=context, **options)
    return srv, srv.sockets[0].getsockname()[1]


async def connect(factory, port, context=None, name=NAME, **options):
    loop = asyncio.get_running_loop()
    return await loop.create_connection(
        factory, "127.0.0.1", port, ssl=context or client(), server_hostname=name, **options)
