# The hooks for asynchronous generators and the depth of origins belong to a thread, and end with run_forever().
import asyncio
import sys
import threading

print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())
sys.set_asyncgen_hooks(firstiter=print)
sys.set_coroutine_origin_tracking_depth(3)


def in_thread(function):
    thread = threading.Thread(target=function)
    thread.start()
    thread.join()


def show():
    print(sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth())


in_thread(show)
sys.set_asyncgen_hooks(None, None)


async def numbers():
    yield 1
    yield 2


async def coro():
    pass


def origin():
    c = coro()
    c.close()
    return c.cr_origin is None


print(origin())
in_thread(lambda: print(origin()))
sys.set_coroutine_origin_tracking_depth(0)
print(origin())

first_waits, second_done = threading.Event(), threading.Event()


async def main(name):
    loop = asyncio.get_running_loop()
    hooks = sys.get_asyncgen_hooks()
    print(name, hooks.firstiter == loop._asyncgen_firstiter_hook, hooks.finalizer == loop._asyncgen_finalizer_hook)
    if name == "first":
        first_waits.set()
        second_done.wait(10)
    kept = numbers()
    async for number in kept:
        print(name, number, len(loop._asyncgens))
        break


def first():
    asyncio.run(main("first"))


thread = threading.Thread(target=first)
thread.start()
first_waits.wait(10)
asyncio.run(main("second"))
second_done.set()
thread.join()
show()

loop = asyncio.new_event_loop()


async def running():
    other = asyncio.new_event_loop()
    for which in (loop, other):
        try:
            which.run_forever()
        except RuntimeError as e:
            print(e)
    other.close()


loop.run_until_complete(running())
loop.stop()
loop.run_forever()
print(loop.is_running(), asyncio._get_running_loop())


def leave():
    raise SystemExit(4)


loop.call_soon(leave)
try:
    loop.run_forever()
except SystemExit as e:
    print(e, loop.is_running(), asyncio._get_running_loop(), sys.get_asyncgen_hooks().firstiter)
loop.close()
try:
    loop.run_forever()
except RuntimeError as e:
    print(e)
