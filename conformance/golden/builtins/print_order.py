# What print says, and when: with arguments that print themselves, fail, or have odd streams.
import sys


class Talks:
    def __str__(self):
        print("(talking)", end="")
        return "T"


class Fails:
    def __str__(self):
        raise ValueError("no text")


print(1, Talks(), 2, Talks(), sep="-")
try:
    print("before", Fails(), "after")
except ValueError as e:
    print("/", e)
print(1, 2.5, "x", None, True, b"y", [1], (2,), 10 ** 30, "\u20ac", sep="|", end="!\n")
print()
print(sep="x")
print("", "", sep="")
print("a", end="")
print("b", "c", sep="", end="\n\n")


class Stream:
    def __init__(self):
        self.said = []

    def write(self, s):
        self.said.append(s)


s = Stream()
print(1, "a", file=s, end="E")
print(s.said)


class Lists:
    pass


t = Lists()
t.said = []
t.write = t.said.append
print(1, "a", 2.5, sep="", file=t)
print(t.said)
old = sys.stdout
sys.stdout = s
print("hidden", 1)
sys.stdout = old
print(s.said)
for kw in ({"sep": 1}, {"end": 1}, {"file": 1}, {"what": 1}):
    try:
        print("x", **kw)
    except (TypeError, AttributeError) as e:
        print(e)
print(*range(5), sep=", ", flush=True)
