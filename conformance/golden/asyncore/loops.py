# Servers and clients over TCP and over UNIX sockets, by both loops.
import warnings
warnings.simplefilter("ignore")
import asyncore
import os
import socket
import tempfile


class Echo(asyncore.dispatcher_with_send):
    def handle_read(self):
        data = self.recv(8192)
        if data:
            self.send(data)


class Server(asyncore.dispatcher):
    def __init__(self, family, address, map):
        asyncore.dispatcher.__init__(self, map=map)
        self.create_socket(family, socket.SOCK_STREAM)
        self.set_reuse_addr()
        self.bind(address)
        self.listen(5)
        self.map, self.accepted = map, 0

    def handle_accepted(self, sock, addr):
        self.accepted += 1
        Echo(sock, self.map)


class Client(asyncore.dispatcher_with_send):
    def __init__(self, family, address, map, data):
        asyncore.dispatcher.__init__(self, map=map)
        self.log, self.got, self.data = [], b"", data
        self.out_buffer = data
        self.create_socket(family, socket.SOCK_STREAM)
        self.connect(address)

    def handle_connect(self):
        self.log.append("connected %s" % self.connected)

    def handle_read(self):
        self.got += self.recv(65536)
        if len(self.got) >= len(self.data):
            self.log.append("all")
            self.close()

    def handle_close(self):
        self.log.append("closed")
        self.close()


folder = tempfile.TemporaryDirectory()
addresses = [(socket.AF_INET, ("127.0.0.1", 0)), (socket.AF_UNIX, os.path.join(folder.name, "s"))]
for family, address in addresses:
    for use_poll in False, True:
        if family == socket.AF_UNIX and os.path.exists(address):
            os.unlink(address)
        map = {}
        server = Server(family, address, map)
        where = server.socket.getsockname()
        clients = [Client(family, where, map, bytes([i + 65]) * size)
                   for i, size in enumerate([1, 100, 65536, 300000])]
        print(sorted(map) == sorted([server._fileno] + [c._fileno for c in clients]), len(asyncore.socket_map))
        rounds = 0
        while not all("all" in c.log for c in clients):
            asyncore.loop(0.1, use_poll, map, 1)
            rounds += 1
        for c in clients:
            print(family.name, use_poll, c.log, c.got == c.data, c.connected, c.connecting, c.closing, c._fileno)
        print(server.accepting, server.connected, server.accepted)
        server.close()
        asyncore.loop(0.1, use_poll, map)
        print(map, server.accepting, server.socket.fileno(), rounds < 1000)

# Nobody listens: the error comes with the first event.
s = socket.socket()
s.bind(("127.0.0.1", 0))
free = s.getsockname()
s.close()


class Refused(asyncore.dispatcher):
    calls = []

    def handle_connect(self):
        self.calls.append("connect")

    def handle_error(self):
        import sys
        self.calls.append(repr(sys.exc_info()[1]))
        self.close()

    def handle_close(self):
        self.calls.append("close")
        self.close()


for use_poll in False, True:
    Refused.calls.clear()
    r = Refused()
    r.create_socket()
    print(r.family_and_type, r.socket.gettimeout())
    try:
        r.connect(free)
    except OSError as failure:
        print(repr(failure), r.connecting)
        r.close()
    asyncore.loop(0.1, use_poll, count=20)
    print(Refused.calls[:1], asyncore.socket_map)

# What a round does with maps that have nothing to wait for.
print(asyncore.poll(0.0, {}), asyncore.poll2(0.0, {}), asyncore.poll3 is asyncore.poll2, asyncore.loop(0, map={}))


class Idle(asyncore.dispatcher):
    asked = 0

    def readable(self):
        self.asked += 1
        return False

    def writable(self):
        return []


a, b = socket.socketpair()
map = {}
idle = Idle(a, map)
print(idle.connected, idle.addr, asyncore.poll(0.01, map), asyncore.poll2(0.01, map), idle.asked)
for bad in "x", -1:
    try:
        asyncore.poll(bad, map)
    except (TypeError, ValueError) as failure:
        print(type(failure).__name__)
for count in 0, -3, 2, 2.5, True:
    idle.asked = 0
    asyncore.loop(0, False, map, count)
    print(count, idle.asked)
for bad in "x", [1]:
    try:
        asyncore.loop(0, False, map, bad)
    except TypeError as failure:
        print(failure)
idle.close()
b.close()
print(map)

# A socket that is not connected may be given, one that is closed not.
for sock in socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM):
    d = asyncore.dispatcher(sock, map)
    print(d.connected, d.addr, d.socket is sock, len(map))
    d.close()
sock = socket.socket()
sock.close()
try:
    asyncore.dispatcher(sock, map)
except OSError as failure:
    print(failure, map)
