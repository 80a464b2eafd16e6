# A BufferedRandom, BufferedReader and BufferedWriter over a raw stream written in Python: many mixed reads, writes
# and moves, told by what came out. Where CPython loses its place (readinto1, and read1 or peek among writes) nobody
# is asked.
import io
import random
import zlib


class Raw(io.RawIOBase):
    def __init__(self, data, short):
        self.data, self.at, self.short = bytearray(data), 0, short

    def readable(self):
        return True

    def writable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, target):
        count = min(len(target), self.short or len(target))
        piece = self.data[self.at:self.at + count]
        target[:len(piece)] = piece
        self.at += len(piece)
        return len(piece)

    def write(self, data):
        piece = bytes(data)[:self.short or None]
        if self.at > len(self.data):
            self.data.extend(bytes(self.at - len(self.data)))
        self.data[self.at:self.at + len(piece)] = piece
        self.at += len(piece)
        return len(piece)

    def seek(self, to, whence=0):
        self.at = max(0, to + (0, self.at, len(self.data))[whence])
        return self.at

    def tell(self):
        return self.at

    def truncate(self, size=None):
        size = self.at if size is None else size
        self.data[size:] = bytes(max(0, size - len(self.data)))
        return size


def act(rng, stream, reads, writes):
    what = rng.randrange(12)
    count = rng.choice((0, 1, 2, 3, 5, 8, 13, 30))
    if what < 4 and reads:
        name = rng.choice(("read", "readline") if writes else ("read", "read1", "readline", "peek"))
        return name, getattr(stream, name)(count)
    if what < 6 and reads:
        target = bytearray(count)
        return "readinto", stream.readinto(target), bytes(target)
    if what < 9 and writes:
        return "write", stream.write(bytes(rng.choices(b"abcdef\n", k=count)))
    if what == 9:
        return "tell", stream.tell()
    if what == 10:
        if rng.random() < 0.7:
            return "seek", stream.seek(rng.randrange(60))
        try:
            return "step", stream.seek(rng.randrange(-5, 8), 1)
        except (OSError, ValueError) as e:
            return "step", str(e)
    if writes and rng.random() < 0.3:
        return "truncate", stream.truncate(rng.choice((None, 40, 50)))
    return "flush", stream.flush()


def play(kind, reads, writes, seed):
    rng = random.Random(seed)
    short = 0 if reads else rng.choice((0, 0, 3, 7))
    raw = Raw(bytes(rng.choices(b"0123456789\n", k=50)), short)
    stream = kind(raw, rng.choice((1, 4, 8, 16, 64)))
    told = [act(rng, stream, reads, writes) for _ in range(60)]
    stream.flush()
    return told, bytes(raw.data)


for kind, reads, writes in (
    (io.BufferedRandom, True, True),
    (io.BufferedReader, True, False),
    (io.BufferedWriter, False, True),
):
    for seed in range(40):
        print(kind.__name__, seed, *(zlib.crc32(repr(x).encode()) for x in play(kind, reads, writes, seed)))


class Full(Raw):
    """Takes so many bytes, then says that it would have to wait."""

    def __init__(self, room):
        super().__init__(b"", 0)
        self.room = room

    def write(self, data):
        count = min(len(data), self.room)
        if not count:
            return None
        self.room -= count
        return super().write(bytes(data)[:count])


for room in (0, 3, 5, 8, 20):
    raw = Full(room)
    stream = io.BufferedWriter(raw, 8)
    for piece in (b"abc", b"defgh", b"ijklmnopqrst", b"uv"):
        try:
            print(room, stream.write(piece), end=" ")
        except BlockingIOError as e:
            print(room, e, e.characters_written, end=" ")
    raw.room = 100
    stream.flush()
    print(bytes(raw.data))
