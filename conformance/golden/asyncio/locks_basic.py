# Locks, events, conditions and semaphores: order, reprs, hand-over to waiters that are cancelled, subclasses.
import asyncio
import collections.abc
import inspect
import re


def shown(x):
    return re.sub(r"0x[0-9a-f]+", "0x..", repr(x))


async def turns(n=3):
    for _ in range(n):
        await asyncio.sleep(0)


async def lock_order():
    lock = asyncio.Lock()
    print(shown(lock), lock.locked())
    log = []

    async def user(name):
        async with lock as entered:
            log.append((name, entered))
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(user(i)) for i in range(4)]
    await asyncio.sleep(0)
    print(shown(lock))
    await asyncio.gather(*tasks)
    print(log, shown(lock))
    try:
        lock.release()
    except RuntimeError as e:
        print(e)
    print(await lock.acquire(), lock.locked(), lock._locked)
    lock.release()


async def lock_cancelled():
    lock = asyncio.Lock()
    await lock.acquire()
    log = []

    async def user(name):
        try:
            async with lock:
                log.append(name)
        except asyncio.CancelledError:
            log.append(name + " cancelled")
            raise

    a, b, c = [asyncio.create_task(user(n)) for n in "abc"]
    await asyncio.sleep(0)
    print(len(lock._waiters), shown(lock))
    lock.release()
    a.cancel()  # it was handed the lock already
    await turns()
    print(log, shown(lock))
    await lock.acquire()
    d, e = [asyncio.create_task(user(n)) for n in "de"]
    await asyncio.sleep(0)
    d.cancel()
    await turns()
    print(log, shown(lock), lock._waiters[0].done())
    lock.release()
    # nobody comes before one that waits
    f = asyncio.create_task(user("f"))
    await turns()
    print(log, [t.cancelled() for t in (a, b, c, d, e, f)])


async def coroutine_objects():
    lock = asyncio.Lock()
    c = lock.acquire()
    print(isinstance(c, collections.abc.Coroutine), asyncio.iscoroutine(c), inspect.isawaitable(c))
    print(c.__name__, c.__qualname__, c.cr_running, c.cr_await, shown(c))
    print(lock.locked())  # it has not started
    try:
        c.send(1)
    except TypeError as e:
        print(e)
    try:
        c.send(None)
    except StopIteration as e:
        print("stopped", e.value, lock.locked())
    try:
        c.send(None)
    except RuntimeError as e:
        print(e)
    c = lock.acquire()
    future = c.send(None)
    print(shown(future), future is lock._waiters[0], future._asyncio_future_blocking)
    try:
        c.send(None)
    except RuntimeError as e:
        print(e)
    print(len(lock._waiters))
    c = lock.acquire()
    c.send(None)
    try:
        c.throw(KeyError("thrown"))
    except KeyError as e:
        print("thrown", e, len(lock._waiters))
    c = lock.acquire()
    c.send(None)
    print(len(lock._waiters), c.close(), len(lock._waiters), c.close())
    c = lock.acquire()
    c.close()
    print(await asyncio.wait_for(asyncio.Lock().acquire(), 1))
    print(await asyncio.create_task(asyncio.Lock().acquire()))
    lock.release()
    it = lock.acquire().__await__()
    try:
        next(it)
    except StopIteration as e:
        print("stopped", e.value)


async def events():
    event = asyncio.Event()
    print(shown(event), event.is_set())
    log = []

    async def waiter(name):
        log.append((name, await event.wait()))

    tasks = [asyncio.create_task(waiter(i)) for i in range(3)]
    await asyncio.sleep(0)
    print(shown(event))
    tasks[1].cancel()
    event.set()
    event.clear()
    await turns()
    print(log, shown(event), event._value)
    event.set()
    print(await event.wait(), shown(event))


