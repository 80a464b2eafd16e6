#!/usr/bin/env python3
"""Writes stdlib/tls/tests/chains.txt: chains of certificates, and what OpenSSL says of each.

    mkchains.py [OUT]

The certificates are made byte by byte, so that they can be wrong in ways that no tool makes them; only the signatures
are made by the package cryptography. OpenSSL's answer is that of libcrypto, called as libssl calls it for a client of
CPython: purpose, trust, level 2, one host. A line is

    NAME  FLAGS  HOST  CODE  STORE  SENT  LISTS

with the numbers of certificates and lists, which are in base64 in the lines `=  DER` above, counted from 0. HOST is `-`
for none; `@` before it: names in the subject never count. The crate's test `chains` reads the file.
"""
import base64
import ctypes
import os
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../stdlib/tls/tests/chains.txt")
NOW = 1795426000  # 2026-11-23

# --- DER


def tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + len(body).to_bytes(size, "big") + body


def seq(*parts):
    return tlv(0x30, *parts)


def integer(n):
    return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def oid(text):
    first, second, *rest = map(int, text.split("."))
    out = bytearray()
    for n in (first * 40 + second, *rest):
        digits = [n & 0x7F]
        while n := n >> 7:
            digits.insert(0, n & 0x7F | 0x80)
        out += bytes(digits)
    return tlv(6, bytes(out))


def name(*parts):
    return seq(*(tlv(0x31, seq(oid(kind), tlv(tag, value))) for kind, tag, value in parts))


def cn(text, tag=0x0C):
    return name(("2.5.4.3", tag, text.encode() if isinstance(text, str) else text))


def ext(kind, value, critical=False):
    return seq(oid(kind), *([tlv(1, b"\xff")] if critical else []), tlv(4, value))


def bits(n, unused=0):
    return tlv(3, bytes([unused]), bytes([n]) if isinstance(n, int) else n)


BC, KU, EKU, SAN, NC = "2.5.29.19", "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.30"
SKID, AKID = "2.5.29.14", "2.5.29.35"
SERVER, CLIENT, ANY = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"


def ca_bits(path=None, critical=True):
    return ext(BC, seq(tlv(1, b"\xff"), *([integer(path)] if path is not None else [])), critical)


NOT_CA = ext(BC, seq())
SIGNS = ext(KU, bits(0x06, 1), True)
SIGNS_CERTS = ext(KU, bits(0x04, 2), True)


def eku(*kinds):
    return ext(EKU, seq(*map(oid, kinds)))


def dns(text):
    return tlv(0x82, text if isinstance(text, bytes) else text.encode())


def san(*names, critical=False):
    return ext(SAN, seq(*names), critical)


def subtree(base, *more):
    return seq(base, *more)


def nc(permitted=(), excluded=(), critical=True):
    parts = [tlv(0xA0 | i, *of) for i, of in enumerate((permitted, excluded)) if of]
    return ext(NC, seq(*parts), critical)


# --- keys

KEYS = {}


def key(kind, number=0):
    made = KEYS.get((kind, number))
    if made is None:
        if kind == "ed":
            made = ed25519.Ed25519PrivateKey.generate()
        elif kind.startswith("rsa"):
            made = rsa.generate_private_key(65537, int(kind[3:]))
        else:
            made = ec.generate_private_key({"p256": ec.SECP256R1, "p384": ec.SECP384R1, "p192": ec.SECP192R1}[kind]())
        KEYS[kind, number] = made
    return made


def spki(of):
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    return of.public_key().public_bytes(serialization.Encoding.DER, public)


ALGORITHMS = {
    "p256": seq(oid("1.2.840.10045.4.3.2")), "p384": seq(oid("1.2.840.10045.4.3.3")),
    "p192": seq(oid("1.2.840.10045.4.3.2")), "ed": seq(oid("1.3.101.112")),
    "rsa": seq(oid("1.2.840.113549.1.1.11"), tlv(5)), "sha1": seq(oid("1.2.840.113549.1.1.5"), tlv(5)),
    "ecsha1": seq(oid("1.2.840.10045.4.1")), "md5": seq(oid("1.2.840.113549.1.1.4"), tlv(5)),
}


def sign(of, data, algorithm):
    if isinstance(of, ed25519.Ed25519PrivateKey):
        return of.sign(data)
    digest = {"p384": hashes.SHA384, "sha1": hashes.SHA1, "ecsha1": hashes.SHA1, "md5": hashes.MD5}.get(algorithm, hashes.SHA256)()
    if isinstance(of, rsa.RSAPrivateKey):
        return of.sign(data, padding.PKCS1v15(), digest)
    return of.sign(data, ec.ECDSA(digest))


def utc(text):
    return tlv(0x17, text.encode())


