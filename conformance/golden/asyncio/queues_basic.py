# Queues: order, waiting on both sides, cancelled getters and putters, join, the hooks of subclasses.
import asyncio
import collections
import re


def shown(x, f=repr):
    return re.sub(r"0x[0-9a-f]+", "0x..", f(x))


async def turns(n=3):
    for _ in range(n):
        await asyncio.sleep(0)


async def basics():
    for cls in (asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue):
        q = cls(2)
        print(shown(q), shown(q, str), q.maxsize, q.empty(), q.full(), q.qsize())
        q.put_nowait(3)
        await q.put(1)
        print(shown(q), q.full(), q.qsize(), list(q._queue))
        try:
            q.put_nowait(0)
        except asyncio.QueueFull as e:
            print("full", repr(e))
        print(await q.get(), q.get_nowait(), shown(q))
        try:
            q.get_nowait()
        except asyncio.QueueEmpty as e:
            print("empty", repr(e))
        q.task_done()
        q.task_done()
        try:
            q.task_done()
        except ValueError as e:
            print(e)
        await q.join()
        print(cls.__module__, cls.__qualname__, cls[int])
    print(type(asyncio.Queue()._queue) is collections.deque, type(asyncio.LifoQueue()._queue))
    print(asyncio.Queue(-1).full(), shown(asyncio.Queue(maxsize=5)))


async def waiting():
    q = asyncio.Queue(1)
    log = []

    async def getter(name):
        log.append((name, await q.get()))

    tasks = [asyncio.create_task(getter(i)) for i in range(3)]
    await asyncio.sleep(0)
    print(shown(q), len(q._getters))
    q.put_nowait("x")
    tasks[0].cancel()  # woken already: another one gets the item
    await turns()
    print(log, shown(q))
    await q.put("y")
    await turns()
    print(log, [t.cancelled() for t in tasks], shown(q))

    async def putter(item):
        try:
            await q.put(item)
            log.append(("put", item))
        except asyncio.CancelledError:
            log.append(("not put", item))
            raise

    q.put_nowait(0)
    tasks = [asyncio.create_task(putter(i)) for i in (1, 2, 3)]
    await asyncio.sleep(0)
    print(shown(q))
    log.clear()
    print(q.get_nowait())
    tasks[0].cancel()
    await turns()
    print(log, shown(q))
    print(await q.get(), await q.get(), q.qsize(), log)


async def joined():
    q = asyncio.Queue()
    for i in range(4):
        q.put_nowait(i)
    print(q._unfinished_tasks, q._finished.is_set())
    done = []

    async def worker():
        while True:
            done.append(await q.get())
            await asyncio.sleep(0)
            q.task_done()

    workers = [asyncio.create_task(worker()) for _ in range(2)]
    await q.join()
    print(done, q._unfinished_tasks, q._finished.is_set())
    for w in workers:
        w.cancel()
    print(await asyncio.gather(*workers, return_exceptions=True))


class Unique(asyncio.Queue):
    def _init(self, maxsize):
        print("init", maxsize)
        self._queue = []
        self.seen = set()

    def _put(self, item):
        if item not in self.seen:
            self.seen.add(item)
            self._queue.append(item)

    def _get(self):
        return self._queue.pop(0)


class Loud(asyncio.PriorityQueue):
    def put_nowait(self, item):
        print("put_nowait", item)
        return super().put_nowait(item)

    def qsize(self):
        return super().qsize() * 10

    def _format(self):
        return "loud " + super()._format()


class Swapped(asyncio.Queue):
    def _init(self, maxsize):
        self._queue = collections.deque(maxlen=2)


async def subclasses():
    q = Unique(3)
    for i in (1, 1, 2):
        await q.put(i)
    print(q.qsize(), shown(q), await q.get(), q.get_nowait(), q.empty())
    q = Loud(15)
    await q.put(2)
    print(q.qsize(), q.full(), shown(q))
    await q.put(1)
    print(q.full(), await q.get(), shown(q, str))
    q = Swapped()
    for i in range(4):
        q.put_nowait(i)
    print(await q.get(), await q.get(), q.empty())

    class Plain(asyncio.LifoQueue):
        pass

    q = Plain()
    q.put_nowait(1)
    q.put_nowait(2)
    print(await q.get(), q.get_nowait(), shown(q))


async def timeouts():
    q = asyncio.Queue()
    try:
        await asyncio.wait_for(q.get(), 0.001)
    except asyncio.TimeoutError:
        print("timed out", len(q._getters))
    q.put_nowait(1)
    print(await asyncio.wait_for(q.get(), 1))
    c = q.get()
    print(shown(c))
    c.close()


async def main():
    for part in (basics, waiting, joined, subclasses, timeouts):
        print("--", part.__name__)
        await part()


asyncio.run(main())
