# Connections in memory: the handshake, data, certificates, the end.
import ssl

from _pairs import CERTS, Pair, attempt, client, server

for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    print(version.name)
    p = Pair(client(maximum_version=version), server())
    print(p.client.version(), p.client.cipher(), attempt(p.client.getpeercert))
    print(attempt(p.client.do_handshake), attempt(p.client.read, 1))
    p.agree()
    print(p.client.version(), p.server.version(), len(p.client.cipher()), p.client.compression())
    print(p.client.server_side, p.server.server_side, p.client.server_hostname,
          p.server.server_hostname)
    print(sorted(p.client.getpeercert().items()))
    der = ssl.PEM_cert_to_DER_cert(open(CERTS + "server.pem").read())
    print(p.client.getpeercert(True) == der, p.server.getpeercert(), p.server.getpeercert(True))
    print(type(p.server.shared_ciphers()).__name__)

    print(p.client.write(b"hello"), p.server.pending())
    p.move()
    print(p.server.read(2), p.server.pending(), p.server.read(), attempt(p.server.read))
    big = bytes(range(256)) * 400
    print(p.server.write(big))
    p.move()
    got = b""
    while len(got) < len(big):
        got += p.client.read(1 << 20)
    print(got == big, p.client.pending())
    p.server.write(b"abcdef")
    p.move()
    room = bytearray(4)
    print(p.client.read(3, room), room, p.client.read(100, room), room)
    print(p.client.write(b""), p.client.read(0), attempt(p.client.read, -1))
    print(p.client.write(memoryview(b"view")), p.client.write(bytearray(b"array")))
    p.move()
    print(p.server.read(4), p.server.read(), attempt(p.client.write, "text"))

    print(attempt(p.client.unwrap))
    p.move()
    print(p.server.read(), attempt(p.server.unwrap))
    p.move()
    print(attempt(p.client.unwrap), attempt(p.client.read), attempt(p.client.write, b"x"))

print("protocols")
for theirs, ours in ((["h2", "a"], ["a", "h2"]), (["x"], ["y"]), ([], ["y"]), (["x"], [])):
    c, s = client(), server()
    c.set_alpn_protocols(theirs)
    s.set_alpn_protocols(ours)
    p = Pair(c, s).agree()
    print(p.client.selected_alpn_protocol(), p.server.selected_alpn_protocol())

print("sessions")
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    c, s = client(maximum_version=version), server()
    first = Pair(c, s).agree()
    first.server.write(b"x")
    first.move()
    first.client.read()
    session = first.client.session
    print(first.client.session_reused, session.has_ticket, len(session.id) > 0, session.timeout)
    again = Pair(c, s, session=session).agree()
    print(again.client.session_reused, again.server.session_reused, again.client.session == session,
          again.client.getpeercert() == first.client.getpeercert())
    print(attempt(setattr, again.client, "session", session))
    print(attempt(lambda: Pair(client(), s, session=session)))
    stats = s.session_stats()
    print(stats["accept"], stats["accept_good"], stats["hits"])

print("names for the server")
seen = []
s, other = server(), server("second")


def choose(connection, name, context):
    seen.append((type(connection).__name__, name, context is s))
    if name == "second.test":
        connection.context = other
    if name == "refused.test":
        return ssl.ALERT_DESCRIPTION_ACCESS_DENIED


s.sni_callback = choose
print(Pair(client(), s).agree().client.getpeercert()["serialNumber"])
print(Pair(client(), s, "second.test").agree().client.getpeercert()["serialNumber"])
p = Pair(client(), s, "refused.test")
print(attempt(p.agree))
p.move()
print(attempt(p.client.do_handshake))
print(seen)