class Cert:
    """A certificate with the key of its subject."""

    serial = 100

    def __init__(self, subject, issuer=None, *extensions, kind="p256", number=0, version=2, serial=None, raw_serial=None,
                 start=utc("250101000000Z"), end=utc("450101000000Z"), issuer_name=None, inner=None, outer=None,
                 break_signature=False, more=b"", more_tbs=b"", public=None, algorithm=None, signer=None):
        Cert.serial += 1
        self.subject = subject if isinstance(subject, bytes) else cn(subject)
        self.number = Cert.serial if serial is None else serial
        self.key = key(kind, number)
        self.kind = kind
        above = self if issuer is None else issuer
        algorithm = algorithm or {"rsa": "rsa"}.get(above.kind[:3], above.kind)
        inner = ALGORITHMS[inner or algorithm]
        issuer_name = issuer_name or above.subject
        tbs = seq(*([tlv(0xA0, integer(version))] if version else []), raw_serial or integer(self.number), inner, issuer_name,
                  seq(start, end), self.subject, public or spki(self.key),
                  *([tlv(0xA3, seq(*extensions))] if extensions else []), more_tbs)
        signature = sign(signer or above.key, tbs, algorithm)
        if break_signature:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        self.der = seq(tbs, ALGORITHMS[outer or algorithm], tlv(3, b"\0", signature), more)

    def crl(self, *revoked, start="250101000000Z", end="450101000000Z", extensions=(), entry=(), name=None, signer=None, inner=None,
            more=b""):
        items = [seq(integer(c.number), utc("250101000000Z"), *([seq(*entry)] if entry else [])) for c in revoked]
        algorithm = ALGORITHMS[inner or self.kind]
        tbs = seq(integer(1), algorithm, name or self.subject, utc(start), utc(end), *([seq(*items)] if items else []),
                  *([tlv(0xA0, seq(*extensions))] if extensions else []))
        return seq(tbs, ALGORITHMS[self.kind], tlv(3, b"\0", sign(signer or self.key, tbs, self.kind)), more)


# --- OpenSSL's opinion

LIB = ctypes.CDLL("libcrypto.so.3")
for _name in ("X509_STORE_new X509_STORE_CTX_new d2i_X509 d2i_X509_CRL OPENSSL_sk_new_null X509_STORE_CTX_get0_param").split():
    getattr(LIB, _name).restype = ctypes.c_void_p


def pointer(value):
    return ctypes.c_void_p(value)


def load(der, function):
    data = ctypes.c_char_p(der)
    return getattr(LIB, function)(None, ctypes.byref(data), ctypes.c_long(len(der)))


def openssl(store, sent, lists, flags, host, purpose="ssl_server"):
    stack = pointer(LIB.OPENSSL_sk_new_null())
    trusted = pointer(LIB.X509_STORE_new())
    for der in store:
        made = load(der, "d2i_X509")
        if not made:
            return "unreadable"
        LIB.X509_STORE_add_cert(trusted, pointer(made))
    for der in lists:
        made = load(der, "d2i_X509_CRL")
        if not made:
            return "unreadable"
        LIB.X509_STORE_add_crl(trusted, pointer(made))
    all_sent = [load(der, "d2i_X509") for der in sent]
    if not all(all_sent):
        return "unreadable"
    for made in all_sent:
        LIB.OPENSSL_sk_push(stack, pointer(made))
    context = pointer(LIB.X509_STORE_CTX_new())
    LIB.X509_STORE_CTX_init(context, trusted, pointer(all_sent[0]), stack)
    LIB.X509_STORE_CTX_set_default(context, purpose.encode())
    parameters = pointer(LIB.X509_STORE_CTX_get0_param(context))
    LIB.X509_VERIFY_PARAM_set_auth_level(parameters, 2)
    LIB.X509_VERIFY_PARAM_set_flags(parameters, ctypes.c_ulong(0x8000 | flags))
    LIB.X509_VERIFY_PARAM_set_time(parameters, ctypes.c_long(NOW))
    host_flags = 4
    if host.startswith("@"):
        host, host_flags = host[1:], 4 | 0x20
    LIB.X509_VERIFY_PARAM_set_hostflags(parameters, host_flags)
    if host != "-":
        if not LIB.X509_VERIFY_PARAM_set1_ip_asc(parameters, host.encode()):
            LIB.X509_VERIFY_PARAM_set1_host(parameters, host.encode(), ctypes.c_size_t(len(host.encode())))
    good = LIB.X509_verify_cert(context)
    code = LIB.X509_STORE_CTX_get_error(context)
    assert (good == 1) == (code == 0), (good, code)
    return code


CASES = []


def case(title, store, sent, flags=0, host="-", lists=()):
    store, sent = ([c.der if isinstance(c, Cert) else c for c in some] for some in (store, sent))
    CASES.append((title, flags, host, openssl(store, sent, lists, flags, host), store, sent, lists))


# --- the chains

LEAF = (NOT_CA, eku(SERVER), san(dns("good.test")))
ROOT = Cert("root", None, ca_bits(), SIGNS)
RSA_ROOT = Cert("rsa root", None, ca_bits(), SIGNS, kind="rsa2048")
INT = Cert("int", ROOT, ca_bits(), SIGNS, number=1)


LEAVES = {}


def leaf(issuer, *extensions, subject="leaf", **settings):
    """The same again if it is asked for again: issuers differ in what the signature does not depend on."""
    settings.setdefault("number", 9)
    wanted = issuer.subject, issuer.key, extensions, subject, tuple(settings.items())
    if wanted not in LEAVES:
        LEAVES[wanted] = Cert(subject, issuer, *(extensions or LEAF), **settings)
    return LEAVES[wanted]


def identifiers(own, above=None):
    return (ext(SKID, tlv(4, own)), *([ext(AKID, seq(tlv(0x80, above)))] if above else []))


STRICT_ROOT = Cert("strict root", None, ca_bits(), SIGNS, *identifiers(b"r"))
STRICT_LEAF = (*LEAF, ext(AKID, seq(tlv(0x80, b"m"))))


def with_ca(title, *extensions, leaf_extensions=LEAF, **settings):
    settings.setdefault("number", 2)
    made = Cert("mid", ROOT, *extensions, **settings)
    case(f"intermediate: {title}", [ROOT], [leaf(made, *leaf_extensions), made])
    case(f"intermediate, partial: {title}", [made], [leaf(made, *leaf_extensions), made], 0x80000)
    if extensions:
        extensions += identifiers(b"m", b"r")
    made = Cert("mid", STRICT_ROOT, *extensions, **settings)
    case(f"intermediate, strict: {title}", [STRICT_ROOT], [leaf(made, *STRICT_LEAF), made], 0x20)


