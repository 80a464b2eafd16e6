# A context has a certificate and a key of each kind: how they get there, and which of them is used.
import itertools
import ssl

from _pairs import CERTS, Pair, attempt

NAMES = ["server", "second", "rsa", "edwards"]
VERSIONS = ssl.TLSVersion
DER = {ssl.PEM_cert_to_DER_cert(open(CERTS + name + ".pem").read()): name for name in NAMES}


def load(context, certificate, key):
    return attempt(context.load_cert_chain, CERTS + certificate + ".pem", CERTS + key + ".key")


def served(server, suites=None, newest=VERSIONS.TLSv1_3):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.maximum_version = newest
    if suites:
        client.set_ciphers(suites)
    pair = attempt(Pair(client, server).agree)
    if isinstance(pair, list):
        return pair[1]
    return DER[pair.client.getpeercert(True)], pair.client.version()


def all_served(server):
    old = VERSIONS.TLSv1_2
    return [served(server), served(server, None, old),
            served(server, "ECDHE+aRSA", old), served(server, "ECDHE+aECDSA", old)]


print("numbers of errors")
for certificate, key in (("server", "second"), ("server", "rsa"), ("rsa", "edwards")):
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            CERTS + certificate + ".pem", CERTS + key + ".key")
    except ssl.SSLError as failure:
        print(certificate, key, failure.errno, failure.library, failure.reason)

print("one after the other")
STEPS = [(name, name) for name in NAMES] + [("rsa", "server"), ("server", "rsa"), ("server", "second")]
for steps in itertools.chain(itertools.permutations(STEPS, 1), itertools.permutations(STEPS, 2)):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    print(*steps)
    print("   ", *((found := load(context, *step)) and found[2] for step in steps))
    print("   ", *all_served(context))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
for name in NAMES:
    load(context, name, name)
print(*all_served(context))
context.set_ciphers("ECDHE+aRSA:ECDHE+aECDSA")
print(*all_served(context))
context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE
print(*all_served(context), served(context, "ECDHE+aECDSA:ECDHE+aRSA", VERSIONS.TLSv1_2))
