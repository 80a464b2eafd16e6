"""What can go wrong with time zones."""


class ZoneInfoNotFoundError(KeyError):
    """There is no zone of this name."""


class InvalidTZPathWarning(RuntimeWarning):
    """PYTHONTZPATH names folders that are not absolute."""


for _class in (ZoneInfoNotFoundError, InvalidTZPathWarning):
    _class.__module__ = "zoneinfo"
del _class
