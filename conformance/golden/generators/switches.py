# Switching between frames and generators: caches of await that become wrong, handled exceptions, windows of many
# registers, generators that end, are renamed, dropped or looked at on the way.
import gc
import sys
import types
import weakref


def drive(coroutine):
    out = []
    try:
        while True:
            out.append(coroutine.send(None))
    except StopIteration as stop:
        return out, stop.value


class Pause:
    def __await__(self):
        got = yield self.name
        return self.name, got

    def __init__(self, name):
        self.name = name


class Direct:
    def __await__(self):
        return iter([self])

    def __repr__(self):
        return "<direct>"


class Native:
    __await__ = list.__iter__ if False else lambda self: iter((1, 2))


async def wait(x):
    return await x


for x in [Pause("a"), Pause("b"), Direct(), Pause("c"), Native(), Pause("d"), wait(Pause("e")), Pause("f")]:
    print(drive(wait(x)))

# the class changes under the cache
Pause.__await__ = lambda self: iter("xy")
print(drive(wait(Pause("g"))))


def other(self):
    yield "other", self.name
    yield 2
    return "end"


Pause.__await__ = other
print(drive(wait(Pause("h"))), drive(wait(Pause("i"))))


# the function's code changes under the cache
def plain(self):
    return iter([7])


other.__code__ = plain.__code__
print(drive(wait(Pause("j"))))


async def wrong(self):
    pass


other.__code__ = wrong.__code__
try:
    drive(wait(Pause("k")))
except TypeError as e:
    print(type(e).__name__, e)


def more(self, extra=5, *rest):
    yield extra
    return rest


Pause.__await__ = more
print(drive(wait(Pause("l"))), drive(wait(Pause("m"))))
other.__code__ = (lambda self: 3).__code__
Pause.__await__ = other
for _ in range(2):
    try:
        drive(wait(Pause("n")))
    except TypeError as e:
        print(e)
del Pause.__await__
try:
    drive(wait(Pause("o")))
except TypeError as e:
    print(e)


# an instance's attribute does not count
class Shadow:
    def __await__(self):
        yield "class"


s = Shadow()
s.__await__ = lambda: iter(["instance"])
print(drive(wait(s)), drive(wait(s)))


# what is handled inside and outside
def inside():
    try:
        raise KeyError("in")
    except KeyError:
        yield repr(sys.exc_info()[1])
        yield repr(sys.exc_info()[1])
    yield repr(sys.exc_info()[1])


def outside(g):
    out = [next(g)]
    try:
        raise ValueError("out")
    except ValueError:
        out.append(next(g))
        out.append(repr(sys.exc_info()[1]))
        out.append(next(g))
    out.append(repr(sys.exc_info()[1]))
    out.extend(g)
    return out


print(outside(inside()))


def delegating():
    try:
        raise OSError("d")
    except OSError:
        x = yield from inside()
        yield x, repr(sys.exc_info()[1])
    yield repr(sys.exc_info()[1])


print(outside(delegating()))
print(list(delegating()))


def handled_by_caller():
    while True:
        yield repr(sys.exc_info()[1])


h = handled_by_caller()
print(next(h))
try:
    raise ValueError(1)
except ValueError:
    print(h.send(None))
    for x in h:
        print(x)
        break
print(next(h))


# many registers
names = [f"v{i}" for i in range(300)]
source = "def wide(start):\n" + "".join(f"    {n} = start + {i}\n" for i, n in enumerate(names))
source += "    yield v0\n    yield v299\n    x = yield sum([" + ", ".join(names) + "])\n    yield x\n    return v150\n"
space = {}
exec(source, space)
wide = space["wide"]
print(list(wide(1)), [next(wide(i)) for i in range(3)])
w = wide(2)
print(next(w), next(w), next(w), w.send("sent"))


async def wide_await():
    def delegate():
        return (yield from wide(3))

    return await types.coroutine(delegate)()


print(drive(wide_await()))


# frames that somebody looks at, names that change
def looked():
    me = sys._getframe()
    yield me.f_lineno - me.f_code.co_firstlineno
    yield me.f_back is sys._getframe(1)


g = looked()
for x in g:
    print(x)
g = looked()
print(g.gi_frame.f_lineno - looked.__code__.co_firstlineno, next(g), g.gi_frame is None, list(g), g.gi_frame)


def named():
    yield 1


named.__name__, named.__qualname__ = "renamed", "somewhere.renamed"
g = named()
print(g.__name__, g.__qualname__)
g.__name__ = "again"
print(g.__name__, g.__qualname__, named.__name__)

# ends: weak references, finalisers and what is dropped on the way
log = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


def holder(name):
    local = Noisy(name)
    yield local.name
    return Noisy(name + " result")


def run_holder(name):
    r = yield from holder(name)
    log.append("returned")
    del r
    log.append("deleted")


print(list(run_holder("one")), log)
log.clear()
g = holder("two")
ref = weakref.ref(g, lambda r: log.append("gone"))


def take(g):
    yield from g


t = take(g)
del g
print(next(t), ref() is not None, list(t), ref(), log)
log.clear()


def cycle():
    me = yield
    n = Noisy("cycle")
    yield me, n


g = cycle()
next(g)
g.send(g)
del g
print(log, gc.collect() > 0, log)


# re-entered while running
def selfish():
    yield 1
    try:
        next(box[0])
    except ValueError as e:
        yield str(e)


box = [selfish()]
print(list(box[0]))


async def selfless():
    await Again()


class Again:
    def __await__(self):
        try:
            box[0].send(None)
        except ValueError as e:
            yield str(e)


box = [selfless()]
print(drive(box[0]))
try:
    box[0].send(None)
except RuntimeError as e:
    print(e)
c = wait(Again())
try:
    c.send(1)
except TypeError as e:
    print(e)
c.close()


# recursion through delegates
def deep(n):
    if n:
        yield from deep(n - 1)
    else:
        yield "bottom"
        raise LookupError("bottom")


g = deep(300)
print(next(g))
try:
    next(g)
except LookupError as e:
    depth, tb = 0, e.__traceback__
    while tb:
        depth, tb = depth + 1, tb.tb_next
    print(depth)


async def down(n):
    return await down(n - 1) + 1 if n else 0


print(drive(down(400)))
try:
    drive(down(10**6))
except RecursionError as e:
    print(e)
