# Classes that programs derive from, and what they reach into; what both sides of a connection know.
import inspect
import random
import socket
import ssl
import threading

from _pairs import CERTS, Pair, attempt, client, server


class Context(ssl.SSLContext):
    def __new__(cls, protocol, note):
        self = super().__new__(cls, protocol)
        self.note = note
        return self

    def __init__(self, protocol, note):
        self.options |= ssl.OP_NO_TICKET

    @property
    def minimum_version(self):
        return "least %s" % super().minimum_version.name

    @minimum_version.setter
    def minimum_version(self, value):
        super(ssl.SSLContext, ssl.SSLContext).minimum_version.__set__(self, value)

    def _encode_hostname(self, hostname):
        return "server.test"


class Socket(ssl.SSLSocket):
    def _real_close(self):
        closed.append(self._sslobj is not None)
        super()._real_close()


class Object(ssl.SSLObject):
    def read(self, len=1024, buffer=None):
        return super().read(len, buffer).upper()


closed = []
context = Context(ssl.PROTOCOL_TLS_CLIENT, "kept")
print(context.note, isinstance(context, ssl._ssl._SSLContext), bool(context.options & ssl.OP_NO_TICKET),
      context.options.__class__.__name__, context.verify_mode, context.protocol)
context.minimum_version = ssl.TLSVersion.TLSv1_2
print(context.minimum_version)
context.load_verify_locations(CERTS + "ca.pem")
context.sslobject_class, context.sslsocket_class = Object, Socket
print([c.__name__ for c in ssl.SSLSocket.__mro__ if c.__module__ in ("ssl", "socket", "_socket")])
print(attempt(ssl.SSLSocket), attempt(ssl.SSLObject))
print(attempt(setattr, ssl.SSLError, "x", 1)[0])
for function in (ssl.SSLContext.wrap_socket, ssl.SSLSocket.recv, ssl.SSLSocket.sendall, ssl.SSLObject.read,
                 ssl.SSLContext.wrap_bio, ssl.match_hostname, ssl.create_default_context):
    print(function.__name__, list(inspect.signature(function).parameters))

print("over memory")
pair = Pair(context, server(), "other.test").agree()
print(type(pair.client).__name__, pair.client.server_hostname)
pair.server.write(b"small")
pair.move()
print(pair.client.read(), pair.client._sslobj.pending())


class Stub:
    def read(self, *args):
        return b"instead %d" % len(args)

    def write(self, data):
        return len(data) * 2


pair.client._sslobj = Stub()
print(pair.client.read(5), pair.client.write(b"abc"))

print("over a socket")
listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
data = random.Random(5).randbytes(300_000)


accepting = server().wrap_socket(listener, server_side=True, do_handshake_on_connect=False)
print(accepting._sslobj, accepting._connected, attempt(accepting.connect, ("127.0.0.1", 1)))


def serve():
    accepted, _ = accepting.accept()
    accepted.do_handshake()
    at = 0
    while at < len(data):
        # Records of all lengths.
        size = random.Random(at).choice([1, 20, 63, 64, 65, 4000, 16384, 40000])
        accepted.sendall(data[at:at + size])
        at += size
    # Without a word.
    accepted.close()


thread = threading.Thread(target=serve)
thread.start()
connection = context.wrap_socket(socket.socket(), server_hostname="server.test")
print(type(connection).__name__, connection._connected, connection._sslobj, connection.pending(),
      connection.version(), connection.cipher(), attempt(connection.read), attempt(connection.unwrap)[0])
print(attempt(connection.getpeercert)[0], connection.get_channel_binding(),
      attempt(connection.get_channel_binding, "none"))
connection.connect(address)
print(connection._connected, connection._context is context, sorted(
    name for name in connection.__dict__ if not name.startswith("_")))
got, room = bytearray(), bytearray(5000)
while len(got) < len(data):
    got += connection.recv(random.Random(len(got)).choice([10, 2000, 70000]))
    if len(got) < len(data):
        got += room[:connection.recv_into(room)]
print(got == data, attempt(connection.recv, 1))
connection.close()
thread.join()
accepting.close()
print(closed)

print("what both sides know")
for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
    c, s = client(maximum_version=version), server()
    pair = Pair(c, s).agree()
    first = pair.client.get_channel_binding()
    print(version.name, first == pair.server.get_channel_binding("tls-unique"),
          Pair(c, s).client.get_channel_binding())
    pair.server.write(b"x")
    pair.move()
    pair.client.read()
    again = Pair(c, s, session=pair.client.session).agree()
    second = again.client.get_channel_binding()
    print(again.client.session_reused, second == again.server.get_channel_binding(), first != second)
print(attempt(pair.client.get_channel_binding, "tls-server-end-point"), ssl.CHANNEL_BINDING_TYPES)
s = server()
s.set_ecdh_curve("secp521r1")
print(Pair(client(), s).agree().client.version())
