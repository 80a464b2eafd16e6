# Everything may be overridden: in a class, in an instance, later, and in the module.
import warnings
warnings.simplefilter("ignore")
import asyncore
import select
import socket

NAMES = [name for name in vars(asyncore.dispatcher) if callable(getattr(asyncore.dispatcher, name))
         and not name.startswith("__")]
calls = []


def noting(name):
    def method(self, *args, **named):
        calls.append(name)
        return getattr(super(Noting, self), name)(*args, **named)
    return method


class Noting(asyncore.dispatcher_with_send):
    def log_info(self, message, type="info"):
        calls.append("log_info %s %s" % (type, message))


for name in NAMES + ["initiate_send"]:
    if name != "log_info":
        setattr(Noting, name, noting(name))


def take():
    done = " ".join(calls)
    calls.clear()
    return done


for use_poll in False, True:
    map = {}
    server = Noting(map=map)
    server.create_socket()
    server.bind(("127.0.0.1", 0))
    server.listen(1)
    print("server:", take())
    client = Noting(map=map)
    client.create_socket()
    client.connect(server.socket.getsockname())
    print("client:", take())
    for i in range(2):
        select.select([server.socket], [], [], 0.1)
        asyncore.loop(0.1, use_poll, map, 1)
        print("round:", take())
    client.close()
    server.close()
    print("closed:", take(), map)

# A method in an instance, and a method put into the class later, count at once.
map = {}
a, b = socket.socketpair()
d = asyncore.dispatcher_with_send(a, map)
b.send(b"xy")
d.handle_read = lambda: calls.append("own %r" % d.recv(1))
asyncore.poll(0, map)
print(take(), vars(d).keys() == {"_map", "_fileno", "socket", "connected", "addr", "out_buffer", "handle_read"})
d.readable = lambda: calls.append("readable") or True
asyncore.poll(0, map)
print(take())
del d.readable, d.handle_read
saved = asyncore.dispatcher.handle_read
asyncore.dispatcher.handle_read = lambda self: calls.append("patched %r" % self.recv(1))
b.send(b"z")
asyncore.poll2(0, map)
print(take())
asyncore.dispatcher.handle_read = saved
asyncore.dispatcher_with_send.writable = lambda self: calls.append("writable")
asyncore.poll2(0, map)
print(take())
del asyncore.dispatcher_with_send.writable
saved = asyncore.dispatcher.send
asyncore.dispatcher.send = lambda self, data: calls.append("send %r" % data) or 2
print(d.send(b"abc"), d.out_buffer, take())
asyncore.dispatcher.send = saved
d.out_buffer = b""
d.accepting = True
asyncore.poll(0, map)
d.accepting = False


class Slotted(asyncore.dispatcher):
    connected = True
    __slots__ = ["extra"]

    def __getattr__(self, name):
        calls.append("asked for " + name)
        if name == "missing":
            raise AttributeError(name)
        return getattr(self.socket, name)

    def __setattr__(self, name, value):
        calls.append("set " + name)
        super().__setattr__(name, value)


s = Slotted(map=map)
print(take())
s.socket = a
print(s.gettimeout(), hasattr(s, "missing"), take())

# Names of the module.
rounds = []
asyncore.poll = lambda timeout, map: rounds.append((timeout, len(map)))
asyncore.loop(7, map=map, count=2)
asyncore.poll2 = lambda timeout, map: rounds.append((timeout, "poll2"))
asyncore.loop(8, True, map, 1)
print(rounds)
import importlib
del asyncore.poll, asyncore.poll2
import sys
del sys.modules["asyncore"]
import asyncore


class Select:
    POLLIN, POLLPRI, POLLOUT = select.POLLIN, select.POLLPRI, select.POLLOUT
    POLLHUP, POLLERR, POLLNVAL = select.POLLHUP, select.POLLERR, select.POLLNVAL

    def select(self, r, w, e, timeout):
        rounds.append(("select", r, w, e, timeout))
        return r, w, e

    class poll:
        def register(self, fd, flags):
            rounds.append(("register", fd, flags))

        def poll(self, timeout):
            rounds.append(("poll", timeout))
            return [(3, 1), ("four", 4), (99, 1)]


class Channel:
    accepting = False

    def __init__(self, read, write):
        self.read, self.write = read, write

    def readable(self):
        return self.read

    def writable(self):
        return self.write

    def handle_read_event(self):
        rounds.append("read")

    def handle_write_event(self):
        rounds.append("write")

    def handle_expt_event(self):
        rounds.append("expt")


rounds.clear()
asyncore.select = Select()
map = {3: Channel(1, 0), "four": Channel(0, 1), 5: Channel(0, 0)}
asyncore.poll(1.5, map)
print(rounds)
rounds.clear()
asyncore.poll2(1.5, map)
asyncore.poll2(None, {})
print(rounds)
asyncore.select = select


class Map:
    # Not a dict: the methods that the functions use.
    def __init__(self, *pairs):
        self.pairs = pairs

    def __len__(self):
        return len(self.pairs)

    def items(self):
        return iter(self.pairs)

    def get(self, fd):
        return dict(self.pairs).get(fd)


rounds.clear()
a.setblocking(True)
asyncore.poll(0, Map((a.fileno(), Channel(1, 1))))
asyncore.poll2(0, Map((a.fileno(), Channel(1, 1)), (b, Channel(0, 0))))
print(rounds)
asyncore.poll(0, Map((a, Channel(1, 1)), (b, Channel(0, 1))))
print(len(rounds))
for fd in "x", -1, 5000:
    try:
        asyncore.poll(0, {fd: Channel(1, 1)})
    except (TypeError, ValueError) as failure:
        print(type(failure).__name__, failure)
asyncore.socket_map = {a.fileno(): Channel(0, 1)}
rounds.clear()
asyncore.poll()
asyncore.poll2()
print(rounds)
b.close()
