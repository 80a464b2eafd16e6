# Time zones from files that are made here: moments, what comes after them, fold, pickling, the cache.
import io
import os
import pickle
import struct
import tempfile
import zoneinfo
from datetime import datetime, timedelta, timezone


def tzif(moments, types, names, footer, version=b"2"):
    def part(letter, moments):
        head = b"TZif" + version + bytes(15) + struct.pack(">6l", 0, 0, 0, len(moments), len(types), len(names))
        body = b"".join(struct.pack(">" + letter, m) for m, _ in moments)
        body += bytes(i for _, i in moments)
        return head + body + b"".join(struct.pack(">lbb", *t) for t in types) + names

    old = [m for m in moments if -2**31 <= m[0] < 2**31]
    data = part("l", old)
    return data if version == b"\0" else data + part("q", moments) + b"\n" + footer + b"\n"


NAMES = b"LMT\0CET\0CEST\0"
TYPES = [(3921, 0, 0), (3600, 0, 4), (7200, 1, 8)]
MOMENTS = [(-2422055121, 1), (954032400, 2), (972781200, 1), (985482000, 2), (1004230800, 1)]
DATA = tzif(MOMENTS, TYPES, NAMES, b"CET-1CEST,M3.5.0,M10.5.0/3")
UTC = timezone.utc


def show(zone, *moments):
    for m in moments:
        for fold in (0, 1):
            d = m.replace(tzinfo=zone, fold=fold)
            print(" ", d.isoformat(), d.tzname(), d.utcoffset(), d.dst(), fold)
        u = m.replace(tzinfo=UTC).astimezone(zone)
        print("  utc", m, "->", u.isoformat(), u.fold)


zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(DATA), key="Test/Zone")
print(zone, repr(zone), zone.key)
show(zone, datetime(1850, 1, 1), datetime(1893, 4, 1), datetime(2000, 3, 26, 2, 30), datetime(2000, 10, 29, 2, 30),
     datetime(2000, 10, 29, 1, 0), datetime(2001, 10, 28, 1, 0), datetime(2024, 7, 1), datetime(2024, 3, 31, 2, 30),
     datetime(2024, 10, 27, 2, 59, 59), datetime(2024, 10, 27, 0, 59), datetime(2024, 10, 27, 1, 0), datetime(9998, 6, 1))
print(zone.utcoffset(None), zone.tzname(None))
for footer in [b"UTC0", b"<-03>3", b"EST5EDT,M3.2.0,M11.1.0", b"IST-1GMT0,M10.5.0,M3.5.0/1", b"AEST-10AEDT,M10.1.0,M4.1.0/3",
               b"X-1Y,J60,J300", b"AAA3BBB,59/12,300/-10", b"<+0330>-3:30<+0430>,J79/24,J263/24", b"EET-2EEST,M3.5.4/50,M10.4.4/50"]:
    print(footer)
    try:
        z = zoneinfo.ZoneInfo.from_file(io.BytesIO(tzif([], [(0, 0, 0)], b"UTC\0", footer)))
    except ValueError as e:
        print("  ValueError")
        continue
    show(z, datetime(2023, 1, 15), datetime(2023, 3, 1, 0, 30), datetime(2024, 7, 1, 12), datetime(2024, 10, 27, 1, 30),
         datetime(2023, 3, 12, 2, 30), datetime(2023, 11, 5, 1, 30), datetime(2024, 4, 7, 2, 30))
for footer in [b"X", b"AAA", b"AAA3BBB", b"AAA3BBB,M1", b"AAA3BBB,M13.1.0,M1.1.1", b"AAA3BBB,J0,J5", b"AAA25", b"AAA3BBB,M1.6.0,M2.1.0"]:
    try:
        zoneinfo.ZoneInfo.from_file(io.BytesIO(tzif([], [(0, 0, 0)], b"UTC\0", footer)))
        print(footer, "ok")
    except ValueError as e:
        print(footer, "ValueError")
one = zoneinfo.ZoneInfo.from_file(io.BytesIO(tzif(MOMENTS[1:], TYPES, NAMES, b"", b"\0")))
print(str(one).startswith("zoneinfo.ZoneInfo.from_file("), one.key)
show(one, datetime(2024, 7, 1), datetime(1990, 1, 1))
fixed = zoneinfo.ZoneInfo.from_file(io.BytesIO(tzif([], [(3600, 0, 0)], b"ABC\0", b"ABC-1")))
print(fixed.utcoffset(None), fixed.tzname(None), fixed.dst(None))
for bad in [b"", b"xxxx", b"TZif"]:
    try:
        zoneinfo.ZoneInfo.from_file(io.BytesIO(bad))
    except Exception as e:
        print(type(e).__name__)

with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "Test"))
    for name in ["One", "Two"]:
        with open(os.path.join(folder, "Test", name), "wb") as f:
            f.write(DATA)
    zoneinfo.reset_tzpath([folder])
    print(zoneinfo.TZPATH == (folder,), sorted(n for n in zoneinfo.available_timezones() if n.startswith("Test")))
    a = zoneinfo.ZoneInfo("Test/One")
    print(a is zoneinfo.ZoneInfo("Test/One"), a is zoneinfo.ZoneInfo.no_cache("Test/One"), a, repr(a))
    print(pickle.loads(pickle.dumps(a)) is a)
    loose = zoneinfo.ZoneInfo.no_cache("Test/Two")
    print(pickle.loads(pickle.dumps(loose)) is loose, pickle.loads(pickle.dumps(loose)).key)
    zoneinfo.ZoneInfo.clear_cache(only_keys=["Test/One"])
    print(a is zoneinfo.ZoneInfo("Test/One"))
    d = datetime(2024, 7, 1, 12, tzinfo=a)
    print(pickle.loads(pickle.dumps(d)) == d, d + timedelta(days=180), (d + timedelta(days=180)).utcoffset())
    for key in ["/abs", "../x", "Test/../Test/One", "Nowhere/City", "Test//One"]:
        try:
            zoneinfo.ZoneInfo(key)
        except Exception as e:
            print(type(e).__name__, e)

    class Sub(zoneinfo.ZoneInfo):
        pass

    s = Sub("Test/One")
    print(s is Sub("Test/One"), s is a, repr(s), type(s).__mro__[1].__name__)
try:
    pickle.dumps(zone)
except pickle.PicklingError as e:
    print(e)
for to in ["/x", ["rel"]]:
    try:
        zoneinfo.reset_tzpath(to)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, str(e).splitlines()[0])
try:
    zone.fromutc(datetime(2020, 1, 1))
except ValueError as e:
    print(e)
