# What is printed of errors in handlers, channels that close and vanish while a round is under way, logs.
import warnings
warnings.simplefilter("ignore")
import asyncore
import io
import re
import socket
import sys


def tell(text):
    # CPython's tracebacks have the module's own frames too; and what is different each time.
    text = re.sub(r"\[[^|\]]*asyncore\.py\|[^]]*\] ?", "", text)
    text = re.sub(r"\[[^|\]]*/", "[", text)
    text = re.sub(r"\|(\d+)\]", "|N]", text)
    print(re.sub(r"at 0x[0-9a-f]+", "at X", text).rstrip())


def printed(call, *args):
    out, sys.stdout = sys.stdout, io.StringIO()
    try:
        call(*args)
    finally:
        text, sys.stdout = sys.stdout.getvalue(), out
    tell(text)


class Fails(asyncore.dispatcher):
    def handle_read(self):
        raise ValueError("no reading: %r" % self.recv(1))

    def writable(self):
        return False


for use_poll in False, True:
    map = {}
    a, b = socket.socketpair()
    Fails(a, map)
    b.send(b"xy")
    printed(asyncore.loop, 0.1, use_poll, map, 1)
    print(map, a.fileno())
    b.close()


class Unprintable(Fails):
    def __repr__(self):
        raise KeyError("repr")


a, b = socket.socketpair()
u = Unprintable(a, {})
try:
    raise OSError(5, "five")
except OSError:
    u.ignore_log_types = ()
    out, sys.stdout = sys.stdout, io.StringIO()
    u.handle_error()
    text, sys.stdout = sys.stdout.getvalue(), out
tell(text.replace("%0x" % id(u), "ID"))
try:
    u.handle_error()
except AssertionError as failure:
    print("outside:", failure)
b.close()

# repr
d = asyncore.dispatcher(map={})
tell(repr(d))
d.addr = ("host", 80)
tell(repr(d))
d.accepting = True
tell(repr(d))
d.accepting, d.connected = False, True
tell(repr(d))
for addr in "/path", ("a", "b"), (1, 2, 3), b"\0x", 5, {}, ("x",), "":
    d.addr = addr
    tell(repr(d))


class Outer:
    class Inner(asyncore.dispatcher):
        pass


tell(repr(Outer.Inner(map={})))

# Logs
d.log_info("one")
d.log_info("two", "warning")
d.log_info("three", type="error")
d.ignore_log_types = ["info"]
d.log_info("four")
d.log_info(("a", "b"), "tuple")
err, sys.stderr = sys.stderr, io.StringIO()
d.log("line")
d.log(5)
print(repr(sys.stderr.getvalue()))
sys.stderr = err
d.socket = socket.socket()
for name in "handle_expt handle_read handle_write handle_connect handle_close".split():
    getattr(d, name)()
print(d.socket.fileno())
d.handle_accepted(socket.socket(), "from")
d.debug = True
w = asyncore.dispatcher_with_send(map={})
w.debug = True
w.socket = None
try:
    w.send(b"shown")
except AttributeError as failure:
    print(failure, w.out_buffer)


# Channels that close each other, and themselves, in the middle of a round.
class Closing(asyncore.dispatcher):
    rounds = []

    def writable(self):
        return self.writes

    def handle_read(self):
        self.rounds.append("read " + self.name)
        for channel in self.closes:
            channel.close()

    def handle_write(self):
        self.rounds.append("write " + self.name)

    def handle_close(self):
        self.rounds.append("close " + self.name)
        self.close()


def channels(map, n, writes=False):
    made = []
    for i in range(n):
        a, b = socket.socketpair()
        channel = Closing(a, map)
        channel.name, channel.closes, channel.writes, channel.other = "abc"[i], [], writes, b
        made.append(channel)
        b.send(b"x")
    return made


for call in asyncore.poll, asyncore.poll2:
    for closer in range(3):
        for closed in range(3):
            map = {}
            all_of_them = channels(map, 3, True)
            all_of_them[closer].closes = [all_of_them[closed]]
            call(0.1, map)
            print(call.__name__, closer, closed, Closing.rounds, len(map))
            Closing.rounds.clear()
            asyncore.close_all(map)


class Growing(Closing):
    def handle_read(self):
        self.recv(1)
        channels(self._map, 1)


map = {}
a, b = socket.socketpair()
grows = Growing(a, map)
grows.writes = False
b.send(b"x")
asyncore.poll(0.1, map)
print(len(map), Closing.rounds)


class Swaps(Closing):
    # Another channel takes the descriptor's place in the map.
    def handle_read(self):
        self.rounds.append("swap")
        self._map[self._fileno] = None


map = {}
a, b = socket.socketpair()
s = Swaps(a, map)
s.writes = True
b.send(b"x")
asyncore.poll(0.1, map)
print(Closing.rounds)
Closing.rounds.clear()


# close_all()
class Bad:
    def __init__(self, failure):
        self.failure = failure

    def close(self):
        if self.failure:
            raise self.failure


class Stop(BaseException):
    pass


for ignore in False, True:
    for failure in (None, OSError(9, "bad"), OSError(5, "five"), ValueError("v"), asyncore.ExitNow("e"), Stop("s"),
                    KeyboardInterrupt("k")):
        map = {1: Bad(failure), 2: Bad(None)}
        try:
            asyncore.close_all(map, ignore)
            print(ignore, failure, map)
        except BaseException as raised:
            print(ignore, failure, "raised", repr(raised), len(map))

# Sockets that fail.
class Fake:
    def __init__(self, *failure):
        self.failure = OSError(*failure) if failure else None

    def fail(self, *args):
        if self.failure:
            raise self.failure
        return None

    send = recv = close = accept = getpeername = fail

    def setblocking(self, flag):
        pass

    def fileno(self):
        return 77


class Watching(asyncore.dispatcher):
    def handle_close(self):
        print("  handle_close", repr(sys.exc_info()[1]))


import errno
for number in errno.EAGAIN, errno.ECONNRESET, errno.EBADF, errno.ENOTCONN, errno.EINVAL, errno.EIO, errno.ECONNABORTED:
    print(errno.errorcode[number])
    for name, args in ("send", [b"x"]), ("recv", [1]), ("accept", []), ("close", []):
        w = Watching(map={})
        w.socket = Fake(number, "text")
        try:
            print(" ", name, getattr(w, name)(*args))
        except OSError as failure:
            print(" ", name, repr(failure))
    map = {}
    try:
        w = Watching(Fake(number, "text"), map)
        print("  made", w.connected, map == {77: w})
    except OSError as failure:
        print(" ", repr(failure), map)
w.socket = Fake()
print(w.accept(), w.recv(5), sys.exc_info())


class Pairs(Fake):
    def accept(self):
        return self.pair


w.socket = Pairs()
for pair in (1, 2), "ab", (1,), (1, 2, 3), 5, None:
    w.socket.pair = pair
    try:
        print(w.accept())
    except ValueError as failure:
        print(failure)
