# strftime, __format__ and strptime.
from datetime import date, datetime, time, timedelta, timezone
import time as clock


def show(text):
    try:
        print(text, "->", ascii(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", ascii(str(error)))


EAST = timezone(timedelta(hours=5, minutes=30), "IST")
MOMENT = datetime(2024, 1, 7, 3, 4, 5, 60)
EARLY = datetime(33, 12, 31, 23, 59, 59, 999999, EAST)
for format in ["%Y-%m-%d", "%y %m %d %H %M %S %f", "%F %T", "%D %R", "%a %A %b %B", "%c", "%x %X", "%I %p", "%j", "%U %W %V %G %u %w",
               "%z|%Z", "%%f %%z %%%Y", "%", "%%", "", "plain", "%f%f", "%e %k %l", "%h %n %t", "%C %g", "a\0b%Y", "\u00e4 %Y \u20ac",
               "%Y" * 50, "100%", "%s" * 0, "%-d %_m %05Y", "%Ey %Od"]:
    FORMAT = format
    for subject in ("MOMENT", "EARLY", "MOMENT.date()", "MOMENT.time()", "EARLY.timetz()"):
        show(subject + ".strftime(FORMAT)")
for text in """MOMENT.strftime('\\ud800')
MOMENT.strftime()
MOMENT.strftime(5)
MOMENT.strftime(b'%Y')
MOMENT.strftime('%Y', 1)
MOMENT.strftime(format='%Y'), date.min.strftime(format='%d'), time.min.strftime(format='%H')
MOMENT.strftime(fmt='%Y')
f'{MOMENT:%Y}', f'{MOMENT}', f'{MOMENT:}', format(MOMENT.date(), '%d'), format(MOMENT.time(), '%H:%M')
MOMENT.__format__(5)
MOMENT.__format__()
'{:%d.%m.%Y %H:%M}'.format(MOMENT), '%s' % MOMENT
datetime.strptime('2020-02-29', '%Y-%m-%d'), datetime.strptime('29 Feb 20 01:02:03.5', '%d %b %y %H:%M:%S.%f')
datetime.strptime('2020-02-29 +0130', '%Y-%m-%d %z'), datetime.strptime('12:30 PM', '%I:%M %p')
datetime.strptime('2020 60', '%Y %j'), datetime.strptime('2020 9 6', '%G %V %u')
datetime.strptime('x', '%Y')
datetime.strptime('2020-02-30', '%Y-%m-%d')
datetime.strptime('2020', '%Q')
datetime.strptime('2020 ', '%Y')
datetime.strptime(2020, '%Y')
datetime.strptime('2020', 5)
datetime.strptime('2020')
datetime.strptime('2020', '%Y', 1)
type(type('D', (datetime,), {}).strptime('2020', '%Y')).__name__""".splitlines():
    show(text)


# What the program puts in the place of the functions is used.
class Day(date):
    def timetuple(self):
        print("timetuple")
        return clock.struct_time((1, 2, 3, 4, 5, 6, 0, 1, -1))


print(Day(2020, 1, 1).strftime("%Y %H"), f"{Day(2020, 1, 1):%M}")


class Shout(datetime):
    def strftime(self, format):
        return "strftime " + format

    def isoformat(self, sep="T"):
        return "isoformat " + sep

    def __str__(self):
        return "str"


print(f"{Shout(2020, 1, 1):x}", f"{Shout(2020, 1, 1)}", datetime.__str__(Shout(2020, 1, 1)))
original = clock.strftime
clock.strftime = lambda *args: (args[0], len(args[1]), type(args[1]).__name__)
print(MOMENT.strftime("%Y %f"), MOMENT.time().strftime("%H"), EARLY.date().strftime("%d"))
clock.strftime = original
print(MOMENT.strftime("%Y %f"))
