"""The class ZoneInfo where the native one is not wanted: files in the format TZif (RFC 8536), and the rules behind their last line.

A zone is a list of moments (seconds since 1970, UTC) at which another period begins. For local times there are
two more lists, one for each value of fold: where the clock is set back, a time belongs to the old period if fold
is 0 and to the new one if it is 1; in a gap it is the same.
"""
import re
import struct
import weakref
from bisect import bisect_right
from collections import OrderedDict, namedtuple
from datetime import datetime, timedelta, tzinfo

from . import _common, _tzpath

_EPOCH_DAYS = datetime(1970, 1, 1).toordinal()
_STRONG = 8

# A stretch of time with one offset: what the methods of tzinfo answer.
_Period = namedtuple("_Period", "utcoff dstoff name")
_UNKNOWN = _Period(None, None, None)


def _local_seconds(dt):
    """Seconds from 1970 to what the clock shows."""
    days = dt.toordinal() - _EPOCH_DAYS
    return days * 86400 + dt.hour * 3600 + dt.minute * 60 + dt.second


class ZoneInfo(tzinfo):
    """A time zone of the IANA database, by its key: ZoneInfo("Europe/Vienna")."""

    _weak_cache = weakref.WeakValueDictionary()
    _recent = OrderedDict()
    __module__ = "zoneinfo"

    def __init_subclass__(cls):
        cls._weak_cache = weakref.WeakValueDictionary()
        cls._recent = OrderedDict()

    def __new__(cls, key):
        zone = cls._weak_cache.get(key)
        if zone is None:
            zone = cls._weak_cache.setdefault(key, cls._made(key))
            zone._cached = True
        recent = cls._recent
        recent[key] = recent.pop(key, zone)
        if len(recent) > _STRONG:
            recent.popitem(last=False)
        return zone

    @classmethod
    def no_cache(cls, key):
        """A zone of its own, even if there is one of this key already."""
        return cls._made(key)

    @classmethod
    def from_file(cls, fobj, /, key=None):
        """A zone from a binary file in the format TZif."""
        zone = super().__new__(cls)
        zone._key = key
        zone._source = repr(fobj)
        zone._load(fobj)
        return zone

    @classmethod
    def clear_cache(cls, *, only_keys=None):
        """Forget the zones that were made, or those of some keys."""
        if only_keys is None:
            cls._weak_cache.clear()
            cls._recent.clear()
            return
        for key in only_keys:
            cls._weak_cache.pop(key, None)
            cls._recent.pop(key, None)

    @classmethod
    def _made(cls, key):
        zone = super().__new__(cls)
        zone._key = key
        zone._source = None
        path = _tzpath.find_tzfile(key)
        with _common.load_tzdata(key) if path is None else open(path, "rb") as file:
            zone._load(file)
        return zone

    _cached = False

    @property
    def key(self):
        return self._key

    def _load(self, file):
        moments, periods, first, rule, is_fixed = _read(file)
        self._moments = moments
        self._periods = periods
        self._first = first
        self._rule = rule
        offsets = [int(period.utcoff.total_seconds()) for period in [first, *periods]] if moments else []
        pairs = list(zip(moments, offsets, offsets[1:]))
        self._walls = (
            [moment + max(old, new) for moment, old, new in pairs],
            [moment + min(old, new) for moment, old, new in pairs],
        )
        self._fixed = is_fixed

    def _at(self, dt):
        if dt is None:
            return self._rule if self._fixed else _UNKNOWN
        seconds = _local_seconds(dt)
        walls = self._walls[dt.fold]
        if not walls or seconds >= walls[-1]:
            rule = self._rule
            return rule if isinstance(rule, _Period) else rule.at_wall(seconds, dt.year, dt.fold)
        index = bisect_right(walls, seconds)
        return self._periods[index - 1] if index else self._first

    def utcoffset(self, dt):
        return self._at(dt).utcoff

    def dst(self, dt):
        return self._at(dt).dstoff

    def tzname(self, dt):
        return self._at(dt).name

    def fromutc(self, dt):
        if not isinstance(dt, datetime):
            raise TypeError("fromutc: argument must be a datetime instance")
        if dt.tzinfo is not self:
            raise ValueError("fromutc: dt.tzinfo is not self")
        seconds = _local_seconds(dt)
        moments = self._moments
        rule = self._rule
        index = bisect_right(moments, seconds)
        is_last = index == len(moments)
        if is_last and not isinstance(rule, _Period) and (not moments or seconds > moments[-1]):
            period, fold = rule.at_utc(seconds, dt.year)
        elif index == 0:
            period, fold = (self._first if moments else rule), 0
        else:
            period = self._periods[index - 1]
            old = self._periods[index - 2] if index > 1 else self._first
            back = (old.utcoff - period.utcoff).total_seconds()
            fold = back > seconds - moments[index - 1]
        dt += period.utcoff
        return dt.replace(fold=1) if fold else dt

    def __str__(self):
        return repr(self) if self._key is None else f"{self._key}"

    def __repr__(self):
        kind = type(self)
        name = "zoneinfo.ZoneInfo" if kind is ZoneInfo else kind.__name__
        if self._key is None:
            return f"{name}.from_file({self._source})"
        return f"{name}(key={self._key!r})"

    def __reduce__(self):
        if self._source is not None:
            import pickle

            raise pickle.PicklingError("Cannot pickle a ZoneInfo file from a file stream.")
        return (type(self)._unpickle, (self._key, self._cached))

    @classmethod
    def _unpickle(cls, key, cached, /):
        return cls(key) if cached else cls.no_cache(key)


