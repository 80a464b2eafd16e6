# A datagram is received whole or cut, never in pieces.
import socket

taker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
taker.bind(("127.0.0.1", 0))
taker.settimeout(5)
address = taker.getsockname()
giver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

print(giver.sendto(b"dgram", address), taker.recvfrom(100)[0])
print(giver.sendto(b"", address))
data, sender = taker.recvfrom(100)
print(data, sender[1] == giver.getsockname()[1])
buffer = bytearray(5)
print(giver.sendto(b"dg", address), taker.recv_into(buffer), buffer)
giver.connect(address)
print(giver.send(b"longer than the buffer"), taker.recv(6))
print(giver.send(b"the next"), taker.recvfrom_into(buffer, 3)[0], buffer)
giver.sendall(b"one")
giver.sendall(b"two")
print(taker.recv(100, socket.MSG_PEEK), taker.recv(100), taker.recv(100))
print(giver.sendmsg([b"in ", b"two"]), taker.recvmsg(4)[::2])
giver.send(b"cut")
data, _, flags, _ = taker.recvmsg(2)
print(data, flags & socket.MSG_TRUNC == socket.MSG_TRUNC)
taker.settimeout(0)
try:
    taker.recv(1)
except BlockingIOError as e:
    print("nothing left", e.errno)
try:
    giver.send(bytes(70_000))
except OSError as e:
    print(e)
taker.close()
giver.close()
