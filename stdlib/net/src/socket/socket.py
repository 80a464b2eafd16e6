# The module socket: what makes the types and functions of _socket pleasant to use.
#
# Constants are members of enumerations where the module enum can be imported, plain
# integers otherwise; both are equal and work alike in calls.

import _socket
from _socket import *
import errno, io, sys
from errno import EAGAIN, EBADF, EWOULDBLOCK

__all__ = ["fromfd", "getfqdn", "create_connection", "create_server",
           "has_dualstack_ipv6", "AddressFamily", "SocketKind"]
__all__.extend(name for name in dir(_socket) if not name.startswith("_"))
__all__.extend(["send_fds", "recv_fds"])

try:
    import os, selectors
    from enum import IntEnum, IntFlag
except ImportError:
    # An interpreter without the library: posix has what is needed of os.
    import posix as os
    AddressFamily = SocketKind = MsgFlag = AddressInfo = None
else:
    # Programs find these three here, as they do in CPython.
    import array
    for _base, _name, _prefix in ((IntEnum, "AddressFamily", "AF_"),
                                  (IntEnum, "SocketKind", "SOCK_"),
                                  (IntFlag, "MsgFlag", "MSG_"),
                                  (IntFlag, "AddressInfo", "AI_")):
        _base._convert_(_name, __name__,
                        lambda key: key.isupper() and key.startswith(_prefix))
    del _base, _name, _prefix

_blocking_errnos = {EAGAIN, EWOULDBLOCK}

SocketType = _socket.SocketType
_GLOBAL_DEFAULT_TIMEOUT = object()
_new = _socket.socket.__new__
_family_of = _socket.socket.family.__get__
_kind_of = _socket.socket.type.__get__


def _members(enum_klass):
    # The members by their values.
    return {} if enum_klass is None else enum_klass._value2member_map_


_families, _kinds = _members(AddressFamily), _members(SocketKind)


def _intenum_converter(value, enum_klass):
    return _members(enum_klass).get(value, value)


class _GiveupOnSendfile(Exception):
    # The system cannot carry this file to the socket by itself.
    pass


