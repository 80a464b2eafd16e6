# Reads of a buffered stream from raw streams that give little at a time.
import io


class Raw(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces, self.asked = list(pieces), []

    def readable(self):
        return True

    def readinto(self, room):
        self.asked.append(len(room))
        piece = self.pieces.pop(0) if self.pieces else b""
        if piece is None:
            return None
        room[:len(piece)] = piece
        return len(piece)


def show(size, *pieces, first=0, buffer=16):
    raw = Raw(*pieces)
    reader = io.BufferedReader(raw, buffer)
    found = [reader.read(first)] if first else []
    try:
        found.append(reader.read(size))
        found.append(reader.read(3))
    except Exception as failure:
        found.append((type(failure).__name__, str(failure)))
    print(size, found, raw.asked)


for size in (1, 15, 16, 17, 31, 32, 33, 40, 100):
    show(size, b"abc", b"d", b"efg")
    show(size, b"abc", b"d" * 16, b"efg" * 5, b"x" * 16, b"y")
    show(size, b"abcdef", b"d" * 16, b"efg" * 5, b"x" * 16, b"y", first=2)
    show(size, None, b"abc")
    show(size, b"abc", None, b"d")
    show(size, b"x" * 16, None, b"d")
    show(size, b"ab", first=1)
    show(size)
