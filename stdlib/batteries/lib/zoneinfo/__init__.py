"""Time zones of the IANA database, as the system or the package tzdata has them (PEP 615)."""

__all__ = [
    "ZoneInfo", "reset_tzpath", "available_timezones", "TZPATH", "ZoneInfoNotFoundError", "InvalidTZPathWarning",
]

from . import _tzpath
from ._common import ZoneInfoNotFoundError
from ._tzpath import InvalidTZPathWarning, available_timezones, reset_tzpath

try:
    from _zoneinfo import ZoneInfo
except ImportError:
    from ._zoneinfo import ZoneInfo


def __getattr__(name):
    # The path changes with reset_tzpath().
    if name != "TZPATH":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _tzpath.TZPATH


def __dir__():
    return sorted({*globals(), "TZPATH"})