# TZif.

_HEADER = struct.Struct(">4sc15x6l")


def _header(file):
    data = file.read(_HEADER.size)
    if len(data) != _HEADER.size:
        raise ValueError("Invalid TZif file: magic not found")
    magic, version, *counts = _HEADER.unpack(data)
    if magic != b"TZif":
        raise ValueError("Invalid TZif file: magic not found")
    return int(version) if version > b"\0" else 1, counts


def _unpack(file, form):
    form = ">" + form
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _read(file):
    """Moments, the periods that they begin, the period before them, what comes after, and whether all are one."""
    version, counts = _header(file)
    letter = "l"
    if version > 1:
        # The first part is for readers of 32 bits.
        utc, standard, leaps, moments, types, names = counts
        file.seek(moments * 5 + types * 6 + names + leaps * 8 + standard + utc, 1)
        version, counts = _header(file)
        letter = "q"
    utc, standard, leaps, moment_count, type_count, name_count = counts
    moments = list(_unpack(file, f"{moment_count}{letter}"))
    indices = _unpack(file, f"{moment_count}B")
    types = [_unpack(file, "lbb") for _ in range(type_count)]
    names = file.read(name_count)
    file.seek(utc + standard + leaps * (12 if letter == "q" else 8), 1)
    footer = b""
    if letter == "q":
        file.readline()
        footer = file.readline().rstrip(b"\n")
    saved = _savings(indices, types)
    periods = []
    for (offset, _, start), dst in zip(types, saved):
        name = names[start : names.find(b"\0", start)].decode()
        periods.append(_Period(timedelta(seconds=offset), timedelta(seconds=dst), name))
    chosen = [periods[index] for index in indices]
    standard = [period for period, kind in zip(periods, types) if not kind[1]]
    first = standard[0] if standard else periods[0] if periods else None
    if footer:
        rule = _rule(footer.decode())
    elif chosen:
        rule = chosen[-1]
    elif periods:
        rule = periods[-1]
    else:
        raise ValueError("No time zone information found.")
    is_fixed = isinstance(rule, _Period) and all(period == rule for period in periods)
    return moments, chosen, first, rule, is_fixed


def _savings(indices, types):
    """How much each kind of period is ahead of standard time, which the file does not say: as its neighbours tell."""
    saved = [0] * len(types)
    for place, index in enumerate(indices):
        offset, is_dst, _ = types[index]
        if not is_dst or saved[index] or place == 0:
            continue
        old_offset, old_dst, _ = types[indices[place - 1]]
        found = 0 if old_dst else offset - old_offset
        if not found and place + 1 < len(indices):
            next_offset, next_dst, _ = types[indices[place + 1]]
            found = 0 if next_dst else offset - next_offset
        saved[index] = found
    return [value or (3600 if kind[1] else 0) for value, kind in zip(saved, types)]


# The last line of a file: a rule as POSIX writes them, such as CET-1CEST,M3.5.0,M10.5.0/3

_NAME = r"[^\d<:,+\-./]+|<[a-zA-Z\d+\-]+>"
_TIME = r"[+-]?\d{1,3}(?::\d{2}(?::\d{2})?)?"
_LINE = re.compile(
    rf"(?P<std>{_NAME})(?P<stdoff>{_TIME})"
    rf"(?:(?P<dst>{_NAME})(?P<dstoff>{_TIME})?(?:,(?P<start>[^,]*),(?P<end>[^,]*))?)?",
    re.ASCII,
)
_DAY = re.compile(
    rf"(?:M(?P<month>\d{{1,2}})\.(?P<week>\d)\.(?P<day>\d)|(?P<julian>J)?(?P<number>\d{{1,3}}))(?:/(?P<time>{_TIME}))?",
    re.ASCII,
)


