# Pickles and copies in all protocols, states of Python 2, states that are none.
from datetime import date, datetime, time, timedelta, timezone, tzinfo
import copy
import pickle


class Zone(tzinfo):
    def __init__(self, hours=1, name="Z"):
        self.hours, self.name = hours, name

    def utcoffset(self, when):
        return timedelta(hours=self.hours)

    def __repr__(self):
        return "Zone()"

    def __eq__(self, other):
        return type(other) is Zone and vars(self) == vars(other)


class Args(tzinfo):
    def __init__(self, a):
        self.a = a

    def __repr__(self):
        return "Args(%d)" % self.a

    def __getinitargs__(self):
        return (self.a,)

    def __eq__(self, other):
        return type(other) is Args and self.a == other.a

    def utcoffset(self, when):
        return timedelta(0)


class Day(date):
    pass


class Moment(datetime):
    __slots__ = ("extra",)

    def __new__(cls, *args, extra=None, **kwargs):
        self = super().__new__(cls, *args, **kwargs)
        self.extra = extra
        return self


class Span(timedelta):
    pass


class Clock(time):
    pass


EAST = timezone(timedelta(hours=2), "E")
objects = [
    date(2020, 2, 29), Day(2020, 2, 29), datetime(2020, 2, 29, 1, 2, 3, 4), datetime(2020, 2, 29, fold=1, tzinfo=EAST),
    datetime.max.replace(tzinfo=timezone.utc), Moment(2020, 1, 1, 5, fold=1), time(1, 2, 3, 4), time(1, fold=1, tzinfo=EAST),
    Clock(5), timedelta(1, 2, 3), timedelta.min, Span(5), timezone.utc, EAST, Zone(3), Args(7), datetime(1, 1, 1, tzinfo=Zone()),
    time(1, tzinfo=Args(3)), date(2020, 2, 29).isocalendar(), tzinfo(),
]
for thing in objects:
    print(type(thing).__name__, end=":")
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(thing, protocol))
        same = type(again) is type(thing) and (again == thing or type(thing) is tzinfo)
        fold = getattr(again, "fold", None) == getattr(thing, "fold", None)
        print("", same, fold, end=";")
    try:
        for again in (copy.copy(thing), copy.deepcopy(thing)):
            print("", again == thing, again is thing, getattr(again, "fold", None), end=";")
    except Exception as error:
        print(type(error).__name__, error, end="")
    print()
    for protocol in (2, 4):
        reduced = thing.__reduce_ex__(protocol)
        print("   ", getattr(reduced[0], "__name__", reduced[0]), type(thing) in (tzinfo, Zone) or reduced[1])

# Python 2 wrote the state as text.
for pickled in (b"cdatetime\ndate\n(S'\\x07\\xdf\\x0b\\x1b'\ntR.", b"cdatetime\ndatetime\n(S'\\x07\\xdf\\x0b\\x1b\\x14;\\x01\\x00\\x10\\x00'\ntR.",
                b"cdatetime\ntime\n(S'\\x14;\\x10\\x00\\x10\\x00'\ntR.", b"\x80\x02cdatetime\ndate\nU\x04\x07\xdf\x0b\x1b\x85R.",
                b"\x80\x02cdatetime\ndatetime\nU\n\x07\xdf\x0b\x1b\x14;\x00\x00\x10\x00\x85R."):
    for encoding in ("latin1", "bytes"):
        print(repr(pickle.loads(pickled, encoding=encoding)))


def show(text):
    try:
        print(ascii(text), "->", repr(eval(text)))
    except Exception as error:
        print(ascii(text), "->", type(error).__name__ + ":", error)


for text in """date(b'\\x07\\xe4\\x02\\x1d')
date('\\x07\\xe4\\x02\\x1d')
date(b'\\x07\\xe4\\x00\\x1d')
date(b'\\x07\\xe4\\x0d\\x1d')
date(b'\\x07\\xe4\\x02')
date('\\x07\\u1234\\x02\\x1d')
date('abcd')
date(b'')
datetime(b'\\x07\\xe4\\x02\\x1d\\x01\\x02\\x03\\x00\\x00\\x04')
datetime(b'\\x07\\xe4\\x82\\x1d\\x01\\x02\\x03\\x00\\x00\\x04', timezone.utc)
datetime('\\x07\\xe4\\x82\\x1d\\x01\\x02\\x03\\x00\\x00\\x04', None)
datetime(b'\\x07\\xe4\\x02\\x1d\\x01\\x02\\x03\\x00\\x00\\x04', 5)
datetime(b'\\x07\\xe4\\x02\\x1d\\x01\\x02\\x03\\x00\\x00\\x04', None, None)
datetime(b'\\x07\\xe4\\x0f\\x1d\\x01\\x02\\x03\\x00\\x00\\x04')
datetime('\\x07\\xe4\\x02\\x1d\\x01\\x02\\x03\\x00\\x00\\u1234')
time(b'\\x01\\x02\\x03\\x00\\x00\\x04')
time(b'\\x81\\x02\\x03\\x00\\x00\\x04', timezone.utc)
time('\\x81\\x02\\x03\\x00\\x00\\x04')
time(b'\\x01\\x02\\x03\\x00\\x00\\x04', 5)
time(b'\\x21\\x02\\x03\\x00\\x00\\x04')
time('\\x01\\x02\\x03\\x00\\x00\\u1234')
timedelta(b'\\x01')
timezone(b'\\x01')""".splitlines():
    show(text)
