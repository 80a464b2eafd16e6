# What connections that have failed say afterwards, what ends them early, and what sni_callback may answer.
import socket
import ssl
import sys
import threading

from _pairs import CERTS, Pair, attempt, client, server

VERSIONS = ssl.TLSVersion


def shake(pair):
    # Goes on after one side has failed; what each side says.
    waiting = {"client": pair.client, "server": pair.server}
    said = {}
    for _ in range(8):
        for name, end in list(waiting.items()):
            found = attempt(end.do_handshake)
            if not (found and found[0] == "SSLWantReadError"):
                said[name] = found and found[1]
                del waiting[name]
            pair.move()
    return said, list(waiting)


print("after a failure")
pair = Pair(client("other"), server())
print(shake(pair))
print(attempt(pair.client.do_handshake), attempt(pair.client.read, 5), attempt(pair.client.write, b"x"))
print(attempt(pair.server.do_handshake), attempt(pair.server.read, 5))

print("first bytes")
FIRST = [b"GET http://x", b"GET / HTTP/1.1\r\n", b"PUT /", b"POST /", b"HEAD /", b"CONNECT x", b"SSH-2.0-x",
         b"\x16\x03\x01\x00\x05hello", b"\x16\x03\x01\x00\x04\x01\x00\x00\x00", b"\x16\x03\x01\xff\xff",
         b"\x16\x03\x01\x00\x05", b"\x14\x03\x03\x00\x01\x01", b"\x17\x03\x03\x00\x01x"]
for first in FIRST:
    pair = Pair(client(), server())
    for end, bio in ((pair.client, pair.bios[0]), (pair.server, pair.bios[2])):
        bio.write(first)
        print(first[:11], "server" if end.server_side else "client", attempt(end.do_handshake)[1])

print("answers of sni_callback")
hooked = []
sys.unraisablehook = lambda seen: hooked.append((seen.exc_type.__name__, seen.object))
for answer in (None, 0, 1, 40, 41, 80, 112, 116, 120, 255, 256, -1, 10 ** 30, "x", 3.5, True, b"",
               ssl.ALERT_DESCRIPTION_ACCESS_DENIED):
    del hooked[:]
    pair = Pair(client(), server(sni_callback=lambda *_: answer))
    print(repr(answer), *shake(pair), hooked)

print("clients without a certificate")
for newest in (VERSIONS.TLSv1_2, VERSIONS.TLSv1_3):
    asking = server(verify_mode=ssl.CERT_REQUIRED, maximum_version=newest)
    pair = Pair(client(), asking)
    print(newest.name, shake(pair), "" if newest == VERSIONS.TLSv1_2 else attempt(pair.client.read)[1])

print("attributes")
pair = Pair(client(), server())
print(attempt(pair.client.verify_client_post_handshake), attempt(pair.server.verify_client_post_handshake))
pair.agree()
for end in (pair.client, pair.server):
    found = attempt(end.verify_client_post_handshake)
    print(found)
    try:
        end.verify_client_post_handshake()
    except ssl.SSLError as failure:
        print(failure.errno)
again = Pair(pair.client.context, pair.server.context)
again.client.session = pair.client.session
print(again.client.session is not None)
for name in ("session", "context"):
    print(attempt(delattr, pair.client, name))
for name in ("minimum_version", "maximum_version", "options", "verify_flags", "verify_mode",
             "hostname_checks_common_name"):
    print(attempt(delattr, client(), name))
for context, server_side in ((client(check_hostname=False), True), (server(), False)):
    try:
        context.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side)
    except ssl.SSLError as failure:
        print(failure.errno, failure.reason, failure.library, str(failure).partition(" (")[0])
print(attempt(client().wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False, "a\0b"))

print("sockets")
listening = socket.create_server(("127.0.0.1", 0))


def serve():
    context = server()
    while True:
        plain, _ = listening.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                while data := connection.recv(1000):
                    if data == b"go":
                        # Without a word.
                        socket.socket(fileno=connection.detach()).close()
                        break
                    connection.sendall(data)
        except OSError:
            pass


def connect(context=None, **more):
    plain = socket.create_connection(listening.getsockname(), 20)
    context = context or client()
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context.wrap_socket(plain, server_hostname="server.test", **more)


threading.Thread(target=serve, daemon=True).start()
for suppress in (True, False):
    with connect(suppress_ragged_eofs=suppress) as connection:
        connection.sendall(b"go")
        # (Early versions of 3.11 say it in other words.)
        attempt(connection.recv, 5)
        print(attempt(connection.recv, 5), attempt(connection.send, b"x"),
              attempt(connection.sendall, b"x"))
connection = connect()
print(attempt(client().wrap_socket, connection, False, False))
print(attempt(client().wrap_socket, connection, False, False, True, "server.test") is None, connection.fileno())
print(attempt(connection.send, b"x"))


class Telling(ssl.SSLSocket):
    told = []

    def read(self, *args):
        self.told.append(("read", *(type(arg).__name__ for arg in args)))
        return super().read(*args)

    def send(self, data, *args):
        self.told.append(("send", type(data).__name__, len(data)))
        return super().send(data[:3], *args)


context = client()
context.sslsocket_class = Telling
with connect(context) as connection:
    connection.sendall(b"12345678")
    while len(connection.recv(4)) == 4:
        pass
    connection.sendall(memoryview(b"abc"))
    print(connection.recv_into(bytearray(2)))
    print(connection.told)