def _seconds(text, most):
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")] + [0, 0]
    if parts[0] > most or parts[1] > 59 or parts[2] > 59:
        raise ValueError(f"time out of range: {text}")
    return sign * (parts[0] * 3600 + parts[1] * 60 + parts[2])


def _rule(text):
    match = _LINE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is not a valid TZ string")
    std = match["std"].strip("<>")
    stdoff = -_offset(match["stdoff"], text)
    if match["dst"] is None:
        return _Period(timedelta(seconds=stdoff), timedelta(0), std)
    dstoff = -_offset(match["dstoff"], text) if match["dstoff"] else stdoff + 3600
    if match["start"] is None:
        raise ValueError(f"Missing transition rules in TZ string: {text}")
    saved = timedelta(seconds=dstoff - stdoff)
    return _Rule(
        _Period(timedelta(seconds=stdoff), timedelta(0), std),
        _Period(timedelta(seconds=dstoff), saved, match["dst"].strip("<>")),
        _day(match["start"], text),
        _day(match["end"], text),
    )


def _offset(text, line):
    try:
        return _seconds(text, 24)
    except ValueError:
        raise ValueError(f"Invalid offset in TZ string: {line}") from None


def _day(text, line):
    """A function from years to seconds since 1970, of the clock that is set."""
    match = _DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"Invalid transition rule in TZ string: {line}")
    try:
        time = _seconds(match["time"], 167) if match["time"] else 7200
    except ValueError:
        raise ValueError(f"Invalid time in TZ string: {line}") from None
    if match["month"]:
        month, week, day = int(match["month"]), int(match["week"]), int(match["day"])
        if not (1 <= month <= 12 and 1 <= week <= 5 and day <= 6):
            raise ValueError(f"Invalid transition rule in TZ string: {line}")
        return lambda year: _nth_weekday(year, month, week, day) * 86400 + time
    number = int(match["number"])
    if match["julian"]:
        if not 1 <= number <= 365:
            raise ValueError(f"Invalid transition rule in TZ string: {line}")
        # Without the 29th of February.
        return lambda year: (_first_day(year) + number - 1 + (number > 59 and _is_leap(year))) * 86400 + time
    if number > 365:
        raise ValueError(f"Invalid transition rule in TZ string: {line}")
    # Counted from 0; CPython is a day early, and so are we.
    return lambda year: (_first_day(year) + number - 1) * 86400 + time


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _first_day(year):
    return datetime(year, 1, 1).toordinal() - _EPOCH_DAYS


def _nth_weekday(year, month, week, day):
    first = datetime(year, month, 1).toordinal()
    # Of ordinals, Sundays are the multiples of 7.
    found = first + (day - first) % 7 + (week - 1) * 7
    if week == 5:
        length = 31 if month == 12 else datetime(year, month + 1, 1).toordinal() - first
        if found >= first + length:
            found -= 7
    return found - _EPOCH_DAYS


class _Rule:
    """Two periods by turns, every year."""

    def __init__(self, std, dst, start, end):
        self.std = std
        self.dst = dst
        self.start = start
        self.end = end
        self.ahead = int(dst.dstoff.total_seconds())

    def at_wall(self, seconds, year, fold):
        start, end = self.start(year), self.end(year)
        # Both are told by the clock that is about to be set: one of them leaves a gap, the other repeats.
        if fold == (self.ahead >= 0):
            end -= self.ahead
        else:
            start += self.ahead
        return self.dst if self._is_dst(seconds, start, end) else self.std

    def at_utc(self, seconds, year):
        std = int(self.std.utcoff.total_seconds())
        start = self.start(year) - std
        end = self.end(year) - std - self.ahead
        is_dst = self._is_dst(seconds, start, end)
        repeats = start if self.ahead < 0 else end
        is_new = is_dst == (self.ahead < 0)
        fold = is_new and repeats <= seconds < repeats + abs(self.ahead)
        return (self.dst if is_dst else self.std), fold

    @staticmethod
    def _is_dst(seconds, start, end):
        if start < end:
            return start <= seconds < end
        return not end <= seconds < start
