"""How the examples of asyncio's pages run: run.py says what the plans mean."""

IMPORT = "import asyncio\n"
DEBUG = ("env", {"PYTHONASYNCIODEBUG": "1"})
SAY_AFTER = """import asyncio, time

async def say_after(delay, what):
    await asyncio.sleep(delay)
    print(what)

"""
RUN_MAIN = "\nasyncio.run(main())\n"
# A loop in another thread, and what is to be said of a future of it.
ELSEWHERE = """import asyncio, threading
from asyncio import TimeoutError
loop = asyncio.new_event_loop()
thread = threading.Thread(target=loop.run_forever)
thread.start()
timeout = 5
future = asyncio.run_coroutine_threadsafe(asyncio.sleep(0.01, result=4), loop)
"""
STOP_ELSEWHERE = """
loop.call_soon_threadsafe(loop.stop)
thread.join()
loop.close()
"""
POLICY_USED = """
loop = asyncio.get_event_loop_policy().new_event_loop()
print(type(asyncio.get_event_loop_policy()).__name__, loop.run_until_complete(asyncio.sleep(0, 5)))
loop.close()
"""
LOOP_USED = "\nprint(loop.run_until_complete(asyncio.sleep(0.01, 5)))\nloop.close()\n"
FUTURE = "import asyncio, functools\nloop = asyncio.new_event_loop()\nfut = loop.create_future()\n"
FUTURE_USED = "\nfut.done() or fut.set_result(1)\nloop.run_until_complete(fut)\nprint(fut)\nloop.close()\n"
OLD = """import asyncio
from asyncio import CancelledError, Lock, as_completed, shield

@asyncio.coroutine
def something():
    yield from asyncio.sleep(0.01)
    return 'something'

@asyncio.coroutine
def example():
    lock = Lock()
    fs = [asyncio.ensure_future(something()) for _ in range(3)]
    fut = fs[0]
"""
OLD_USED = """
loop = asyncio.get_event_loop()
print(sorted(loop.run_until_complete(example()).items()))
"""
SHOWN = "    return {name: type(value).__name__ for name, value in locals().items() if name != 'f'}\n"
NEW = """import asyncio
from asyncio import CancelledError, as_completed, shield, get_running_loop

async def something():
    await asyncio.sleep(0.01)
    return 'something'

async def some_coro(param=None):
    await asyncio.sleep(0.01)

async def example():
    loop = asyncio.get_running_loop()
    lock, cond, sem, barrier = asyncio.Lock(), asyncio.Condition(), asyncio.Semaphore(10), asyncio.Barrier(1)
    aws = [asyncio.ensure_future(something()) for _ in range(3)]
    def notify():
        async def tell():
            async with cond:
                cond.notify()
        loop.create_task(tell())
    loop.call_later(0.05, notify)
    loop.call_later(0.15, notify)
"""
NEW_SHOWN = "    return {name: type(value).__name__ for name, value in locals().items() if name != 'notify'}\n"
NEW_USED = "\nprint(sorted(asyncio.run(example()).items()))\n"
LONG = "import asyncio\nfrom asyncio import get_running_loop\nasync def long_running_task(): await asyncio.sleep(0.01)\n"

OLD_FRAME = ("frame", OLD, SHOWN + OLD_USED)
NEW_FRAME = ("frame", NEW, NEW_SHOWN + NEW_USED)
# The block of its with is a comment.
NEW_BLOCK = ("frame", NEW, "        pass\n" + NEW_SHOWN + NEW_USED)

PLANS = {
    "asyncio-dev-3.6": {7: DEBUG, 9: ("interrupt",), 14: "alone"},
    "asyncio-eventloop-3.6": {2: "alone", 3: "alone", 4: "alone", 5: ("signal", "SIGTERM")},
    "asyncio-eventloops-3.6": {1: "alone", 2: ("", LOOP_USED), 3: (IMPORT, POLICY_USED)},
    "asyncio-protocol-3.6": {2: ("served", 1, 8888, "tcp"), 4: ("served", 3, 9999, "udp"), 5: "alone"},
    "asyncio-stream-3.6": {3: ("served", 2, 8888, "tcp"), 4: ("fetch", "http://example.com/path/page.html"), 7: "alone"},
    "asyncio-subprocess-3.6": {1: "alone", 2: "alone", 3: "alone"},
    "asyncio-sync-3.6": {1: OLD_FRAME, 2: OLD_FRAME, 3: OLD_FRAME},
    "asyncio-task-3.6": {
        1: "alone", 2: "alone", 3: "alone", 4: "alone", 5: "alone", 6: "alone", 8: OLD_FRAME,
        9: (ELSEWHERE, STOP_ELSEWHERE), 10: (ELSEWHERE, STOP_ELSEWHERE), 11: OLD_FRAME, 12: OLD_FRAME, 13: OLD_FRAME,
        14: OLD_FRAME, 15: OLD_FRAME},
    "asyncio-3.11": {1: "alone"},
    "asyncio-dev-3.11": {4: (ELSEWHERE, "\nprint(result)\n" + STOP_ELSEWHERE), 6: "alone", 10: "alone"},
    "asyncio-eventloop-3.11": {
        2: ("import asyncio, functools\nloop = asyncio.new_event_loop()\n", LOOP_USED), 3: "alone",
        6: ("", POLICY_USED), 7: "alone", 8: "alone", 9: "alone", 10: ("signal", "SIGTERM")},
    "asyncio-future-3.11": {1: (FUTURE, FUTURE_USED), 2: (FUTURE, FUTURE_USED), 3: (IMPORT, "")},
    "asyncio-platforms-3.11": {1: ("", LOOP_USED)},
    "asyncio-policy-3.11": {1: (IMPORT, POLICY_USED)},
    "asyncio-protocol-3.11": {4: ("served", 5, 8888, "tcp"), 6: ("served", 7, 9999, "udp"), 8: "alone", 9: "alone"},
    "asyncio-queue-3.11": {1: ("import random\nrandom.seed(4)\n", "")},
    "asyncio-runner-3.11": {1: (IMPORT, ""), 2: (IMPORT, "")},
    "asyncio-stream-3.11": {
        7: ("served", 6, 8888, "tcp"), 8: ("fetch", "http://example.com/path/page.html"), 11: "alone"},
    "asyncio-subprocess-3.11": {1: ("", "\nasyncio.run(run('echo out; echo err >&2; exit 3'))\n"), 4: "alone"},
    "asyncio-sync-3.11": {1: NEW_BLOCK, 3: (IMPORT, ""), 4: NEW_FRAME, 5: NEW_FRAME, 6: NEW_BLOCK, 8: (IMPORT, ""),
                          10: NEW_FRAME},
    "asyncio-task-3.11": {
        1: "session", 3: "alone", 5: (SAY_AFTER, RUN_MAIN), 7: (SAY_AFTER, RUN_MAIN), 8: "alone", 9: "alone",
        11: NEW_FRAME, 13: "alone", 14: "alone", 15: NEW_FRAME, 16: NEW_FRAME, 17: NEW_FRAME, 18: (LONG, RUN_MAIN),
        19: (LONG, RUN_MAIN), 20: (LONG, RUN_MAIN), 21: (LONG, RUN_MAIN), 22: (IMPORT, ""), 23: NEW_FRAME,
        24: NEW_FRAME, 25: ("import asyncio, time\n", ""), 26: (ELSEWHERE, STOP_ELSEWHERE),
        27: (ELSEWHERE, STOP_ELSEWHERE), 28: (IMPORT, "")},
}