class socket(_socket.socket):
    """A socket object.

    It can be used in a with statement, makes file objects by makefile, and
    shows its addresses.
    """

    __slots__ = ["__weakref__", "_io_refs", "_closed"]

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        _socket.socket.__init__(self, family, type, proto, fileno)
        # Streams of makefile that are open, and whether the socket itself is to be closed.
        self._io_refs = 0
        self._closed = False

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __repr__(self):
        cls = self.__class__
        closed = getattr(self, "_closed", False)
        parts = ["<%s.%s%s fd=%i, family=%s, type=%s, proto=%i" % (
            cls.__module__, cls.__qualname__, " [closed]" if closed else "", self.fileno(),
            str(self.family), str(self.type), self.proto)]
        if not closed:
            for label, ask in (("laddr", self.getsockname), ("raddr", self.getpeername)):
                try:
                    address = ask()
                except (error, AttributeError):
                    continue
                if address:
                    parts.append(", %s=%s" % (label, str(address)))
        parts.append(">")
        return "".join(parts)

    def __getstate__(self):
        raise TypeError(f"cannot pickle {self.__class__.__name__!r} object")

    def dup(self):
        """Another socket object with a descriptor of its own, not inheritable, for the same end."""
        twin = type(self)(self.family, self.type, self.proto, dup(self.fileno()))
        twin.settimeout(self.gettimeout())
        return twin

    def accept(self):
        """accept() -> (socket object, address info)

        Wait until someone connects: a socket for that, and where it comes from.
        """
        descriptor, client = self._accept()
        if socket is not _Socket:
            # Somebody has put another class in its place.
            return socket(self.family, self.type, self.proto, descriptor), client
        made = _new(socket)
        # The listener's timeout is its own affair.
        made._adopt(self, descriptor)
        made._io_refs = 0
        made._closed = False
        return made, client

    def makefile(self, mode="r", buffering=None, *,
                 encoding=None, errors=None, newline=None):
        """makefile(...) -> a stream over the socket

        As io.open does for files, but the modes are of 'r', 'w' and 'b' only.
        """
        letters = set(mode)
        if letters - set("rwb"):
            raise ValueError("invalid mode %r (only r, w, b allowed)" % (mode,))
        binary = "b" in letters
        directions = "".join(d for d in "rw" if d in letters) or "r"
        size = io.DEFAULT_BUFFER_SIZE if buffering is None or buffering < 0 else buffering
        if not size and not binary:
            raise ValueError("unbuffered streams must be binary")
        stream = SocketIO(self, directions)
        self._io_refs += 1
        if size:
            make = {"r": io.BufferedReader, "w": io.BufferedWriter,
                    "rw": lambda raw, size: io.BufferedRWPair(raw, raw, size)}
            stream = make[directions](stream, size)
        if not binary:
            stream = io.TextIOWrapper(stream, encoding, errors, newline)
            stream.mode = mode
        return stream

    def sendfile(self, file, offset=0, count=None):
        """sendfile(file[, offset[, count]]) -> sent

        Send a file opened in binary mode, from offset on, count bytes of it or
        all; returns how many bytes went. The file's position is moved along.
        """
        try:
            return self._sendfile_use_sendfile(file, offset, count)
        except _GiveupOnSendfile:
            return self._sendfile_use_send(file, offset, count)

    def _check_sendfile_params(self, file, offset, count):
        for refused, reason in (
                ("b" not in getattr(file, "mode", "b"), "file should be opened in binary mode"),
                (not self.type & SOCK_STREAM, "only SOCK_STREAM type sockets are supported")):
            if refused:
                raise ValueError(reason)
        if count is not None:
            reason = "count must be a positive integer (got {!r})"
            if not isinstance(count, int):
                raise TypeError(reason.format(count))
            if count <= 0:
                raise ValueError(reason.format(count))

    def _timeout_for_sendfile(self):
        seconds = self.gettimeout()
        if seconds == 0:
            raise ValueError("non-blocking sockets are not supported")
        return seconds

    def _sendfile_use_sendfile(self, file, offset=0, count=None):
        # The system carries the bytes.
        self._check_sendfile_params(file, offset, count)
        try:
            source = file.fileno()
            size = os.fstat(source).st_size
        except (AttributeError, OSError) as failure:
            raise _GiveupOnSendfile(failure)
        if not size:
            return 0
        seconds = self._timeout_for_sendfile()
        target, at = self.fileno(), offset
        wait = None
        if seconds is not None:
            import select
            poll = select.poll()
            poll.register(target, select.POLLOUT)
            wait = poll.poll
        try:
            while count is None or at < offset + count:
                if wait and not wait(seconds * 1000):
                    raise TimeoutError("timed out")
                # The system call takes no more at once than 2 GiB.
                room = min(size if count is None else offset + count - at, 1 << 30)
                try:
                    sent = os.sendfile(target, source, at, room)
                except BlockingIOError:
                    if not wait:
                        # Somebody has made the descriptor one that does not wait.
                        import select
                        select.select([], [target], [])
                    continue
                except OSError as failure:
                    if at == offset:
                        # Not a file of which pages can be had.
                        raise _GiveupOnSendfile(failure)
                    raise
                if not sent:
                    break
                at += sent
            return at - offset
        finally:
            if at > offset and hasattr(file, "seek"):
                file.seek(at)

    def _sendfile_use_send(self, file, offset=0, count=None):
        # The bytes are read and sent.
        self._check_sendfile_params(file, offset, count)
        self._timeout_for_sendfile()
        if offset:
            file.seek(offset)
        total = 0
        try:
            while count is None or total < count:
                rest = memoryview(file.read(8192 if count is None else min(count - total, 8192)))
                if not rest:
                    break
                while rest:
                    try:
                        sent = self.send(rest)
                    except BlockingIOError:
                        continue
                    total += sent
                    rest = rest[sent:]
            return total
        finally:
            if total > 0 and hasattr(file, "seek"):
                file.seek(offset + total)

    def close(self):
        """Close the socket, as soon as the streams made of it are closed."""
        self._closed = True
        self._close_unless_used()

    def _decref_socketios(self):
        # A stream says that it is closed.
        self._io_refs = max(0, self._io_refs - 1)
        self._close_unless_used()

    def _close_unless_used(self):
        if self._closed and not self._io_refs:
            self._real_close()

    def _real_close(self, _ss=_socket.socket):
        # The class is an argument because the module may be half gone when this is called.
        _ss.close(self)

    def detach(self):
        """detach() -> file descriptor

        Let go of the descriptor, which stays open; the socket counts as closed.
        """
        descriptor, self._closed = super().detach(), True
        return descriptor

    @property
    def family(self):
        """The address family of the socket."""
        value = _family_of(self)
        return _families.get(value, value)

    @property
    def type(self):
        """The type of the socket."""
        value = _kind_of(self)
        return _kinds.get(value, value)

    def get_inheritable(self):
        """Whether programs that are started inherit the descriptor."""
        return os.get_inheritable(self.fileno())

    def set_inheritable(self, inheritable):
        """Set whether programs that are started inherit the descriptor."""
        os.set_inheritable(self.fileno(), inheritable)