def with_root(title, *extensions, leaf_extensions=LEAF, **settings):
    settings.setdefault("number", 3)
    made = Cert("top", None, *extensions, **settings)
    case(f"root: {title}", [made], [leaf(made, *leaf_extensions)])
    case(f"root as its own: {title}", [made], [made])
    if extensions:
        extensions += identifiers(b"m")
    made = Cert("top", None, *extensions, **settings)
    case(f"root, strict: {title}", [made], [leaf(made, *STRICT_LEAF)], 0x20)


def with_leaf(title, *extensions, host="good.test", **settings):
    made = leaf(ROOT, *extensions, **settings)
    case(f"leaf: {title}", [ROOT], [made], 0, host)
    case(f"leaf, partial: {title}", [made], [made], 0x80000, host)
    if ext(AKID, seq(), True) not in extensions:
        extensions = (*(extensions or LEAF), ext(AKID, seq(tlv(0x80, b"r"))))
    made = leaf(STRICT_ROOT, *extensions, **settings)
    case(f"leaf, strict: {title}", [STRICT_ROOT], [made], 0x20, host)


def make_all():
    case("plain", [ROOT], [leaf(ROOT)], 0, "good.test")
    case("one between", [ROOT], [leaf(INT), INT], 0, "good.test")
    case("one between, missing", [ROOT], [leaf(INT)])
    case("one between, trusted only", [INT], [leaf(INT)])
    case("one between, trusted only, partial", [INT], [leaf(INT)], 0x80000)
    case("leaf trusted", [leaf(INT)], [leaf(INT)])
    both = leaf(INT)
    case("leaf trusted, partial", [both], [both], 0x80000)
    case("leaf trusted and its root, partial", [both, ROOT], [both, INT], 0x80000)
    old = Cert("int", ROOT, ca_bits(), SIGNS, number=1, end=utc("250301000000Z"))
    case("leaf trusted, issuer expired, partial", [both, ROOT], [both, old], 0x80000)
    case("nothing trusted", [], [leaf(ROOT)])
    case("nothing trusted, self-signed in chain", [], [leaf(ROOT), ROOT])
    case("another root of this name", [Cert("root", None, ca_bits(), SIGNS, number=7)], [leaf(ROOT), ROOT])
    case("order of what is sent", [ROOT], [leaf(INT), ROOT, Cert("x", ROOT, number=5), INT])

    signs_only = (SIGNS,)
    for what in (with_ca, with_root):
        what("as it should be", ca_bits(), SIGNS)
        what("no extensions", )
        what("no basicConstraints", *signs_only)
        what("no basicConstraints, no keyUsage, EKU", eku(SERVER))
        what("not a CA", NOT_CA, SIGNS)
        what("not a CA by an explicit false", ext(BC, seq(tlv(1, b"\0"))), SIGNS)
        what("may not sign", ca_bits(), ext(KU, bits(0x80, 7)))
        what("keyUsage empty", ca_bits(), ext(KU, bits(b"")))
        what("keyUsage zero", ca_bits(), ext(KU, bits(0)))
        what("keyUsage broken", ca_bits(), ext(KU, b"\x03\x00"))
        what("keyUsage of another kind", ca_bits(), ext(KU, integer(4)))
        what("version 1", version=0)
        what("version 1 with extensions", ca_bits(), SIGNS, version=0)
        what("version 2", ca_bits(), SIGNS, version=1)
        what("version 5", ca_bits(), SIGNS, version=4)
        what("not critical", ca_bits(critical=False), SIGNS)
        what("client's only", ca_bits(), SIGNS, eku(CLIENT))
        what("server's", ca_bits(), SIGNS, eku(SERVER))
        what("any usage", ca_bits(), SIGNS, eku(ANY))
        what("no usage at all", ca_bits(), SIGNS, ext(EKU, seq()))
        what("usage broken", ca_bits(), SIGNS, ext(EKU, b"\x30\x05\x06\x03"))
        what("path 0", ca_bits(0), SIGNS)
        what("path negative", ca_bits(-1), SIGNS)
        what("path huge", ca_bits(1 << 70), SIGNS)
        what("path without CA", ext(BC, seq(integer(0))), SIGNS)
        what("basicConstraints broken", ext(BC, b"\x30\x03\x01\x01"), SIGNS)
        what("basicConstraints with more", ext(BC, seq(tlv(1, b"\xff"), integer(1), integer(2))), SIGNS)
        what("basicConstraints with a tail", ext(BC, seq(tlv(1, b"\xff")) + b"\0\0"), SIGNS)
        what("basicConstraints, true as 1", ext(BC, seq(tlv(1, b"\x01")), True), SIGNS)
        what("basicConstraints, true in two bytes", ext(BC, seq(tlv(1, b"\xff\xff")), True), SIGNS)
        what("basicConstraints twice", ca_bits(), NOT_CA, SIGNS)
        what("basicConstraints twice, the other way", NOT_CA, ca_bits(), SIGNS)
        what("keyUsage twice", ca_bits(), SIGNS, ext(KU, bits(0x80, 7)))
        what("usages twice", ca_bits(), SIGNS, eku(SERVER), eku(CLIENT))
        what("unknown critical", ca_bits(), SIGNS, ext("1.2.3.4", tlv(5), True))
        what("unknown", ca_bits(), SIGNS, ext("1.2.3.4", tlv(5)))
        what("unknown twice", ca_bits(), SIGNS, ext("1.2.3.4", tlv(5)), ext("1.2.3.4", tlv(5)))
        what("expired", ca_bits(), SIGNS, end=utc("260101000000Z"))
        what("not yet valid", ca_bits(), SIGNS, start=utc("300101000000Z"))
        what("weak key", ca_bits(), SIGNS, kind="rsa1024")
        what("weak curve", ca_bits(), SIGNS, kind="p192")
        what("Ed25519", ca_bits(), SIGNS, kind="ed")
        what("names broken in nameConstraints", ca_bits(), SIGNS, ext(NC, b"\x30\x04\xa0\x05\x30\x03"))
        what("nameConstraints empty", ca_bits(), SIGNS, ext(NC, seq()))
        what("nameConstraints twice", ca_bits(), SIGNS, nc([subtree(dns("good.test"))]), nc([subtree(dns("bad.test"))]))
        what("nameConstraints twice, the other way", ca_bits(), SIGNS, nc([subtree(dns("bad.test"))]), nc([subtree(dns("good.test"))]))
        what("proxy", ca_bits(), SIGNS, ext("1.3.6.1.5.5.7.1.14", seq(seq(oid("1.3.6.1.5.5.7.21.1"))), True))
        what("key identifier critical", ca_bits(), SIGNS, ext("2.5.29.32", seq(seq(oid("1.2.3")))))
        what("key identifier broken", ca_bits(), SIGNS, ext(SKID, b"\x04\x05a"))
        what("Netscape: SSL CA", ca_bits(), SIGNS, ext("2.16.840.1.113730.1.1", bits(0x04, 2)))
        what("Netscape only: SSL CA", ext("2.16.840.1.113730.1.1", bits(0x04, 2)))
        what("Netscape: mail", ca_bits(), SIGNS, ext("2.16.840.1.113730.1.1", bits(0x20, 5)))
        what("serial negative", ca_bits(), SIGNS, serial=-5)
        what("serial zero", ca_bits(), SIGNS, serial=0)
        what("serial huge", ca_bits(), SIGNS, serial=1 << 900)
        what("serial padded", ca_bits(), SIGNS, raw_serial=tlv(2, b"\0\0\5"))
        what("serial empty", ca_bits(), SIGNS, raw_serial=tlv(2))
        what("inner algorithm another", ca_bits(), SIGNS, inner="ecsha1")
        what("outer algorithm another", ca_bits(), SIGNS, outer="ecsha1")
        what("signature broken", ca_bits(), SIGNS, break_signature=True)
        what("bytes behind the signature", ca_bits(), SIGNS, more=tlv(5))
        what("bytes behind the extensions", ca_bits(), SIGNS, more_tbs=tlv(5))
        what("empty subject key algorithm", ca_bits(), SIGNS, public=seq(seq(), bits(b"")))
        what("SHA-1", ca_bits(), SIGNS, algorithm="ecsha1")
        what("unique identifier", version=2, more_tbs=tlv(0x81, b"\0a"))
        what("time with an offset", ca_bits(), SIGNS, end=utc("450101000000+0000"))
        what("time without seconds", ca_bits(), SIGNS, end=utc("4501010000Z"))
        what("time on February 30", ca_bits(), SIGNS, end=utc("450230000000Z"))
        what("time at second 60", ca_bits(), SIGNS, end=utc("450101000060Z"))
        what("time of another form", ca_bits(), SIGNS, end=tlv(0x18, b"20450101000000Z"))
        what("time with fractions", ca_bits(), SIGNS, end=tlv(0x18, b"20450101000000.5Z"))
        what("time ends now", ca_bits(), SIGNS, end=utc("261123093620Z"))
        what("time begins now", ca_bits(), SIGNS, start=utc("261123093620Z"))
        what("time ended a second ago", ca_bits(), SIGNS, end=utc("261123093619Z"))

    for sent, words in ((True, "sent"), (False, "trusted")):
        def path(title, *limits, names=None):
            chain, above = [], ROOT
            for i, limit in enumerate(limits):
                subject = names[i] if names else f"level {i}"
                above = Cert(subject, above, ca_bits(limit), SIGNS, number=20 + i)
                chain.insert(0, above)
            end = leaf(above)
            if sent:
                case(f"path: {title}", [ROOT], [end, *chain])
            else:
                case(f"path, all trusted: {title}", [ROOT, *chain], [end])
        path("1 above 1", 1, None)
        path("0 above 1", 0, None)
        path("0 above 1, self-issued", 0, None, names=["same", "same"])
        path("0 above self-issued above another", 0, None, None, names=["same", "same", "other"])
        path("1 above 2", 1, None, None)
        path("2 above 2", 2, None, None)
        path("0 at the end", None, None, 0)
        path("1 in the middle", None, 1, None, None)
    last = ROOT
    chain = []
    for i in range(105):
        last = Cert(f"level {i}", last, ca_bits(), SIGNS, number=30)
        chain.insert(0, last)
    case("chain of 105", [ROOT], [leaf(last), *chain])
    for count in (97, 98, 99, 100, 101, 102):
        case(f"chain of {count}", [ROOT], [leaf(chain[-count]), *chain[-count:]])
    a = Cert("A", None, ca_bits(), SIGNS, number=40)
    b = Cert("B", a, ca_bits(), SIGNS, number=41)
    a2 = Cert("A", b, ca_bits(), SIGNS, number=40)
    case("loop", [ROOT], [leaf(b), b, a2])
    case("loop, one trusted", [a], [leaf(b), b, a2])
    case("loop, the other trusted", [a2], [leaf(b), b])
    case("loop, the other trusted, partial", [a2], [leaf(b), b], 0x80000)
    case("self-issued leaf", [ROOT], [Cert("root", ROOT, *LEAF, number=9)])
    for version in (0, 2):
        own = Cert("own", None, *(LEAF if version else ()), version=version, number=9)
        case(f"self-signed, version {version + 1}", [own], [own])
        case(f"self-signed, version {version + 1}, unknown", [ROOT], [own])
        below = leaf(own)
        case(f"below a self-signed leaf, version {version + 1}", [own], [below])
        case(f"below a self-signed leaf that is sent, version {version + 1}", [ROOT], [below, own])

    # Key identifiers.
    one = Cert("ids", None, ca_bits(), SIGNS, ext(SKID, tlv(4, b"one")), number=50)
    two = Cert("ids", None, ca_bits(), SIGNS, ext(SKID, tlv(4, b"two")), number=51)
    for wanted in (b"one", b"two", b"three"):
        for signer in (one, two):
            end = leaf(signer, *LEAF, ext(AKID, seq(tlv(0x80, wanted))))
            case(f"identifier {wanted.decode()}", [one, two], [end])
    for title, value in (("serial", seq(tlv(0x82, integer(one.number)[2:]))), ("other serial", seq(tlv(0x82, b"\x05"))),
                         ("issuer", seq(tlv(0xA1, tlv(0xA4, one.subject)), tlv(0x82, integer(one.number)[2:]))),
                         ("other issuer", seq(tlv(0xA1, tlv(0xA4, ROOT.subject)), tlv(0x82, integer(one.number)[2:]))),
                         ("broken", b"\x30\x05\x80"), ("empty", seq()), ("more", seq(tlv(0x80, b"one"), tlv(0x85, b"x")))):
        case(f"authority: {title}", [one], [leaf(one, *LEAF, ext(AKID, value))])
    two_kinds = Cert("ids", None, ca_bits(), SIGNS, kind="rsa2048")
    case("issuers of two kinds", [two_kinds, one], [leaf(one)])
    case("issuers of two kinds, the other way", [one, two_kinds], [leaf(one)])
    case("issuers of one kind", [one, two], [leaf(two)])
    case("issuers, one expired", [Cert("ids", None, ca_bits(), SIGNS, number=51, end=utc("250301000000Z")), two], [leaf(two)])
    for tag in (0x0C, 0x13, 0x16, 0x12, 0x14, 0x1E):
        text = b"1 2" if tag != 0x1E else "1 2".encode("utf-16-be")
        top = Cert(cn(b"1 2"), None, ca_bits(), SIGNS, number=52)
        case(f"issuer's name as {tag:#x}", [top], [leaf(top, issuer_name=cn(text, tag))])
    for text in (b"ROOT", b" root", b"ro  ot", b"ro\tot", b"root\0", b"ro\xff\xffot", b""):
        top = Cert(cn(text), None, ca_bits(), SIGNS, number=53)
        case(f"name {text}", [top], [leaf(top, issuer_name=cn(text.lower().strip()))])
    case("invalid UTF-8 of another kind", [Cert(cn(b"x\xfe"), None, ca_bits(), SIGNS, number=53)],
         [leaf(ROOT, issuer_name=cn(b"x\xff"), signer=key("p256", 53))])

    # Leaves.
    with_leaf("as it should be", *LEAF)
    with_leaf("no extensions", NOT_CA)
    with_leaf("subject is the host", NOT_CA, subject="good.test")
    with_leaf("subject is the host, @", NOT_CA, subject="good.test", host="@good.test")
    with_leaf("subject is the host, other names", NOT_CA, san(dns("x.test")), subject="good.test")
    with_leaf("subject is the host, names of other kinds", NOT_CA, san(tlv(0x81, b"a@b.test"), tlv(0x86, b"https://x/")), subject="good.test")
    with_leaf("subject is the host, other name is an address", NOT_CA, san(tlv(0x87, b"\x7f\0\0\1")), subject="good.test")
    with_leaf("subject is the host, otherName", NOT_CA, san(tlv(0xA0, oid("1.2.3"), tlv(0xA0, tlv(12, b"x")))), subject="good.test")
    with_leaf("subject is the host, names broken", NOT_CA, ext(SAN, b"\x30\x05\x82\x09a"), subject="good.test")
    with_leaf("subject is the host, names partly broken", NOT_CA, ext(SAN, seq(tlv(0x82, b"x.test"), b"\x82\x09a")), subject="good.test")
    with_leaf("subject is the host, names empty", NOT_CA, ext(SAN, seq()), subject="good.test")
    with_leaf("subject is the host, no names", NOT_CA, ext(SAN, b""), subject="good.test")
    with_leaf("names twice", NOT_CA, san(dns("x.test")), san(dns("good.test")))
    with_leaf("names twice, the other way", NOT_CA, san(dns("good.test")), san(dns("x.test")))
    with_leaf("names with a tail", NOT_CA, ext(SAN, seq(dns("good.test")) + b"\0"))
    with_leaf("name of an unknown kind", NOT_CA, san(dns("good.test"), tlv(0x8A, b"x")))
    with_leaf("name constructed", NOT_CA, san(tlv(0xA2, tlv(0x16, b"good.test"))))
    with_leaf("several subjects", NOT_CA, subject=name(("2.5.4.3", 12, b"x.test"), ("2.5.4.3", 12, b"good.test")))
    with_leaf("subject in UTF-16", NOT_CA, subject=cn("good.test".encode("utf-16-be"), 0x1E))
    with_leaf("subject with zero", NOT_CA, subject=cn(b"good.test\0.evil"))
    with_leaf("subject with zero at the end", NOT_CA, subject=cn(b"good.test\0"))
    with_leaf("CA", ca_bits(), SIGNS, san(dns("good.test")))
    with_leaf("CA that signs documents", ca_bits(), ext(KU, bits(0x84, 2)), san(dns("good.test")))
    for number in (0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01):
        with_leaf(f"keyUsage {number:#x}", *LEAF, ext(KU, bits(number)))
    with_leaf("keyUsage decipherOnly", *LEAF, ext(KU, bits(b"\0\x80", 7)))
    for kinds in ((CLIENT,), (SERVER, CLIENT), (ANY,), ("1.3.6.1.5.5.7.3.3",), ("2.16.840.1.113730.4.1",), ("1.3.6.1.4.1.311.10.3.3",)):
        with_leaf(f"usages {kinds}", NOT_CA, eku(*kinds), san(dns("good.test")))
    for number in (0x80, 0x40, 0xC0):
        with_leaf(f"Netscape {number:#x}", *LEAF, ext("2.16.840.1.113730.1.1", bits(number)))
    with_leaf("weak key", *LEAF, kind="rsa1024")
    with_leaf("weak curve", *LEAF, kind="p192")
    with_leaf("RSA", *LEAF, kind="rsa2048")
    with_leaf("proxy", NOT_CA, ext("1.3.6.1.5.5.7.1.14", seq(seq(oid("1.3.6.1.5.5.7.21.1"))), True))
    with_leaf("proxy, not critical", NOT_CA, ext("1.3.6.1.5.5.7.1.14", seq(seq(oid("1.3.6.1.5.5.7.21.1")))))
    with_leaf("policies", *LEAF, ext("2.5.29.32", seq(seq(oid("1.2.3"))), True))
    with_leaf("OCSP no check", *LEAF, ext("1.3.6.1.5.5.7.48.1.5", tlv(5), True))
    with_leaf("CRL points broken", *LEAF, ext("2.5.29.31", b"\x30\x03\x30\x05"))
    for kind, title in ((SKID, "subject"), (AKID, "authority")):
        value = tlv(4, b"x") if kind == SKID else seq()
        with_leaf(f"{title} identifier critical", *LEAF, ext(kind, value, True))
    with_leaf("other names of the issuer, critical", *LEAF, ext("2.5.29.18", seq(dns("x.test")), True))
    with_leaf("freshest list, critical", *LEAF, ext("2.5.29.46", seq(), True))
    with_leaf("expired", *LEAF, end=utc("260101000000Z"))
    with_leaf("signature broken", *LEAF, break_signature=True)
    with_leaf("inner algorithm another", *LEAF, inner="p384")
    with_leaf("empty subject", *LEAF, subject=seq())
    with_leaf("empty subject, names critical", NOT_CA, san(dns("good.test"), critical=True), subject=seq())
    for algorithm in ("sha1", "md5"):
        case(f"digest {algorithm}", [RSA_ROOT], [leaf(RSA_ROOT, algorithm=algorithm)] if algorithm != "md5" else
             [Cert("leaf", RSA_ROOT, *LEAF, inner="md5", outer="md5", number=9)])
    case("digest sha1 of the root only", [Cert("s", None, ca_bits(), SIGNS, algorithm="sha1", kind="rsa2048")],
         [leaf(Cert("s", None, ca_bits(), SIGNS, algorithm="sha1", kind="rsa2048"))])

    # Hosts.
    hosts = ("good.test a.good.test b.a.good.test GOOD.test good.test. x_y.good.test xn--a.good.test *.good.test 1.2.3.4 ::1 "
             "test a-.good.test .good.test a b.good.test").split(" ")
    patterns = ["good.test", "*.good.test", "*.test", "*", "a*.good.test", "*a.good.test", "*.*.test", "a.*.test", "*.good_host.test",
                "*.a.good.test", "xn--*.good.test", "*.xn--a.test", "*.-good.test", "*.good-.test", "*.good.test.", "*..test", "",
                b"good.test\0", b"good.test\0.evil.test", "1.2.3.4", "::1", "*.2.3.4", "GOOD.TEST", ".good.test", "*.good.test.evil",
                " good.test", "good.test "]
    for pattern in patterns:
        ends = {"name": leaf(ROOT, NOT_CA, san(dns(pattern)))}
        if pattern:
            ends["subject"] = leaf(ROOT, NOT_CA, subject=cn(pattern if isinstance(pattern, bytes) else pattern.encode()))
        for where, end in ends.items():
            for host in hosts + ["x.good_host.test", "a.xn--a.test", "x.-good.test"]:
                if host and host[0] != ".":
                    case(f"{where} {pattern!r} for {host}", [ROOT], [end], 0, host)
    addresses = [b"\1\2\3\4", b"\0" * 15 + b"\1", b"\1\2\3", b"\0" * 12 + b"\1\2\3\4", b"", b"1.2.3.4"]
    for address in addresses:
        end = leaf(ROOT, NOT_CA, san(tlv(0x87, address)))
        for host in ("1.2.3.4", "::1", "1.2.3.5", "good.test", "::ffff:1.2.3.4", "::1.2.3.4"):
            case(f"address {address.hex()} for {host}", [ROOT], [end], 0, host)

    # Name constraints.
    upn = tlv(0xA0, oid("1.3.6.1.4.1.311.20.2.3"), tlv(0xA0, tlv(12, b"x")))
    eai = tlv(0xA0, oid("1.3.6.1.5.5.7.8.9"), tlv(0xA0, tlv(12, b"a@good.test")))
    mail = ("1.2.840.113549.1.9.1", 0x16, b"a@good.test")
    bases = {
        "dns good.test": dns("good.test"), "dns .good.test": dns(".good.test"), "dns empty": dns(""), "dns test": dns("TEST"),
        "mail host": tlv(0x81, b"good.test"), "mail domain": tlv(0x81, b".good.test"), "mail one": tlv(0x81, b"a@good.test"),
        "mail @host": tlv(0x81, b"@good.test"), "uri": tlv(0x86, b"good.test"), "uri domain": tlv(0x86, b".good.test"),
        "ip": tlv(0x87, b"\1\2\0\0\xff\xff\0\0"), "ip6": tlv(0x87, b"\0" * 32), "ip broken": tlv(0x87, b"\1\2\3"),
        "directory": tlv(0xA4, name(("2.5.4.10", 12, b"org"))), "directory empty": tlv(0xA4, seq()), "other": upn,
        "id": tlv(0x88, b"\x2a\3"),
    }
    org = name(("2.5.4.10", 12, b"ORG"), ("2.5.4.3", 12, b"good.test"))
    subjects = {
        "dns good.test": (None, dns("good.test")), "dns sub": (None, dns("a.good.test")), "dns bad": (None, dns("evil.test")),
        "dns nearly": (None, dns("xgood.test")), "dns wild": (None, dns("*.good.test")), "dns zero": (None, dns(b"evil\0.good.test")),
        "dns dot": (None, dns(".good.test")), "dns empty": (None, dns("")), "dns two": (None, dns("good.test"), dns("evil.test")),
        "mail": (None, tlv(0x81, b"a@good.test")), "mail sub": (None, tlv(0x81, b"a@b.good.test")), "mail case": (None, tlv(0x81, b"A@GOOD.test")),
        "mail bad": (None, tlv(0x81, b"good.test")), "mail empty": (None, tlv(0x81, b"@good.test")), "mail two": (None, tlv(0x81, b"a@x@good.test")),
        "uri": (None, tlv(0x86, b"https://good.test/x")), "uri port": (None, tlv(0x86, b"https://a.good.test:80/x")),
        "uri bad": (None, tlv(0x86, b"good.test")), "uri empty": (None, tlv(0x86, b"https:///x")), "uri user": (None, tlv(0x86, b"https://good.test@evil.test/")),
        "ip": (None, tlv(0x87, b"\1\2\3\4")), "ip other": (None, tlv(0x87, b"\1\3\3\4")), "ip6": (None, tlv(0x87, b"\0" * 16)),
        "ip broken": (None, tlv(0x87, b"\1\2\3")), "upn": (None, upn), "other": (None, tlv(0xA0, oid("1.2.3"), tlv(0xA0, tlv(12, b"x")))), "eai": (None, eai),
        "id": (None, tlv(0x88, b"\x2a\3")), "directory": (None, tlv(0xA4, org)), "org": (org,), "empty": (seq(), dns("good.test")),
        "cn": (cn("good.test"),), "cn sub": (cn("a.good.test"),), "cn bad": (cn("evil.test"),), "cn wild": (cn("*.evil.test"),),
        "cn word": (cn("evil"),), "cn text": (cn("evil test. x"),), "cn zero": (cn(b"good.test\0"),), "cn zero inside": (cn(b"good.test\0x"),),
        "cn dash": (cn("evil-.test"),), "cn under": (cn("e_vil.test"),), "cn dots": (cn("evil..test"),), "cn with mail": (cn("evil.test"), tlv(0x81, b"a@b.test")),
        "mail in subject": (name(mail),), "mail in subject as UTF-8": (name((mail[0], 12, mail[2])),),
        "bad mail in subject": (name((mail[0], 0x16, b"a@evil.test")),),
    }
    for base_title, base in bases.items():
        for how in ("permitted", "excluded"):
            middle = Cert("limits", ROOT, ca_bits(), SIGNS, nc(**{how: [subtree(base)]}), number=60)
            for title, (subject, *names) in subjects.items():
                end = leaf(middle, NOT_CA, *([san(*names)] if names else []), subject=subject or "leaf")
                case(f"{how} {base_title}: {title}", [ROOT], [end, middle])
    for title, more in (("minimum 0", [tlv(0x80, b"\0")]), ("minimum 1", [tlv(0x80, b"\1")]), ("maximum", [tlv(0x81, b"\5")])):
        for how in ("permitted", "excluded"):
            middle = Cert("limits", ROOT, ca_bits(), SIGNS, nc(**{how: [subtree(dns("good.test"), *more)]}), number=60)
            for host in ("good.test", "evil.test"):
                case(f"{how}, {title}: {host}", [ROOT], [leaf(middle, NOT_CA, san(dns(host))), middle])
    limited = Cert("limited", None, ca_bits(), SIGNS, nc([subtree(dns("good.test"))]), number=61)
    case("constraints of the root", [limited], [leaf(limited, NOT_CA, san(dns("evil.test")))])
    own = Cert("limited", limited, ca_bits(), SIGNS, san(dns("evil.test")), number=61, serial=77)
    case("constraints, self-issued between", [limited], [leaf(own, NOT_CA, san(dns("good.test"))), own])
    below = Cert("below", limited, ca_bits(), SIGNS, san(dns("evil.test")), number=62)
    case("constraints on one between", [limited], [leaf(below, NOT_CA, san(dns("good.test"))), below])
    case("constraints, names never in the subject", [limited], [leaf(limited, NOT_CA, subject="evil.test")], 0, "@-")
    many = Cert("many", ROOT, ca_bits(), SIGNS, nc([subtree(dns(f"n{i}.test")) for i in range(1100)]), number=60)
    case("constraints, very many", [ROOT], [leaf(many, NOT_CA, san(*(dns("n1099.test") for _ in range(1100)))), many])

    # Lists of revoked certificates.
    end, other = leaf(ROOT, serial=2000), leaf(ROOT, serial=2001)
    idp = "2.5.29.28"

    def crl(title, *lists, flags=4, store=(ROOT,), sent=None):
        case(f"list: {title}", store, sent or [end], flags, lists=lists)
    crl("none")
    crl("good", ROOT.crl(other))
    crl("empty", ROOT.crl())
    crl("revoked", ROOT.crl(other, end))
    crl("revoked, nobody looks", ROOT.crl(end), flags=0)
    crl("all only", ROOT.crl(end), flags=8)
    crl("expired", ROOT.crl(other, end="260101000000Z"))
    crl("expired and revoked", ROOT.crl(end, end="260101000000Z"))
    crl("ends now", ROOT.crl(end="261123093620Z"))
    crl("not yet", ROOT.crl(other, start="300101000000Z"))
    crl("newer one revokes", ROOT.crl(), ROOT.crl(end, start="260101000000Z"))
    crl("newer one revokes, the other way", ROOT.crl(end, start="260101000000Z"), ROOT.crl())
    crl("older one revokes", ROOT.crl(end), ROOT.crl(start="260101000000Z"))
    crl("expired one revokes", ROOT.crl(end, end="260101000000Z"), ROOT.crl())
    crl("another key", ROOT.crl(signer=key("p256", 99)))
    crl("another name", ROOT.crl(name=cn("other")))
    crl("unknown critical", ROOT.crl(extensions=[ext("1.2.3", tlv(5), True)]))
    crl("unknown critical, revoked", ROOT.crl(end, extensions=[ext("1.2.3", tlv(5), True)]))
    crl("one critical, one not", ROOT.crl(extensions=[ext("1.2.3", tlv(5), True)]), ROOT.crl(end))
    crl("unknown", ROOT.crl(extensions=[ext("1.2.3", tlv(5))]))
    crl("unknown critical in an entry", ROOT.crl(other, entry=[ext("1.2.3", tlv(5), True)]))
    crl("reason", ROOT.crl(end, entry=[ext("2.5.29.21", tlv(10, b"\1"))]))
    crl("reason remove", ROOT.crl(end, entry=[ext("2.5.29.21", tlv(10, b"\x08"))]))
    crl("certificate issuer of an entry", ROOT.crl(end, entry=[ext("2.5.29.29", seq(tlv(0xA4, cn("other"))), True)]))
    for critical in (True, False):
        for title, parts in (("users", [tlv(0x81, b"\xff")]), ("CAs", [tlv(0x82, b"\xff")]), ("attributes", [tlv(0x85, b"\xff")]),
                             ("indirect", [tlv(0x84, b"\xff")]), ("reasons", [tlv(0x83, b"\1\x02")]), ("nothing", []),
                             ("point", [tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://x/")))]), ("users and CAs", [tlv(0x81, b"\xff"), tlv(0x82, b"\xff")])):
            crl(f"scope {title}, {critical}", ROOT.crl(extensions=[ext(idp, seq(*parts), critical)]))
            crl(f"scope {title}, {critical}, revoked", ROOT.crl(end, extensions=[ext(idp, seq(*parts), critical)]))
    crl("delta", ROOT.crl(extensions=[ext("2.5.29.27", integer(1), True)]))
    crl("delta, revoked", ROOT.crl(end, extensions=[ext("2.5.29.27", integer(1), True)]))
    crl("inner algorithm another", ROOT.crl(inner="p384"))
    crl("bytes behind", ROOT.crl(more=tlv(5)))
    crl("authority", ROOT.crl(extensions=[ext(AKID, seq(tlv(0x80, b"x")), True)]))
    quiet = Cert("quiet", None, ca_bits(), SIGNS_CERTS, number=70)
    below_quiet = leaf(quiet)
    crl("CA that may not sign lists", quiet.crl(), store=[quiet], sent=[below_quiet])
    end_int = leaf(INT)
    for flags in (4, 12):
        crl(f"of the leaf's issuer, {flags}", INT.crl(), sent=[end_int, INT], flags=flags)
        crl(f"of both, {flags}", INT.crl(), ROOT.crl(), sent=[end_int, INT], flags=flags)
        crl(f"intermediate revoked, {flags}", INT.crl(), ROOT.crl(INT), sent=[end_int, INT], flags=flags)
        crl(f"of a leaf that is trusted, {flags}", ROOT.crl(), store=[end_int], sent=[end_int], flags=flags | 0x80000)


make_all()
numbers = {}
for *_, store, sent, lists in CASES:
    for der in (*store, *sent, *lists):
        numbers.setdefault(der, len(numbers))
with open(OUT, "w") as file:
    for der in numbers:
        file.write("=\t" + base64.b64encode(der).decode() + "\n")
    for title, flags, host, code, *groups in CASES:
        packed = [",".join(str(numbers[der]) for der in some) or "-" for some in groups]
        file.write("\t".join([title, f"{flags:#x}", host, str(code), *packed]) + "\n")
print(len(CASES), "chains of", len(numbers), "in", OUT)
