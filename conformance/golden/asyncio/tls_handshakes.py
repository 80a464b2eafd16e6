# Handshakes over TLS transports that fail, take too long, are aborted; names, and certificates of clients.
import asyncio
import logging
import socket
import ssl

from _tls import CERTS, NAME, Recorder, client, connect, listen, server, until

logging.getLogger("asyncio").setLevel(logging.CRITICAL)


calls = []


def told(context):
    """What a loop's exception handler is told, without addresses."""
    calls.append(context["message"])
    exc = context.get("exception")
    words = str(exc).split(" (_ssl.c")[0]
    print("handler:", context["message"], "|", type(exc).__name__, words, "|", sorted(context))


async def nothing_or_call(debug):
    """In debug mode the handler is told of what fails."""
    if debug:
        await until(lambda: calls)
    else:
        await asyncio.sleep(0.05)
    calls.clear()


async def attempt(awaitable):
    try:
        await awaitable
    except Exception as e:
        print(type(e).__name__, str(e).split(" (_ssl.c")[0])
        return e


async def untrusted():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told(context))
    for debug in False, True:
        loop.set_debug(debug)
        made = []

        def factory():
            made.append(Recorder())
            return made[-1]

        srv, port = await listen(factory, server())
        await attempt(connect(Recorder, port, client("stranger")))
        await nothing_or_call(debug)
        print(made[0].said)
        e = await attempt(connect(Recorder, port, client(), name="other.test"))
        print(e.verify_code, isinstance(e, ssl.CertificateError))
        await nothing_or_call(debug)
        srv.close()
        await srv.wait_closed()


async def no_tls():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told(context))
    loop.set_debug(True)
    made = []

    def factory():
        made.append(Recorder())
        return made[-1]

    srv, port = await listen(factory, server())
    for first in b"GET / HTTP/1.1\r\n\r\n", b"\0" * 40:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)
        await nothing_or_call(True)
        try:
            print("answer:", await reader.read())
        except ConnectionResetError:
            print("answer: b''")
        writer.close()
    print([proto.said for proto in made])
    srv.close()
    await srv.wait_closed()
    loop.set_debug(False)

    async def talks_plainly(reader, writer):
        await reader.read(1)
        writer.write(b"220 no TLS here\r\n")

    srv = await asyncio.start_server(talks_plainly, "127.0.0.1", 0)
    await attempt(connect(Recorder, srv.sockets[0].getsockname()[1]))
    srv.close()


async def silence():
    """Nobody answers: the time for the handshake is over."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told(context))
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        await attempt(connect(Recorder, port, ssl_handshake_timeout=0.1))
        await attempt(asyncio.wait_for(connect(Recorder, port), 0.1))
    made = []

    def factory():
        made.append(Recorder())
        return made[-1]

    for debug in False, True:
        loop.set_debug(debug)
        srv, port = await listen(factory, server(), ssl_handshake_timeout=0.1)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            print(await reader.read())
        except ConnectionResetError:
            print(b"")
        writer.close()
        await nothing_or_call(debug)
        srv.close()
        await srv.wait_closed()
    print([proto.said for proto in made])
    loop.set_debug(False)
    srv, port = await listen(factory, server())
    for wrong in 0, -1:
        await attempt(connect(Recorder, port, ssl_handshake_timeout=wrong))
        await attempt(connect(Recorder, port, ssl_shutdown_timeout=wrong))
    await attempt(listen(Recorder, None, ssl_handshake_timeout=1))
    srv.close()
    await srv.wait_closed()


async def gone():
    """The other side goes away in the middle."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told(context))

    async def go(reader, writer):
        await reader.read(10)
        writer.close()

    srv = await asyncio.start_server(go, "127.0.0.1", 0)
    await attempt(connect(Recorder, srv.sockets[0].getsockname()[1]))
    srv.close()
    made = []

    def factory():
        made.append(Recorder())
        return made[-1]

    loop.set_debug(True)
    srv, port = await listen(factory, server())
    for first in b"", b"\x16\x03\x01\x02":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.close()
        await nothing_or_call(True)
    print([proto.said for proto in made])
    srv.close()
    await srv.wait_closed()


async def names():
    asked = []
    second = server("second")

    def choose(obj, name, context):
        asked.append((type(obj).__name__, name, obj.server_side))
        if name == "refused.test":
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        if name == "second.test":
            obj.context = second

    context = server()
    context.sni_callback = choose
    made = []

    def factory():
        made.append(Recorder())
        return made[-1]

    srv, port = await listen(factory, context)
    mine = client(check_hostname=False)
    for name in NAME, "second.test":
        tr, proto = await connect(Recorder, port, mine, name=name)
        print(dict(x[0] for x in tr.get_extra_info("peercert")["subject"]))
        await made[-1].made
        print(made[-1].transport.get_extra_info("sslcontext") is context,
              made[-1].transport.get_extra_info("ssl_object").context is second)
        tr.close()
        await proto.lost
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    try:
        await connect(Recorder, port, mine, name="refused.test")
    except (ssl.SSLError, ConnectionResetError):
        print("refused")
    print(asked)
    srv.close()
    await srv.wait_closed()


async def clients():
    context = server(verify_mode=ssl.CERT_REQUIRED)
    context.load_verify_locations(CERTS + "ca.pem")
    made = []

    def factory():
        made.append(Recorder(lambda proto, data: proto.transport.write(data)))
        return made[-1]

    srv, port = await listen(factory, context)
    mine = client()
    mine.load_cert_chain(CERTS + "client.pem", CERTS + "client.key")
    tr, proto = await connect(Recorder, port, mine)
    tr.write(b"known")
    await until(lambda: proto.data)
    print(dict(x[0] for x in made[0].transport.get_extra_info("peercert")["subject"]))
    tr.close()
    await proto.lost
    srv.close()
    await srv.wait_closed()


async def aborted():
    """abort() and close() while hands are shaken."""
    loop = asyncio.get_running_loop()
    peers = []

    def factory():
        peers.append(Recorder())
        return peers[-1]

    srv = await loop.create_server(factory, "127.0.0.1", 0)
    port = srv.sockets[0].getsockname()[1]
    for how in "abort", "close":
        peers.clear()
        tr, proto = await loop.create_connection(Recorder, "127.0.0.1", port)
        task = loop.create_task(loop.start_tls(tr, proto, client(), server_hostname=NAME))
        await until(lambda: peers and peers[0].data)
        over = tr.get_protocol()._app_transport
        getattr(over, how)()
        print(over.is_closing(), tr.is_closing())
        await task
        await peers[0].lost
        print(peers[0].said, proto.said)
    srv.close()
    await srv.wait_closed()


for part in untrusted, no_tls, silence, gone, names, clients, aborted:
    print("--", part.__name__)
    asyncio.run(part())
