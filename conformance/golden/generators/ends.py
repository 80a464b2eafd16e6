# What ends a generator or coroutine from outside: throw() through delegates, close() with broken delegates, the line
# at which a frame ended, origins, what cannot be raised.
import sys
import types
import warnings
import gc


def names(limit=6):
    out, f = [], sys._getframe(1)
    while f and len(out) < limit:
        out.append(f.f_code.co_name)
        f = f.f_back
    return out


def inner():
    while True:
        try:
            yield names(4)
        except KeyError:
            yield "caught", names(4)


def middle():
    yield from inner()


def outer():
    yield from middle()


g = outer()
print(next(g))
print(g.throw(KeyError))
print(next(g))
print(g.gi_running, g.gi_yieldfrom.__name__)
try:
    g.throw(IndexError("through"))
except IndexError as e:
    t, out = e.__traceback__, []
    while t:
        out.append(t.tb_frame.f_code.co_name)
        t = t.tb_next
    print(out, e.__context__)


# contexts
def handled():
    try:
        raise KeyError("own")
    except KeyError:
        yield from inner()


g = handled()
next(g)
try:
    g.throw(ValueError("v"))
except ValueError as e:
    print(repr(e.__context__))


def replaces():
    try:
        yield 1
    except ValueError:
        raise TypeError("instead")


def delegates():
    try:
        yield from replaces()
    except TypeError as e:
        yield repr(e), repr(e.__context__)


g = delegates()
next(g)
print(g.throw(ValueError("w")))


class Broken:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __getattr__(self, name):
        raise ZeroDivisionError(name)


def broken():
    yield from Broken()


g = broken()
next(g)
seen = []
hook, sys.unraisablehook = sys.unraisablehook, lambda u: seen.append((u.exc_type.__name__, u.exc_traceback is not None))
g.close()
print(seen)
g = broken()
next(g)
try:
    g.throw(ValueError)
except ZeroDivisionError as e:
    print("throw:", e)


def ignores():
    while True:
        try:
            yield
        except GeneratorExit:
            pass


seen.clear()
g = ignores()
next(g)
del g
print(seen)
sys.unraisablehook = hook


class NoThrow:
    def __iter__(self):
        return self

    def __next__(self):
        return "no throw"


def plain():
    try:
        yield from NoThrow()
    except ValueError as e:
        yield "here", repr(e)


g = plain()
print(next(g), g.throw(ValueError("p")))


class Closes(NoThrow):
    def close(self):
        print("closed")


def closing():
    try:
        yield from Closes()
    finally:
        print("finally")


g = closing()
next(g)
g.close()

# where frames ended


def ended(f):
    try:
        f()
    except Exception as e:
        t, out = e.__traceback__.tb_next, []
        while t:
            out.append((t.tb_lineno - f.__code__.co_firstlineno, t.tb_frame.f_lineno - f.__code__.co_firstlineno))
            t = t.tb_next
        return out


def unmatched():
    try:
        1 / 0
    except TypeError:
        pass
    except (KeyError, ValueError):
        pass


def within():
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise e
        pass


def through():
    try:
        1 / 0
    finally:
        x = 1
        y = 2


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        return None


def in_with():
    with Quiet():
        x = 1
        1 / 0
        y = 2


def nested():
    try:
        try:
            1 / 0
        finally:
            len(())
    except LookupError:
        pass


for f in unmatched, within, through, in_with, nested:
    print(f.__name__, ended(f))

# origins


async def coroutine():
    pass


def maker():
    return coroutine()


sys.set_coroutine_origin_tracking_depth(2)
c = maker()
line = maker.__code__.co_firstlineno
print([(row[1] - line, row[2]) for row in c.cr_origin][:1], len(c.cr_origin), sys.get_coroutine_origin_tracking_depth())
c.close()
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter("always")
    c = maker()
    del c
    gc.collect()
    text = str(w[0].message).splitlines()
    print(text[0], text[1], len(text))
sys.set_coroutine_origin_tracking_depth(0)
c = maker()
print(c.cr_origin)
c.close()

# finalisers and what they bring back
kept = []


class Back:
    def __init__(self):
        self.me = self

    def __del__(self):
        kept.append(self)


gc.collect()
Back()
print(gc.collect(), len(kept))
kept.clear()
print(gc.collect() >= 1)


class AtExit:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("__del__", self.name)


linked = AtExit("linked")
linked.link = linked