async def conditions():
    cond = asyncio.Condition()
    print(shown(cond), cond.locked())
    for f in (cond.notify, cond.notify_all, cond.release):
        try:
            f()
        except RuntimeError as e:
            print(e)
    try:
        await cond.wait()
    except RuntimeError as e:
        print(e)
    log = []

    async def waiter(name):
        async with cond:
            try:
                log.append((name, await cond.wait()))
            except asyncio.CancelledError:
                log.append((name, "cancelled", cond.locked()))
                raise

    tasks = [asyncio.create_task(waiter(i)) for i in range(5)]
    await turns()
    print(shown(cond))
    async with cond:
        cond.notify()
        print(log, shown(cond))
    await turns()
    print(log)
    async with cond:
        cond.notify(2)
        tasks[1].cancel()
    await turns(6)
    print(log)
    tasks[3].cancel()
    async with cond:
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.sleep(0)
        cond.notify_all()
    await turns(6)
    print(log, shown(cond), [t.cancelled() for t in tasks])

    state = []

    async def filler():
        for i in range(3):
            async with cond:
                state.append(i)
                cond.notify_all()
            await asyncio.sleep(0)

    async with cond:
        task = asyncio.create_task(filler())
        print(await cond.wait_for(lambda: len(state) == 3 and "three"), state)
    await task
    lock = asyncio.Lock()
    other = asyncio.Condition(lock)
    async with lock:
        print(other.locked(), other._lock is lock)
    await other.acquire()
    print(lock.locked())
    other.release()


async def semaphores():
    sem = asyncio.Semaphore(2)
    print(shown(sem), sem.locked())
    log = []

    async def user(name):
        async with sem:
            log.append(name)
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(user(i)) for i in range(6)]
    await asyncio.sleep(0)
    print(shown(sem), sem._value, len(sem._waiters))
    tasks[2].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(log, shown(sem))
    sem.release()
    print(sem._value)
    for bad in (-1, -5):
        try:
            asyncio.Semaphore(bad)
        except ValueError as e:
            print(e)
    bounded = asyncio.BoundedSemaphore(1)
    print(shown(bounded), isinstance(bounded, asyncio.Semaphore))
    try:
        bounded.release()
    except ValueError as e:
        print(e)
    await bounded.acquire()
    print(shown(bounded))
    bounded.release()
    # a unit that was handed to one that is cancelled goes on
    one = asyncio.Semaphore(1)
    await one.acquire()
    got = []

    async def taker(name):
        await one.acquire()
        got.append(name)

    a, b = asyncio.create_task(taker("a")), asyncio.create_task(taker("b"))
    await asyncio.sleep(0)
    one.release()
    a.cancel()
    await turns()
    print(got, a.cancelled(), b.done(), shown(one))


class Counted(asyncio.Lock):
    def __init__(self):
        super().__init__()
        self.log = []

    async def acquire(self):
        self.log.append("acquire")
        return await super().acquire()

    def release(self):
        self.log.append("release")
        super().release()


async def subclasses():
    lock = Counted()
    async with lock:
        print(lock.locked())
    print(lock.log, shown(lock).replace(__name__ + ".", ""))
    cond = asyncio.Condition(lock)
    async with cond:
        cond.notify_all()
    print(lock.log)
    for cls in (asyncio.Lock, asyncio.Event, asyncio.Condition, asyncio.Semaphore):
        try:
            cls(loop=None)
        except TypeError as e:
            print(e)
        print(cls.__module__, cls.__qualname__)


async def barriers():
    barrier = asyncio.Barrier(3)

    async def party():
        async with barrier as place:
            return place

    print(sorted(await asyncio.gather(*[party() for _ in range(3)])))
    print(shown(barrier))


def other_loop():
    lock = asyncio.Lock()

    async def contend():
        await lock.acquire()
        task = asyncio.create_task(lock.acquire())
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            pass

    asyncio.run(contend())

    async def again():
        try:
            await lock.acquire()
        except RuntimeError as e:
            print(re.sub("0x[0-9a-f]+", "0x..", str(e)))

    asyncio.run(again())


async def main():
    for part in (lock_order, lock_cancelled, coroutine_objects, events, conditions, semaphores,
                 subclasses, barriers):
        print("--", part.__name__)
        await part()


asyncio.run(main())
other_loop()
