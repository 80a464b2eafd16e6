# The module socket: what makes the types and functions of _socket pleasant to use.
#
# Constants are members of enumerations where the module enum can be imported, plain
# integers otherwise; both are equal and work alike in calls.

import _socket
from _socket import *
import io as _io

__all__ = ["fromfd", "getfqdn", "create_connection", "create_server",
           "has_dualstack_ipv6", "AddressFamily", "SocketKind"]
__all__.extend(name for name in dir(_socket) if not name.startswith("_"))

_names = {name: getattr(_socket, name) for name in dir(_socket)}

try:
    from enum import IntEnum as _IntEnum, IntFlag as _IntFlag
except ImportError:
    AddressFamily = SocketKind = MsgFlag = AddressInfo = None
else:
    def _collect(kind, name, *prefixes):
        members = {key: value for key, value in _names.items()
                   if key.isupper() and key.startswith(prefixes)}
        made = kind(name, members, module="socket")
        globals().update(made.__members__)
        return made

    AddressFamily = _collect(_IntEnum, "AddressFamily", "AF_")
    SocketKind = _collect(_IntEnum, "SocketKind", "SOCK_")
    MsgFlag = _collect(_IntFlag, "MsgFlag", "MSG_")
    AddressInfo = _collect(_IntFlag, "AddressInfo", "AI_")

_LOCALHOST = "127.0.0.1"
_LOCALHOST_V6 = "::1"

SocketType = _socket.SocketType
_GLOBAL_DEFAULT_TIMEOUT = object()


def _as_member(kind, value):
    if kind is None:
        return value
    try:
        return kind(value)
    except ValueError:
        return value


class socket(_socket.socket):
    """A socket object.

    It can be used in a with statement, makes file objects by makefile, and
    shows its addresses.
    """

    __slots__ = ["__weakref__", "_io_refs", "_closed"]

    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        if fileno is None:
            if family == -1:
                family = AF_INET
            if type == -1:
                type = SOCK_STREAM
            if proto == -1:
                proto = 0
        _socket.socket.__init__(self, family, type, proto, fileno)
        self._io_refs = 0
        self._closed = False

    def __enter__(self):
        return self

    def __exit__(self, *args):
        if not self._closed:
            self.close()

    def __repr__(self):
        cls = self.__class__
        closed = " [closed]" if getattr(self, "_closed", False) else ""
        parts = ["<%s.%s%s fd=%i, family=%s, type=%s, proto=%i" % (
            cls.__module__, cls.__qualname__, closed, self.fileno(),
            str(self.family), str(self.type), self.proto)]
        if not self._closed:
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
        """Duplicate the socket; the new descriptor is not inheritable."""
        fd = dup(self.fileno())
        other = self.__class__(self.family, self.type, self.proto, fileno=fd)
        other.settimeout(self.gettimeout())
        return other

    def accept(self):
        """accept() -> (socket object, address info)

        Wait for a connection; returns a socket for it and the client's address.
        """
        fd, address = self._accept()
        connection = socket(self.family, self.type, self.proto, fileno=fd)
        # A socket with a default timeout of None waits, whatever the listener does.
        if getdefaulttimeout() is None and self.gettimeout():
            connection.setblocking(True)
        return connection, address

    def makefile(self, mode="r", buffering=None, *,
                 encoding=None, errors=None, newline=None):
        """makefile(...) -> a stream over the socket

        As io.open does for files, but the modes are of 'r', 'w' and 'b' only.
        """
        if not set(mode) <= {"r", "w", "b"}:
            raise ValueError("invalid mode %r (only r, w, b allowed)" % (mode,))
        writing = "w" in mode
        reading = "r" in mode or not writing
        binary = "b" in mode
        raw = SocketIO(self, ("r" if reading else "") + ("w" if writing else ""))
        self._io_refs += 1
        if buffering is None:
            buffering = -1
        if buffering < 0:
            buffering = _io.DEFAULT_BUFFER_SIZE
        if buffering == 0:
            if not binary:
                raise ValueError("unbuffered streams must be binary")
            return raw
        if reading and writing:
            buffer = _io.BufferedRWPair(raw, raw, buffering)
        elif reading:
            buffer = _io.BufferedReader(raw, buffering)
        else:
            buffer = _io.BufferedWriter(raw, buffering)
        if binary:
            return buffer
        text = _io.TextIOWrapper(buffer, encoding, errors, newline)
        text.mode = mode
        return text

    def sendfile(self, file, offset=0, count=None):
        """sendfile(file[, offset[, count]]) -> sent

        Send a file opened in binary mode, from offset on, count bytes of it or
        all; returns how many bytes went. The file's position is moved along.
        """
        if "b" not in getattr(file, "mode", "b"):
            raise ValueError("file should be opened in binary mode")
        if not self.type & SOCK_STREAM:
            raise ValueError("only SOCK_STREAM type sockets are supported")
        if count is not None:
            if not isinstance(count, int):
                raise TypeError("count must be a positive integer (got {!r})".format(count))
            if count <= 0:
                raise ValueError("count must be a positive integer (got {!r})".format(count))
        if self.gettimeout() == 0:
            raise ValueError("non-blocking sockets are not supported")
        if offset:
            file.seek(offset)
        total = 0
        try:
            while count is None or total < count:
                size = 8192 if count is None else min(count - total, 8192)
                data = memoryview(file.read(size))
                if not data:
                    break
                self.sendall(data)
                total += len(data)
            return total
        finally:
            if total > 0 and hasattr(file, "seek"):
                file.seek(offset + total)

    def _decref_socketios(self):
        if self._io_refs > 0:
            self._io_refs -= 1
        if self._closed:
            self.close()

    def _real_close(self, _ss=_socket.socket):
        _ss.close(self)

    def close(self):
        self._closed = True
        if self._io_refs <= 0:
            self._real_close()

    def detach(self):
        """detach() -> file descriptor

        Close the socket object without closing the descriptor, which is returned.
        """
        self._closed = True
        return super().detach()

    @property
    def family(self):
        """The address family of the socket."""
        return _as_member(AddressFamily, super().family)

    @property
    def type(self):
        """The type of the socket."""
        return _as_member(SocketKind, super().type)

    def get_inheritable(self):
        """Whether programs that are started inherit the descriptor."""
        import posix
        return posix.get_inheritable(self.fileno())

    def set_inheritable(self, inheritable):
        """Set whether programs that are started inherit the descriptor."""
        import posix
        posix.set_inheritable(self.fileno(), inheritable)


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
    if family is None:
        family = AF_UNIX
    a, b = _socket.socketpair(family, type, proto)
    a = socket(family, type, proto, a.detach())
    b = socket(family, type, proto, b.detach())
    return a, b


