# datetime: numbers, arithmetic, comparison and hash with and without zones, parts, what is refused.
from datetime import date, datetime, time, timedelta, timezone, tzinfo


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", error)


class Folded(tzinfo):
    """An hour further east in the second of two equal times."""

    def utcoffset(self, when):
        return timedelta(hours=2 - when.fold)

    def dst(self, when):
        return timedelta(hours=1 - when.fold)

    def tzname(self, when):
        return "AB"[when.fold]

    def __repr__(self):
        return "Folded()"


UTC = timezone.utc
EAST = timezone(timedelta(hours=2))
NAIVE = datetime(2020, 2, 29, 12, 30, 15, 123456)
AWARE = NAIVE.replace(tzinfo=EAST)
FOLDED = NAIVE.replace(tzinfo=Folded())

for text in """datetime(2020, 2, 29)
datetime(2020, 2, 29, 1, 2)
datetime(2020, 2, 29, 1, 2, 3, 4, EAST)
datetime(2020, 2, 29, tzinfo=EAST, fold=1)
datetime(year=2020, month=1, day=2, hour=3, minute=4, second=5, microsecond=6)
datetime()
datetime(2020)
datetime(2020, 1)
datetime('2020-01-01')
datetime(2020, 1, x=1)
datetime(2020, 1, 1, x=1)
datetime(2020, 1, 1, year=1)
datetime(2020, 1, 1, 1, 1, 1, 1, None, 1)
datetime(2020, 1, 1, 1, 1, 1, 1, None, 1, 1)
datetime(2020, 2, 30)
datetime(2020, 1, 1, 24)
datetime(2020, 1, 1, 0, 60)
datetime(2020, 1, 1, 0, 0, 60)
datetime(2020, 1, 1, 0, 0, 0, 10**6)
datetime(2020, 1, 1, fold=2)
datetime(2020, 1, 1, tzinfo=3)
datetime(2020, 1, 1, 1.5)
datetime(2020, 1, 1, 2**33)
datetime.min, datetime.max, datetime.resolution
NAIVE.year, NAIVE.month, NAIVE.day, NAIVE.hour, NAIVE.minute, NAIVE.second, NAIVE.microsecond
NAIVE.tzinfo, AWARE.tzinfo is EAST, NAIVE.fold, NAIVE.replace(fold=1).fold
setattr(NAIVE, 'hour', 3)
NAIVE.date(), NAIVE.time(), AWARE.timetz(), AWARE.time(), FOLDED.replace(fold=1).timetz()
NAIVE + timedelta(1, 3600, 1), timedelta(-1) + NAIVE, NAIVE - timedelta(0, 45016)
NAIVE.replace(fold=1) + timedelta(0), AWARE + timedelta(1)
datetime.max + timedelta.resolution
datetime.min - timedelta.resolution
datetime.min + timedelta.max
NAIVE + 1
NAIVE - 1
1 - NAIVE
timedelta(1) - NAIVE
NAIVE + NAIVE
NAIVE - datetime(2019, 2, 28, 13), datetime.max - datetime.min, AWARE - AWARE.replace(tzinfo=UTC)
NAIVE - AWARE
NAIVE - date(2020, 1, 1)
date(2020, 1, 1) - NAIVE
FOLDED - FOLDED.replace(fold=1), FOLDED - NAIVE.replace(tzinfo=UTC), FOLDED.replace(fold=1) - NAIVE.replace(tzinfo=UTC)
NAIVE < NAIVE + timedelta.resolution <= datetime.max > NAIVE >= datetime.min
NAIVE == NAIVE.replace(fold=1), NAIVE != NAIVE, NAIVE == AWARE, NAIVE != AWARE, NAIVE == 'x'
NAIVE < AWARE
NAIVE < 5
NAIVE < time(1)
AWARE == AWARE.astimezone(UTC), AWARE < AWARE.replace(tzinfo=UTC), hash(AWARE) == hash(AWARE.astimezone(UTC))
FOLDED == AWARE, FOLDED != AWARE, FOLDED < AWARE, FOLDED <= AWARE, AWARE == FOLDED
FOLDED == FOLDED.replace(fold=1), hash(FOLDED) == hash(FOLDED.replace(fold=1)), hash(FOLDED) == hash(AWARE)
hash(datetime(2020, 1, 1, tzinfo=UTC)), hash(AWARE), hash(NAIVE) == hash(NAIVE.replace(fold=1))
NAIVE.replace(2021, 2, 28), NAIVE.replace(hour=0, tzinfo=EAST), AWARE.replace(tzinfo=None, fold=1)
NAIVE.replace(year=2021)
NAIVE.replace(fold=7, day=77)
NAIVE.replace(tzinfo=7)
NAIVE.replace(x=7)
NAIVE.replace(hour=2**32)
NAIVE.replace(1, 2, 3, 4, 5, 6, 7, None, 1)
datetime.combine(date(2020, 1, 1), time(5, fold=1)), datetime.combine(NAIVE, time(5, tzinfo=EAST))
datetime.combine(date(2020, 1, 1), time(5, tzinfo=EAST), None), datetime.combine(date=date.min, time=time.min, tzinfo=UTC)
datetime.combine(1, time())
datetime.combine(date.min, 1)
datetime.combine(date.min, time(), 1)
datetime.combine(date.min)
NAIVE.timetuple(), AWARE.timetuple().tm_isdst, FOLDED.timetuple().tm_isdst, FOLDED.replace(fold=1).timetuple().tm_isdst
NAIVE.utctimetuple() == NAIVE.timetuple()[:8] + (0,), AWARE.utctimetuple()
datetime.min.replace(tzinfo=EAST).utctimetuple()
AWARE.timestamp(), datetime(1, 1, 1, tzinfo=EAST).timestamp(), datetime.max.replace(tzinfo=UTC).timestamp()
datetime(1970, 1, 1, tzinfo=UTC).timestamp(), datetime(1970, 1, 1, 0, 0, 0, 1, UTC).timestamp()
NAIVE.isocalendar(), NAIVE.weekday(), NAIVE.isoweekday(), NAIVE.toordinal(), NAIVE.ctime()
NAIVE.isoformat(), str(NAIVE), str(AWARE), repr(AWARE), repr(FOLDED.replace(fold=1)), repr(NAIVE.replace(fold=1))
[NAIVE.isoformat(timespec=t) for t in 'auto hours minutes seconds milliseconds microseconds'.split()]
NAIVE.isoformat(' '), NAIVE.isoformat('\\u20ac', 'hours'), NAIVE.isoformat('\\U0001f600'), NAIVE.isoformat('\\0')
NAIVE.isoformat('xx')
NAIVE.isoformat('')
NAIVE.isoformat(5)
NAIVE.isoformat('x', 'y')
NAIVE.isoformat('x', 5)
NAIVE.isoformat(b'x')
NAIVE.utcoffset(), AWARE.utcoffset(), FOLDED.utcoffset(), AWARE.dst(), FOLDED.dst(), FOLDED.tzname(), AWARE.tzname()
datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(-1, EAST), datetime.fromtimestamp(1.9999999, tz=UTC)
[datetime.utcfromtimestamp(x / 4e6).microsecond for x in range(-9, 10)]
datetime.utcfromtimestamp(1e10), datetime.utcfromtimestamp(-62135596800), datetime.utcfromtimestamp(253402300799.5)
datetime.utcfromtimestamp(-62135596801)
datetime.utcfromtimestamp(253402300800)
datetime.utcfromtimestamp(253402300799.9999999)
datetime.utcfromtimestamp(1e40)
datetime.utcfromtimestamp(10**40)
datetime.utcfromtimestamp(float('nan'))
datetime.utcfromtimestamp(float('inf'))
datetime.utcfromtimestamp('0')
datetime.utcfromtimestamp()
datetime.fromtimestamp(0, 'UTC')
datetime.fromtimestamp(0, tzinfo=UTC)
datetime.now('UTC')
datetime.now(UTC, 1)
datetime.utcnow(1)""".splitlines():
    show(text)

now = datetime.now()
assert now <= datetime.now() and now.tzinfo is None and type(now) is datetime
assert timedelta(0) <= datetime.now(UTC) - datetime.now(tz=EAST) + timedelta(1) and datetime.now(EAST).tzinfo is EAST
assert abs(datetime.utcnow() - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=1)
assert date.today() <= datetime.today().date() and type(datetime.today()) is datetime

many = [datetime(1990, 1, 1) + timedelta(hours=i * 7919 % 100003) for i in range(3000)]
ordered = sorted(many)
print(ordered[0], ordered[1500], ordered[-1], len(set(many)), min(many) == ordered[0])
print(sum((b - a for a, b in zip(ordered, ordered[1:])), timedelta()))
