# Files as channels: pipes, files, what a wrapper does.
import warnings
warnings.simplefilter("ignore")
import asyncore
import gc
import os
import socket
import tempfile


class Reader(asyncore.file_dispatcher):
    def __init__(self, *args):
        asyncore.file_dispatcher.__init__(self, *args)
        self.got = []

    def writable(self):
        return False

    def handle_read(self):
        self.got.append(self.recv(4))

    def handle_expt(self):
        self.got.append("expt")

    def handle_close(self):
        self.got.append("closed")
        self.close()


class Writer(asyncore.file_dispatcher):
    data = b"0123456789"

    def readable(self):
        return False

    def handle_write(self):
        self.data = self.data[self.send(self.data):]
        if not self.data:
            self.close()


for use_poll in False, True:
    for as_number in True, False:
        map = {}
        r, w = os.pipe()
        file = os.fdopen(r, "rb", 0)
        reader = Reader(r if as_number else file, map)
        writer = Writer(w, map)
        print(reader.connected, reader._fileno != r, reader.socket.fileno() == reader.socket.fd == reader._fileno,
              os.get_blocking(r), os.get_blocking(reader._fileno), os.get_inheritable(reader._fileno))
        os.close(w)
        asyncore.loop(0.1, use_poll, map)
        print(reader.got, map, reader.socket.fd, writer.socket.fd)
        file.close()

with tempfile.TemporaryFile() as file:
    wrapper = asyncore.file_wrapper(file.fileno())
    print(wrapper.fd != file.fileno(), wrapper.send(b"hello "), wrapper.write(b"world"))
    file.seek(0)
    print(wrapper.recv(5), wrapper.read(100), wrapper.read(1))
    print(wrapper.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR),
          wrapper.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR, None),
          wrapper.getsockopt(level=socket.SOL_SOCKET, optname=socket.SO_ERROR, buflen=0))
    for args in [(socket.SOL_SOCKET, socket.SO_REUSEADDR), (0, socket.SO_ERROR), (1, 4, 8)]:
        try:
            wrapper.getsockopt(*args)
        except NotImplementedError as failure:
            print(failure)
    for call in (wrapper.recv,), (wrapper.recv, "x"), (wrapper.send, "text"), (wrapper.getsockopt, 1):
        try:
            call[0](*call[1:])
        except TypeError as failure:
            print("TypeError")
    wrapper.close()
    wrapper.close()
    print(wrapper.fd, wrapper.fileno())
    for name in "read", "write":
        try:
            getattr(wrapper, name)(b"" if name == "write" else 1)
        except OSError as failure:
            print(failure)


class NoWrapper(asyncore.file_wrapper):
    fd = -1  # for the end of one that could not be made


for bad in -1, 10 ** 6, "x", None:
    try:
        NoWrapper(bad)
    except (OSError, TypeError) as failure:
        print(type(failure).__name__)

# One that nobody closed.
r, w = os.pipe()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    wrapper = asyncore.file_wrapper(r)
    fd = wrapper.fd
    shown = repr(wrapper)
    del wrapper
    gc.collect()
print([(c.category.__name__, str(c.message) == "unclosed file " + shown) for c in caught])
try:
    os.fstat(fd)
except OSError as failure:
    print(failure)


class Own(asyncore.file_wrapper):
    closed = 0

    def close(self):
        Own.closed += 1
        super().close()


own = Own(r)
own.close()
del own
gc.collect()
print(Own.closed)


class Wrapped(asyncore.file_dispatcher):
    def set_file(self, fd):
        print("set_file", fd == r)
        super().set_file(fd)

    def add_channel(self, map=None):
        print("add_channel", map)
        super().add_channel(map)


map = {}
wrapped = Wrapped(r, map)
print(list(map) == [wrapped._fileno])
wrapped.close()
asyncore.file_wrapper = lambda fd: socket.socket()
wrapped = Wrapped(r, map)
print(type(wrapped.socket).__name__)
wrapped.close()
os.close(r)
os.close(w)
