# sock_recv and its kin: at once and after a while, cancellation, errors, what the coroutines are.
import asyncio
import collections.abc
import inspect
import socket
import warnings


def pair(kind=socket.SOCK_STREAM):
    both = socket.socketpair(type=kind)
    for s in both:
        s.setblocking(False)
    return both


async def receiving():
    print("== receiving")
    loop = asyncio.get_running_loop()
    a, b = pair()
    b.send(b"at once")
    print(await loop.sock_recv(a, 100))
    loop.call_later(0.005, b.send, b"later")
    print(await loop.sock_recv(a, 100))
    b.send(b"0123456789")
    print(await loop.sock_recv(a, 4), await loop.sock_recv(a, 4), await loop.sock_recv(a, 4))
    buffer = bytearray(6)
    loop.call_later(0.005, b.send, b"into it")
    print(await loop.sock_recv_into(a, buffer), buffer)
    print(await loop.sock_recv_into(a, memoryview(buffer)[2:]), buffer)
    b.close()
    print(await loop.sock_recv(a, 10), await loop.sock_recv(a, 10))
    a.close()
    for wrong in ("x", -1):
        c, d = pair()
        try:
            await loop.sock_recv(c, wrong)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, e)
        c.close()
        d.close()
    try:
        await loop.sock_recv(a, 10)
    except OSError as e:
        print(e)


async def sending():
    print("== sending")
    loop = asyncio.get_running_loop()
    a, b = pair()
    data = bytes(range(256)) * 8192
    for given in (data, bytearray(data), memoryview(data)):
        task = loop.create_task(loop.sock_sendall(a, given))
        got = bytearray()
        while len(got) < len(data):
            got += await loop.sock_recv(b, 100_000)
        print(await task, got == data)
    print(await loop.sock_sendall(a, b""))
    b.close()
    try:
        await loop.sock_sendall(a, b"x")
    except OSError as e:
        print(type(e).__name__)
    a.close()


async def datagrams():
    print("== datagrams")
    loop = asyncio.get_running_loop()
    a = socket.socket(type=socket.SOCK_DGRAM)
    b = socket.socket(type=socket.SOCK_DGRAM)
    for s in (a, b):
        s.setblocking(False)
        s.bind(("127.0.0.1", 0))
    print(await loop.sock_sendto(a, b"one", b.getsockname()))
    data, address = await loop.sock_recvfrom(b, 100)
    print(data, address == a.getsockname())
    loop.call_later(0.005, a.sendto, b"two", b.getsockname())
    data, address = await loop.sock_recvfrom(b, 100)
    print(data, address == a.getsockname())
    buffer = bytearray(10)
    loop.call_later(0.005, a.sendto, b"three", b.getsockname())
    count, address = await loop.sock_recvfrom_into(b, buffer)
    print(count, buffer, address == a.getsockname())
    a.sendto(b"four", b.getsockname())
    print((await loop.sock_recvfrom_into(b, buffer, 2))[0], buffer)
    a.sendto(b"longer", b.getsockname())
    a.sendto(b"x", b.getsockname())
    print(await loop.sock_recv(b, 3), await loop.sock_recv(b, 3))
    a.close()
    b.close()


async def connections():
    print("== connections")
    loop = asyncio.get_running_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    task = loop.create_task(loop.sock_accept(listener))
    await asyncio.sleep(0.005)
    client = socket.socket()
    client.setblocking(False)
    print(await loop.sock_connect(client, listener.getsockname()))
    accepted, address = await task
    print(address == client.getsockname(), accepted.gettimeout(), type(accepted).__name__,
          accepted.getsockname() == listener.getsockname(), accepted.family.name)
    await loop.sock_sendall(client, b"hello")
    print(await loop.sock_recv(accepted, 10))
    # Cancelled: the next one gets the connection.
    task = loop.create_task(loop.sock_accept(listener))
    await asyncio.sleep(0)
    other = socket.create_connection(listener.getsockname())
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True))
    third, address = await asyncio.wait_for(loop.sock_accept(listener), 5)
    print(address == other.getsockname())
    for s in (client, accepted, other, third, listener):
        s.close()