_blocking_errnos = {11}


class SocketIO(_io.RawIOBase):
    """A raw stream over a socket, for makefile.

    A read that timed out makes the stream useless: data may be lost.
    """

    def __init__(self, sock, mode):
        if mode not in ("r", "w", "rw", "rb", "wb", "rwb"):
            raise ValueError("invalid mode: %r" % mode)
        _io.RawIOBase.__init__(self)
        self._sock = sock
        if "b" not in mode:
            mode += "b"
        self._mode = mode
        self._reading = "r" in mode
        self._writing = "w" in mode
        self._timeout_occurred = False

    def readinto(self, b):
        """Read up to len(b) bytes into the buffer and return how many; None if there are none yet."""
        self._checkClosed()
        self._checkReadable()
        if self._timeout_occurred:
            raise OSError("cannot read from timed out object")
        try:
            return self._sock.recv_into(b)
        except timeout:
            self._timeout_occurred = True
            raise
        except error as e:
            if e.errno in _blocking_errnos:
                return None
            raise

    def write(self, b):
        """Write bytes and return how many were written; None if none can be yet."""
        self._checkClosed()
        self._checkWritable()
        try:
            return self._sock.send(b)
        except error as e:
            if e.errno in _blocking_errnos:
                return None
            raise

    def readable(self):
        """Whether the stream is for reading."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return self._reading

    def writable(self):
        """Whether the stream is for writing."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return self._writing

    def seekable(self):
        """False."""
        if self.closed:
            raise ValueError("I/O operation on closed socket.")
        return super().seekable()

    def fileno(self):
        """The descriptor of the socket."""
        self._checkClosed()
        return self._sock.fileno()

    @property
    def name(self):
        if not self.closed:
            return self.fileno()
        return -1

    @property
    def mode(self):
        return self._mode

    def close(self):
        """Close the stream; the socket is closed with the last of its streams, if it was closed."""
        if self.closed:
            return
        _io.RawIOBase.close(self)
        self._sock._decref_socketios()
        self._sock = None


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
    """Connect to (host, port) and return the socket.

    The addresses of the host are tried in turn. timeout is set before
    connecting, source_address is what the socket is bound to. When none can be
    connected to, the last error is raised, or all of them in a group.
    """
    host, port = address
    failures = []

    def attempt(family, kind, proto, target):
        sock = socket(family, kind, proto)
        try:
            if timeout is not _GLOBAL_DEFAULT_TIMEOUT:
                sock.settimeout(timeout)
            if source_address:
                sock.bind(source_address)
            sock.connect(target)
        except BaseException:
            sock.close()
            raise
        return sock

    try:
        for family, kind, proto, _, target in getaddrinfo(host, port, 0, SOCK_STREAM):
            try:
                return attempt(family, kind, proto, target)
            except error as exc:
                failures.append(exc)
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
        with socket(AF_INET6, SOCK_STREAM) as sock:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
            return True
    except error:
        return False


def create_server(address, *, family=AF_INET, backlog=None, reuse_port=False,
                  dualstack_ipv6=False):
    """Make a TCP socket that listens at (host, port) and return it.

    family is AF_INET or AF_INET6; with dualstack_ipv6 the latter takes IPv4
    connections too. reuse_port sets SO_REUSEPORT.
    """
    if reuse_port and "SO_REUSEPORT" not in _names:
        raise ValueError("SO_REUSEPORT not supported on this platform")
    if dualstack_ipv6:
        if not has_dualstack_ipv6():
            raise ValueError("dualstack_ipv6 not supported on this platform")
        if family != AF_INET6:
            raise ValueError("dualstack_ipv6 requires AF_INET6 family")
    sock = socket(family, SOCK_STREAM)
    try:
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
        if has_ipv6 and family == AF_INET6:
            sock.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0 if dualstack_ipv6 else 1)
        try:
            sock.bind(address)
        except error as err:
            raise error(err.errno, "%s (while attempting to bind on address %r)"
                        % (err.strerror, address)) from None
        if backlog is None:
            sock.listen()
        else:
            sock.listen(backlog)
        return sock
    except error:
        sock.close()
        raise


def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
    """What to give to socket and connect for a host and service.

    A list of (family, type, proto, canonname, address). 0 for family, type or
    proto means any.
    """
    return [(_as_member(AddressFamily, family), _as_member(SocketKind, kind), proto, name, address)
            for family, kind, proto, name, address
            in _socket.getaddrinfo(host, port, family, type, proto, flags)]
