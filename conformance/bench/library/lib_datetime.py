# bench: name=datetime args=40000
# Datetimes as programs use them: clock, arithmetic, comparison, hashing, text in and out, zones, sorting.
import sys
from datetime import date, datetime, time, timedelta, timezone

ZONES = [timezone.utc, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5), "EST")]


def clock(n):
    first = datetime.now()
    late = 0
    for _ in range(n):
        if datetime.now() < first or datetime.now(timezone.utc).tzinfo is None:
            late += 1
    return late + datetime.utcnow().second // 60


def arithmetic(n):
    step = timedelta(hours=7, minutes=13, microseconds=11)
    moment = datetime(2001, 2, 3, 4, 5, 6)
    total = timedelta()
    day = date(1999, 12, 31)
    for i in range(n):
        before = moment
        moment += step
        total += moment - before
        day = day + timedelta(days=i % 3)
        total -= step * 2 / 3
    return total.total_seconds() + day.toordinal() + (total // 3).days


def compare(n):
    moments = [datetime(2000 + i % 50, 1 + i % 12, 1 + i % 28, i % 24) for i in range(n)]
    edge = datetime(2020, 6, 1)
    seen = {}
    for moment in moments:
        if moment < edge or moment == edge:
            seen[moment] = seen.get(moment, 0) + 1
    days = {moment.date() for moment in moments}
    return len(seen) + max(seen.values()) + len(days)


def text(n):
    check = 0
    moment = datetime(2023, 1, 31, 22, 4, 5, 678901)
    for i in range(n):
        moment += timedelta(minutes=17)
        iso = moment.isoformat()
        again = datetime.fromisoformat(iso)
        shown = again.strftime("%Y-%m-%d %H:%M:%S.%f")
        check += len(shown) + again.minute + len(f"{again:%d.%m.%Y}") + len(str(again.date()))
    return check


def logs(n):
    check = 0
    for i in range(n):
        line = "2024-%02d-%02d %02d:30:15" % (1 + i % 12, 1 + i % 28, i % 24)
        moment = datetime.strptime(line, "%Y-%m-%d %H:%M:%S")
        check += moment.hour + moment.weekday()
    return check


def zones(n):
    check = 0
    moment = datetime(2023, 3, 1, 12, tzinfo=timezone.utc)
    for i in range(n):
        there = moment.astimezone(ZONES[i % 3])
        check += there.hour + (there == moment) + int(there.timestamp()) % 7
        moment += timedelta(minutes=61)
    return check + len(moment.isoformat())


def order(n):
    x, moments = 12345, []
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        moments.append(datetime.fromtimestamp(x, timezone.utc))
    moments.sort()
    spans = sorted(b - a for a, b in zip(moments, moments[1:]))
    return sum(spans, timedelta()).days + moments[n // 2].year + spans[n // 2].seconds


def fields(n):
    check = 0
    moment = datetime(2020, 2, 29, 23, 59, 58)
    for i in range(n):
        other = moment.replace(day=1 + i % 28, hour=i % 24)
        check += other.year + other.month + other.day + other.hour + other.minute
        check += other.isocalendar()[1] + other.timetuple().tm_yday
        both = datetime.combine(other.date(), time(i % 24, 30))
        check += both.hour + both.isoweekday()
    return check


def run(n):
    return [
        clock(n), arithmetic(n * 3), compare(n * 2), text(n), logs(n // 8),
        zones(n), order(n * 2), fields(n),
    ]


print(run(int(sys.argv[1])))
