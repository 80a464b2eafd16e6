"""Loops over literals: no iterator, but the same behaviour."""
import sys


def plain():
    out = []
    for x in (1, 2.5, "a", None, (1, 2)):
        out.append(x)
    for x in [3, 4, 5]:
        out.append(x)
        x = 9
    else:
        out.append("else")
    for x in ():
        out.append("never")
    else:
        out.append("empty")
    return out


def broken():
    for x in (1, 2, 3):
        for y in [10, 20, 30]:
            if y == 20:
                break
        else:
            print("not here")
        if x == 2:
            continue
        print(x, y)


def unpacked():
    for a, (b, c) in ((1, (2, 3)), (4, (5, 6))):
        print(a, b, c)
    for a, *b in [(1, 2, 3), (4,)]:
        print(a, b)
    try:
        for a, b in ((1, 2), (3,)):
            print(a, b)
    except ValueError as e:
        print(e)


def recursive(n):
    for x in (1, 2, 3):
        if n:
            yield from recursive(n - 1)
        yield n, x


def thrown():
    for x in (1, 2, 3):
        try:
            yield x
        except KeyError:
            yield "caught", x


def returned():
    for x in (1, 2, 3):
        with open("/dev/null"):
            if x == 2:
                return x


print(plain())
broken()
unpacked()
print(list(recursive(2)))
g = thrown()
print(next(g), g.throw(KeyError), next(g), list(g))
print(returned())
print([(x, y) for x in (1, 2) for y in (3, 4) if x != y])
print({x: y for x in "ab" for y in [1, 2]}, {x + y for x in [1] for y in (1, 2)})
print(list(x * y for x in range(3) for y in (1, -1)))
for i in (1, 2):
    for j in ("x", "y"):
        print(i, j)
del i, j


class Body:
    for name in ("a", "b"):
        locals()[name] = name.upper()


print(Body.a, Body.b, Body.name)


def lines():
    total = 0
    for x in (1,
              2):
        total += x
    return total


events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "lines":
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer


sys.settrace(tracer)
lines()
sys.settrace(None)
print(events)
