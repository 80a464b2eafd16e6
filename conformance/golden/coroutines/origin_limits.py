# Coroutines that note their origin: each of them, at any depth, dropped without being awaited or not.
import sys
import warnings

warnings.simplefilter("ignore")


async def coroutine(*args):
    return args


def nested(n, make):
    return nested(n - 1, make) if n else make()


for depth in (1, 3, 100):
    sys.set_coroutine_origin_tracking_depth(depth)
    for make in (coroutine, lambda: coroutine(1, 2), lambda: coroutine(*range(20))):
        made = [nested(5, make) for _ in range(50)]
        print(depth, {min(len(c.cr_origin), 4) for c in made}, made[0].cr_origin[0][2])
        try:
            made[0].send(None)
        except StopIteration as stop:
            print(len(stop.value))
        del made
sys.set_coroutine_origin_tracking_depth(0)
