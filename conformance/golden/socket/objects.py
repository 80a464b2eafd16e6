# Socket objects: how they are made, shown, copied, closed and set.
import array
import gc
import os
import pickle
import socket
import sys
import tempfile
import warnings
import _socket


def tell(title, call, *args, **names):
    try:
        result = call(*args, **names)
    except BaseException as e:
        print(title, type(e).__name__, ascii(e.args))
        return None
    print(title, "->", repr(result) if not hasattr(result, "fileno") else type(result).__name__)
    return result


print("== making")
BIG = 1 << 70
for args in [("a",), (1.5,), (None,), (2, "a"), (2, 1, "a"), (BIG,), (2, BIG), (2, 1, BIG), (9999,), (2, 9999), (2, 1, 999999),
             (2, 1, 0, 1.5), (2, 1, 0, "a"), (2, 1, 0, -1), (2, 1, 0, BIG), (2, 1, 0, 98765), (1, 2, 3, 4, 5)]:
    for kind in (socket.socket, _socket.socket):
        made = tell("%s%s" % (kind.__module__, ascii(args)), kind, *args)
        if made is not None:
            made.close()
tell("named", socket.socket, wrong=1)
with tempfile.TemporaryFile() as f:
    tell("a file", socket.socket, fileno=f.fileno())
    tell("a file with a family", socket.socket, 2, 1, 0, fileno=f.fileno())
u = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
again = socket.socket(fileno=u.fileno())
print(again.family, again.type, again.proto, again.fileno() == u.fileno())
again.detach()
again = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 17, fileno=u.fileno())
print(again.family, again.type, again.proto)
again.detach()
u.close()
s = socket.socket(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
print(s.type, s.gettimeout(), s.getblocking(), s.get_inheritable(), os.get_inheritable(s.fileno()), os.get_blocking(s.fileno()))
s.close()
s = _socket.socket.__new__(_socket.socket)
print(s.fileno(), s.family, s.type, s.proto, s.timeout, s)
s.close()
s = socket.socket.__new__(socket.socket)
tell("not made", repr, s)
tell("not made", s.close)
tell("not made", s.detach)

print("== shown")
a, b = socket.socketpair()
print(repr(a).replace("fd=%d" % a.fileno(), "fd=N"))
raw = _socket.socket()
print(repr(raw).replace("fd=%d" % raw.fileno(), "fd=N"))
raw.close()
print(raw)
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(repr(s).replace("fd=%d" % s.fileno(), "fd=N").replace(str(s.getsockname()[1]), "PORT"))
s.close()
print(s)
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    tell("pickle %d" % protocol, pickle.dumps, a, protocol)
tell("getstate", a.__getstate__)

print("== enumerations")
for kind in (socket.AddressFamily, socket.SocketKind, socket.MsgFlag, socket.AddressInfo):
    print(kind, kind.__mro__[1], kind.__module__, len(kind) > 3, list(kind)[:3])
    print(sorted(kind.__members__)[:4], pickle.loads(pickle.dumps(list(kind)[0])))
print(repr(socket.AF_INET), str(socket.AF_INET), "%d" % socket.AF_INET, socket.MSG_OOB | socket.MSG_PEEK, repr(socket.MSG_OOB | 1 << 30))
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM))
print(socket.getaddrinfo("::1", "81", type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST))
print(sorted(n for n in socket.__all__ if not hasattr(socket, n)), len(socket.__all__) == len(set(socket.__all__)))
print([n for n in ("fromfd", "send_fds", "recv_fds", "socketpair", "SocketIO", "EBADF", "create_server", "gaierror") if n in socket.__all__])
print(socket.error is OSError, socket.timeout is TimeoutError, socket.herror.__mro__, socket.gaierror.__module__, socket.SocketType is _socket.socket)
print(socket.EAGAIN, socket.EBADF, socket.EWOULDBLOCK, socket.errno.EINTR, hasattr(socket, "fromshare"), hasattr(socket.socket, "ioctl"), hasattr(socket.socket, "share"))
print(socket.BDADDR_ANY, socket.BDADDR_LOCAL, socket.has_ipv6)

