# The module io over _io: abstract classes, what is registered with them, what the names are.
import _io
import _pyio
import abc
import io
import warnings

for name in ("IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase"):
    cls = getattr(io, name)
    print(name, type(cls) is abc.ABCMeta, cls.__module__, cls.__mro__)
    for other in ("FileIO", "BytesIO", "StringIO", "BufferedReader", "BufferedWriter", "BufferedRandom",
                  "BufferedRWPair", "TextIOWrapper"):
        print("   ", other, issubclass(getattr(io, other), cls), issubclass(getattr(_pyio, other), getattr(_pyio, name)))


class Like:
    pass


print(isinstance(Like(), io.RawIOBase))
io.RawIOBase.register(Like)
print(isinstance(Like(), io.RawIOBase), isinstance(Like(), io.IOBase))
print(io.open is open, io.open is _io.open, io.UnsupportedOperation is _io.UnsupportedOperation,
      _pyio.UnsupportedOperation is io.UnsupportedOperation)
print(io.UnsupportedOperation, io.UnsupportedOperation.__mro__)
print(io.SEEK_SET, io.SEEK_CUR, io.SEEK_END, io.DEFAULT_BUFFER_SIZE, io.BlockingIOError is BlockingIOError)
print(io.IncrementalNewlineDecoder is _io.IncrementalNewlineDecoder, io.text_encoding("x"))
for module in (io, _pyio):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(module.OpenWrapper is module.open, [str(w.message) for w in caught])
    try:
        module.nothing
    except AttributeError as e:
        print(e)


class Mine(io.BufferedIOBase):
    def read(self, n=-1):
        return b"line\nrest"[:n]


print(Mine().readinto(bytearray(4)), isinstance(Mine(), io.IOBase), Mine().closed)

for make in (
    lambda: io.BufferedReader(io.BytesIO(), 1, 2, 3),
    lambda: io.BufferedWriter(io.BytesIO(), 1, 2),
    lambda: io.BufferedRWPair(1),
    lambda: io.BufferedRWPair(1, 2, 3, 4),
    lambda: io.FileIO(),
    lambda: io.StringIO(1, 2, 3),
    lambda: io.TextIOWrapper(),
    lambda: io.BytesIO(b"", nothing=1),
):
    try:
        make()
    except TypeError as e:
        print(e)
