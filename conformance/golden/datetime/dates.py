# date: numbers, the calendar, arithmetic, order, text, what is refused.
from datetime import date, datetime, time, timedelta


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", error)


for text in """date(2020, 2, 29)
date(year=1, month=1, day=1)
date(2021, 2, 29)
date(1900, 2, 29)
date(2000, 2, 29)
date(0, 1, 1)
date(10000, 1, 1)
date(2020, 0, 1)
date(2020, 13, 1)
date(2020, 4, 31)
date(2020, 1, 0)
date()
date(2020)
date(2020, 1)
date(2020, 1, 1, 1)
date('2020-01-01')
date(2020, '1')
date(2020, 1, 1.0)
date(2020, 1, day='x')
date(2020, 1, 1, day=1)
date(2020, 1, 1, fold=1)
date(2020, 1, fold=1)
date(2020, True, True)
date(2**31, 1, 1)
date(2020, 1, 2**70)
date(2020, 1, -2**40)
date.min, date.max, date.resolution
date(1, 1, 1).toordinal(), date(9999, 12, 31).toordinal(), date(1970, 1, 1).toordinal()
date.fromordinal(1), date.fromordinal(3652059), date.fromordinal(737484)
date.fromordinal(0)
date.fromordinal(-5)
date.fromordinal(3652060)
date.fromordinal(10**9)
date.fromordinal(2**40)
date.fromordinal('1')
date.fromordinal()
datetime.fromordinal(737484)
date(2020, 2, 29).replace(day=28), date(2020, 2, 29).replace(year=2024, month=3)
date(2020, 2, 29).replace(year=2021)
date(2020, 2, 29).replace(1, 2, 3)
date(2020, 2, 29).replace(1, 2, 3, 4)
date(2020, 2, 29).replace(hour=1)
date(2020, 2, 29).replace(day='x')
date(2020, 2, 28) + timedelta(1), date(2021, 2, 28) + timedelta(1), timedelta(365) + date(2020, 1, 1)
date(2020, 3, 1) - timedelta(1), date(2020, 3, 1) - date(2019, 3, 1), date.max - date.min
date(2020, 1, 1) + timedelta(hours=47), date(2020, 1, 1) - timedelta(hours=1)
date.max + timedelta(1)
date.min - timedelta(1)
date.min + timedelta.max
date.min + 1
1 + date.min
date.min - 1
timedelta(1) - date.min
date.min + date.min
date(2020, 1, 1) < date(2020, 1, 2) <= date(2020, 1, 2) > date(2019, 12, 31) >= date.min
date(2020, 1, 1) == date(2020, 1, 1), date(2020, 1, 1) != date(2020, 1, 1), date(2020, 1, 1) == 5
date.min < 5
date.min < time.min
date(2020, 1, 1) == datetime(2020, 1, 1), datetime(2020, 1, 1) == date(2020, 1, 1)
date(2020, 1, 1) < datetime(2020, 1, 1)
datetime(2020, 1, 1) < date(2020, 1, 1)
date.__lt__(date(2020, 1, 1), datetime(2020, 1, 2)), date.__eq__(date(2020, 1, 1), datetime(2020, 1, 1, 5))
hash(date(2020, 1, 1)) == hash(date(2020, 1, 1)), len({date(2020, 1, 1), date(2020, 1, 1), date.max})
date(2020, 1, 1).weekday(), date(2020, 1, 5).isoweekday(), date(2020, 1, 1).timetuple()
date(2020, 12, 31).timetuple().tm_yday, date(1, 1, 1).timetuple()
date(2020, 1, 1).ctime(), date(2, 12, 31).ctime()
date(2020, 1, 1).isoformat(), str(date(33, 4, 5)), repr(date(33, 4, 5)), f'{date(33, 4, 5)}'
date(2020, 1, 1).isocalendar()
date(2019, 12, 30).isocalendar()[:], date(2021, 1, 3).isocalendar().week, date.max.isocalendar()
date(2021, 1, 3).isocalendar() == (2020, 53, 7), tuple(date.min.isocalendar())
date.fromisocalendar(2020, 53, 7), date.fromisocalendar(year=2021, week=1, day=1)
date.fromisocalendar(2021, 53, 1)
date.fromisocalendar(2021, 0, 1)
date.fromisocalendar(2021, 1, 8)
date.fromisocalendar(0, 1, 1)
date.fromisocalendar(9999, 52, 5), datetime.fromisocalendar(2020, 1, 1)
date.fromisocalendar(9999, 52, 6)
date.fromisocalendar(2**70, 1, 1)
date.fromisocalendar('2020', 1, 1)
date.fromisocalendar(2020, 1)
date.fromisoformat('2020-01-05'), date.fromisoformat('20200105'), date.fromisoformat('2020W011')
date.fromisoformat('2020-W01'), date.fromisoformat('2020-W53-7')
date.fromisoformat('2020-1-5')
date.fromisoformat('2020-13-05')
date.fromisoformat('2020-02-30')
date.fromisoformat('2020-W54')
date.fromisoformat('9999-W52-7')
date.fromisoformat('2020-01-05T00:00')
date.fromisoformat('２０２０-01-05')
date.fromisoformat('2020\\udc80101')
date.fromisoformat('')
date.fromisoformat(b'2020-01-05')
date.fromisoformat()
date(2020, 1, 1).year, date(2020, 1, 2).month, date(2020, 1, 3).day
setattr(date.min, 'year', 5)
delattr(date.min, 'year')
setattr(date.min, 'other', 5)
setattr(date, 'year', 5)""".splitlines():
    show(text)

# The whole calendar, a week at a time.
check = 0
day = date.min
while day < date.max - timedelta(7):
    year, week, weekday = day.isocalendar()
    assert date.fromisocalendar(year, week, weekday) == day
    assert date.fromordinal(day.toordinal()) == day == date.fromisoformat(day.isoformat())
    assert date(day.year, 1, 1).toordinal() + day.timetuple().tm_yday - 1 == day.toordinal()
    check = (check * 31 + day.toordinal() + week + weekday) % 1000003
    day += timedelta(6)
print(check, day)
