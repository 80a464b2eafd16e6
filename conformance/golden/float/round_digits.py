# round(x, n) against exact arithmetic: ties, numbers just beside ties, and the ends of what a short way takes.
from fractions import Fraction


def exact(x, n):
    scaled = Fraction(x) * 10 ** n
    whole = round(scaled)  # of a Fraction: half to even, exactly
    text = f"{whole}e{-n}"
    return float(text) if whole else 0.0 * x


def numbers():
    state = 12345
    for i in range(3000):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        a, b = state >> 40, state >> 20 & 0xFFFFF
        yield (a + 0.5) / 10 ** (i % 7), i % 7
        yield a / 2 ** (i % 23), i % 9
        yield -a / (b + 1), i % 16
        yield a * 1.1 ** (b % 200 - 100), i % 13
    for x in (0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1.005, 0.045, 1e15 + 0.5, 2.0 ** 51 + 0.5, 2.0 ** 51 - 0.25, 2.0 ** 52 - 0.5,
              1e-3, 9.99e-4, 5e-324, 0.0, 1e22, 123456789.123456789):
        for n in range(16):
            yield x, n
            yield -x, n


wrong = [(x, n) for x, n in numbers() if repr(round(x, n)) != repr(exact(x, n))]
print("wrong:", wrong[:5])
print([round(x, 2) for x in (2.675, 1.005, 0.125, 0.375, -0.001, -2.5, 1e300, float("inf"))], round(-0.4, 0), round(2.5, 0))

# What else has a short way: lists of ranges, slices of bytearrays.
for r in (range(5), range(0), range(5, -5, -3), range(2 ** 31 - 2, 2 ** 31 + 2), range(2 ** 63 - 3, 2 ** 63 + 2), range(-2 ** 63, -2 ** 63 + 3),
          range(2 ** 63 - 1, 2 ** 63 - 10 ** 18, -3 * 10 ** 17), range(0, 2 ** 65, 2 ** 64)):
    some = [0]
    some.extend(r)
    some += r
    print(list(r), some == [0, *r, *r], [*r] == list(r) == [i for i in r])
for huge in (range(2 ** 62), range(2 ** 70)):
    try:
        list(huge)
    except (MemoryError, OverflowError) as e:
        print(type(e).__name__)
b = bytearray(range(10))
print(b[2:4], b[:], b[-3:], b[8:100], b[5:2], b[:-8], b[::2], type(b[1:2]), b[:] is b)


class Own(bytearray):
    def __getitem__(self, key):
        return key


print(Own(b"abc")[1:2], bytes(memoryview(b)[1:3]))
c = b[1:3]
c[0] = 99
print(b[1], c)
