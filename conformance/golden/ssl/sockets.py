# TLS over sockets: blocking, with timeouts, without waiting.
import select
import socket
import ssl
import threading

from _pairs import attempt, client, server


def serve(context, listener, work):
    def run():
        plain, _ = listener.accept()
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                work(connection)
        except OSError as failure:
            failures.append(type(failure).__name__)
    thread = threading.Thread(target=run)
    thread.start()
    return thread


failures = []
listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()


def echo(connection):
    while data := connection.recv(1000):
        connection.sendall(data)
    connection.unwrap().close()


print("blocking")
thread = serve(server(), listener, echo)
with socket.create_connection(address) as plain:
    connection = client().wrap_socket(plain, server_hostname="server.test")
    print(plain.fileno(), type(connection).__name__, connection.server_hostname)
    connection.sendall(b"hello")
    print(connection.recv(100), connection.version(), connection.pending())
    big = b"0123456789" * 30000
    sender = threading.Thread(target=connection.sendall, args=(big,))
    sender.start()
    got = bytearray()
    while len(got) < len(big):
        got += connection.recv(1 << 16)
    sender.join()
    print(got == big)
    with connection.makefile("rwb") as stream:
        stream.write(b"line 1\nline 2\n")
        stream.flush()
        print(stream.readline(), stream.readline())
    room = bytearray(8)
    connection.send(b"abc")
    print(connection.recv_into(room), room)
    for method, args in (("sendmsg", ([b""],)), ("recvmsg", (1,)), ("recvfrom", ()),
                         ("sendto", (b"", ("x", 1))), ("dup", ()), ("send", (b"", 1)),
                         ("recv", (1, 1))):
        print(method, attempt(getattr(connection, method), *args))
    back = connection.unwrap()
    print(back is connection, connection.version(), attempt(connection.unwrap)[0])
    connection.close()
thread.join()

print("a timeout")
done = threading.Event()
thread = serve(server(), listener, lambda connection: done.wait(20) and connection.sendall(b"now"))
connection = client().wrap_socket(socket.create_connection(address), server_hostname="server.test")
connection.settimeout(0.05)
print(attempt(connection.recv, 10))
done.set()
connection.settimeout(10)
print(connection.recv(10))
thread.join()
connection.close()
quiet = socket.create_connection(address)
silent, _ = listener.accept()
quiet.settimeout(0.05)
try:
    client().wrap_socket(quiet, server_hostname="server.test")
except TimeoutError as failure:
    print("the handshake took too long", isinstance(failure, ssl.SSLError))
silent.close()

print("without waiting")
thread = serve(server(), listener, echo)
plain = socket.create_connection(address)
plain.setblocking(False)
print(attempt(client().wrap_socket, plain, False, True, True, "server.test"))
plain = socket.create_connection(address)
thread2 = thread
plain.setblocking(False)
connection = client().wrap_socket(plain, server_hostname="server.test", do_handshake_on_connect=False)
thread.join()
thread = serve(server(), listener, echo)


def eventually(function, *args):
    while True:
        try:
            return function(*args)
        except ssl.SSLWantReadError:
            select.select([connection], [], [], 20)
        except ssl.SSLWantWriteError:
            select.select([], [connection], [], 20)


eventually(connection.do_handshake)
print(attempt(connection.recv, 10))
sent = eventually(connection.send, b"x" * 100)
got = b""
while len(got) < sent:
    got += eventually(connection.recv, 1000)
print(sent, got == b"x" * 100)
eventually(connection.unwrap)
connection.close()
thread.join()

print("refused")
thread = serve(server("stranger"), listener, echo)
print(attempt(client().wrap_socket, socket.create_connection(address), False, True, True,
              "server.test"))
thread.join()
print(len(failures))
print(attempt(client().wrap_socket, socket.socket()))
print(attempt(client().wrap_socket, socket.socket(socket.AF_INET, socket.SOCK_DGRAM), False, True, True, "x"))
print(attempt(server().wrap_socket, socket.socket(), True, True, True, "x"))
print(attempt(ssl.SSLSocket), attempt(ssl.SSLObject), attempt(ssl.SSLSession))
unconnected = client().wrap_socket(socket.socket(), server_hostname="server.test")
print(attempt(unconnected.do_handshake), unconnected.cipher(), attempt(unconnected.read))
unconnected.close()
listener.close()
