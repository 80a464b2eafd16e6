# Certificates with keys of several kinds in one context: what goes with what, and which is shown to whom.
import ssl

from _pairs import CERTS, Pair, attempt, client

TLS12 = ssl.TLSVersion.TLSv1_2
OWN = "server", "second", "client", "rsa"


def der(name):
    with open(CERTS + name + ".pem") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def shown(context, **settings):
    ciphers = settings.pop("ciphers", None)
    other = client(check_hostname=False, verify_mode=ssl.CERT_NONE, **settings)
    if ciphers:
        other.set_ciphers(ciphers)
    pair = attempt(Pair(other, context).agree)
    if isinstance(pair, list):
        return pair
    seen = pair.client.getpeercert(True)
    return [name for name in OWN if der(name) == seen]


def loaded(*files):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for certificate, key in files:
        if key:
            key = CERTS + key + ".key"
        failed = attempt(context.load_cert_chain, CERTS + certificate + ".pem", key)
        print("   ", certificate, key and key[len(CERTS):], failed)
    return context


def look(*files):
    context = loaded(*files)
    print(shown(context, maximum_version=TLS12, ciphers="ECDHE+ECDSA"))
    print(shown(context, maximum_version=TLS12, ciphers="ECDHE+aRSA"))
    print(shown(context, maximum_version=TLS12), shown(context))
    context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
    print(shown(context, maximum_version=TLS12, ciphers="ECDHE-RSA-AES128-GCM-SHA256:ECDHE+ECDSA"))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    print(shown(context))


server, second, rsa = ("server", "server"), ("second", "second"), ("rsa", "rsa")
print("one")
look(server)
look(rsa)
print("two, in any order")
look(server, rsa)
look(rsa, server)
print("another of the same kind")
look(server, second, rsa)
print("a certificate that comes without its key")
look(server, ("rsa", "server"))
look(server, ("rsa", "second"))
look(server, rsa, ("second", "server"))
look(("rsa", "server"))
look(("server", "rsa"))
print("what was loaded in vain waits for the rest")
look(("rsa", "server"), ("server", "rsa"))
look(server, ("second", "nothing"))
look(("server", "nothing"), ("server", "server"))
look(rsa, ("server", None))

print("a client's")
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTS + "server.pem", CERTS + "server.key")
context.load_verify_locations(CERTS + "ca.pem")
context.verify_mode = ssl.CERT_REQUIRED
for names in (("client", "rsa"), ("rsa", "client")):
    mine = client()
    for name in names:
        mine.load_cert_chain(CERTS + name + ".pem", CERTS + name + ".key")
    pair = Pair(mine, context).agree()
    print([name for name in OWN if der(name) == pair.server.getpeercert(True)])
