"""What the two probes share: options given as key=value, and exceptions as a line."""
import ssl
import sys


def opts():
    pairs = (argument.partition("=") for argument in sys.argv[1:])
    return {key: value for key, _, value in pairs}


def show(e, fields):
    """EXC|class|label=attribute|...|text, by (label, attribute) pairs."""
    shown = ["%s=%s" % (label, getattr(e, name, None)) for label, name in fields]
    return "|".join(["EXC", type(e).__name__, *shown, str(e).replace("\n", " ")])


def set_up(ctx, o):
    """The options that mean the same on both sides."""
    if o.get("crl"):
        ctx.load_verify_locations(cafile=o["crl"])
    for name in o.get("vflags", "").split("+"):
        if name:
            ctx.verify_flags |= getattr(ssl, name)
    if o.get("max"):
        ctx.maximum_version = getattr(ssl.TLSVersion, o["max"])
    if o.get("min"):
        ctx.minimum_version = getattr(ssl.TLSVersion, o["min"])
    if o.get("alpn"):
        ctx.set_alpn_protocols(o["alpn"].split(","))
    if o.get("ciphers"):
        ctx.set_ciphers(o["ciphers"])
    if o.get("keylog"):
        ctx.keylog_filename = o["keylog"]