_Socket = socket


def fromfd(fd, family, type, proto=0):
    """fromfd(fd, family, type[, proto]) -> socket object

    A socket for a duplicate of the descriptor.
    """
    return socket(family, type, proto, dup(fd))


def send_fds(sock, buffers, fds, flags=0, address=None):
    """Send descriptors along with the bytes of buffers over a Unix socket."""
    import struct
    packed = struct.pack("%di" % len(fds), *fds)
    return sock.sendmsg(buffers, [(SOL_SOCKET, SCM_RIGHTS, packed)])


def recv_fds(sock, bufsize, maxfds, flags=0):
    """recv_fds(sock, bufsize, maxfds[, flags]) -> (data, list of descriptors, flags, address)"""
    import struct
    size = struct.calcsize("i")
    data, ancillary, flags, address = sock.recvmsg(bufsize, CMSG_LEN(maxfds * size))
    fds = []
    for level, kind, piece in ancillary:
        if level == SOL_SOCKET and kind == SCM_RIGHTS:
            whole = len(piece) - len(piece) % size
            fds.extend(struct.unpack("%di" % (whole // size), piece[:whole]))
    return data, fds, flags, address


def socketpair(family=None, type=SOCK_STREAM, proto=0):
    """socketpair([family[, type[, proto]]]) -> (socket object, socket object)

    Two sockets that are connected to each other.
    """
    asked = (AF_UNIX if family is None else family, type, proto)
    return tuple([socket(*asked, end.detach()) for end in _socket.socketpair(*asked)])


class SocketIO(io.RawIOBase):
    """A raw stream over a socket, for makefile.

    A read that timed out makes the stream useless: data may be lost.
    """

    def __init__(self, sock, mode):
        directions = mode.removesuffix("b")
        if directions not in ("r", "w", "rw"):
            raise ValueError("invalid mode: %r" % mode)
        super().__init__()
        self._sock = sock
        self._mode = directions + "b"
        self._timeout_occurred = False

    def readinto(self, b):
        """Fill the buffer, or as much of it as has come; gives how much, None if nothing has."""
        self._checkClosed()
        self._checkReadable()
        if self._timeout_occurred:
            raise OSError("cannot read from timed out object")
        try:
            return self._sock.recv_into(b)
        except TimeoutError:
            self._timeout_occurred = True
            raise
        except error as failure:
            if failure.errno not in _blocking_errnos:
                raise

    def write(self, b):
        """Write bytes and return how many were written; None if none can be yet."""
        self._checkClosed()
        self._checkWritable()
        try:
            return self._sock.send(b)
        except error as failure:
            if failure.errno not in _blocking_errnos:
                raise

    # (Asked before each transfer: without a common function.)
    def readable(self):
        """Whether one can read, by the mode."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return "r" in self._mode

    def writable(self):
        """Whether one can write, by the mode."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return "w" in self._mode

    def seekable(self):
        """False."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return False

    def fileno(self):
        """What the system calls the socket: its number."""
        self._checkClosed()
        return self._sock.fileno()

    @property
    def name(self):
        """The descriptor, -1 once the stream is closed."""
        return -1 if self.closed else self.fileno()

    @property
    def mode(self):
        """The directions, and a b."""
        return self._mode

    def close(self):
        """Close the stream; the socket is closed with the last of its streams, if it was closed."""
        if not self.closed:
            super().close()
            sock, self._sock = self._sock, None
            sock._decref_socketios()


def getfqdn(name=""):
    """The full domain name of a host, by default of this one."""
    wanted = name.strip()
    if wanted in ("", "0.0.0.0", "::"):
        wanted = gethostname()
    try:
        official, others, _ = gethostbyaddr(wanted)
    except error:
        return wanted
    return next((known for known in [official, *others] if "." in known), official)


def create_connection(address, timeout=_GLOBAL_DEFAULT_TIMEOUT,
                      source_address=None, *, all_errors=False):
    """A socket that is connected to (host, port).

    The addresses of the host are tried in turn. timeout is set before
    connecting, source_address is what the socket is bound to. When none can be
    connected to, the last error is raised, or all of them in a group.
    """
    host, port = address
    failures = []
    try:
        for family, kind, proto, _, target in getaddrinfo(host, port, 0, SOCK_STREAM):
            made = None
            try:
                made = socket(family, kind, proto)
                if timeout is not _GLOBAL_DEFAULT_TIMEOUT:
                    made.settimeout(timeout)
                if source_address:
                    made.bind(source_address)
                made.connect(target)
                return made
            except BaseException as failure:
                if made is not None:
                    made.close()
                if not isinstance(failure, error):
                    raise
                if not all_errors:
                    failures.clear()
                failures.append(failure)
        if not failures:
            raise error("getaddrinfo returns an empty list")
        if all_errors:
            raise ExceptionGroup("create_connection failed", failures)
        raise failures[-1]
    finally:
        # The errors' tracebacks hold this frame.
        failures.clear()


def has_dualstack_ipv6():
    """Whether one socket can take both IPv4 and IPv6 connections."""
    if not has_ipv6:
        return False
    try:
        probe = socket(AF_INET6)
        try:
            probe.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, False)
        finally:
            probe.close()
    except error:
        return False
    return True


def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False,
                  dualstack_ipv6=False):
    """Make a TCP socket that listens at (host, port) and return it.

    family is AF_INET or AF_INET6; with dualstack_ipv6 the latter takes IPv4
    connections too. reuse_port sets SO_REUSEPORT.
    """
    for refused, reason in (
            (reuse_port and not hasattr(_socket, "SO_REUSEPORT"),
             "SO_REUSEPORT not supported on this platform"),
            (dualstack_ipv6 and not has_dualstack_ipv6(),
             "dualstack_ipv6 not supported on this platform"),
            (dualstack_ipv6 and family != AF_INET6, "dualstack_ipv6 requires AF_INET6 family")):
        if refused:
            raise ValueError(reason)
    # Addresses of connections that ended a moment ago may be used again.
    options = [(SOL_SOCKET, SO_REUSEADDR, 1)]
    if reuse_port:
        options.append((SOL_SOCKET, SO_REUSEPORT, 1))
    if family == AF_INET6 and has_ipv6:
        options.append((IPPROTO_IPV6, IPV6_V6ONLY, int(not dualstack_ipv6)))
    made = socket(family, SOCK_STREAM)
    try:
        for option in options:
            made.setsockopt(*option)
        try:
            made.bind(address)
        except error as failure:
            text = f"{failure.strerror} (while attempting to bind on address {address!r})"
            raise error(failure.errno, text) from None
        made.listen(*(() if backlog is None else (backlog,)))
    except error:
        made.close()
        raise
    return made


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """What to give to socket and connect for a host and service.

    A list of tuples: family, type and proto for socket(), the full name if it was
    asked for, and the address. 0 for family, type or proto means any.
    """
    return [(_families.get(family, family), _kinds.get(kind, kind), proto, name, address)
            for family, kind, proto, name, address
            in _socket.getaddrinfo(host, port, family, type, proto, flags)]
