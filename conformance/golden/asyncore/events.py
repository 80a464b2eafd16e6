# Events brought to objects of any kind by read(), write(), _exception() and readwrite(): which handlers are called, and
# what becomes of their exceptions.
import warnings
warnings.simplefilter("ignore")
import asyncore
import errno
import select
import sys

BITS = ["POLLIN", "POLLOUT", "POLLPRI", "POLLHUP", "POLLERR", "POLLNVAL"]


class Recorder:
    def __init__(self, **raises):
        self.raises = raises
        self.calls = []

    def note(self, name):
        self.calls.append(name)
        if name in self.raises:
            raise self.raises[name]

    def handle_read_event(self):
        self.note("read")

    def handle_write_event(self):
        self.note("write")

    def handle_expt_event(self):
        self.note("expt")

    def handle_close(self):
        self.calls.append("close of %r" % (sys.exc_info()[0],))
        self.note("close")

    def handle_error(self):
        self.calls.append("error of %r" % (sys.exc_info()[1],))
        self.note("error")


def show(what, recorder, call, *args):
    try:
        result = call(recorder, *args)
    except BaseException as failure:
        result = "raised %r in the context of %r" % (failure, failure.__context__)
    print(what, recorder.calls, result, sys.exc_info()[:2])


for call in asyncore.read, asyncore.write, asyncore._exception:
    name = {"_exception": "expt"}.get(call.__name__, call.__name__)
    show(call.__name__, Recorder(), call)
    for failure in (ValueError("no"), OSError(errno.ECONNRESET, "gone"), GeneratorExit(), asyncore.ExitNow("out"),
                    KeyboardInterrupt(), SystemExit(3)):
        show(call.__name__, Recorder(**{name: failure}), call)
    show("handle_error fails", Recorder(**{name: ValueError("one"), "error": KeyError("two")}), call)

for i in range(1 << len(BITS)):
    flags = [name for bit, name in enumerate(BITS) if i >> bit & 1]
    show(" ".join(flags), Recorder(), asyncore.readwrite, sum(getattr(select, name) for name in flags))

for number in sorted(asyncore._DISCONNECTED) + [errno.EAGAIN, errno.EINVAL, None]:
    failure = OSError(number, "text") if number else OSError("text")
    show("readwrite %s" % errno.errorcode.get(number), Recorder(read=failure), asyncore.readwrite, 5)
for failure in (ValueError("no"), asyncore.ExitNow("out"), KeyboardInterrupt(), SystemExit(3)):
    show("readwrite", Recorder(write=failure), asyncore.readwrite, 5)
show("readwrite", Recorder(read=OSError(errno.EPIPE, "p"), close=KeyError("in close")), asyncore.readwrite, 1)
show("readwrite", Recorder(read=KeyError("k"), error=asyncore.ExitNow()), asyncore.readwrite, 1)
show("bool", Recorder(), asyncore.readwrite, True)
show("no number", Recorder(), asyncore.readwrite, "x")


class Bare(Recorder):
    def handle_error(self):
        self.calls.append("raise")
        raise


show("bare raise", Bare(read=ZeroDivisionError("z")), asyncore.read)
show("bare raise", Bare(read=ZeroDivisionError("z")), asyncore.readwrite, 1)


class Counts:
    # Handlers in the instance, not in the class.
    pass


counts = Counts()
counts.calls = []
counts.handle_read_event = lambda: counts.calls.append("own")
asyncore.read(counts)
print(counts.calls)
for missing in asyncore.read, asyncore.write, asyncore._exception:
    try:
        missing(object())
    except AttributeError as failure:
        print(failure, "|", failure.__context__)

# What is passed on is a name of the module.
before = asyncore._reraised_exceptions
asyncore._reraised_exceptions = (ValueError,)
show("patched", Recorder(read=ValueError("v")), asyncore.read)
show("patched", Recorder(read=asyncore.ExitNow("e")), asyncore.read)
asyncore._reraised_exceptions = before
asyncore._DISCONNECTED = {errno.EDOM}
show("patched", Recorder(read=OSError(errno.EDOM, "d")), asyncore.readwrite, 1)
show("patched", Recorder(read=OSError(errno.EPIPE, "p")), asyncore.readwrite, 1)

# The exception that was handled before is handled again.
try:
    raise LookupError("outer")
except LookupError:
    show("inside", Recorder(read=ValueError("inner")), asyncore.read)
    print(repr(sys.exc_info()[1]))
    show("inside", Recorder(read=ValueError("inner"), error=TypeError("again")), asyncore.read)
    print(repr(sys.exc_info()[1]))


def generator():
    try:
        yield 1
    except KeyError:
        asyncore.read(Recorder(read=ValueError("in a generator")))
        yield repr(sys.exc_info()[1])


g = generator()
next(g)
print(g.throw(KeyError("thrown")), sys.exc_info())
g.close()

try:
    raise ValueError("spam")
except ValueError:
    (file, function, line), kind, value, info = asyncore.compact_traceback()
    print(file.rsplit("/")[-1], function, kind, value, info.count("|"))
try:
    asyncore.compact_traceback()
except AssertionError as failure:
    print(failure)
print(asyncore._strerror(errno.EPERM), asyncore._strerror(10 ** 30), asyncore._strerror(12345))
