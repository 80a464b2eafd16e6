# Methods: results, positions, and what wrong arguments are worded like; open, read-only and closed.
import mmap
import tempfile


def show(f, *args):
    try:
        result = f(*args)
    except Exception as e:
        print(" ", type(e).__name__, e.args)
    else:
        print("  ->", repr(result))


m = mmap.mmap(-1, 20)
m[:4] = b"\x04\0b\0"
for name, *args in [
    ("read", "x"), ("read", 1, 2), ("read", None), ("read", -5), ("read", 1.0), ("seek", 0), ("read", 3),
    ("read_byte", 1), ("readline", 1), ("seek",), ("seek", "x"), ("seek", 21), ("seek", -1), ("seek", 0, 3),
    ("seek", 0, -1), ("seek", 1 << 70), ("seek", 20), ("seek", -1, 2), ("tell",), ("seek", 1, 1), ("seek", 1, 1),
    ("seek", (1 << 63) - 1, 1), ("seek", (1 << 63) - 1, 2), ("read_byte",), ("write_byte", 1), ("seek", 0),
    ("write_byte", "x"), ("write_byte", 256), ("write_byte", 255), ("write_byte", -1), ("write_byte", b"a"),
    ("write_byte",), ("write", "x"), ("write", b"x" * 21), ("write",), ("write", b"xy", 1), ("tell",),
    ("write", b"xyz"), ("write", bytearray(b"xx")), ("write", b""), ("tell",), ("seek", 1), ("find",), ("find", "x"),
    ("find", b"x", "a"), ("find", b"x", None), ("find", b"x"), ("find", b"x", 0, 0), ("find", b"xx"), ("rfind", b"x"),
    ("rfind", b"x", 0, 4), ("rfind", b"x", 0, -15), ("find", b"", 20), ("find", b"", 21), ("find", b""),
    ("rfind", b""), ("find", b"x", -100, 100), ("find", b"x", -16), ("find", b"x", 1, 2, 3), ("find", b"x" * 30),
    ("find", bytearray(b"yz")), ("move",), ("move", 1, 2), ("move", 1, 2, 3, 4), ("move", -1, 0, 1),
    ("move", 0, 19, 2), ("move", 0, 20, 0), ("move", 0, 21, 0), ("move", 0, 0, -1), ("move", "x", 0, 0),
    ("move", 10, 0, 8), ("__getitem__", slice(None)), ("move", 11, 10, 8), ("__getitem__", slice(None)),
    ("move", 9, 10, 8), ("__getitem__", slice(None)), ("flush", 1), ("flush", 0, 4096), ("flush", 0, 20),
    ("flush", 1, 2), ("flush", -1), ("flush", 0, -1), ("flush", "x"), ("flush", 1, 1, 1), ("flush", 20),
    ("flush", 20, 0), ("size",), ("size", 1), ("resize",), ("resize", "x"), ("resize", -1), ("resize", 0),
    ("resize", 10), ("tell",), ("madvise",), ("madvise", "x"), ("madvise", 999999), ("madvise", 0),
    ("madvise", 0, -1), ("madvise", 0, 10), ("madvise", 0, 9, 1), ("madvise", 0, 0, -1), ("madvise", 0, 0, 100),
    ("madvise", 0, 0, (1 << 63) - 1), ("madvise", 0, 4, (1 << 63) - 1), ("madvise", 0, 1 << 70),
    ("madvise", 0, 0, 0, 0), ("__enter__",), ("__enter__", 1), ("close", 1), ("__len__",), ("__exit__",),
    ("__exit__", 1, 2), ("close",),
]:
    print(name, args)
    show(getattr(m, name), *args)

print("closed:", m.closed, m)
for name, *args in [
    ("read",), ("read", "x"), ("read_byte",), ("readline",), ("seek", 0), ("tell",), ("write", b""), ("write", 1),
    ("write_byte", 1), ("find", b""), ("rfind", b""), ("move", 0, 0, 0), ("flush",), ("size",), ("resize", 1),
    ("madvise", 0), ("__enter__",), ("__exit__", None, None, None), ("close",), ("__len__",), ("__getitem__", 0),
    ("__getitem__", "x"), ("__setitem__", 0, 1), ("__setitem__", 0, "x"), ("__delitem__", 0),
]:
    print(name, args)
    show(getattr(m, name), *args)
show(memoryview, m)
show(bytes, m)

print("for reading")
with tempfile.TemporaryFile() as f:
    f.write(b"hello world\nsecond line\nthird" * 1000)
    f.flush()
    m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    for name, *args in [
        ("write", b"a"), ("write", 1), ("write_byte", 1), ("write_byte", "x"), ("resize", 5), ("resize", "x"),
        ("move", 0, 1, 1), ("move", -1, 0, 0), ("flush",), ("flush", -1), ("readline",), ("find", b"second"),
        ("find", b"hello"), ("rfind", b"hello"), ("find", b"third", -10), ("__setitem__", 0, 1),
        ("__setitem__", 0, "x"), ("__setitem__", slice(0, 1), 1), ("__setitem__", "x", 1), ("size",),
        ("__delitem__", 0), ("readline",), ("readline",), ("tell",),
    ]:
        print(name, args)
        show(getattr(m, name), *args)
    m.seek(-5, 2)
    print(m.readline(), m.readline(), m.read(), m.tell())
    m.close()

    print("a copy")
    m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY)
    m[:5] = b"HELLO"
    print(m.flush(), m[:8], m.write(b"J"), m[:8])
    show(m.resize, 10)
    m.close()
    f.seek(0)
    print(f.read(8))

    print("written")
    with mmap.mmap(f.fileno(), 0) as m:
        m.seek(6)
        print(m.write(b"WORLD"), m.tell(), m.flush())
        print(m.resize(5000), len(m), m.size(), m[-3:], m.resize(9000), len(m), m.size(), m[8990:])
        m.seek(0, 2)
        print(m.resize(4), m.tell(), m.read(), m.readline(), m)
        show(m.read_byte)
        show(m.write, b"")
        show(m.seek, 0, 1)
        print(m.find(b"h"), m.find(b"h", 0))
    print(m.closed)
    f.seek(0, 2)
    f.seek(0)
    print(f.read())
    m = mmap.mmap(-1, 100, mmap.MAP_PRIVATE)
    m[:3] = b"abc"
    print(m.resize(100000), len(m), m[:3], m[99999])
