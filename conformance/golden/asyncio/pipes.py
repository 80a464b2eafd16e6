# Pipes and datagrams, signal handlers.
import asyncio
import os
import re
import signal
import socket


class Reader(asyncio.Protocol):
    def __init__(self):
        self.seen = []
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.seen.append("made")

    def data_received(self, data):
        self.seen.append(data)

    def eof_received(self):
        self.seen.append("eof")

    def connection_lost(self, exc):
        self.seen.append(exc)
        self.lost.set_result(None)

    def pause_writing(self):
        self.seen.append("pause")

    def resume_writing(self):
        self.seen.append("resume")


def shown(transport):
    return re.sub(r"fd=\d+", "fd=N", repr(transport))


async def pipes():
    loop = asyncio.get_running_loop()
    r, w = os.pipe()
    reading, reader = await loop.connect_read_pipe(Reader, open(r, "rb", 0))
    writing, writer = await loop.connect_write_pipe(Reader, open(w, "wb", 0))
    print(shown(reading), shown(writing))
    print(writing.get_write_buffer_limits(), writing.can_write_eof(), writing.get_write_buffer_size())
    print(reading.get_extra_info("pipe").mode, reading.get_extra_info("nothing", 7))
    writing.write(b"one")
    await asyncio.sleep(0.02)
    reading.pause_reading()
    print("paused")
    writing.write(b"")
    writing.write(bytearray(b"two"))
    await asyncio.sleep(0.02)
    print(reader.seen)
    reading.resume_reading()
    await asyncio.sleep(0.02)
    print(reader.seen)
    try:
        writing.write("text")
    except (TypeError, AssertionError) as e:
        print(type(e).__name__)
    reading.pause_reading()
    writing.write(b"x" * 1_000_000)
    print(writer.seen, writing.get_write_buffer_size() > 0, shown(writing).split("bufsize")[0])
    reading.resume_reading()
    writing.write_eof()
    print(writing.is_closing(), reading.is_closing())
    await reader.lost
    await writer.lost
    print(writer.seen, sum(len(x) for x in reader.seen if isinstance(x, bytes)), reader.seen[-2:])
    print(shown(reading), shown(writing))
    # The reader goes.
    r, w = os.pipe()
    writing, writer = await loop.connect_write_pipe(Reader, open(w, "wb", 0))
    os.close(r)
    await writer.lost
    print([type(x).__name__ for x in writer.seen], writing.is_closing())
    try:
        await loop.connect_read_pipe(Reader, open("/dev/null", "rb", 0) if False else open(__file__, "rb"))
    except ValueError as e:
        print(e)


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self):
        self.seen = []
        self.got = asyncio.Event()

    def connection_made(self, transport):
        self.seen.append("made")

    def datagram_received(self, data, addr):
        self.seen.append(data)
        self.got.set()

    def error_received(self, exc):
        self.seen.append(type(exc).__name__)
        self.got.set()

    def connection_lost(self, exc):
        self.seen.append(("lost", exc))
        self.got.set()


async def datagrams():
    loop = asyncio.get_running_loop()
    one, first = await loop.create_datagram_endpoint(Datagrams, local_addr=("127.0.0.1", 0))
    address = one.get_extra_info("sockname")
    two, second = await loop.create_datagram_endpoint(Datagrams, remote_addr=address)
    print(two.get_extra_info("peername") == address, type(one.get_extra_info("socket")).__name__)
    two.sendto(b"hello")
    await first.got.wait()
    one.sendto(b"", two.get_extra_info("sockname"))
    one.sendto(b"back", two.get_extra_info("sockname"))
    await second.got.wait()
    await asyncio.sleep(0.01)
    print(first.seen, second.seen)
    for bad in (lambda: two.sendto("text"), lambda: two.sendto(b"x", ("127.0.0.1", 1))):
        try:
            bad()
        except (TypeError, ValueError) as e:
            print(type(e).__name__)
    one.close()
    await asyncio.sleep(0.01)
    second.got.clear()
    two.sendto(b"nobody")
    await second.got.wait()
    print(second.seen[-1], first.seen[-1])
    two.abort()
    await asyncio.sleep(0.01)
    print(second.seen[-1], two.is_closing())
    for keywords in ({}, {"local_addr": "x"}, {"sock": socket.socket()}, {"local_addr": ("127.0.0.1", 0), "remote_addr": ("::1", 9)}):
        try:
            await loop.create_datagram_endpoint(Datagrams, **keywords)
        except (TypeError, ValueError) as e:
            print(type(e).__name__, re.sub(r"fd=\d+", "fd=N", str(e)))


async def signals():
    loop = asyncio.get_running_loop()
    seen = []
    loop.add_signal_handler(signal.SIGUSR1, seen.append, "usr1")
    loop.add_signal_handler(signal.SIGUSR2, lambda: seen.append("usr2"))
    os.kill(os.getpid(), signal.SIGUSR1)
    await asyncio.sleep(0.02)
    os.kill(os.getpid(), signal.SIGUSR2)
    await asyncio.sleep(0.02)
    print(seen)
    print(loop.remove_signal_handler(signal.SIGUSR1), loop.remove_signal_handler(signal.SIGUSR1))
    print(signal.getsignal(signal.SIGUSR1))
    async def coroutine():
        pass
    for bad in (("x", print), (1000, print), (signal.SIGKILL, print), (signal.SIGUSR1, coroutine)):
        try:
            loop.add_signal_handler(*bad)
        except (TypeError, ValueError, RuntimeError) as e:
            print(type(e).__name__, e)
    # A handler wakes a loop that waits.
    waiter = loop.create_future()
    loop.add_signal_handler(signal.SIGALRM, waiter.set_result, "alarm")
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    print(await waiter)


asyncio.run(pipes())
asyncio.run(datagrams())
asyncio.run(signals())
print(signal.getsignal(signal.SIGALRM), signal.set_wakeup_fd(-1))
try:
    asyncio.run(asyncio.sleep(10, signal.alarm) if False else __import__("asyncio").sleep(0, "done"))
    async def interrupted():
        os.kill(os.getpid(), signal.SIGINT)
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            print("cancelled first")
            raise
    asyncio.run(interrupted())
except KeyboardInterrupt:
    print("then KeyboardInterrupt")
