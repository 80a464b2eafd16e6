# Policies, get_event_loop(), runners, servers, executors.
import asyncio
import contextvars
import re
import threading
import warnings

warnings.simplefilter("always")


def attempt(label, function):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            result = function()
        except Exception as e:
            result = "%s: %s" % (type(e).__name__, e)
    result = re.sub(r" at 0x\w+|fd=\d+|', \d+\)", "", str(result))
    print(label, result, [(w.category.__name__, str(w.message)) for w in seen])


loop = asyncio.get_event_loop()
attempt("same", lambda: asyncio.get_event_loop() is loop)
attempt("policy", lambda: type(asyncio.get_event_loop_policy()).__name__)
attempt("running", asyncio.get_running_loop)
attempt("_running", asyncio._get_running_loop)
asyncio.set_event_loop(None)
attempt("none", asyncio.get_event_loop)
attempt("bad loop", lambda: asyncio.set_event_loop(5))
attempt("bad policy", lambda: asyncio.set_event_loop_policy(5))
asyncio.set_event_loop(loop)
thread = threading.Thread(target=lambda: attempt("thread", asyncio.get_event_loop), name="other")
thread.start()
thread.join()
loop.close()
attempt("closed", lambda: loop.run_until_complete(5))
attempt("call_soon", lambda: loop.call_soon(print))
attempt("closed?", loop.is_closed)


async def inside():
    attempt("inside", lambda: asyncio.get_event_loop() is asyncio.get_running_loop())
    c = asyncio.sleep(0)
    attempt("nested run", lambda: asyncio.run(c))
    attempt("nested", lambda: asyncio.get_running_loop().run_until_complete(c))
    attempt("nested other", lambda: other.run_until_complete(c))
    attempt("nested forever", asyncio.get_running_loop().run_forever)
    attempt("close", asyncio.get_running_loop().close)
    c.close()


other = asyncio.new_event_loop()
attempt("run", lambda: asyncio.run(inside()))
other.close()
attempt("after run", asyncio.get_event_loop)
attempt("run 5", lambda: asyncio.run(5))
attempt("run future", lambda: asyncio.run(inside))
attempt("run keyword", lambda: asyncio.run(inside, loop_factory=None))

variable = contextvars.ContextVar("variable", default=0)


async def count():
    variable.set(variable.get() + 1)
    return variable.get()


with asyncio.Runner(debug=False) as runner:
    print(runner.run(count()), runner.run(count()), runner.run(count(), context=contextvars.copy_context()), runner.run(count()))
    attempt("runner 5", lambda: runner.run(5))
    print(runner.get_loop().get_debug())
attempt("runner closed", lambda: runner.run(count()))
attempt("runner loop", runner.get_loop)
runner = asyncio.Runner(loop_factory=asyncio.SelectorEventLoop)
print(type(runner.get_loop()).__name__, runner.close(), runner.close())


async def served():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0, start_serving=False)
    print(server.is_serving(), len(server.sockets), type(server.sockets[0]).__name__, server.get_loop() is loop)
    await server.start_serving()
    print(server.is_serving())
    task = asyncio.create_task(server.serve_forever())
    await asyncio.sleep(0)
    attempt("again", lambda: server.serve_forever().send(None))
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", server.is_serving(), server.sockets)
    await server.wait_closed()
    async with await loop.create_server(asyncio.Protocol, "127.0.0.1", 0) as server:
        print(server.is_serving())
    print(server.is_serving())
    for arguments, keywords in (((None, None), {}), (("127.0.0.1", 0), {"sock": 1}), (("127.0.0.1", 0), {"ssl": True}),
                                (("127.0.0.1", 0), {"ssl_handshake_timeout": 1})):
        try:
            await loop.create_server(asyncio.Protocol, *arguments, **keywords)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
    for keywords in ({}, {"host": "h", "port": 1, "sock": 1}, {"server_hostname": "x", "host": "h"}, {"host": "", "ssl": True},
                     {"host": "h", "ssl_shutdown_timeout": 1}, {"all_errors": True}):
        try:
            await loop.create_connection(asyncio.Protocol, **keywords)
        except (ValueError, TypeError, AttributeError) as e:
            print(type(e).__name__, e)
    try:
        await loop.create_server(asyncio.Protocol, "192.0.2.1", 0)
    except OSError as e:
        print(e.errno, e)
    port = None
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    for host, delay in (("127.0.0.1", None), ("localhost", 0.05)):
        try:
            await loop.create_connection(asyncio.Protocol, host, port, happy_eyeballs_delay=delay)
        except OSError as e:
            print(type(e).__name__, "refused" in str(e).lower())
    # Executors.
    print(await loop.run_in_executor(None, lambda: 5), await asyncio.to_thread(lambda x: x + 1, 5))
    attempt("executor", lambda: loop.set_default_executor(5))
    print(await loop.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM), await loop.getnameinfo(("127.0.0.1", 80), 3))
    await loop.shutdown_default_executor()
    attempt("shut down", lambda: loop.run_in_executor(None, print))
    attempt("factory", lambda: loop.set_task_factory(5))
    made = []

    def factory(loop, coroutine, **keywords):
        made.append(sorted(keywords))
        return asyncio.Task(coroutine, loop=loop, **keywords)

    loop.set_task_factory(factory)
    task = asyncio.create_task(asyncio.sleep(0), name="n", context=contextvars.copy_context())
    task2 = loop.create_task(asyncio.sleep(0), name="m")
    await task
    await task2
    print(made, task.get_name(), task2.get_name())


asyncio.run(served())
