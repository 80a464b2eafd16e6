# Functions beside connections.
import ssl
import warnings

from _pairs import CERTS, attempt

warnings.simplefilter("ignore")
for names, host in (((("DNS", "a.test"),), "A.test"), ((("DNS", "*.a.test"),), "x.a.test"),
                    ((("DNS", "*.a.test"),), "x.y.a.test"), ((("DNS", "x*.a.test"),), "xy.a.test"),
                    ((("DNS", "*"),), "a"), ((("DNS", "a.*.test"),), "a.b.test"),
                    ((("DNS", "*.*.test"),), "a.b.test"),
                    ((("IP Address", "127.0.0.1"),), "127.0.0.1"),
                    ((("IP Address", "::1"),), "0:0::1"), ((("DNS", "a"), ("DNS", "b")), "c"),
                    ((("URI", "http://a"),), "a")):
    print(host, attempt(ssl.match_hostname, {"subjectAltName": names}, host))
print(attempt(ssl.match_hostname, {"subject": ((("commonName", "a.test"),),)}, "a.test"))
print(attempt(ssl.match_hostname, {}, "a"), attempt(ssl.match_hostname, {"x": 1}, "a"))
pem = open(CERTS + "server.pem").read()
der = ssl.PEM_cert_to_DER_cert(pem)
print(ssl.DER_cert_to_PEM_cert(der) == pem, attempt(ssl.PEM_cert_to_DER_cert, "x"),
      attempt(ssl.PEM_cert_to_DER_cert, ssl.PEM_HEADER))
print(ssl.cert_time_to_seconds("Jan  5 09:34:43 2018 GMT"),
      attempt(ssl.cert_time_to_seconds, "Jxn  5 09:34:43 2018 GMT"))
print(len(ssl.RAND_bytes(16)), ssl.RAND_status(), ssl.RAND_add(b"x", 1.0), attempt(ssl.RAND_bytes, -1))
print(ssl.Purpose.SERVER_AUTH, ssl.Purpose.CLIENT_AUTH.shortname)
print(ssl._ASN1Object("2.5.4.3"), ssl._ASN1Object.fromnid(13), ssl._ASN1Object.fromname("commonName"),
      attempt(ssl._ASN1Object, "1.2.3.4.5.6"), attempt(ssl._nid2obj, -1))
for name in "SSLError SSLZeroReturnError SSLWantReadError SSLEOFError SSLCertVerificationError".split():
    print([x.__name__ for x in getattr(ssl, name).__mro__])
e = ssl.SSLError(1, "foo")
print(str(e), e.errno, str(ssl.SSLError("bar")), repr(e))
for enumeration in (ssl._SSLMethod, ssl.VerifyMode, ssl.AlertDescription, ssl.SSLErrorNumber,
                    ssl.VerifyFlags, ssl.TLSVersion):
    print(enumeration.__name__, [(x.name, x.value) for x in enumeration])
print(ssl.get_protocol_name(ssl.PROTOCOL_TLS), ssl.get_protocol_name(77))
bio = ssl.MemoryBIO()
print(bio.write(b"abc"), bio.read(2), bio.pending, bio.eof, bio.write_eof(), bio.eof, bio.read(),
      bio.eof, bio.read(), attempt(bio.write, b"x"), attempt(ssl.MemoryBIO().write, "x"))
