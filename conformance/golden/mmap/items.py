# Subscripts, slices, iteration, membership.
import array
import mmap


def show(f, *args):
    try:
        print(" ", repr(f(*args)))
    except Exception as e:
        print(" ", type(e).__name__, e.args)


m = mmap.mmap(-1, 20)
m[:] = bytes(range(65, 85))
print("get")
for key in (0, -1, 19, -20, 20, -21, "x", 1.0, None, 1 << 70, True, (1, 2), slice("a"), slice(0, 0, 0),
            slice(None), slice(2, 5), slice(-3, None), slice(5, 2), slice(None, None, 3), slice(None, None, -1),
            slice(18, 2, -5), slice(100, 200), slice(-100, 100, 7), slice(3, 3, 2)):
    print(key)
    show(lambda: m[key])


def put(key, value):
    m[key] = value


def remove(key):
    del m[key]


print("set")
for key, value in [
    (0, "x"), (0, b"x"), (0, 256), (0, -1), (0, 1 << 70), (20, 1), ("x", 1), (0, 1.0), (0, None), (0, True), (-21, 3),
    (-20, 4), (slice(0, 3), b"ab"), (slice(0, 3), 5), (slice(0, 3), "abc"), (slice(0, 6, 2), b"ab"),
    (slice(0, 6, 2), b"abc"), (slice(0, 0), b""), (slice(0, 0), b"a"), (slice(5, 2), b""), (slice(0, 0, 0), b""),
    (slice(1, 4), bytearray(b"xyz")), (slice(4, 6), array.array("H", [0x4142])), (slice(None, None, -1), b"0123456789" * 2),
    (slice(19, 9, -3), b"!?.,"), (slice(2, 4), [1, 2]),
]:
    print(key, value)
    show(put, key, value)
    print(m[:])
print("delete")
for key in (0, slice(0, 2), slice(0, 6, 2), "x", 20, None):
    show(remove, key)
print("parts of itself")
m[0:4] = memoryview(m)[1:5]
print(m[:])
show(put, slice(10, 20), m)
show(put, slice(0, 10), memoryview(m)[::2])
print(m[:])

print("iteration")
small = mmap.mmap(-1, 5)
small[:] = b"abcda"
print(list(small), [*reversed(small)], len(small), bool(small))
print(b"a" in small, b"ab" in small, b"" in small, 97 in small, "a" in small, bytearray(b"d") in small, None in small)


class Equal:
    def __init__(self, what):
        self.what = what

    def __eq__(self, other):
        return other == self.what


print(Equal(b"c") in small, Equal(b"z") in small)
it = iter(small)
print(next(it), it.__length_hint__(), list(it), list(it), it.__length_hint__())
it = iter(small)
next(it)
small.close()
show(next, it)
show(list, small)
show(lambda: b"a" in small)
show(len, small)
show(bool, small)
print(m == m, m == bytes(m), m != m, bytes(m) == m[:], hash(m) == hash(m))
for action in (lambda: m + m, lambda: m * 2, lambda: m < m, lambda: m.index, lambda: m.foo):
    show(action)
