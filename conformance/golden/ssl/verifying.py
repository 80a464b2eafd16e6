# Which certificates are taken, and what is said of the others.
import ssl

from _pairs import CERTS, Pair, attempt, client, server, text


def verdict(own="server", host="server.test", **settings):
    flags = settings.pop("flags", 0)
    extra = settings.pop("extra", None)
    c = client(**settings)
    c.verify_flags |= flags
    if extra:
        c.load_verify_locations(CERTS + extra)
    p = Pair(c, server(own), host)
    found = attempt(p.agree)
    if isinstance(found, Pair):
        return "accepted"
    p.move()
    return found, attempt(p.server.do_handshake)


for own in ("server", "second", "expired", "stranger", "selfsigned", "revoked"):
    print(own, verdict(own))
for host in ("server.test", "SERVER.test", "a.wild.test", "b.a.wild.test", "wild.test", "server.test.",
             "127.0.0.1", "::1", "0:0:0:0:0:0:0:1", "127.0.0.2", "x.test"):
    print(host, verdict(host=host))
print(verdict(ca=None))
print(verdict("selfsigned", ca="selfsigned"))
print(verdict("stranger", ca="other"))
print(verdict("client"))
print(verdict("second", host="nobody.test", check_hostname=False))
print(verdict("stranger", check_hostname=False, verify_mode=ssl.CERT_NONE))
print("revocation")
for own in ("server", "revoked"):
    print(own, verdict(own, extra="ca.crl"))
    for flags in (ssl.VERIFY_CRL_CHECK_LEAF, ssl.VERIFY_CRL_CHECK_CHAIN):
        print(own, verdict(own, flags=flags), verdict(own, flags=flags, extra="ca.crl"))

print("clients")
for mode in (ssl.CERT_NONE, ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED):
    for own in (None, "client", "stranger", "server"):
        c, s = client(maximum_version=ssl.TLSVersion.TLSv1_2), server()
        s.load_verify_locations(CERTS + "ca.pem")
        s.verify_mode = mode
        if own:
            c.load_cert_chain(CERTS + own + ".pem", CERTS + own + ".key")
        p = Pair(c, s)
        found = attempt(p.agree)
        if isinstance(found, Pair):
            certificate = p.server.getpeercert()
            found = certificate and certificate["subject"]
        print(mode.name, own, found)
