# What is set on contexts, and what depends on each other.
import ssl
import warnings

from _pairs import CERTS, attempt

warnings.simplefilter("ignore")


def new(protocol=ssl.PROTOCOL_TLS_CLIENT):
    return ssl.SSLContext(protocol)


for protocol in (ssl.PROTOCOL_TLS, ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER):
    c = new(protocol)
    print(repr(c.protocol), repr(c.verify_mode), c.check_hostname, repr(c.maximum_version),
          repr(c.verify_flags), ssl.OP_NO_COMPRESSION in c.options, c.num_tickets, c.post_handshake_auth, c.hostname_checks_common_name, c.security_level)

c = new()
print(attempt(setattr, c, "verify_mode", ssl.CERT_NONE))
c.check_hostname = False
c.verify_mode = ssl.CERT_NONE
c.check_hostname = True
print(repr(c.verify_mode))
print(attempt(setattr, c, "verify_mode", 7))
print(attempt(setattr, c, "minimum_version", 5))
c.minimum_version = ssl.TLSVersion.TLSv1_3
print(repr(c.minimum_version))
c.maximum_version = ssl.TLSVersion.TLSv1_2
print(attempt(c.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="x").do_handshake))
c.options |= ssl.OP_NO_TICKET
print(ssl.OP_NO_TICKET in c.options)
c.verify_flags |= ssl.VERIFY_X509_STRICT
print(repr(c.verify_flags))
c.hostname_checks_common_name = False
print(c.hostname_checks_common_name)
print(attempt(setattr, c, "num_tickets", 3), attempt(setattr, new(17), "num_tickets", -3))
print(attempt(setattr, c, "sni_callback", None))
print(attempt(new(17).set_servername_callback, 3))
print(attempt(ssl.SSLContext, 99))

print("ciphers")
for rule in ("ECDHE+AESGCM", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE+AESGCM:!ECDSA",
             "-ALL:ECDHE+CHACHA20", "nonsense", "", "!ALL", "RC4", "TLS_AES_128_GCM_SHA256"):
    c = new()
    print(repr(rule), attempt(c.set_ciphers, rule),
          [x["name"] for x in c.get_ciphers()] if ":" in rule else "")
row = new().get_ciphers()[0]
print(sorted(row.items()))

print("protocols")
for names in (["h2", "http/1.1"], [], [""], ["x" * 256], ["é"]):
    print(attempt(new().set_alpn_protocols, names))
for curve in ("prime256v1", "secp384r1", "nocurve"):
    print(curve, attempt(new().set_ecdh_curve, curve))

print("own certificates")
key = CERTS + "server.key"
for args in ((CERTS + "server.pem", key), (CERTS + "both.pem",), (CERTS + "server.pem",),
             (key,), ("/nonexistent",), (CERTS + "server.pem", "/nonexistent"),
             (CERTS + "server.pem", CERTS + "client.key"), (5,), (CERTS + "ca.crl", key)):
    found = attempt(new(17).load_cert_chain, *args)
    print(found)
for name in ("pkcs8.key", "traditional.key"):
    for password in ("secret", b"secret", bytearray(b"secret"), lambda: "secret", lambda: b"secret",
                     "wrong", lambda: "wrong", lambda: 5, lambda: 1 / 0, 5, "x" * 2000):
        print(name, attempt(new(17).load_cert_chain, CERTS + "server.pem", CERTS + name, password))
calls = []
new(17).load_cert_chain(CERTS + "server.pem", key, lambda: calls.append(1))
print("asked for a plain key:", calls)

print("trusted certificates")
pem = open(CERTS + "ca.pem").read()
der = ssl.PEM_cert_to_DER_cert(pem)
c = new()
for settings in ({}, {"cafile": CERTS + "ca.pem"}, {"cafile": CERTS + "ca.pem"},
                 {"cafile": CERTS + "server.pem"}, {"cafile": CERTS + "ca.crl"},
                 {"cadata": pem}, {"cadata": der}, {"cadata": der + der}, {"cadata": "junk"},
                 {"cadata": b"junk"}, {"cadata": ""}, {"cadata": b""}, {"cadata": 5},
                 {"cadata": "é"}, {"cafile": "/nonexistent"}, {"cafile": key}, {"cafile": 5},
                 {"capath": CERTS}):
    print(sorted(settings), attempt(lambda: c.load_verify_locations(**settings)),
          c.cert_store_stats())
print([sorted(x) for x in c.get_ca_certs()], c.get_ca_certs(True) == [der])
c = ssl.create_default_context(cafile=CERTS + "ca.pem")
print(repr(c.verify_mode), c.check_hostname, c.cert_store_stats())
c = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
print(repr(c.verify_mode), c.check_hostname)
print(attempt(ssl.create_default_context, 5))
c = ssl._create_unverified_context()
print(repr(c.protocol), repr(c.verify_mode), c.check_hostname)
print(sorted(new().session_stats().items()))
