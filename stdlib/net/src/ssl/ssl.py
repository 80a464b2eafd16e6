# The module ssl: enumerations, and contexts for a purpose. Everything else is native, in _ssl.
#
# The classes are empty so that programs can derive from them, and put other methods into them.

import errno, os, sys, warnings
import enum, collections
import _socket, _ssl
from socket import create_connection, socket, SOL_SOCKET, SOCK_STREAM, SO_TYPE
from socket import _GLOBAL_DEFAULT_TIMEOUT

_Enum, _IntEnum, _IntFlag = enum.Enum, enum.IntEnum, enum.IntFlag
namedtuple = collections.namedtuple

# What is the same here as there, under the same name or another.
for _name in dir(_ssl):
    if _name.startswith(("HAS_", "RAND_", "OPENSSL_", "_OPENSSL_", "_DEFAULT_", "SSLE", "SSLS",
                         "SSLW", "SSLZ", "SSLC")):
        globals()[_name] = getattr(_ssl, _name)
MemoryBIO, _SSLContext = _ssl.MemoryBIO, _ssl._SSLContext
_nid2obj, _txt2obj = _ssl.nid2obj, _ssl.txt2obj
CertificateError = SSLCertVerificationError
socket_error = OSError
HAS_NEVER_CHECK_COMMON_NAME = True
CHANNEL_BINDING_TYPES = ["tls-unique"] if _ssl.HAS_TLS_UNIQUE else []
PEM_HEADER, PEM_FOOTER = ("-----%s CERTIFICATE-----" % _name for _name in ("BEGIN", "END"))
# There is no list of OpenSSL's; the default is as strict as its level 2.
_RESTRICTED_SERVER_CIPHERS = _DEFAULT_CIPHERS


def _numbers(prefix, *others):
    # The numbers of _ssl with this prefix, the small ones first.
    names = (name for name in dir(_ssl) if name.startswith(prefix) and name not in others)
    return sorted((getattr(_ssl, name), name) for name in names)


def _enumeration(base, name, numbers):
    # What `_convert_` makes, without a look at this module.
    body = {member: value for value, member in numbers} | {"__module__": __name__}
    return enum._simple_enum(base, boundary=enum.KEEP)(type(name, (object,), body))


# Enumerations that most programs do not ask for are made when they, or one of their members, are: see `enums.rs`.
_LATER = {
    "AlertDescription": (_IntEnum, "ALERT_DESCRIPTION_"), "SSLErrorNumber": (_IntEnum, "SSL_ERROR_"),
    "VerifyFlags": (_IntFlag, "VERIFY_"), "Options": (_IntFlag, "OP_"),
}


def _make(name):
    if name in _LATER:
        base, prefix = _LATER[name]
        return _enumeration(base, name, _numbers(prefix))
    if name == "TLSVersion":
        # Versions for minimum_version and maximum_version.
        names = "MINIMUM_SUPPORTED SSLv3 TLSv1 TLSv1_1 TLSv1_2 TLSv1_3 MAXIMUM_SUPPORTED".split()
        members = {name: getattr(_ssl, "PROTO_" + name) for name in names}
    else:
        # Kinds of records, of alerts, and of messages in handshakes, as tools see them that look at the wire.
        members = _ssl._wire_numbers(name)
    return _IntEnum(name, members, module=__name__)


_SSLMethod = _enumeration(_IntEnum, "_SSLMethod", _numbers("PROTOCOL_", "PROTOCOL_SSLv23"))
VerifyMode = _enumeration(_IntEnum, "VerifyMode", _numbers("CERT_"))
globals().update(_SSLMethod.__members__, **VerifyMode.__members__)
PROTOCOL_SSLv23 = _SSLMethod.PROTOCOL_SSLv23 = PROTOCOL_TLS
_PROTOCOL_NAMES = {code: name for name, code in _SSLMethod.__members__.items()}
_SSLv2_IF_EXISTS = None


class SSLContext(_ssl.ContextBase):
    """What TLS connections have in common: versions, certificates, what is trusted."""

    _windows_cert_stores = "CA", "ROOT"


class SSLSocket(_ssl.SocketBase, socket):
    """A socket with TLS over it; before it is connected, one that will have it."""


class SSLObject(_ssl.ObjectBase):
    """A TLS connection over two MemoryBIOs: it never waits, and knows no network."""


SSLContext.sslsocket_class, SSLContext.sslobject_class = SSLSocket, SSLObject


class _ASN1Object(namedtuple("_ASN1Object", ["nid", "shortname", "longname", "oid"])):
    # An object identifier with its names.
    __slots__ = ()

    def __new__(cls, oid):
        return cls._make(_txt2obj(oid))

    fromname = classmethod(lambda cls, name: cls._make(_txt2obj(name, True)))
    fromnid = classmethod(lambda cls, nid: cls._make(_nid2obj(nid)))


