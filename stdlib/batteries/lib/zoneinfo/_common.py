"""What the native class and the one written in Python share."""


class ZoneInfoNotFoundError(KeyError):
    """There is no zone of this name."""


ZoneInfoNotFoundError.__module__ = "zoneinfo"


def load_tzdata(key):
    """The file of a zone in the package tzdata."""
    from importlib import resources

    *packages, name = key.split("/")
    try:
        return resources.files(".".join(["tzdata.zoneinfo", *packages])).joinpath(name).open("rb")
    except (ImportError, FileNotFoundError, UnicodeEncodeError, IsADirectoryError, PermissionError):
        raise ZoneInfoNotFoundError(f"No time zone found with key {key}") from None
