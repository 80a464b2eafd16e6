# Debug mode: slow callbacks, other threads, what cannot be called, coroutines that nobody awaits, origins.
import asyncio
import logging
import re
import sys
import threading
import time
import warnings


def tidy(text):
    """Without what differs by place: addresses, folders, lines of the library's own files, times."""
    text = re.sub(r"took \d+\.\d+", "took N", text)
    text = re.sub(r"0x[0-9a-f]+", "0x", text)
    text = re.sub(r"\bfd=\d+", "fd=N", text)
    text = re.sub(r"\b(pid[ =]|process )\d+", r"\1N", text)
    text = re.sub(r"/\S*/(\w+\.py)", r"\1", text)
    text = re.sub(r" created at (tasks|base_events|debug)\.py:\d+", " created at PLACE", text)
    return "\n".join(line for line in text.split("\n") if not line.startswith("  "))


class Clean(logging.Filter):
    def filter(self, record):
        record.msg, record.args = tidy(record.getMessage()), ()
        record.exc_info = None
        return True


def show(message, category, filename, lineno, file=None, line=None):
    print("WARN", category.__name__, tidy(str(message)))


logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, format="%(levelname)s:%(name)s:%(message)s")
logging.getLogger("asyncio").addFilter(Clean())
warnings.simplefilter("always")
warnings.showwarning = show


async def slow():
    time.sleep(0.6)


async def never():
    pass


async def main():
    loop = asyncio.get_running_loop()
    print(loop.get_debug(), loop.slow_callback_duration, sys.get_coroutine_origin_tracking_depth())
    loop.slow_callback_duration = 0.5
    await asyncio.create_task(slow(), name="slowone")

    def block():
        time.sleep(0.6)

    loop.call_soon(block)
    await asyncio.sleep(0.01)
    out = []

    def other():
        for call in (lambda: loop.call_soon(print), lambda: loop.call_later(1, print)):
            try:
                call()
            except RuntimeError as e:
                out.append(str(e))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    print(out)
    for bad in (never, 5):
        try:
            loop.call_soon(bad)
        except TypeError as e:
            print(tidy(str(e)))
    never()
    future = loop.create_future()
    future.set_exception(ValueError("lost"))
    del future

    async def bad():
        raise KeyError("x")

    task = asyncio.create_task(bad(), name="bad")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    loop.call_soon(lambda: 1 / 0)
    await asyncio.sleep(0)
    print(tidy(repr(loop.call_later(100, print))).split("when=")[0])
    loop.slow_callback_duration = 10
    await asyncio.create_task(slow())
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    print(re.sub(r"fd=\d+", "fd=N", repr(transport)))
    del transport
    process = await asyncio.create_subprocess_exec("sleep", "0.2")
    print(await process.wait())


asyncio.run(main(), debug=True)
loop = asyncio.new_event_loop()
del loop
print("end")
