# Sessions that are gone on with again and again, with tickets and without; and what cannot be loaded.
import ssl

from _pairs import CERTS, Pair, attempt, client, server

for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    serving = server(maximum_version=newest)
    going = client()
    pair = Pair(going, serving).agree()
    pair.server.write(b"x")
    pair.move()
    pair.client.read(1)
    session = pair.client.session
    print(newest.name, session.has_ticket)
    # None of these reads what it may be given for the next. (There are two tickets.)
    print([(again.client.session_reused, again.server.session_reused)
           for again in (Pair(going, serving, session=session).agree() for _ in range(2))])
    print(Pair(going, server(), session=session).agree().client.session_reused)

print("without tickets")
for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    serving = server(maximum_version=newest)
    serving.options |= ssl.OP_NO_TICKET
    going = client()
    pair = Pair(going, serving).agree()
    pair.server.write(b"x")
    pair.move()
    pair.client.read(1)
    again = Pair(going, serving, session=pair.client.session).agree()
    print(newest.name, again.client.session_reused, again.server.session_reused)

print("trusted certificates that are cut short, or followed by something")
der = ssl.PEM_cert_to_DER_cert(open(CERTS + "ca.pem").read())
for more in (b"", b"\n", b"0", b"\n\n", b"junk", b"0\1", b"\2\1\5", b"\0" * 9, der[:-1], der):
    context = client(None)
    found = attempt(lambda: context.load_verify_locations(cadata=der + more))
    print(len(more), found, len(context.get_ca_certs()))
    try:
        context.load_verify_locations(cadata=der + more)
    except ssl.SSLError as failure:
        print(failure.errno)
FRAME = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
pem = open(CERTS + "ca.pem").read()
for text in (FRAME % "xx", FRAME % "", pem + FRAME % "x&", "-----BEGIN CERTIFICATE-----\n", pem + "junk"):
    print(attempt(lambda: client(None).load_verify_locations(cadata=text)))
print(attempt(client().set_ciphers, "ALL\0"))

print("chains")
pair = Pair(client(), server())
print(attempt(pair.client._sslobj.get_verified_chain), attempt(pair.client._sslobj.get_unverified_chain))
pair.agree()
for end in (pair.client, pair.server):
    for chain in (end._sslobj.get_verified_chain(), end._sslobj.get_unverified_chain()):
        print(chain, chain and [part.public_bytes(2)[:4] for part in chain])
