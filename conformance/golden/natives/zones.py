# The native ZoneInfo over files made up here: transitions, rules, folds, caches, refusals.
import hashlib
import io
import pickle
import struct
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


def tzif(rule, moments=(), types=((3600, 0, 0),), names=b"AAA\0BBB\0"):
    def header(moments, types, names):
        return b"TZif2" + b"\0" * 15 + struct.pack(">6l", 0, 0, 0, moments, types, names)

    body = struct.pack(f">{len(moments)}q", *[moment for moment, _ in moments])
    body += bytes(index for _, index in moments) + b"".join(struct.pack(">lbb", *kind) for kind in types)
    return header(0, 0, 0) + header(len(moments), len(types), len(names)) + body + names + b"\n" + rule + b"\n"


FILES = [
    ((), ((3600, 0, 0),)),
    (((0, 0),), ((3600, 0, 0),)),
    (((0, 0), (10**6, 1)), ((3600, 0, 0), (7200, 1, 4))),
    (((0, 1),), ((3600, 0, 0), (-7200, 1, 4))),
    (((-(10**9), 1), (0, 0), (10**8, 1), (2 * 10**8, 0)), ((3600, 0, 0), (7200, 1, 4))),
]
RULES = [
    b"", b"AAA3", b"AAA", b"AAA3BBB", b"AAA3BBB,M3.2.0,M11.1.0", b"<A1>3", b"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", b"AAA-25",
    b"AAA3BBB,J59,J300", b"AAA3BBB,59/3,300/-4", b"AAA3BBB,0/0,J365/25", b"AAA3BBB,M13.1.0,M1.1.1",
    b"AAA3BBB,M1.6.0,M1.1.1", b"AAA3BBB,M1.1.7,M1.1.1", b"AAA3BBB,J0,J366", b"AAA3BBB,366,1", b"AAA3:5BBB,1,2",
    b"AAA3BBB,1,2,3", b"AAA3BBB,1", b"AAA+3", b"AAA3BBB4:30,1,2", b"AAA3BBB2,M1.1.0,M6.1.1", b"AAA3BBB,,",
    b"AAA3 BBB,1,2", b"123", b"<AAA3", b"AAA-3:00:01", b"AAA3BBB,1/+2,2/-2",
]


def answers(zone):
    for year in (1, 1938, 1969, 1970, 1971, 1973, 1976, 2020, 2021, 9998):
        for day in (0, 58, 59, 60, 61, 62, 100, 299, 300, 301, 306, 310, 364):
            for hour in (0, 1, 2, 3, 13):
                for fold in (0, 1):
                    dt = datetime(year, 1, 1, hour, 30) + timedelta(days=day)
                    dt = dt.replace(fold=fold, tzinfo=zone)
                    try:
                        yield str(dt.utcoffset()), str(dt.dst()), dt.tzname()
                        local = zone.fromutc(dt)
                        yield str(local), local.fold
                    except (ValueError, OverflowError) as e:
                        yield repr(e)


for rule in RULES:
    for moments, types in FILES:
        try:
            zone = ZoneInfo.from_file(io.BytesIO(tzif(rule, moments, types)), key="made/up")
        except ValueError as e:
            print(rule, len(moments), e)
            continue
        digest = hashlib.md5(repr(list(answers(zone))).encode()).hexdigest()
        always = zone.utcoffset(None), zone.dst(None), zone.tzname(None), time(1, tzinfo=zone).isoformat()
        print(rule, len(moments), digest, *map(str, always))

zone = ZoneInfo.from_file(io.BytesIO(tzif(b"CET-1CEST,M3.5.0,M10.5.0/3")), key="made/up")
print(repr(zone), zone, zone.key)
summer = datetime(2024, 7, 1, 12, tzinfo=zone)
print(summer, summer.tzname(), summer.dst(), summer.strftime("%Z %z"), summer.isoformat())
print(summer.astimezone(ZoneInfo.from_file(io.BytesIO(tzif(b"EST5EDT,M3.2.0,M11.1.0")))))
print(datetime.fromtimestamp(1729990800, zone), datetime.fromtimestamp(1729990800, zone).fold)


class Own(ZoneInfo):
    def tzname(self, dt):
        return "own"


class When(datetime):
    pass


own = Own.from_file(io.BytesIO(tzif(b"CET-1CEST,M3.5.0,M10.5.0/3")), key="k")
print(repr(own), datetime(2024, 1, 1, tzinfo=own).tzname(), datetime(2024, 1, 1, tzinfo=own).utcoffset())
print(repr(zone.fromutc(When(2024, 10, 27, 1, tzinfo=zone))).replace(repr(zone), "zone"), hasattr(Own, "_weak_cache"))


def refused(f, *args, **named):
    try:
        print(f(*args, **named))
    except Exception as e:
        print(type(e).__name__, e)


refused(ZoneInfo)
refused(ZoneInfo, 1)
refused(ZoneInfo, "UTC", 1)
refused(ZoneInfo, "no/such/zone")
refused(ZoneInfo, "/UTC")
refused(ZoneInfo, "../UTC")
refused(ZoneInfo.from_file, io.BytesIO(b""))
refused(ZoneInfo.from_file, io.BytesIO(b"AAAA3" + b" " * 15))
refused(ZoneInfo.from_file, 3)
refused(ZoneInfo.clear_cache, only_keys=3)
refused(zone.utcoffset, 3)
refused(zone.fromutc, 3)
refused(zone.fromutc, datetime(2024, 1, 1))
refused(zone.utcoffset)
refused(setattr, zone, "key", "x")
refused(pickle.dumps, zone)