async def cancelling():
    print("== cancelling")
    loop = asyncio.get_running_loop()
    a, b = pair()
    for moment in ("before", "between", "after"):
        task = loop.create_task(loop.sock_recv(a, 100))
        if moment != "before":
            await asyncio.sleep(0.002)
        if moment == "after":
            b.send(b"kept?")
        task.cancel()
        try:
            print(moment, await task)
        except asyncio.CancelledError:
            print(moment, "cancelled")
        # Nobody watches any more.
        print(loop.remove_reader(a), loop.remove_writer(a))
    print(await loop.sock_recv(a, 100))
    # One after the other.
    for i in range(20):
        try:
            await asyncio.wait_for(loop.sock_recv(a, 10), 0.001)
        except asyncio.TimeoutError:
            pass
    b.send(b"end")
    print(await loop.sock_recv(a, 100))
    # While all of it waits for room.
    task = loop.create_task(loop.sock_sendall(a, bytes(4_000_000)))
    await asyncio.sleep(0.005)
    task.cancel()
    print(await asyncio.gather(task, return_exceptions=True), loop.remove_writer(a))
    a.close()
    b.close()


async def both_ways():
    print("== both ways, and many")
    loop = asyncio.get_running_loop()
    pairs = [pair() for _ in range(40)]

    async def echo(s):
        while data := await loop.sock_recv(s, 1000):
            await loop.sock_sendall(s, data)

    async def talk(s, n):
        for i in range(20):
            word = b"%d:%d" % (n, i)
            await loop.sock_sendall(s, word)
            assert await loop.sock_recv(s, 100) == word
        s.close()
        return n

    servers = [loop.create_task(echo(b)) for a, b in pairs]
    print(sum(await asyncio.gather(*[talk(a, n) for n, (a, b) in enumerate(pairs)])))
    print(set(await asyncio.gather(*servers)))
    for a, b in pairs:
        b.close()


async def objects():
    print("== objects")
    loop = asyncio.get_running_loop()
    a, b = pair()
    b.send(b"xyz")
    c = loop.sock_recv(a, 1)
    print(asyncio.iscoroutine(c), inspect.isawaitable(c), isinstance(c, collections.abc.Coroutine))
    print(await c)
    print(await asyncio.ensure_future(loop.sock_recv(a, 1)))
    c = loop.sock_recv(a, 1)
    try:
        c.send(None)
    except StopIteration as e:
        print(e.value)
    try:
        await c
    except RuntimeError as e:
        print(e)
    c = loop.sock_recv(a, 1)
    future = c.send(None)
    print(asyncio.isfuture(future), future.done())
    try:
        c.throw(ValueError("thrown"))
    except ValueError as e:
        print(e)
    loop.remove_reader(a)
    c = loop.sock_recv(a, 1)
    c.send(None)
    c.close()
    c = loop.sock_recv(a, 1)
    c.close()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        c = loop.sock_recv(a, 1)
        del c
        print([(w.category.__name__, str(w.message)) for w in caught])
    # A transport's descriptor is its own; where nothing needs to be waited for, nobody asks.
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, a)
    try:
        await loop.sock_recv(a, 10)
    except RuntimeError as e:
        print("used by transport" in str(e))
    transport.close()
    b.close()
    await asyncio.sleep(0)
    # In debug mode sockets must not wait.
    loop.set_debug(True)
    a, b = socket.socketpair()
    try:
        await loop.sock_recv(a, 10)
    except ValueError as e:
        print(e)
    a.close()
    b.close()
    loop.set_debug(False)


async def main():
    for part in (receiving, sending, datagrams, connections, cancelling, both_ways, objects):
        await part()


asyncio.run(main())