print("== options")
for args in [(), (1,), (1, 2), (1, 2, 3, 4), (1, 2, 3, 4, 5), ("a", 2, 3), (1, "a", 3), (1, 2, "a"), (1, 2, None), (1, 2, None, "a"), (1, 2, None, -1),
             (1, 2, 1.5), (1, 2, BIG), (1, 2, -BIG), (BIG, 2, 3), (1, 2, b"a", 4), (1, 9999, 1), (1, 2, b""), (1, 2, bytearray(4)), (1, 2, memoryview(bytes(4)))]:
    tell("setsockopt%s" % ascii(args).replace(ascii(args)[1:-1], "...") if "0x" in ascii(args) else "setsockopt%s" % ascii(args), a.setsockopt, *args)
for args in [(), (1,), (1, 2), (1, 2, 4), (1, 2, 1), (1, 2, 0), (1, 2, -1), (1, 2, 1024), (1, 2, 1025), (1, 2, 1025.0), ("a", 2), (1, 9999), (1, 9999, 4)]:
    tell("getsockopt%s" % ascii(args), a.getsockopt, *args)
a.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, array.array("i", [1]))
print(a.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), a.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 4) == (1).to_bytes(4, sys.byteorder))
for args in [("a",), (1.5,), (-5,), (1, 2)]:
    s = socket.socket()
    tell("listen%s" % ascii(args), s.listen, *args)
    s.close()
for args in [(), ("a",), (7,)]:
    tell("shutdown%s" % ascii(args), a.shutdown, *args)

print("== timeouts")
for value in [None, 0, 1, 0.5, True, -1, -0.0, "a", BIG, 1e30, float("nan"), float("inf"), 9223372036, 9223372037, 1e-12, [], 2.5]:
    tell("settimeout(%r)" % (value,), a.settimeout, value)
    print(a.gettimeout(), a.timeout, a.getblocking())
    tell("setdefaulttimeout(%r)" % (value,), socket.setdefaulttimeout, value)
    print(socket.getdefaulttimeout())
socket.setdefaulttimeout(3)
with socket.socket() as s:
    print(s.gettimeout(), os.get_blocking(s.fileno()))
    with s.dup() as t:
        print(t.gettimeout())
with socket.create_server(("127.0.0.1", 0)) as s:
    with socket.create_connection(s.getsockname()) as c:
        t, address = s.accept()
        print(c.gettimeout(), t.gettimeout(), address == c.getsockname())
        t.close()
socket.setdefaulttimeout(None)
with socket.create_server(("127.0.0.1", 0)) as s:
    s.settimeout(5)
    with socket.create_connection(s.getsockname(), timeout=4) as c:
        t, address = s.accept()
        print(c.gettimeout(), t.gettimeout(), t.getblocking(), os.get_blocking(t.fileno()), t.get_inheritable())
        t.close()
    s.settimeout(0.01)
    tell("accept", s.accept)
    s.setblocking(False)
    tell("accept", s.accept)
a.settimeout(0.01)
for method, args in [("recv", (1,)), ("recv_into", (bytearray(1),)), ("recvfrom", (1,)), ("recvfrom_into", (bytearray(1),)), ("recvmsg", (1,)), ("recvmsg_into", ([bytearray(1)],)),
                     ("sendall", (bytes(1 << 24),)), ("sendall", (bytearray(1 << 24),))]:
    tell(method, getattr(a, method), *args)
a.setblocking(False)
for method, args in [("recv", (1,)), ("recv_into", (bytearray(1),)), ("recvfrom", (1,)), ("recvmsg", (1,)), ("send", (bytes(1 << 16),)), ("sendall", (bytearray(1 << 24),)),
                     ("send", (memoryview(bytes(1 << 20)),))]:
    tell(method, getattr(a, method), *args)
tell("setblocking", a.setblocking)
tell("setblocking", a.setblocking, "yes")
print(a.gettimeout())
a.close()
b.close()

print("== closed")
for method, args in [("recv", (1,)), ("send", (b"",)), ("sendall", (b"",)), ("accept", ()), ("listen", ()), ("getsockname", ()), ("getpeername", ()), ("settimeout", (1,)), ("setblocking", (True,)),
                     ("shutdown", (0,)), ("getsockopt", (1, 2)), ("setsockopt", (1, 2, 1)), ("dup", ()), ("fileno", ()), ("detach", ()), ("close", ()), ("gettimeout", ()), ("get_inheritable", ()),
                     ("connect", (b"\0x",)), ("connect_ex", (b"\0x",)), ("bind", (b"\0x",)), ("recvmsg", (1,)), ("sendmsg", ([b"a"],))]:
    tell(method, getattr(a, method), *args)
