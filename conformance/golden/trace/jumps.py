"""Setting frame.f_lineno in a trace function: where it goes, and what is refused."""

import sys
import warnings

# Variables that a jump leaves unbound may become None, with a warning.
warnings.simplefilter("ignore", RuntimeWarning)


def run(function, start, to, event="line"):
    """Call it; where it comes to line `start`, set f_lineno to line `to`, both counted from the `def`."""
    code, done = function.__code__, []

    def tracer(frame, what, arg):
        if frame.f_code is not code:
            return tracer
        if not done and what == event and frame.f_lineno - code.co_firstlineno == start:
            done.append(1)
            try:
                if to == "delete":
                    del frame.f_lineno
                else:
                    frame.f_lineno = to + code.co_firstlineno if type(to) is int and abs(to) < 1000 else to
                said.append(f"now at {frame.f_lineno - code.co_firstlineno}")
            except (ValueError, AttributeError) as problem:
                text = str(problem)
                for word in text.split():
                    if word.isdigit() and int(word) < 10000:
                        text = text.replace(word, f"+{int(word) - code.co_firstlineno}")
                said.append(f"{type(problem).__name__}: {text}")
        return tracer

    said, out = [], []
    sys.settrace(tracer)
    try:
        function(out)
    except Exception as problem:
        sys.settrace(None)
        out.append(repr(problem))
    sys.settrace(None)
    print(function.__name__, start, to, said, out)


def straight(out):
    out.append(1)
    out.append(2)
    # nothing
    out.append(4)


for to in (1, 2, 3, 4, 5, "delete", "x", True, 2.0, 1 << 31, 1 << 90, -1):
    run(straight, 2, to)
run(straight, 0, 2, "call")
run(straight, 4, 2, "return")


def loops(out):
    for i in (1, 2):
        out.append(i)
        for i in [i]:
            out.append("inner")
        out.append("after")
    while len(out) < 12:
        out.append(8)
    out.append(9)


for start, to in [(2, 5), (2, 9), (2, 8), (4, 2), (4, 9), (9, 8), (9, 2), (9, 4), (5, 4), (1, 2)]:
    run(loops, start, to)


class Manager:
    def __init__(self, out, name):
        self.out, self.name = out, name

    def __enter__(self):
        self.out.append(f"enter {self.name}")

    def __exit__(self, *exc):
        self.out.append(f"exit {self.name}")


def withs(out):
    out.append(1)
    with Manager(out, "a"):
        out.append(3)
        with Manager(out, "b"):
            out.append(5)
        out.append(6)
    with Manager(out, "c"):
        out.append(8)
    out.append(9)


for start, to in [(1, 3), (3, 6), (3, 9), (5, 6), (5, 9), (5, 8), (9, 8), (3, 8), (6, 3), (6, 5)]:
    run(withs, start, to)


def tries(out):
    try:
        out.append(2)
        1 / 0
    except ZeroDivisionError:
        out.append(5)
        out.append(6)
    except ValueError as e:
        out.append(8)
    finally:
        out.append(10)
        out.append(sys.exc_info()[0])
    out.append(12)


for start, to in [(2, 5), (2, 10), (5, 8), (5, 2), (6, 5), (5, 10), (6, 12), (10, 2), (12, 5), (12, 10), (11, 12)]:
    run(tries, start, to)


def raising(out):
    try:
        out.append(2)
        [][1]
    finally:
        out.append(5)
        out.append(6)
    out.append(7)


for start, to in [(2, 5), (5, 6), (5, 7), (6, 2)]:
    run(raising, start, to)


def generator(out):
    def inner():
        out.append("a")
        yield 1
        out.append("b")
        yield 2
        out.append("c")
    out.extend(inner())


run(generator, 7, 1)
try:
    sys._getframe().f_lineno = 1
except ValueError as problem:
    print(problem)


def cleared():
    class Noisy:
        def __del__(self):
            print("gone")

    def gen(x):
        try:
            yield x
        finally:
            print("closed")

    fresh = gen(Noisy())
    fresh.gi_frame.clear()
    print(fresh.gi_frame, next(fresh, "over"))
    begun = gen(Noisy())
    next(begun)
    begun.gi_frame.clear()
    print(begun.gi_frame, next(begun, "over"))

    def running():
        try:
            sys._getframe().clear()
        except RuntimeError as problem:
            yield str(problem)

    print(*running())


cleared()


class Hook:
    def __call__(self, *args):
        pass

    def __del__(self):
        try:
            sys.settrace(print)
        except RuntimeError as problem:
            print(problem)


sys.settrace(Hook())
sys.settrace(None)
