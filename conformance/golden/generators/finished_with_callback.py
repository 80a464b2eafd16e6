# A generator is dropped where it ends: a weak reference's callback runs in that moment.
import weakref


def counting(n):
    yield from range(n)
    return "end of counting"


def delegating():
    watched = counting(2)
    log.append(weakref.ref(watched, lambda ref: deep(5)))
    return (yield from release(watched))


def release(generator):
    result = yield from generator
    return result


def deep(n):
    if n:
        deep(n - 1)
    else:
        print("gone")


async def value():
    return 7


async def awaiting():
    coroutine = value()
    log.append(weakref.ref(coroutine, lambda ref: deep(3)))
    found = await coroutine
    return found


def watched(generator):
    log.append(weakref.ref(generator, lambda ref: deep(4)))
    return generator


async def awaits_at_once():
    return await watched(value())


def run(coroutine):
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value


log = []
print(list(delegating()))
print(run(awaiting()))
print(run(awaits_at_once()))
for item in watched(counting(2)):
    print(item)


def outer():
    result = yield from watched(counting(1))
    print("result:", result)


print(list(outer()))


class Fails:
    def __init__(self):
        log.append(weakref.ref(self, lambda ref: deep(3)))
        raise ValueError("no")


def make():
    try:
        return Fails()
    except ValueError as error:
        return str(error)


print(make())


def broken():
    yield 1
    raise KeyError("inside")


def through():
    try:
        yield from watched(broken())
    except KeyError as error:
        print("caught", error)
    yield 2


print(list(through()))


class Watched:
    def __del__(self):
        deep(2)


async def catches(thing):
    try:
        raise ValueError
    except ValueError:
        return "returned"


async def awaits_catching():
    found = await catches(Watched())
    print(found)
    found = await catches(Watched())
    return found


print(run(awaits_catching()))


def yields_then_catches(thing):
    yield 1
    try:
        raise ValueError
    except ValueError:
        return


for item in yields_then_catches(Watched()):
    print(item)
print("end")


def raises(thing):
    yield 1
    raise KeyError("left")


try:
    for item in raises(Watched()):
        print(item)
except KeyError:
    print("caught")
