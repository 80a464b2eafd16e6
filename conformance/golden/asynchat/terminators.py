# Terminators of every kind, what comes being cut at every place.
import warnings
warnings.simplefilter("ignore")
import asynchat
import itertools


class Feed:
    """A socket whose data comes in given pieces."""

    def __init__(self, pieces):
        self.pieces = list(pieces)

    def recv(self, size):
        piece = self.pieces.pop(0)
        if isinstance(piece, BaseException):
            raise piece
        if len(piece) > size:
            self.pieces.insert(0, piece[size:])
        return piece[:size]

    def fileno(self):
        return 99

    def close(self):
        pass


class Chat(asynchat.async_chat):
    def __init__(self, pieces, terminator, size=None):
        asynchat.async_chat.__init__(self, map={})
        self.set_socket(Feed(pieces))
        self.set_terminator(terminator)
        if size:
            self.ac_in_buffer_size = size
        self.connected = True
        self.log = []

    def collect_incoming_data(self, data):
        self.log.append(data)
        self._collect_incoming_data(data)

    def found_terminator(self):
        self.log.append("|")
        self.log.append(self._get_data())

    def run(self):
        while self.socket.pieces:
            self.handle_read()
        return self.log, self.ac_in_buffer, self.incoming, self.get_terminator()


def cuts(data, most=3):
    for n in range(most):
        for places in itertools.combinations(range(1, len(data)), n):
            yield [data[i:j] for i, j in zip((0,) + places, places + (len(data),))]


DATA = b"ab\r\n\r\ncd\r\r\n\n\r"
for terminator in b"\n", b"\r\n", b"\r\n\r\n", b"b\r\n\r", b"", None, 0, 1, 2, 5, 100, True, DATA, DATA + b"x":
    seen = {}
    for pieces in cuts(DATA):
        log, rest, kept, left = Chat(pieces, terminator).run()
        ends = b"".join(x if isinstance(x, bytes) else b"<%s>" % x.encode() for x in log)
        seen.setdefault((ends, rest, b"".join(kept), left), []).append(pieces)
    print(repr(terminator)[:30], len(seen))
    for what, pieces in sorted(seen.items(), key=repr)[:20]:
        print("  ", what, len(pieces), pieces[0])

# One after the other: what is cut is told exactly.
for pieces in cuts(b"xx--y-z--", 4):
    print(pieces, *Chat(pieces, b"--").run())
for size in range(1, 8):
    print(size, *Chat([b"aa12bb123cc12"], b"12", size).run())


class Switching(Chat):
    """A number, then so many bytes, then a line."""

    def found_terminator(self):
        data = self._get_data()
        term = self.get_terminator()
        self.log.append((data, term, self.ac_in_buffer))
        if term == b":":
            self.set_terminator(int(data))
        elif term == 0:
            self.set_terminator(b"\n")
        else:
            self.set_terminator(b":")


for pieces in cuts(b"3:abcline\n10:0123456789x\n", 2):
    print(pieces, *Switching(pieces, b":").run())


class Takes(Chat):
    """Takes all that has come, and changes it."""

    def found_terminator(self):
        self.log.append("took %r" % self.ac_in_buffer)
        self.ac_in_buffer = self.ac_in_buffer[:2] + b"!"
        self.set_terminator(None)


print(*Takes([b"one\ntwo three"], b"\n").run())


class Discards(Chat):
    def collect_incoming_data(self, data):
        self.log.append(data)
        if data == b"bad":
            self.discard_buffers()


print(*Discards([b"one bad two", b"x y "], b" ").run())
print(*Discards([b"bad"], 2).run())
print(*Discards([b"badx"], 3).run())

# Other types than bytes.
for terminator in bytearray(b"\r\n"), memoryview(b"\r\n"), "text", 2.5, [1]:
    try:
        print(*Chat([b"a\r\nb\r", b"\nc"], terminator).run()[:3])
    except (TypeError, AttributeError) as failure:
        print(repr(terminator)[:10], type(failure).__name__)
for piece in bytearray(b"a,b"), "a,b", memoryview(b"a,b"):
    try:
        print(*Chat([piece], b",").run())
    except TypeError as failure:
        print(type(piece).__name__, "TypeError")
print(*Chat([bytearray(b"a,b,")], bytearray(b",")).run())


class Encoded(Chat):
    use_encoding = 1
    encoding = "utf-8"


e = Encoded([b"a\xc3\xa9b"], "\xe9")
print(e.get_terminator(), *e.run())
try:
    Encoded(["text"], b"x").run()
except TypeError as failure:
    print(failure)

# Numbers
chat = Chat([], None)
for term in -1, -10 ** 30, False, 10 ** 30:
    try:
        chat.set_terminator(term)
        print(chat.get_terminator())
    except ValueError as failure:
        print(failure)
print(*Chat([b"abc", b"de"], 10 ** 30).run())

# Errors
class Told(Chat):
    def handle_error(self):
        import sys
        self.log.append("error %r" % sys.exc_info()[1])

    def handle_close(self):
        self.log.append("close")


print(*Told([BlockingIOError(11, "again"), b"x", OSError(5, "five"), ConnectionResetError(104, "reset"), b""],
            b"\n").run())
try:
    Told([ValueError("other")], b"\n").run()
except ValueError as failure:
    print(failure)
for name in "collect_incoming_data", "found_terminator":
    try:
        plain = asynchat.async_chat(map={})
        getattr(plain, name)(*[b"x"] * (name[0] == "c"))
    except NotImplementedError as failure:
        print(name, failure)
try:
    plain.get_terminator()
except AttributeError as failure:
    print(failure)


class Hostile(Chat):
    def collect_incoming_data(self, data):
        self.log.append(data)
        if data == b"raise":
            raise KeyError(data)
        if data == b"delete":
            del self.ac_in_buffer


h = Hostile([b"one raise two "], b" ")
for i in range(2):
    try:
        print(h.run())
    except KeyError as failure:
        print(repr(failure), h.ac_in_buffer, h.log)
        h.socket.pieces = [b"\n"]
        h.log.clear()
        h.ac_in_buffer = b"rest "
try:
    Hostile([b"delete x"], b" ").run()
except AttributeError as failure:
    print(failure)

needle = "qwerty"
for haystack in "qwerty\r", "x", "", "aqwert", "qwertq", "qqwe":
    print(haystack.encode(), asynchat.find_prefix_at_end(haystack, needle),
          asynchat.find_prefix_at_end(haystack.encode(), needle.encode()),
          asynchat.find_prefix_at_end(bytearray(haystack.encode()), needle.encode()))
print(asynchat.find_prefix_at_end("qwerty\r", "\r\n"), asynchat.find_prefix_at_end(b"aaa", b"a"))
