# What _msg_callback is told: each message in its order, and whether it is in the clear.
import ssl

from _pairs import Pair, attempt, client, server, text


def watch(context, log):
    def told(connection, direction, version, kind, message, data):
        assert isinstance(connection, ssl.SSLObject) and isinstance(data, bytes)
        # How messages are put into records is not said anywhere.
        if kind not in (ssl._TLSContentType.HEADER, ssl._TLSContentType.INNER_CONTENT_TYPE):
            log.append((direction, version.name, kind.name, message.name))
            if kind == ssl._TLSContentType.HANDSHAKE:
                assert len(data) == 4 + int.from_bytes(data[1:4], "big") and data[0] == message

    context._msg_callback = told
    return context


for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    print(newest.name)
    logs = [], []
    contexts = (watch(client(maximum_version=newest), logs[0]),
                watch(server(num_tickets=1), logs[1]))
    pair = Pair(*contexts).agree()
    pair.server.write(b"abc")
    pair.move()
    print(pair.client.read(10))
    for end in (pair.client, pair.server):
        attempt(end.unwrap)
        pair.move()
    for log in logs:
        print(*log, sep="\n")
        del log[:]

print("headers")
log = []
context = client()
context._msg_callback = lambda *seen: log.append(seen)
pair = Pair(context, server())
attempt(pair.client.do_handshake)
for connection, direction, version, kind, message, data in log:
    print(connection is pair.client, direction, repr(version), repr(kind), repr(message), data[:2])

print("what it raises")


def fail(*seen):
    raise KeyError(seen[1])


context = client()
context._msg_callback = fail
pair = Pair(context, server())
try:
    pair.client.do_handshake()
except ssl.SSLWantReadError as failure:
    print(repr(failure.__context__))
print(attempt(pair.agree), pair.client.version(), attempt(pair.client.do_handshake))
print(context._msg_callback is fail, attempt(setattr, context, "_msg_callback", 5), attempt(delattr, context, "_msg_callback"))
context._msg_callback = None
print(context._msg_callback, attempt(pair.client.write, b"x"))
