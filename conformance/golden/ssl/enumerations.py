# The enumerations of the module, whichever way they are asked for first.
import _ssl
import pickle
import ssl

print(ssl.OP_NO_TICKET, repr(ssl.VERIFY_X509_STRICT), repr(ssl.SSL_ERROR_EOF), repr(ssl.ALERT_DESCRIPTION_UNKNOWN_CA))
for kind in (ssl.Options, ssl.VerifyFlags, ssl.AlertDescription, ssl.SSLErrorNumber, ssl._SSLMethod, ssl.VerifyMode):
    print(kind, kind.__module__, kind.__qualname__, kind.__mro__[1:3], list(kind.__members__)[:4], getattr(kind, "_boundary_", None))
    member = list(kind)[1]
    print(repr(member), str(member), pickle.loads(pickle.dumps(member)) is member)
    print(getattr(ssl, member.name) is member, vars(ssl)[member.name] is member)
for kind in (ssl.TLSVersion, ssl._TLSContentType, ssl._TLSAlertType, ssl._TLSMessageType):
    print(kind, kind.__module__, list(kind)[:2], pickle.loads(pickle.dumps(list(kind)[0])) is list(kind)[0])
print(ssl.VerifyFlags(0xc) is ssl.VERIFY_CRL_CHECK_CHAIN, repr(ssl.Options(0x400)), repr(ssl.VerifyMode(2)))
print("OP_ALL" in dir(ssl), "AlertDescription" in vars(ssl), "base64" in dir(ssl), ssl.base64.b64encode(b"x"))
names = {}
exec("from ssl import *", names)
print(repr(names["OP_NO_TLSv1_2"]), names["TLSVersion"].TLSv1_3)
print(issubclass(ssl.SSLSocket, _ssl._SSLSocket), hasattr(_ssl, "OP_ALL"))
