# time: numbers, tzinfo, order, hash, text, what is refused.
from datetime import datetime, time, timedelta, timezone, tzinfo


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", error)


class Zone(tzinfo):
    def __init__(self, hours):
        self.hours = hours

    def utcoffset(self, when):
        print("utcoffset", when)
        return timedelta(hours=self.hours)

    def dst(self, when):
        print("dst", when)
        return timedelta(0)

    def tzname(self, when):
        print("tzname", when)
        return "Z%+d" % self.hours

    def __repr__(self):
        return "Zone(%d)" % self.hours


EAST = timezone(timedelta(hours=2))
ODD = timezone(timedelta(hours=-1, minutes=-30, seconds=-15, microseconds=-7))

for text in """time()
time(1)
time(23, 59, 59, 999999)
time(1, 2, 3, 4, EAST)
time(hour=1, fold=1)
time(1, 2, tzinfo=Zone(1), fold=1)
time(24)
time(-1)
time(1, 60)
time(1, 2, 60)
time(1, 2, 3, 10**6)
time(fold=2)
time(fold=-1)
time(1, 2, 3, 4, None, 1)
time(1.0)
time('1')
time(1, tzinfo=1)
time(1, tz=EAST)
time(2**40)
time(2**80)
time(1, x=1)
time.min, time.max, time.resolution
bool(time(0)), bool(time(0, tzinfo=EAST))
time(1, 2, 3, 4).hour, time(1, 2, 3, 4).minute, time(1, 2, 3, 4).second, time(1, 2, 3, 4).microsecond
time(1).tzinfo, time(1, tzinfo=EAST).tzinfo is EAST, time(1, fold=1).fold
setattr(time(1), 'hour', 2)
str(time(1)), str(time(1, 2, 3, 4)), str(time(1, tzinfo=EAST)), str(time(1, tzinfo=ODD))
time(1, 2, 3, 456789).isoformat(), time(1, 2, 3, 456789, EAST).isoformat('minutes')
[time(1, 2, 3, 456789).isoformat(t) for t in 'auto hours minutes seconds milliseconds microseconds'.split()]
time(1).isoformat(timespec='days')
time(1).isoformat(1)
time(1).isoformat('a\\0')
time(1).isoformat('auto', 1)
time(1, 2, 3).strftime('%H-%M-%S %f %p %I %j %Y %m %d %w|%z|%Z')
time(13, 2, 3, 4, EAST).strftime('%I %p %z %Z %f'), time(1, 2, tzinfo=Zone(3)).strftime('%z %Z %z %Z')
f'{time(1, 2)}', f'{time(1, 2):%M}', format(time(1), '')
time(1, 2).replace(hour=3), time(1, 2, tzinfo=EAST).replace(tzinfo=None), time(1, fold=1).replace(minute=1)
time(1).replace(fold=1), time(1, 2, 3, 4).replace(5, 6, 7, 8, EAST)
time(1).replace(hour=24)
time(1).replace(fold=3)
time(1).replace(tzinfo='x')
time(1).replace(1, 2, 3, 4, None, 0)
time(1) < time(2) <= time(2, 0, 0, 1) > time(2) >= time(1)
time(1) == time(1, fold=1), time(1) != time(1), time(1) == 1, time(1) == timedelta(hours=1)
time(1) < 1
time(1) < datetime.min
time(1, tzinfo=EAST) == time(1), time(1, tzinfo=EAST) != time(1)
time(1, tzinfo=EAST) < time(1)
time(3, tzinfo=EAST) == time(1, tzinfo=timezone.utc), time(3, tzinfo=EAST) < time(2, tzinfo=timezone.utc)
time(1, tzinfo=Zone(1)) == time(1, tzinfo=Zone(1)), time(1, tzinfo=Zone(1)) < time(1, tzinfo=Zone(0))
hash(time(3, tzinfo=EAST)) == hash(time(1, tzinfo=timezone.utc)), hash(time(1)) == hash(time(1, fold=1))
hash(time(3, tzinfo=EAST)), hash(time(1, tzinfo=Zone(5)))
time(1).utcoffset(), time(1).dst(), time(1).tzname()
time(1, tzinfo=EAST).utcoffset(), time(1, tzinfo=EAST).dst(), time(1, tzinfo=EAST).tzname()
time(1, tzinfo=Zone(2)).utcoffset(), time(1, tzinfo=Zone(2)).dst(), time(1, tzinfo=Zone(2)).tzname()
time(1, tzinfo=Zone(24)).utcoffset()
time(1, tzinfo=tzinfo()).utcoffset()
str(time(1, tzinfo=tzinfo()))
hash(time(1, tzinfo=tzinfo()))
time(1) + timedelta(1)
time(1) - time(1)
time.fromisoformat('04:05:06.789012'), time.fromisoformat('T0405'), time.fromisoformat('04')
time.fromisoformat('04:05:06,7'), time.fromisoformat('040506.123456789')
time.fromisoformat('04:05Z'), time.fromisoformat('04:05+01:00'), time.fromisoformat('04:05-013015.5')
time.fromisoformat('04:05+00:00').tzinfo is timezone.utc
time.fromisoformat('04:5')
time.fromisoformat('04:05:')
time.fromisoformat('04-05')
time.fromisoformat('24:00')
time.fromisoformat('04:60')
time.fromisoformat('04:05+24:00')
time.fromisoformat('04:05+')
time.fromisoformat('')
time.fromisoformat('T')
time.fromisoformat(405)
time(1, 2, 3, 4).__reduce__(), time(1, fold=1).__reduce_ex__(4), time(1, fold=1, tzinfo=EAST).__reduce_ex__(3)
time(1).__reduce_ex__('2')
time(1).__reduce_ex__()""".splitlines():
    show(text)
