# Timers fire in the order of their deadlines, never early, and those of the same deadline in the order of their making.
import asyncio
import random


async def main():
    loop = asyncio.get_running_loop()
    rnd = random.Random(7)
    fired = []
    early = []

    def fire(when, i):
        if loop.time() < when - 1e-6:
            early.append(i)
        fired.append((when, i))

    start = loop.time() + 0.005
    handles = []
    for i in range(300):
        when = start + rnd.randrange(40) * 0.00025
        handles.append(loop.call_at(when, fire, when, i))
    gone = rnd.sample(range(300), 120)
    for i in gone:
        handles[i].cancel()
    await asyncio.sleep(0.03)
    print(len(fired), early, [w for w, _ in fired] == sorted(w for w, _ in fired), not {i for _, i in fired} & set(gone))

    order = []
    for delay in (0.003, 0.001, 0.002, 0, -1):
        loop.call_later(delay, order.append, delay)
    loop.call_soon(order.append, "soon")
    await asyncio.sleep(0.02)
    print(order)
    handle = loop.call_later(10, print)
    print(type(handle).__name__, handle.cancelled(), handle.cancel(), handle.cancelled())
    print(handle.when() > loop.time() + 5)
    tries = []
    for i in range(20):
        before = loop.time()
        await asyncio.sleep(0.0007)
        tries.append(loop.time() - before >= 0.0007 - 1e-6)
    print(all(tries))


asyncio.run(main())