print(a.family, a.type, a.proto, a.timeout)

print("== classes of one's own")


class Mine(socket.socket):
    def __init__(self, *args, **names):
        super().__init__(*args, **names)
        self.extra = 1

    def _real_close(self):
        print("really closed")
        super()._real_close()


s = Mine(socket.AF_UNIX)
t = s.dup()
print(type(t).__name__, t.extra)
f = s.makefile("rb")
s.close()
print("stream open", s.fileno() >= 0)
f.close()
t.close()
t.close()
server = Mine()
server.bind(("127.0.0.1", 0))
server.listen()
c = socket.create_connection(server.getsockname())
t, _ = server.accept()
print(type(t).__name__)
for x in (t, c, server):
    x.close()

print("== streams")
a, b = socket.socketpair()
for mode in ["", "r", "w", "rw", "b", "rb", "wb", "rwb", "bwr", "a", "x", "r+", "rr", "t"]:
    f = tell("makefile(%r)" % mode, a.makefile, mode)
    if f is not None:
        print(type(f).__name__, getattr(f, 'mode', None), f.readable(), f.writable(), f.seekable(), getattr(f, 'name', None) == a.fileno())
        f.close()
for buffering in (-1, 0, 1, 5, None):
    for mode in ("r", "rb", "rwb"):
        f = tell("makefile(%r, %r)" % (mode, buffering), a.makefile, mode, buffering)
        if f is not None:
            print(type(f).__name__)
            f.close()
tell("encoding", a.makefile, "r", encoding="nonsense")
f = a.makefile("rw", encoding="latin-1", newline="\r\n")
print(f.encoding, f.errors, f.write("h\u00e9\n"), f.flush(), b.recv(10))
b.sendall(b"one\r\ntwo\r\n")
print(repr(f.readline()), a._io_refs)
a.close()
print(a.fileno() >= 0, a._closed, "[closed]" in repr(a))
print(repr(f.readline()))
f.close()
print(a.fileno(), f.closed, a._io_refs)
tell("read", f.read)
raw = b.makefile("rb", 0)
print(type(raw).__name__, raw.mode, raw.name == b.fileno(), raw.read(1))
raw.close()
print(raw.name, raw.closed)
for method in ("readable", "writable", "seekable", "fileno", "read"):
    tell(method, getattr(raw, method))
b.close()
tell("SocketIO", socket.SocketIO, b, "a")
a, b = socket.socketpair()
a.settimeout(0.01)
f = a.makefile("rb", 0)
tell("timed out", f.read, 1)
tell("timed out for good", f.read, 1)
f.close()
a.setblocking(False)
f = a.makefile("rwb", 0)
print(f.read(1), f.readinto(bytearray(1)))
while f.write(bytes(1 << 16)) is not None:
    pass
f.close()
a.close()
b.close()

print("== descriptors")
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
print(a.family, a.type, a.get_inheritable())
a.set_inheritable(True)
print(a.get_inheritable())
r, w = os.pipe()
print(socket.send_fds(a, [b"ab", b"c"], [r, w]))
data, fds, flags, address = socket.recv_fds(b, 10, 2)
print(data, len(fds), flags, address, [os.get_inheritable(fd) for fd in fds])
os.write(fds[1], b"!")
print(os.read(r, 1))
for fd in fds + [r, w]:
    os.close(fd)
r, w = os.pipe()
socket.send_fds(a, [b"x"], [r, w])
data, fds, flags, address = socket.recv_fds(b, 10, 1)
print(data, len(fds), flags == socket.MSG_CTRUNC)
for fd in fds + [r, w]:
    os.close(fd)
