# tzinfo and timezone: what is asked, in which order, and which answers are refused.
from datetime import datetime, time, timedelta, timezone, tzinfo, UTC
import copy


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", error)


class Loud(tzinfo):
    def __init__(self, name, offset=timedelta(hours=1), dst=timedelta(0), tz="LOUD"):
        self.name, self.offset, self.change, self.tz = name, offset, dst, tz

    def utcoffset(self, when):
        print("   ", self.name, "utcoffset", when and (when.isoformat if when.tzinfo is None else when.replace(tzinfo=None)))
        return self.offset

    def dst(self, when):
        print("   ", self.name, "dst", when and when.replace(tzinfo=None))
        return self.change

    def tzname(self, when):
        print("   ", self.name, "tzname", when and when.replace(tzinfo=None))
        return self.tz

    def __repr__(self):
        return self.name


class Own(Loud):
    def fromutc(self, when):
        print("   ", self.name, "fromutc", when.replace(tzinfo=None), when.tzinfo is self)
        return "whatever"


A, B = Loud("A"), Loud("B", timedelta(hours=-5), timedelta(hours=1))
OWN = Own("OWN")
ANY = datetime(2021, 6, 1, 12)
print(timezone.utc is UTC, timezone(timedelta(0)) is UTC, repr(UTC), str(UTC), UTC == timezone(timedelta(0), "X"))
for text in """timezone(timedelta(hours=1))
timezone(timedelta(hours=1), 'CET')
timezone(offset=timedelta(hours=-1), name='x')
timezone(timedelta(0), 'UTC')
timezone(timedelta(1))
timezone(timedelta(-1))
timezone(timedelta(-1, 0, 1)), timezone(timedelta(0, 86399, 999999))
timezone()
timezone(5)
timezone(None)
timezone(timedelta(1), None)
timezone(timedelta(0), 5)
timezone(timedelta(0), 'a', 'b')
timezone.min, timezone.max, timezone.utc
str(timezone(timedelta(hours=-1, minutes=-30))), str(timezone(timedelta(0, 1))), str(timezone(timedelta(0, 0, 1)))
str(timezone(timedelta(0), 'x')), timezone(timedelta(hours=1)).tzname(None), timezone(timedelta(0, 5), 'n').tzname(ANY)
UTC.utcoffset(None), UTC.dst(ANY), UTC.tzname(None)
UTC.utcoffset(5)
UTC.dst('x')
UTC.tzname(time())
UTC.utcoffset()
UTC.fromutc(ANY)
UTC.fromutc(ANY.replace(tzinfo=UTC)), timezone.max.fromutc(ANY.replace(tzinfo=timezone.max))
UTC.fromutc(5)
UTC == timezone.min, UTC != 5, {UTC: 1}[timezone(timedelta(0), 'n')], hash(UTC) == hash(timedelta(0))
UTC < timezone.max
UTC.__getinitargs__(), timezone(timedelta(0), 'n').__getinitargs__(), UTC.__reduce__()
copy.copy(UTC) is UTC, copy.deepcopy(UTC) is UTC, copy.deepcopy(timezone.max) == timezone.max
type('T', (timezone,), {})
setattr(UTC, 'x', 1)
type(tzinfo()), tzinfo() == tzinfo()
tzinfo().utcoffset(ANY)
tzinfo().dst(ANY)
tzinfo().tzname(ANY)
tzinfo().fromutc(5)
tzinfo().fromutc(ANY)
tzinfo().__reduce__()[1:], A.__reduce__()
A.fromutc(ANY)
A.fromutc(ANY.replace(tzinfo=A)), B.fromutc(ANY.replace(tzinfo=B))
ANY.replace(tzinfo=A).utcoffset(), ANY.replace(tzinfo=A).dst(), ANY.replace(tzinfo=A).tzname()
str(ANY.replace(tzinfo=A)), ANY.replace(tzinfo=A).isoformat()
ANY.replace(tzinfo=A) == ANY.replace(tzinfo=B), ANY.replace(tzinfo=A) == ANY.replace(tzinfo=A)
ANY.replace(tzinfo=A) < ANY.replace(tzinfo=B), ANY.replace(tzinfo=A) < ANY.replace(tzinfo=A)
ANY.replace(tzinfo=A) - ANY.replace(tzinfo=B), ANY.replace(tzinfo=A) - ANY.replace(tzinfo=A)
hash(ANY.replace(tzinfo=A)) == hash(ANY.replace(tzinfo=A, fold=1))
ANY.replace(tzinfo=A).astimezone(B), ANY.replace(tzinfo=A).astimezone(A), ANY.replace(tzinfo=A).astimezone(UTC)
ANY.replace(tzinfo=A).astimezone(OWN)
ANY.replace(tzinfo=A).timetuple().tm_isdst, ANY.replace(tzinfo=B).timetuple().tm_isdst, ANY.replace(tzinfo=A).utctimetuple()
ANY.replace(tzinfo=A).strftime('%z|%Z|%z|%Z|%f'), ANY.replace(tzinfo=A).timestamp()
datetime.fromtimestamp(0, OWN), datetime.fromtimestamp(0, A)
ANY.astimezone(5)
ANY.astimezone(tz='x')
ANY.astimezone(UTC, 1)""".splitlines():
    show(text)

print("answers")
for ANSWER in (None, 5, "x", timedelta(1), timedelta(-1), timedelta(0, 86399), timedelta(0, 0, 1), 1.5, ()):
    BAD = Loud("BAD", ANSWER, ANSWER, ANSWER)
    DT, TM = ANY.replace(tzinfo=BAD), time(1, tzinfo=BAD)
    print(ANSWER)
    for text in """DT.utcoffset()
DT.dst()
DT.tzname()
TM.utcoffset()
str(DT)
str(TM)
DT.timetuple().tm_isdst
DT.utctimetuple()[:5]
DT.timestamp()
DT == ANY.replace(tzinfo=UTC)
DT < ANY
DT - ANY.replace(tzinfo=UTC)
hash(DT) != 0
DT.astimezone(UTC)
ANY.replace(tzinfo=UTC).astimezone(BAD)
DT.strftime('%z')
DT.strftime('%Z')
TM == time(1, tzinfo=UTC)
hash(TM) != 0""".splitlines():
        show(text)


class Name(str):
    def replace(self, *args):
        return REPLACED


for REPLACED in ("fine", 5, None, Name("n")):
    show("ANY.replace(tzinfo=Loud('N', tz=Name('a%b'))).strftime('%Z')")
show("ANY.replace(tzinfo=Loud('N', tz='100%%Y')).strftime('%Z %%Z')")
