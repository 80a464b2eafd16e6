# timedelta: parts and their normal form, rounding, arithmetic, order, text, what is refused.
from datetime import date, timedelta
from fractions import Fraction


def show(text):
    try:
        print(text, "->", repr(eval(text)))
    except Exception as error:
        print(text, "->", type(error).__name__ + ":", error)


for text in """timedelta()
timedelta(1, 2, 3)
timedelta(days=-1, seconds=-1, microseconds=-1)
timedelta(milliseconds=1, minutes=2, hours=3, weeks=4)
timedelta(seconds=86400 * 3 + 5, microseconds=10**6)
timedelta(True)
timedelta(hours=1.5, minutes=0.1)
timedelta(days=0.1, microseconds=0.3)
timedelta(microseconds=0.5)
timedelta(microseconds=1.5)
timedelta(microseconds=2.5)
timedelta(microseconds=-0.5)
timedelta(microseconds=-1.5)
timedelta(microseconds=0.5, milliseconds=0.0005)
timedelta(weeks=1e-9)
timedelta(days=999999999, hours=23, minutes=59, seconds=59, microseconds=999999)
timedelta(days=1000000000)
timedelta(days=-999999999, microseconds=-1)
timedelta(days=10**12)
timedelta(days=-10**30)
timedelta(seconds=1e300)
timedelta(seconds=float('inf'))
timedelta(seconds=float('nan'))
timedelta(days='1')
timedelta(hours=None)
timedelta(years=1)
timedelta(1, 2, 3, 4, 5, 6, 7, 8)
timedelta(1, days=2)
timedelta.min
timedelta.max
timedelta.resolution
-timedelta.max
-timedelta.min
timedelta.max + timedelta.resolution
abs(timedelta(-3, 5))
+timedelta(3)
timedelta(1) + timedelta(hours=-30)
timedelta(1) - timedelta(microseconds=1)
timedelta(1) + 1
1 - timedelta(1)
timedelta(1) * 3
-7 * timedelta(0, 1, 1)
timedelta(1) * 0.1
0.5 * timedelta(microseconds=1)
1.5 * timedelta(microseconds=1)
timedelta(microseconds=3) * 0.5
timedelta(seconds=1) * 1e-300
timedelta(1) * 1e300
timedelta(1) * float('nan')
timedelta(1) * float('inf')
timedelta(1) * '2'
timedelta(1) * Fraction(1, 2)
timedelta.max * 2
timedelta.max * 10**30
timedelta(1) / 3
timedelta(microseconds=5) / 2
timedelta(microseconds=-5) / 2
timedelta(microseconds=7) / -2
timedelta(1) / 0.7
timedelta(1) / timedelta(hours=5)
timedelta.max / timedelta.resolution
timedelta(1) / 0
timedelta(1) / 0.0
timedelta(1) / timedelta()
3 / timedelta(1)
timedelta(microseconds=-7) // 2
timedelta(7) // timedelta(2)
timedelta(1) // 0
timedelta(1) // 1.0
timedelta(1) // timedelta()
timedelta(7, 1) % timedelta(2)
timedelta(-7) % timedelta(2)
timedelta(1) % 3
timedelta(1) % timedelta()
divmod(timedelta(7, 1), timedelta(-2))
divmod(timedelta(1), 2)
bool(timedelta(0)), bool(timedelta.resolution)
timedelta(hours=24) == timedelta(1), timedelta(1) != 1, timedelta(1) == date.min
timedelta(1) < timedelta(1, 0, 1) <= timedelta(2) > timedelta(-2) >= timedelta.min
timedelta(1) < 1
hash(timedelta(1)) == hash(timedelta(hours=24)), hash(timedelta(3, 4, 5)), hash(timedelta(-1))
sorted([timedelta(1), timedelta(-1), timedelta(0, 5), timedelta()])
sum((timedelta(0, i) for i in range(1000)), timedelta())
timedelta(1, 2, 3).days, timedelta(1, 2, 3).seconds, timedelta(1, 2, 3).microseconds
setattr(timedelta(1), 'days', 3)
timedelta(1, 2, 3).total_seconds(), timedelta(-1, 0, 1).total_seconds(), timedelta.max.total_seconds()
timedelta(123456789, 12345, 678901).total_seconds()""".splitlines():
    show(text)

for span in [timedelta(), timedelta(1), timedelta(-1), timedelta(2, 3661), timedelta(0, 3, 4),
             timedelta(-5, 1, 999999), timedelta(0, 36000), timedelta.max]:
    print(str(span), "|", repr(span), "|", f"{span}", "|", span.__reduce__())


# Ints with operators of their own are asked.
class Loud(int):
    def __mul__(self, other):
        print("mul", other)
        return int.__mul__(self, other)

    def __rmul__(self, other):
        print("rmul", other)
        return int.__rmul__(self, other)


print(timedelta(Loud(2)), timedelta(seconds=Loud(3)), Loud(2) * timedelta(1), timedelta(1) * Loud(2))


class Odd(int):
    def __mul__(self, other):
        return Answers()

    __rmul__ = __mul__


class Answers:
    def __radd__(self, other):
        return self

    def __divmod__(self, other):
        return ANSWER


for ANSWER in (2, (), (1,), (1, 2, 3), (0, -1), (0, 10**6), (0, 10**20), ("x", 1), (3, 5)):
    show("timedelta(Odd(1))")


class Ratio(float):
    def as_integer_ratio(self):
        return RATIO


for RATIO in (1, (), (1,), (1, 2, 3), ("a", 2), (1, 0), (10**40, 10**39), (3, 2)):
    show("timedelta(1) * Ratio(1)")
    show("timedelta(1) / Ratio(1)")
