# Much data through sockets, in all ways to give and to take it: first where no other thread is, then with one.
import array
import hashlib
import random
import signal
import socket
import threading

DATA = random.Random(1).randbytes(100_000)
FORMS = [("bytes", bytes), ("bytearray", bytearray), ("memoryview", lambda d: memoryview(bytearray(d))),
         ("part of a view", lambda d: memoryview(b"xx" + d + b"yy")[2:-2]), ("array", lambda d: array.array("B", d)),
         ("array of longs", lambda d: array.array("q", d))]


def takers(sock, size):
    def by_recv():
        return sock.recv(size)

    def by_recv_into():
        n = sock.recv_into(buffer)
        return bytes(buffer[:n])

    def by_recv_into_view():
        n = sock.recv_into(memoryview(buffer)[5:], size - 10)
        return bytes(buffer[5:5 + n])

    def by_recvfrom():
        return sock.recvfrom(size)[0]

    def by_recvfrom_into():
        n, _ = sock.recvfrom_into(buffer)
        return bytes(buffer[:n])

    def by_recvmsg():
        return sock.recvmsg(size)[0]

    def by_recvmsg_into():
        n = sock.recvmsg_into([memoryview(buffer)[:7], memoryview(buffer)[7:]])[0]
        return bytes(buffer[:n])

    buffer = bytearray(size)
    return [by_recv, by_recv_into, by_recv_into_view, by_recvfrom, by_recvfrom_into, by_recvmsg, by_recvmsg_into]


def all_of(take, length):
    whole = b""
    while len(whole) < length:
        piece = take()
        if not piece:
            break
        whole += piece
    return whole


print("== alone")
for timeout in (None, 5.0, 0.0):
    a, b = socket.socketpair()
    a.settimeout(timeout)
    b.settimeout(timeout)
    for title, form in FORMS:
        for at, size in ((0, 60_000), (1, 1000), (2, 262_144)):
            for take in takers(b, size)[at::3]:
                a.sendall(form(DATA))
                print(timeout, title, size, take.__name__, all_of(take, len(DATA)) == DATA)
    for title, form in FORMS:
        print(timeout, title, a.send(form(DATA)) == len(DATA), all_of(takers(b, 50_000)[0], len(DATA)) == DATA)
    a.close()
    b.close()

print("== packets")
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for size in (0, 1, 20_000, 100_000):
    for title, form in FORMS[:4]:
        for send in (a.send, a.sendall):
            send(form(DATA[:size]))
            got = b.recv(50_000)
            send(form(DATA[:size]))
            buffer = bytearray(50_000)
            n = b.recv_into(buffer)
            print(size, title, len(got), n, got == buffer[:n] == DATA[:size][:50_000])
a.close()
b.close()

print("== a signal in between")
seen = []
a, b = socket.socketpair()
for timeout in (None, 5.0):
    b.settimeout(timeout)
    for take in takers(b, 100):
        seen.clear()
        signal.setitimer(signal.ITIMER_REAL, 0.01)

        def later(*args, a=a):
            seen.append("handler")
            a.send(b"now")

        signal.signal(signal.SIGALRM, later)
        print(timeout, take.__name__, take(), seen)


def stop(*args):
    raise KeyError("from the handler")


signal.signal(signal.SIGALRM, stop)
for timeout in (None, 5.0):
    b.settimeout(timeout)
    for take in takers(b, 100):
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        try:
            take()
        except KeyError as e:
            print(timeout, take.__name__, e)
for give in (lambda: a.sendall(bytes(1 << 24)), lambda: a.sendall(bytearray(1 << 24))):
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    try:
        give()
    except KeyError as e:
        print("sendall", e)
a.close()
b.close()

print("== with a thread")
BIG = random.Random(2).randbytes(3_000_001)
digest = hashlib.sha256(BIG).hexdigest()
for timeout in (None, 20.0):
    for title, form in FORMS[:4]:
        for number in range(7):
            a, b = socket.socketpair()
            a.settimeout(timeout)
            b.settimeout(timeout)
            take = takers(b, (1 << 18, 5000)[number % 2])[number]
            thread = threading.Thread(target=lambda: (a.sendall(form(BIG)), a.close()))
            thread.start()
            whole = all_of(take, len(BIG) + 1)
            thread.join()
            print(timeout, title, take.__name__, hashlib.sha256(whole).hexdigest() == digest)
            b.close()
a, b = socket.socketpair()
got = []
thread = threading.Thread(target=lambda: got.append(all_of(takers(b, 4096)[0], len(BIG))))
thread.start()
print("send waits for all", a.send(memoryview(BIG)) == len(BIG))
thread.join()
print(hashlib.sha256(got[0]).hexdigest() == digest)
a.close()
b.close()
