# Which of a client's certificates the server gets.
import itertools
import ssl

from _pairs import CERTS, Pair, server

for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    for names in itertools.permutations(["second", "rsa", "edwards"]):
        asking = server()
        asking.verify_mode = ssl.CERT_REQUIRED
        asking.load_verify_locations(CERTS + "ca.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(CERTS + "ca.pem")
        context.maximum_version = newest
        for name in names:
            context.load_cert_chain(CERTS + name + ".pem", CERTS + name + ".key")
        pair = Pair(context, asking).agree()
        print(newest.name, *names, "->", pair.server.getpeercert()["subject"][-1][0][1])
