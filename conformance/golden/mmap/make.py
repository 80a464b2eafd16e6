# Making an mmap: arguments, what they are worded like when wrong, sizes of files, access and prot.
import mmap
import os
import tempfile

M = mmap.mmap


def show(*args, **names):
    try:
        made = M(*args, **names)
    except Exception as e:
        print(" ", type(e).__name__, e.args)
    else:
        print(" ", made)
        made.close()


for args, names in [
    ((), {}), ((1,), {}), (("x", 1), {}), ((-1, "x"), {}), ((-1, 10, "x"), {}), ((-1, 10, 1, 3, 0, 0, 0), {}),
    ((-1, 10), {"foo": 1}), ((-1, 10), {"fileno": 1}), ((-1, 10, 1, 3, 1), {}), ((-1, 10, 2, 3, 1), {}),
    ((-1, 10, 1, 1, 2), {}), ((-1, 10), {"access": 4}), ((-1, 10), {"access": -1}), ((-1, 10), {"offset": -1}),
    ((-1, 10), {"offset": 1}), ((-1, 10), {"offset": "x"}), ((-1, 10), {"offset": 1.5}), ((-1, 0), {}),
    ((-1, -1), {}), ((9999, 10), {}), ((-2, 10), {}), ((1 << 40, 10), {}), ((-1 << 40, 10), {}),
    ((-1, 1 << 62), {}), ((-1, 1 << 64), {}), ((-1, 10, 0), {}), ((-1, 10, 1 << 40), {}), ((-1, 10, 1, 2), {}),
    ((-1, 10, 1, 1), {}), ((-1, 10, 2, 3), {}), ((-1, 10, 2, 1), {}), ((-1, 10, 1, 4), {}),
    ((-1, 10), {"offset": 1 << 64}), ((-1.0, 10), {}), ((-1, 10.0), {}), ((None, 10), {}), ((True, -1), {}),
]:
    print(args, names)
    show(*args, **names)

print("files")
with tempfile.TemporaryFile() as f:
    n = f.write(b"hello world\nsecond line\nthird" * 1000)
    f.flush()
    for args, names in [
        ((0,), {}), ((n + 1,), {}), ((n,), {}), ((0,), {"offset": 4096}), ((0,), {"offset": 4096 * 8}),
        ((10,), {"offset": 4096 * 8}), ((0,), {"offset": 1}), ((1 << 62,), {}), ((0,), {"offset": n}),
        ((0, mmap.MAP_PRIVATE), {}), ((0,), {"access": mmap.ACCESS_COPY}), ((0,), {"access": mmap.ACCESS_READ}),
        ((0,), {"access": mmap.ACCESS_WRITE}), ((0,), {"prot": mmap.PROT_READ}), ((5000,), {"offset": 24576}),
    ]:
        print(args, names)
        show(f.fileno(), *args, **names)
    with open(f"/proc/self/fd/{f.fileno()}", "rb") as reading:
        print("opened for reading only")
        show(reading.fileno(), 0)
        show(reading.fileno(), 0, access=mmap.ACCESS_WRITE)
        show(reading.fileno(), 0, access=mmap.ACCESS_READ)
        show(reading.fileno(), 0, access=mmap.ACCESS_COPY)
    m = M(f.fileno(), 0, access=mmap.ACCESS_READ)
print("closed file:", m[:11], m.size(), os.fstat(1).st_size >= 0)
m.close()
with tempfile.TemporaryFile() as f:
    show(f.fileno(), 0)
    show(f.fileno(), 1)

print("the class")
print(mmap.error is OSError, M.__name__, M.__module__, M.__qualname__, M)
print([name for name in dir(mmap) if name.startswith(("ACCESS", "MAP_", "PROT_", "MADV_"))])
print(mmap.PAGESIZE == mmap.ALLOCATIONGRANULARITY == os.sysconf("SC_PAGE_SIZE"))
for args in [(), (5,), (int,), (M,), (M, -1)]:
    try:
        M.__new__(*args)
    except TypeError as e:
        print(e)
try:
    M.x = 1
except TypeError as e:
    print(e)


class Named(M):
    pass


class Own(M):
    def __new__(cls, *args, tag=None, **names):
        self = super().__new__(cls, *args, **names)
        self.tag = tag
        return self

    def __getitem__(self, key):
        return ("own", super().__getitem__(key))


class Init(M):
    def __init__(self, *args, **names):
        print("init", args, names)


print(Named(-1, 5), Named(fileno=-1, length=6))
try:
    Named(-1, 5, x=1)
except TypeError as e:
    print(e)
own = Own(-1, 10, tag="t")
print(own, own.tag, own[0], own[:2], isinstance(own, M))
print(Init(-1, length=5))
