# The local zone: folds and gaps, timestamps, astimezone() without a zone.
import os
import time as clock
from datetime import date, datetime, time, timedelta, timezone


def show(text):
    try:
        print("  ", text, "->", repr(eval(text)))
    except Exception as error:
        print("  ", text, "->", type(error).__name__ + ":", error)


for zone in ("UTC0", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "NPT-5:45", "XXX-13:59:59"):
    os.environ["TZ"] = zone
    clock.tzset()
    print(zone)
    for text in """datetime.fromtimestamp(0), datetime.fromtimestamp(1e9), datetime.fromtimestamp(-1.5)
date.fromtimestamp(0), date.fromtimestamp(-0.5), date.fromtimestamp(1603589400)
datetime.fromtimestamp(1603585800), datetime.fromtimestamp(1603589400), datetime.fromtimestamp(1604210400)
[datetime.fromtimestamp(1604203200 + i * 1800).strftime('%H%M') + str(datetime.fromtimestamp(1604203200 + i * 1800).fold) for i in range(10)]
[datetime(2020, 10, 25, 2, 30, fold=f).timestamp() for f in (0, 1)]
[datetime(2020, 3, 29, 2, 30, fold=f).timestamp() for f in (0, 1)]
[datetime(2020, 11, 1, 1, 30, fold=f).timestamp() for f in (0, 1)]
datetime(1, 1, 2).timestamp(), datetime(9999, 12, 30).timestamp()
datetime(2020, 6, 1, 12).astimezone(), datetime(2020, 12, 1, 12).astimezone()
datetime(2020, 10, 25, 2, 30, fold=1).astimezone(timezone.utc), datetime(2020, 10, 25, 2, 30).astimezone(timezone.utc)
datetime(2020, 6, 1, 12, tzinfo=timezone.utc).astimezone(), datetime(2020, 6, 1, 12, tzinfo=timezone.max).astimezone(None)
datetime(2020, 6, 1).astimezone().tzinfo, datetime(2020, 6, 1).astimezone().tzname()
datetime.fromtimestamp(1e11), datetime.fromtimestamp(-6e10)
datetime.fromtimestamp(1e12)
datetime.fromtimestamp(1e18)
datetime.fromtimestamp(-1e12)
date.fromtimestamp(1e12)
date.fromtimestamp(float('nan'))
date.fromtimestamp(float('inf'))
date.fromtimestamp('x')
datetime.min.astimezone(timezone.utc)
datetime(2020, 6, 1).strftime('%Z|%z'), datetime(2020, 6, 1).astimezone().strftime('%Z|%z')""".splitlines():
        show(text)
    assert abs(datetime.now().timestamp() - clock.time()) < 60
    assert date.today() == date.fromtimestamp(clock.time()) or True
    for moment in (datetime(2020, 1, 1), datetime(2020, 7, 1, 5, 30, 1, 999999), datetime(1971, 3, 4, 5)):
        assert datetime.fromtimestamp(moment.timestamp()) == moment
        assert moment.astimezone().replace(tzinfo=None) == moment

# today() asks the class, and time.time().
now, clock.time = clock.time, lambda: 86400.0 * 365
print(date.today(), datetime.today())


class Day(date):
    @classmethod
    def fromtimestamp(cls, timestamp):
        return "from", timestamp


print(Day.today())
clock.time = now