class Purpose(_ASN1Object, _Enum):
    """What the certificate of the other side is to be good for."""

    CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
    SERVER_AUTH = "1.3.6.1.5.5.7.3.1"


DefaultVerifyPaths = namedtuple("DefaultVerifyPaths", [
    "cafile", "capath",
    *(_kind + _what for _kind in ("openssl_cafile", "openssl_capath") for _what in ("_env", ""))])


def get_default_verify_paths():
    """Where trusted certificates are looked for by default.

    cafile and capath are what the environment says or what is built in, None if it is not there.
    """
    places = _ssl.get_default_verify_paths()
    file, folder = (os.environ.get(*places[at:at + 2]) for at in (0, 2))
    return DefaultVerifyPaths(os.path.isfile(file) and file or None,
                              os.path.isdir(folder) and folder or None, *places)


def get_protocol_name(protocol_code):
    """The name of a PROTOCOL_*."""
    return _PROTOCOL_NAMES.get(protocol_code, "<unknown>")


def _context_for(purpose, protocol=None):
    # Of the kind that talks to those who have the purpose.
    if not isinstance(purpose, _ASN1Object):
        raise TypeError(purpose)
    kinds = {Purpose.SERVER_AUTH: PROTOCOL_TLS_CLIENT, Purpose.CLIENT_AUTH: PROTOCOL_TLS_SERVER}
    if purpose not in kinds:
        raise ValueError(purpose)
    return SSLContext(kinds[purpose] if protocol is None else protocol)


def _fill(context, purpose, trusted):
    # What is given is trusted; for want of that, and if it matters, what the system trusts.
    if any(trusted):
        context.load_verify_locations(*trusted)
    elif context.verify_mode:
        context.load_default_certs(purpose)
    # The environment may want to know the secrets.
    log = None if sys.flags.ignore_environment else os.environ.get("SSLKEYLOGFILE")
    if log:
        context.keylog_filename = log
    return context


def create_default_context(purpose=Purpose.SERVER_AUTH, *, cafile=None, capath=None, cadata=None):
    """A context with settings that are safe today; of the system's certificates if none are given.

    For SERVER_AUTH, which is a client's, the other side is verified.
    """
    return _fill(_context_for(purpose), purpose, (cafile, capath, cadata))


def _create_unverified_context(protocol=None, *, cert_reqs=CERT_NONE,
                               check_hostname=False, purpose=Purpose.SERVER_AUTH,
                               certfile=None, keyfile=None, cafile=None, capath=None, cadata=None):
    """A context that verifies nothing unless it is told to, as the library's modules use it."""
    context = _context_for(purpose, protocol)
    # Without verification there is nothing to look for a name in.
    context.check_hostname = False
    if cert_reqs is not None:
        context.verify_mode = cert_reqs
    context.check_hostname = check_hostname
    _load_own(context, certfile, keyfile)
    return _fill(context, purpose, (cafile, capath, cadata))


# http.client asks the first, other modules the second.
_create_default_https_context, _create_stdlib_context = (
    create_default_context, _create_unverified_context)


def _load_own(context, certfile, keyfile):
    if certfile:
        context.load_cert_chain(certfile, keyfile)
    elif keyfile:
        raise ValueError("certfile must be specified")


def wrap_socket(sock, keyfile=None, certfile=None, server_side=False,
                cert_reqs=CERT_NONE, ssl_version=PROTOCOL_TLS, ca_certs=None,
                do_handshake_on_connect=True, suppress_ragged_eofs=True, ciphers=None):
    """Take over a socket, with a context made for it. Use SSLContext.wrap_socket."""
    warnings.warn("ssl.wrap_socket() is deprecated, use SSLContext.wrap_socket()",
                  DeprecationWarning, 2)
    if server_side and not certfile:
        raise ValueError("certfile must be specified for server-side operations")
    if not certfile:
        # Said before anything is made.
        _load_own(None, certfile, keyfile)
    context = SSLContext(ssl_version)
    context.verify_mode = cert_reqs
    for given, load in ((ca_certs, context.load_verify_locations), (ciphers, context.set_ciphers)):
        if given:
            load(given)
    _load_own(context, certfile, keyfile)
    return context.wrap_socket(sock, server_side, do_handshake_on_connect, suppress_ragged_eofs)


def get_server_certificate(addr, ssl_version=PROTOCOL_TLS_CLIENT, ca_certs=None,
                           timeout=_GLOBAL_DEFAULT_TIMEOUT):
    """The certificate of the server at (host, port), as PEM; verified if ca_certs is given."""
    host, port = addr
    required = CERT_NONE if ca_certs is None else CERT_REQUIRED
    context = _create_stdlib_context(ssl_version, cert_reqs=required, cafile=ca_certs)
    with (create_connection((host, port), timeout) as plain,
          context.wrap_socket(plain, server_hostname=host) as connection):
        return DER_cert_to_PEM_cert(connection.getpeercert(True))
