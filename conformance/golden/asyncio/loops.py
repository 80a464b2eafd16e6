# The loop: order of calls, timers, handles, threads, descriptors, stopping, errors in callbacks.
import asyncio
import logging
import os
import socket
import sys
import threading

logging.basicConfig(stream=sys.stdout, format="%(name)s %(levelname)s %(message)s")


def shorten(record):
    # Files and addresses differ from run to run.
    record.msg = record.msg.split(" at ")[0].split("\n")[0]
    record.exc_info = None
    return True


logging.getLogger("asyncio").addFilter(shorten)


def show(what, f):
    try:
        print(what, "->", f())
    except BaseException as e:
        print(what, "->", type(e).__name__, e)


loop = asyncio.new_event_loop()
print(loop.is_running(), loop.is_closed(), loop.get_debug())
log = []
loop.call_soon(log.append, 1)
handle = loop.call_soon(log.append, 2)
loop.call_soon(lambda: loop.call_soon(log.append, "next turn"))
loop.call_soon(log.append, 3)
handle.cancel()
print(handle.cancelled(), type(handle).__name__)
loop.call_soon(loop.stop)
loop.run_forever()
print(log)
loop.call_soon(loop.stop)
loop.run_forever()
print(log)

log.clear()
now = loop.time()
first = loop.call_at(now + 0.02, log.append, "b")
second = loop.call_at(now + 0.01, log.append, "a")
third = loop.call_later(0.015, log.append, "cancelled")
print(second < first, first > second, first == first, first.when() == now + 0.02)
third.cancel()
loop.call_later(0.03, loop.stop)
loop.run_forever()
print(log)
timers = [loop.call_later(100, print) for _ in range(300)]
for timer in timers:
    timer.cancel()
loop.call_soon(loop.stop)
loop.run_forever()

show("not a coroutine", lambda: loop.run_until_complete(3))
show("no delay", lambda: loop.call_later(None, print))


async def nested():
    show("nested", lambda: loop.run_forever())
    return "result"


print(loop.run_until_complete(nested()))

# errors
loop.call_soon(lambda: 1 / 0)
loop.call_soon(loop.stop)
loop.run_forever()
loop.set_exception_handler(lambda loop, context: print("handler", sorted(context), repr(context["exception"])))
loop.call_soon(lambda: [][1])
loop.call_soon(loop.stop)
loop.run_forever()
loop.set_exception_handler(None)


def stop_all():
    raise SystemExit(3)


loop.call_soon(stop_all)
loop.call_soon(print, "left for the next run")
show("SystemExit", loop.run_forever)
loop.call_soon(loop.stop)
loop.run_forever()

# threads
done = threading.Event()


def other():
    loop.call_soon_threadsafe(print, "from a thread")
    loop.call_soon_threadsafe(loop.stop)


thread = threading.Timer(0.02, other)
thread.start()
loop.run_forever()
thread.join()

# descriptors
a, b = socket.socketpair()
a.setblocking(False)
b.setblocking(False)


def readable():
    print("read", a.recv(10))
    print(loop.remove_reader(a), loop.remove_reader(a))
    loop.add_writer(b.fileno(), writable, "argument")


def writable(x):
    print("writable", x)
    print(loop.remove_writer(b))
    loop.stop()


loop.add_reader(a, readable)
b.send(b"d")
loop.run_forever()
show("bad file", lambda: loop.add_reader("file", print))
a.close()
b.close()


async def sockets():
    a, b = socket.socketpair()
    a.setblocking(False)
    b.setblocking(False)
    await loop.sock_sendall(a, b"x" * 100000)
    total = 0
    while total < 100000:
        total += len(await loop.sock_recv(b, 65536))
    print(total)
    a.close()
    b.close()
    print(await loop.run_in_executor(None, os.path.basename, "/a/b"))


loop.run_until_complete(sockets())
loop.run_until_complete(loop.shutdown_asyncgens())
loop.run_until_complete(loop.shutdown_default_executor())
loop.close()
loop.close()
show("closed", lambda: loop.call_soon(print))
show("closed", loop.run_forever)
