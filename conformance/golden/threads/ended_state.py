# What a thread holds by itself goes while it still may run Python: contexts, hooks, what asyncio keeps, trace functions.
import asyncio
import contextvars
import sys
import threading

variable = contextvars.ContextVar("variable")


class Noted:
    def __init__(self, what):
        self.what = what

    def __del__(self):
        print("gone:", self.what, threading.current_thread() is threading.main_thread())


class Again:
    # Its finaliser puts something into the thread's context once more.
    def __del__(self):
        variable.set([1, 2, 3])


class Tracer(Noted):
    def __call__(self, frame, event, arg):
        return None


async def work(n):
    async def part(i):
        await asyncio.sleep(0)
        return i

    lock = asyncio.Lock()
    async with lock:
        got = [await part(i) for i in range(n)]
    queue = asyncio.Queue()
    await queue.put(1)
    await queue.get()
    return sum(got)


def runs_loop():
    print(asyncio.run(work(5)))


def sets_variable():
    variable.set(Noted("a context's value"))


def sets_again():
    variable.set(Again())


def traces():
    sys.settrace(Tracer("a trace function"))


def sets_hooks():
    sys.set_asyncgen_hooks(firstiter=Tracer("a hook"))


def fails():
    try:
        raise ValueError(Noted("an exception's argument"))
    except ValueError:
        pass


for body in runs_loop, sets_variable, sets_again, traces, sets_hooks, fails, runs_loop:
    print(body.__name__)
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()

# Many at once.
def busy(i):
    variable.set([str(i)] * 50)
    for k in range(20):
        contextvars.copy_context().run(variable.set, [k])
    asyncio.run(work(3))

threads = [threading.Thread(target=busy, args=(i,)) for i in range(24)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("done")
