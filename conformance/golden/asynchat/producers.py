# The queue of what goes: data, producers, the end; sockets that take little, or fail.
import warnings
warnings.simplefilter("ignore")
import asynchat
import asyncore
import collections
import socket
import sys


class Sink:
    """A socket that takes so much at a time."""

    def __init__(self, *takes):
        self.takes, self.got = list(takes), []

    def send(self, data):
        most = self.takes.pop(0) if self.takes else 1 << 30
        if isinstance(most, BaseException):
            raise most
        self.got.append(bytes(data[:most]))
        return min(most, len(data))

    def fileno(self):
        return 98

    def close(self):
        self.got.append("closed")


class Chat(asynchat.async_chat):
    def __init__(self, *takes):
        asynchat.async_chat.__init__(self, map={})
        self.set_socket(Sink(*takes))
        self.connected = True

    def handle_error(self):
        self.socket.got.append(repr(sys.exc_info()[1]))

    def drain(self, most=50):
        rounds = 0
        while self.writable() and rounds < most:
            self.handle_write()
            rounds += 1
        return self.socket.got, list(self.producer_fifo), rounds


chat = Chat()
print(chat.producer_fifo, chat.writable(), chat.readable(), chat.connected)
chat.push(b"one")
print(chat.drain())
chat = Chat(1, 2, 0, 3)
chat.push(b"abcdefgh")
print(chat.writable(), chat.drain())
chat = Chat()
chat.ac_out_buffer_size = 3
chat.push(b"abcdefgh")
print(chat.socket.got, chat.producer_fifo)
print(chat.drain())
for size in 1, 7, 8, 9, 2 ** 70:
    chat = Chat()
    chat.ac_out_buffer_size = size
    chat.push(b"abcdefgh")
    print(size, chat.drain())
for size in 0, -3:
    chat = Chat()
    chat.ac_out_buffer_size = size
    try:
        chat.push(b"abcd")
        print(size, chat.drain(5))
    except ValueError as failure:
        print(size, failure)
for data in b"", bytearray(b"ab"), memoryview(b"cd"), "text", 5, None, [1], collections.deque():
    chat = Chat()
    try:
        chat.push(data)
        print(chat.drain(3))
    except TypeError as failure:
        print(failure.args)


class More:
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def more(self):
        piece = self.pieces.pop(0) if self.pieces else b""
        if isinstance(piece, BaseException):
            raise piece
        return piece


for producer in (More(b"a", b"b"), More(), asynchat.simple_producer(b"x" * 1000), More("text"), More(b"a", More(b"in")),
                 More(None), b"bytes", "text", [b"list"], ("tuple",), More(b"long" * 5)):
    chat = Chat()
    chat.ac_out_buffer_size = 4 if isinstance(producer, More) else 600
    try:
        chat.push_with_producer(producer)
        got, queue, rounds = chat.drain()
        print(type(producer).__name__, [g if len(g) < 20 else len(g) for g in got], len(queue), rounds)
    except Exception as failure:
        print(type(producer).__name__, repr(failure)[:60], chat.producer_fifo and type(chat.producer_fifo[0]).__name__)
chat = Chat()
try:
    chat.push_with_producer(More(b"one", KeyError("more")))
    chat.drain()
except KeyError as failure:
    print(repr(failure), chat.socket.got, len(chat.producer_fifo))
try:
    chat.producer_fifo.clear()
    chat.push_with_producer(object())
except Exception as failure:
    print(type(failure).__name__)

# close_when_done()
chat = Chat(2)
chat.push(b"abcd")
chat.close_when_done()
chat.push(b"never")
print(chat.drain(3), chat.connected)
chat = Chat()
chat.close_when_done()
print(chat.producer_fifo, chat.writable() == chat.producer_fifo, chat.drain(2))


class Stays(Chat):
    def handle_close(self):
        self.socket.got.append("handle_close")


chat = Stays()
chat.close_when_done()
chat.push(b"after")
print(chat.drain())

# Errors, and what does not go now.
chat = Chat(BlockingIOError(11, "again"), OSError(5, "five"), 2)
chat.push(b"data")
print(chat.drain())
chat = Chat(ConnectionResetError(104, "reset"))
chat.push(b"data")
print(chat.drain(3), chat.connected)
chat = Chat()
chat.connected = False
chat.push(b"waits")
print(chat.socket.got, chat.writable(), chat.producer_fifo)
chat.producer_fifo.clear()
print(chat.writable())
chat.connected = True
print(chat.writable())
chat.push(b"")
chat.push(b"x")
chat.discard_buffers()
print(chat.drain())


class Encoded(Chat):
    use_encoding = True
    encoding = "utf-8"


chat = Encoded(2)
chat.push_with_producer("\xe9\xe9")
print(chat.drain(3))


class Overrides(Chat):
    def send(self, data):
        self.socket.got.append("send")
        return super().send(data)

    def initiate_send(self):
        self.socket.got.append("initiate")
        super().initiate_send()


chat = Overrides(1)
chat.push(b"ab")
print(chat.drain())


class Drops(Chat):
    # The queue is not what it was when send() comes back.
    def send(self, data):
        self.producer_fifo.clear()
        return 1


chat = Drops()
for data in b"ab", b"a":
    try:
        chat.push(data)
        print("sent", chat.producer_fifo)
    except IndexError as failure:
        print(failure)

p = asynchat.simple_producer(b"abcdefg", 3)
print(p.data, p.buffer_size, [p.more() for i in range(4)])
p = asynchat.simple_producer(data="text", buffer_size=2)
print([p.more() for i in range(3)], p.data)
p = asynchat.simple_producer([1, 2, 3], -1)
print(p.more(), p.data)
try:
    asynchat.simple_producer(5).more()
except TypeError as failure:
    print(failure)


# A conversation: commands and answers over a real socket, by both loops.
class Server(asynchat.async_chat):
    def __init__(self, sock, map):
        super().__init__(sock, map)
        self.set_terminator(b"\r\n")

    collect_incoming_data = asynchat.async_chat._collect_incoming_data

    def found_terminator(self):
        line = self._get_data()
        if line == b"quit":
            self.push(b"bye\r\n")
            self.close_when_done()
        else:
            self.push_with_producer(asynchat.simple_producer(line * 3 + b"\r\n", 5))


class Client(asynchat.async_chat):
    def __init__(self, sock, map):
        super().__init__(sock, map)
        self.set_terminator(b"\r\n")
        self.lines = []

    def collect_incoming_data(self, data):
        self._collect_incoming_data(data)

    def found_terminator(self):
        self.lines.append(self._get_data())


for use_poll in False, True:
    map = {}
    a, b = socket.socketpair()
    server, client = Server(a, map), Client(b, map)
    for line in b"one", b"", b"long" * 100, b"quit":
        client.push(line + b"\r\n")
    asyncore.loop(0.1, use_poll, map)
    print([line if len(line) < 20 else len(line) for line in client.lines], map)
