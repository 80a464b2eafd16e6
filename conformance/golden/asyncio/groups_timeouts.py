# Task groups and timeouts: what fails, what is cancelled, what is told; arguments that do not fit.
import asyncio
import re


def shown(thing):
    return re.sub(r" at 0x\w+|Task-\d+", "", repr(thing))


def tree(exc):
    if isinstance(exc, BaseExceptionGroup):
        return [type(exc).__name__, exc.message, [tree(one) for one in exc.exceptions]]
    return repr(exc)


async def value(x, delay=0):
    await asyncio.sleep(delay)
    return x


async def fails(exc, delay=0):
    await asyncio.sleep(delay)
    raise exc


async def stubborn(log):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        log.append("cancelled")
        raise ValueError("while cancelled") from None


async def group_results():
    group = asyncio.TaskGroup()
    print(shown(group))
    async with group as same:
        print(same is group, shown(group))
        first = group.create_task(value(1), name="first")
        second = group.create_task(value(2))
        print(first.get_name(), shown(group), len(group._tasks))
    print(first.result(), second.result(), shown(group))
    coro = value(1)
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(error)
    coro.close()
    coro = value(1)
    try:
        asyncio.TaskGroup().create_task(coro)
    except RuntimeError as error:
        print(error)
    coro.close()


async def group_errors():
    log = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(KeyError("one")))
            group.create_task(stubborn(log))
            waits = group.create_task(value(1, 10))
            await asyncio.sleep(10)
    except BaseExceptionGroup as error:
        print(tree(error), error.__cause__, error.__suppress_context__, type(error.__context__).__name__)
    print(log, waits.cancelled(), asyncio.current_task().cancelling(), shown(group))
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(value(1, 10))
            await asyncio.sleep(0)
            1 / 0
    except* ZeroDivisionError as error:
        print(tree(error), task.cancelled())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(KeyError("late")))
            try:
                await asyncio.sleep(10)
            finally:
                coro = value(1)
                try:
                    group.create_task(coro)
                except RuntimeError as error:
                    print(shown(error))
                coro.close()
    except* KeyError as error:
        print(tree(error))


async def group_cancelled():
    async def block(log):
        try:
            async with asyncio.TaskGroup() as group:
                log.append(group.create_task(value(1, 10)))
                log.append(group.create_task(value(1, 10)))
        finally:
            log.append("left")

    log = []
    task = asyncio.create_task(block(log))
    await asyncio.sleep(0.01)
    task.cancel("why")
    try:
        await task
    except asyncio.CancelledError as error:
        print(error.args, task.cancelled(), [one.cancelled() for one in log[:2]], log[2:])

    async def nested():
        async with asyncio.TaskGroup() as outer:
            outer.create_task(value(1, 10))
            async with asyncio.TaskGroup() as inner:
                inner.create_task(fails(OSError(5, "no")))
                inner.create_task(value(1, 10))

    try:
        await nested()
    except BaseExceptionGroup as error:
        print(tree(error))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails(asyncio.CancelledError()))
            print(await value("goes on", 0.01))
    except BaseException as error:
        print(tree(error))


async def timeouts():
    loop = asyncio.get_running_loop()
    limit = asyncio.timeout(None)
    print(limit, limit.when(), limit.expired())
    async with limit as same:
        print(same is limit, limit)
        limit.reschedule(loop.time() + 10)
        print(re.sub(r"\d+\.\d+", "T", repr(limit)))
        limit.reschedule(None)
    print(limit, limit.expired())
    try:
        limit.reschedule(1)
    except RuntimeError as error:
        print(error)
    try:
        async with asyncio.timeout(0.01) as limit:
            await asyncio.sleep(10)
    except TimeoutError as error:
        print(repr(error), limit, limit.expired(), asyncio.current_task().cancelling())
    try:
        async with asyncio.timeout(-1) as limit:
            await asyncio.sleep(10)
    except TimeoutError:
        print("at once", limit)
    try:
        async with asyncio.timeout_at(loop.time() + 0.01):
            async with asyncio.timeout(10) as inner:
                await asyncio.sleep(10)
    except TimeoutError:
        print("outer", inner, inner.expired())
    try:
        async with asyncio.timeout(0.01) as limit:
            try:
                await asyncio.sleep(10)
            except asyncio.CancelledError:
                raise KeyError("other") from None
    except KeyError as error:
        print(repr(error), limit)

    async def both():
        async with asyncio.timeout(0.01):
            try:
                await asyncio.sleep(10)
            finally:
                asyncio.current_task().cancel()

    task = asyncio.create_task(both())
    try:
        await task
    except BaseException as error:
        print(type(error).__name__, task.cancelled())
    async with asyncio.timeout(0):
        pass
    print("no wait, no timeout")


async def datagrams():
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    class Server(asyncio.DatagramProtocol):
        def connection_made(self, transport):
            self.transport = transport

        def datagram_received(self, data, addr):
            self.transport.sendto(data.upper(), addr)

    class Client(asyncio.DatagramProtocol):
        got = []

        def datagram_received(self, data, addr):
            self.got.append(data)
            if len(self.got) == 40:
                done.set_result(addr)

        def error_received(self, exc):
            refused.set_result(exc)

    server, _ = await loop.create_datagram_endpoint(Server, local_addr=("127.0.0.1", 0))
    address = server.get_extra_info("sockname")
    client, protocol = await loop.create_datagram_endpoint(Client, remote_addr=address)
    for i in range(20):
        client.sendto(b"a%d" % i)
        client.sendto(memoryview(bytearray(b"b%d" % i)), address)
    client.sendto(b"")
    print(await done == address, sorted(protocol.got) == sorted(b"%c%d" % (x, i) for x in b"AB" for i in range(20)))
    for args in [("text",), (b"x", ("127.0.0.1", 1))]:
        try:
            client.sendto(*args)
        except (TypeError, ValueError) as error:
            print(re.sub(r"', \d+", "', PORT", str(error)))
    server.close()
    await asyncio.sleep(0.01)
    refused = loop.create_future()
    client.sendto(b"nobody")
    print(repr(await refused))
    client.close()
    client.sendto(b"closed")
    await asyncio.sleep(0)
    print(client.is_closing(), client.get_write_buffer_size())


def told(function, *args, **keywords):
    try:
        function(*args, **keywords)
    except TypeError as error:
        print(error)


async def words():
    told(asyncio.timeout)
    told(asyncio.timeout, 1, 2)
    told(asyncio.timeout_at, x=1)
    told(asyncio.Timeout)
    told(asyncio.timeout(1).reschedule)
    told(asyncio.TaskGroup, 1)
    told(asyncio.TaskGroup().create_task)
    told(asyncio.TaskGroup().create_task, 1, 2)


for part in group_results, group_errors, group_cancelled, timeouts, datagrams, words:
    print("--", part.__name__)
    asyncio.run(part())