a.send(b"0123456789")
print(b.recvmsg(4), b.gettimeout())
a.send(b"0123456789")
parts = [bytearray(3), memoryview(bytearray(4)), array.array("B", [0] * 5)]
print(b.recvmsg_into(parts)[:3], parts[0], bytes(parts[1]), parts[2])
a.send(b"0123456789")
buffer = bytearray(5)
print(b.recvfrom_into(buffer, 3), buffer, b.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
for args in [(bytearray(2), 3), (bytearray(2), -1), (b"ab",), ("a",), (bytearray(2), "a"), (), (bytearray(2), 1, "a")]:
    tell("recv_into%s" % ascii(args), b.recv_into, *args)
    tell("recvfrom_into%s" % ascii(args), b.recvfrom_into, *args)
for args in [(-1,), ("a",), (), (1.5,), (BIG,), (1, "a")]:
    tell("recv%s" % ascii(args), b.recv, *args)
    tell("recvfrom%s" % ascii(args), b.recvfrom, *args)
for args in [("a",), (1,), (), (b"", "a"), (None,), ([b""],)]:
    tell("send%s" % ascii(args), b.send, *args)
    tell("sendall%s" % ascii(args), b.sendall, *args)
fd = a.detach()
print(a.fileno(), a._closed, a.detach())
c = socket.fromfd(fd, socket.AF_UNIX, socket.SOCK_DGRAM)
print(c.fileno() != fd, c.get_inheritable(), type(c).__name__)
c.close()
socket.close(fd)
tell("close", socket.close, fd)
tell("close", socket.close, "a")
b.close()

print("== files")
with tempfile.NamedTemporaryFile("w+b") as f:
    f.write(bytes(range(256)) * 1000)
    f.flush()
    for args in [(), (100,), (0, 50), (255990, 100), (5, 1000), (300000,)]:
        a, b = socket.socketpair()
        b.settimeout(10)
        a.settimeout(10)
        with open(f.name, "rb") as g:
            a.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
            sent = tell("sendfile%s" % ascii(args), a.sendfile, g, *args)
            print(g.tell())
        a.close()
        whole = b.makefile("rb").read()
        start = args[0] if args else 0
        end = start + args[1] if len(args) > 1 else None
        print(len(whole) == sent, whole == (bytes(range(256)) * 1000)[start:end])
        b.close()
    a, b = socket.socketpair()
    with open(f.name, "rb") as g:
        for args in [(0, 0), (0, -1), (0, "a"), (0, 1.5), ("a",)]:
            tell("sendfile%s" % ascii(args), a.sendfile, g, *args)
        a.setblocking(False)
        tell("not waiting", a.sendfile, g)
    a.setblocking(True)
    with open(f.name, encoding="latin-1") as g:
        tell("text", a.sendfile, g)
    import io
    g = io.BytesIO(b"0123456789")
    print(a.sendfile(g, 2, 5), g.tell(), b.recv(100))
    tell("nothing", a.sendfile, 5)
    a.close()
    b.close()
    with socket.socket(type=socket.SOCK_DGRAM) as s, open(f.name, "rb") as g:
        tell("datagrams", s.sendfile, g)

print("== servers")
for names in [dict(family=socket.AF_INET6, dualstack_ipv6=True), dict(reuse_port=True), dict(backlog=3), dict(family=socket.AF_INET6), dict(dualstack_ipv6=True), dict(family=socket.AF_UNIX), dict(wrong=1)]:
    s = tell("create_server %s" % {k: int(v) for k, v in names.items()}, socket.create_server, ("", 0), **names)
    if s is not None:
        print(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT),
              s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN), s.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY) if s.family == socket.AF_INET6 else None)
        s.close()
tell("in use", socket.create_server, ("203.0.113.1", 80))
print(socket.has_dualstack_ipv6())
s = socket.socket()
s.bind(("127.0.0.1", 0))
nobody = s.getsockname()
tell("refused", socket.create_connection, nobody)
try:
    socket.create_connection(nobody, all_errors=True)
except ExceptionGroup as e:
    print(e, e.exceptions)
tell("not two", socket.create_connection, ("a",))
s.close()

print("== nobody closed it")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    s = socket.socket()
    shown = repr(s)
    fd = s.fileno()
    s = None
    gc.collect()
    s = _socket.socket()
    s = None
    gc.collect()
print([str(w.message).replace("fd=%d" % fd, "fd=N") for w in caught], [w.category.__name__ for w in caught], str(caught[0].message) == "unclosed " + shown)
try:
    os.fstat(fd)
except OSError as e:
    print(e)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    with socket.socket():
        pass
    socket.socket().close()
    os.close(socket.socket().detach())
    gc.collect()
print(caught)
