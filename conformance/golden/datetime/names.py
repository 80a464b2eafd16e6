# What the module and its classes are made of.
import datetime
import _datetime
import inspect

print(sorted(n for n in dir(datetime) if not n.startswith("_") and n not in ("sys", "datetime_CAPI")), datetime.__all__)
print(_datetime.__doc__, _datetime.MINYEAR, _datetime.MAXYEAR, _datetime.UTC is datetime.timezone.utc)
for name in ("date", "datetime", "time", "timedelta", "timezone", "tzinfo"):
    cls = getattr(datetime, name)
    print(name, cls is getattr(_datetime, name), cls.__module__, cls.__qualname__, cls.__mro__, cls.__text_signature__)
    for key, value in vars(cls).items():
        if key in ("__doc__", "__getattribute__"):
            continue
        signature = getattr(value, "__text_signature__", None)
        print("  ", key, type(value).__name__, signature, value if type(value).__module__ == "datetime" else "")
    print("  ", {key for key in dir(cls) if key not in dir(object)} - set(vars(cls)) and sorted(
        {key for key in dir(cls) if key not in dir(object)} - set(vars(cls))))
kind = type(datetime.date.min.isocalendar())
print(kind, kind.__mro__, [key for key in vars(kind) if key != "__doc__"])
week = kind(2020, 5, 3)
print(week, week.year, week.week, week.weekday, week[1], len(week), week == (2020, 5, 3), hash(week) == hash((2020, 5, 3)), tuple(week), week.__reduce__())
print([isinstance(week, tuple), type(tuple(week)), week + (1,), week[::-1], sorted(week), week.index(5)])
for bad in ((), (1, 2), (1, 2, "x"), (1, 2, 2**40)):
    try:
        kind(*bad)
    except (TypeError, OverflowError) as error:
        print(type(error).__name__, error)
try:
    type("K", (kind,), {})
except TypeError as error:
    print(error)
for cls in (datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone):
    for change in (lambda: setattr(cls, "x", 1), lambda: delattr(cls, "min")):
        try:
            change()
        except TypeError as error:
            print(error)
print(inspect.signature(datetime.date.fromtimestamp), inspect.signature(datetime.datetime.now))
for call in (lambda: datetime.date.isoformat(5), lambda: datetime.datetime.hour.__get__(datetime.date.min), lambda: datetime.date.year.__get__(5),
             lambda: datetime.timedelta.days.__get__(5), lambda: datetime.datetime.time(datetime.date.min), lambda: datetime.date.min.isoformat(1),
             lambda: datetime.time.fromisoformat.__func__):
    try:
        print(call())
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)
print(datetime.date.__doc__)
print(datetime.datetime.date.__name__, datetime.datetime.now.__qualname__, datetime.date.min.isoformat.__qualname__)
match datetime.datetime(2020, 5, 6, 7):
    case datetime.date(year=2020, day=day):
        print("matched", day)
