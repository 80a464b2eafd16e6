# Classes that derive from date, datetime, time and timedelta: which methods call them, and with what.
from datetime import date, datetime, time, timedelta, timezone

EAST = timezone(timedelta(hours=2))


def told(args):
    today = date.today()
    return "(today)" if args == (today.year, today.month, today.day) else args


def loud(base):
    class Loud(base):
        def __new__(cls, *args, **kwargs):
            print("   new", told(args), kwargs)
            return super().__new__(cls, *args, **kwargs)

        def __init__(self, *args, **kwargs):
            print("   init", told(args), kwargs)

    Loud.__name__ = Loud.__qualname__ = "Loud" + base.__name__
    return Loud


D, DT, T, TD = map(loud, (date, datetime, time, timedelta))


def show(text):
    print(text)
    try:
        print("  ->", repr(eval(text)))
    except Exception as error:
        print("  ->", type(error).__name__ + ":", error)


for text in """D(2020, 1, 1)
D(2020, 1, 1) + timedelta(1)
timedelta(1) + D(2020, 1, 1)
D(2020, 1, 1) - timedelta(1)
D(2020, 1, 2) - D(2020, 1, 1)
D(2020, 1, 1).replace(day=2)
D.fromordinal(5)
D.fromordinal(10**7)
D.fromisoformat('2020-01-01')
D.fromisocalendar(2020, 1, 1)
D(2020, 1, 1) == date(2020, 1, 1), hash(D(2020, 1, 1)) == hash(date(2020, 1, 1)), str(D(2020, 1, 1))
type(D.today()).__name__
DT(2020, 1, 1, fold=1) + timedelta(1)
DT(2020, 1, 1) - timedelta(1)
DT(2020, 1, 1) - datetime(2019, 1, 1)
DT(2020, 1, 1, tzinfo=EAST).astimezone(timezone.utc)
DT(2020, 1, 1, fold=1).replace(hour=2)
DT(2020, 1, 1, 5, fold=1).date(), DT(2020, 1, 1, 5, fold=1).time(), DT(2020, 1, 1, tzinfo=EAST).timetz()
DT.combine(date(2020, 1, 1), time(5, fold=1))
DT.combine(date(2020, 1, 1), time(5), EAST)
DT.fromisoformat('2020-01-01T05:06:07.8+02:00')
DT.fromisoformat('2020-01-01T25:00')
DT.fromtimestamp(0, timezone.utc)
DT.utcfromtimestamp(0.5)
DT.strptime('2020', '%Y')
DT.fromordinal(5)
DT.fromisocalendar(2020, 1, 1)
DT(2020, 1, 1).utctimetuple()[:3], DT(2020, 1, 1, tzinfo=EAST).utctimetuple()[:3]
DT(2020, 1, 1) == datetime(2020, 1, 1), hash(DT(2020, 1, 1, fold=1)) == hash(datetime(2020, 1, 1))
T(5, fold=1).replace(hour=6)
T.fromisoformat('05:06:07.8+02:00')
T.fromisoformat('25:00')
T(5) == time(5), hash(T(5)) == hash(time(5))
TD(5) + TD(6)
-TD(5), abs(TD(-5)), +TD(5)
TD(5) * 2, TD(5) / 2, TD(5) // 2, TD(5) % TD(2), TD(5) * 1.5
TD(5) - timedelta(1), timedelta(1) - TD(5), TD(5) == timedelta(5), hash(TD(5)) == hash(timedelta(5))""".splitlines():
    show(text)


class Slots(datetime):
    __slots__ = ("label", "__weakref__")


s = Slots(2020, 1, 1)
s.label = "x"
print(s, s.label, type(s + timedelta(1)).__name__, hasattr(s, "__dict__"))
for attempt in ("s.other = 1", "(s + timedelta(1)).label", "date.min.x = 1"):
    try:
        exec(attempt)
        eval(attempt)
    except (AttributeError, SyntaxError) as error:
        print(type(error).__name__, str(error)[:60])


class Attributes(date):
    def __init__(self, *args):
        self.seen = args


a = Attributes(2020, 1, 1)
print(a.seen, (a + timedelta(1)).seen, vars(a), a.replace(day=3).__dict__)


class Own(datetime):
    "Another way to be made."

    def __new__(cls, text):
        return datetime.__new__(cls, *map(int, text.split("-")))


o = Own("2020-1-5")
print(repr(o), o.day, o == datetime(2020, 1, 5), repr(o.replace(day=7)))
show("o + timedelta(1)")
show("Own.fromisoformat('2020-01-01')")


class NotOne(date):
    def __new__(cls, *args):
        return args


print(NotOne.fromordinal(1), NotOne.fromisoformat("2020-01-01"), NotOne.fromisocalendar(2020, 1, 1))


class Reflected(timedelta):
    def __radd__(self, other):
        return "radd"

    def __rsub__(self, other):
        return "rsub"

    def __eq__(self, other):
        return "eq"

    __hash__ = None


r = Reflected(1)
print(date.min + r, timedelta(1) + r, timedelta(1) - r, timedelta(1) == r)
show("hash(r)")


for bases in ((int, date), (date, datetime), (datetime, date), (date, time), (timedelta, date)):
    try:
        print([c.__name__ for c in type("Mixed", bases, {}).__mro__])
    except TypeError as error:
        print(type(error).__name__, str(error).replace("\n", " "))
for make in (lambda: date.__new__(datetime, 2020, 1, 1), lambda: datetime.__new__(date, 2020, 1, 1), lambda: object.__new__(date),
             lambda: date.__new__(int, 1), lambda: date.__new__(5)):
    try:
        print(make())
    except TypeError as error:
        print(error)
for change in ("class C(date): pass\nx = C(2020, 1, 1); x.__class__ = datetime", "x = date.min; x.__class__ = datetime"):
    try:
        exec(change)
    except TypeError as error:
        print(error)
