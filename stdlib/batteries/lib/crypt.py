"""Hashes of passwords, as the system keeps them."""

import errno
import sys
import warnings

try:
    import _crypt
except ModuleNotFoundError:
    raise ImportError("The required _crypt module was not built as part of CPython") from None

from collections import namedtuple as _namedtuple
from random import SystemRandom as _SystemRandom
import string as _string

warnings._deprecated(__name__, remove=(3, 13))

_sr = _SystemRandom()
# What salts are made of.
_saltchars = _string.ascii_letters + _string.digits + "./"


class _Method(_namedtuple("_Method", "name ident salt_chars total_size")):
    """A way to make hashes: how salts of it begin, how many characters follow, and how long a hash is."""

    def __repr__(self):
        return f"<crypt.METHOD_{self.name}>"


def mksalt(method=None, *, rounds=None):
    """A salt of a method, the strongest that there is without one.

    rounds is how much work a hash is, where the method can be told: 1,000 to 999,999,999 for SHA-2, for Blowfish a
    power of 2.
    """
    method = methods[0] if method is None else method
    if not isinstance(rounds, int | None):
        raise TypeError(f"{type(rounds).__name__} object cannot be interpreted as an integer")
    ident = method.ident or ""
    start = "$%s$" % ident if ident else ""
    if ident.startswith("2"):
        exponent = 12 if rounds is None else (rounds - 1).bit_length()
        if rounds is not None and rounds != 1 << exponent:
            raise ValueError("rounds must be a power of 2")
        if not 4 <= exponent <= 31:
            raise ValueError("rounds out of the range 2**4 to 2**31")
        start += "%02d$" % exponent
    elif ident in ("5", "6"):
        if rounds is not None:
            if not 1000 <= rounds <= 999_999_999:
                raise ValueError("rounds out of the range 1000 to 999_999_999")
            start += "rounds=%d$" % rounds
    elif rounds is not None:
        raise ValueError(f"{method} doesn't support the rounds argument")
    return start + "".join(_sr.choice(_saltchars) for _ in range(method.salt_chars))


def crypt(word, salt=None):
    """The hash of a password. salt is a text, perhaps a hash that it is to be compared to, or a method."""
    chosen = mksalt(salt) if salt is None or isinstance(salt, _Method) else salt
    return _crypt.crypt(word, chosen)


def _is_known(method, rounds):
    """Whether the system makes hashes of a method."""
    try:
        made = crypt("", mksalt(method, rounds=rounds))
    except OSError as e:
        # (It is forbidden here, or not known.)
        if e.errno not in (errno.ENOSYS, errno.EPERM, errno.EINVAL):
            raise
        made = None
    return bool(made) and len(made) == method.total_size


# Those that the system has, the strongest first.
methods = []


def _add_method(name, *args, rounds=None):
    method = globals()["METHOD_" + name] = _Method(name, *args)
    known = _is_known(method, rounds)
    if known:
        methods.append(method)
    return known


_add_method("SHA512", "6", 16, 106)
_add_method("SHA256", "5", 16, 63)
# Several marks mean the same; the one that the system knows is taken, "b" first.
for _mark in "b", "y", "a", "":
    if _add_method("BLOWFISH", "2" + _mark, 22, 59 + len(_mark), rounds=1 << 4):
        break
_add_method("MD5", "1", 8, 34)
_add_method("CRYPT", None, 2, 13)

del _mark
