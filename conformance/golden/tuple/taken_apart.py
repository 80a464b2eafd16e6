# Tuples that are taken apart and asked what they hold: with what compares as it likes, finalisers, and other owners.
import gc


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


class Odd:
    def __init__(self, *equal):
        self.equal = equal

    def __eq__(self, other):
        print("eq", other)
        return other in self.equal

    __hash__ = None


def three(a, b, c):
    return a, b, c


def unpack():
    a, b = Loud("a"), Loud("b")
    print("one")
    a, b, c = three(b, 1, a)
    print(a.name, b, c.name)
    a, b, c = three(c, a, 2)
    print(a.name, b.name, c)
    kept = three(1, 2, 3)
    a, b, c = kept
    print(kept, a, b, c)
    (a, b), c = three((kept, a), b, c)[0], 5
    print(a is kept, b, c)
    [a, b, c] = "x:y".partition(":")
    print(a, b, c)
    x = y = None
    x, y = y, x = 1, 2
    print(x, y)
    for i, (a, b) in enumerate([(1, 2), (3, 4)]):
        print(i, a, b)


def swap(n):
    a, b, c = 0, 1, 2
    for _ in range(n):
        a, b, c = three(c, a, b)
    return a, b, c


unpack()
print(swap(1000), gc.collect() >= 0)
try:
    a, b = three(1, 2, 3)
except ValueError as e:
    print(e)

print(b"x" in (b"y", b"x"), b"x" in (b"y", "x", 1), "x" in ("y", b"x"), "x" in ("", "xx", "x"))
print("x" in (Odd("x"), "x"), b"x" in (Odd(), b"x"), "x" in (Odd(),), b"" in ())
nan = float("nan")
print(nan in (nan,), float("nan") in (nan,), "\xe9" in ("e", "\xe9"), "\u20ac" in ("\xe9", "\u20ac"))
print(b"ab" in (bytearray(b"ab"),), bytearray(b"ab") in (b"ab",), b"ab" in (memoryview(b"ab"),))


class Name(str):
    def __eq__(self, other):
        print("Name.eq", str(self), other)
        return True

    __hash__ = str.__hash__


print("x" in (Name("q"),), Name("q") in ("x",), Name("q") in ())


class Bag(tuple):
    def __contains__(self, x):
        return "bag"


print("x" in Bag(("x",)), bool("z" in Bag()))
if "z" in Bag():
    print("held")


class Bad:
    def __eq__(self, other):
        raise ZeroDivisionError("no")


try:
    "x" in ("y", Bad(), "x")
except ZeroDivisionError as e:
    print(e)
print("y" in ("y", Bad()))
