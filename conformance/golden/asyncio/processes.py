# Subprocesses: results, pipes, cancelling, a full stdin, children whose end nobody may see, watchers.
import asyncio
import os
import signal
import subprocess
import sys


async def results():
    for script in ("exit 3", "echo out; echo err >&2", "kill -9 $$", "cat"):
        p = await asyncio.create_subprocess_shell(
            script, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out = await p.communicate(b"input\n")
        print(script, out, p.returncode, await p.wait(), repr(p).split()[0])
    p = await asyncio.create_subprocess_exec("sleep", "100")
    print(p.returncode)
    p.terminate()
    print(await p.wait() == -signal.SIGTERM, p.returncode)
    for act in (p.kill, p.terminate, lambda: p.send_signal(signal.SIGINT)):
        try:
            act()
        except ProcessLookupError as e:
            print("ProcessLookupError", e)
    try:
        await asyncio.create_subprocess_exec("/nonexistent/program")
    except FileNotFoundError as e:
        print(e)
    for keywords in ({"universal_newlines": True}, {"text": True}, {"encoding": "utf-8"}, {"errors": "x"},
                     {"bufsize": 5}, {"shell": True}):
        try:
            await asyncio.create_subprocess_exec("true", **keywords)
        except ValueError as e:
            print(e)
    try:
        await asyncio.create_subprocess_shell(["a"])
    except ValueError as e:
        print(e)
    try:
        await asyncio.create_subprocess_exec(5)
    except TypeError as e:
        print(type(e).__name__)


async def full_stdin():
    # (Releases of 3.11 differ in what they say of the lost pipe.)
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    p = await asyncio.create_subprocess_exec("sleep", "100", stdin=asyncio.subprocess.PIPE)
    p.stdin.write(b"x" * 10_000_000)
    try:
        await asyncio.wait_for(p.stdin.drain(), 0.1)
    except asyncio.TimeoutError:
        print("full")
    p.kill()
    print(await p.wait())
    try:
        await p.stdin.drain()
    except (BrokenPipeError, ConnectionResetError) as e:
        print("broken")


async def cancelled():
    p = await asyncio.create_subprocess_exec("sleep", "100", stdout=asyncio.subprocess.PIPE)
    for method in (p.wait, p.communicate):
        task = asyncio.create_task(method())
        await asyncio.sleep(0.02)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            print("cancelled", p.returncode)
    p.kill()
    print(await p.wait())


async def at_once():
    processes = await asyncio.gather(*[
        asyncio.create_subprocess_exec(sys.executable, "-c", "print(%d * %d)" % (i, i), stdout=subprocess.PIPE)
        for i in range(4)])
    print([(await p.communicate())[0] for p in processes])


class Protocol(asyncio.SubprocessProtocol):
    def __init__(self):
        self.seen = []
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        self.transport = transport
        self.seen.append("made")

    def pipe_data_received(self, fd, data):
        self.seen.append((fd, data))

    def pipe_connection_lost(self, fd, exc):
        self.seen.append(("lost", fd, exc))

    def process_exited(self):
        self.seen.append("exited")

    def connection_lost(self, exc):
        self.seen.append(("connection lost", exc))
        self.ended.set_result(None)


async def protocols():
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.subprocess_exec(Protocol, "sh", "-c", "echo hello; exit 4", stdin=None, stderr=None)
    print(transport.get_pid() > 0, transport.get_pipe_transport(0), transport.get_pipe_transport(1) is not None,
          transport.is_closing(), type(transport.get_extra_info("subprocess")).__name__)
    await protocol.ended
    print(sorted(map(str, protocol.seen)), protocol.seen[0], protocol.seen[-1], transport.get_returncode())
    transport.close()
    print(transport.is_closing())


async def unseen():
    # The child's end is nobody's to see.
    old = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        p = await asyncio.create_subprocess_exec("true")
        print("ignored", await asyncio.wait_for(p.wait(), 10))
    finally:
        signal.signal(signal.SIGCHLD, old)


async def with_watcher(watcher, attach):
    if attach:
        watcher.attach_loop(asyncio.get_running_loop())
    asyncio.set_child_watcher(watcher)
    try:
        with watcher:
            print(type(watcher).__name__, watcher.is_active())
        p = await asyncio.create_subprocess_exec("sh", "-c", "exit 5")
        print(await p.wait())
        print(watcher.remove_child_handler(987654))
    finally:
        watcher.close()
        asyncio.set_child_watcher(None)


asyncio.run(results())
asyncio.run(full_stdin())
asyncio.run(cancelled())
asyncio.run(at_once())
asyncio.run(protocols())
import logging
logging.disable()
asyncio.run(unseen())
for watcher in (asyncio.PidfdChildWatcher, asyncio.SafeChildWatcher, asyncio.FastChildWatcher, asyncio.MultiLoopChildWatcher):
    asyncio.run(with_watcher(watcher(), True))
try:
    asyncio.set_child_watcher(5)
except (TypeError, AssertionError) as e:
    print(type(e).__name__)


class Own(asyncio.AbstractChildWatcher):
    pass


for call in ("add_child_handler", "remove_child_handler", "attach_loop", "close", "is_active", "__enter__"):
    try:
        getattr(Own(), call)(*{"add_child_handler": (1, print), "remove_child_handler": (1,), "attach_loop": (None,)}.get(call, ()))
    except NotImplementedError:
        print(call)
