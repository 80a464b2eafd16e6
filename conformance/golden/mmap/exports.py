# Views of the memory: memoryview, struct, re, files and sockets; what they keep from happening.
import array
import io
import mmap
import os
import re
import socket
import struct
import tempfile
import weakref
import gc


def show(f, *args):
    try:
        print(" ", repr(f(*args)))
    except Exception as e:
        print(" ", type(e).__name__, e.args)


m = mmap.mmap(-1, 64)
m[:11] = b"hello world"
v = memoryview(m)
print(v.readonly, v.format, v.shape, v.strides, v.itemsize, v.nbytes, v.ndim, v.contiguous, v.obj is m, v[:5].tobytes())
v[0] = ord("j")
v[6:8] = b"WO"
print(m[:11])
show(m.close)
show(m.resize, 128)
show(m.__exit__)
try:
    with m:
        raise KeyError("inside")
except Exception as e:
    print(type(e).__name__, e, "|", type(e.__context__).__name__)
part = v[3:5]
v.release()
show(m.close)
part.release()
print(m.closed)

print("struct")
struct.pack_into("<IH", m, 16, 0x61626364, 0x6566)
print(m[16:22], struct.unpack_from("<IH", m, 16), struct.unpack("<2s", memoryview(m)[16:18]))
print("re")
print(re.search(rb"w.r", m), re.findall(rb"[a-z]+", m), re.sub(rb"l", b"L", m)[:11])
match = re.compile(rb"(?i)(w)(o)").search(m)
print(match.group(0, 1, 2), match.string is m, match.span(2))
del match
print("others")
print(bytes(m)[:5], bytearray(m)[:5], b"-".join([m[:2], memoryview(m)[2:4]]), str(memoryview(m)[:5], "ascii"))
print(array.array("B", bytes(m[:3])), int.from_bytes(memoryview(m)[16:20], "little"), io.BytesIO(m).read(5))
print(memoryview(m)[:5] == b"jello", memoryview(m).cast("I")[4], b"hello".translate(None, memoryview(m)[:1]))

print("reading into it")
r, w = os.pipe()
with open(w, "wb") as f:
    f.write(b"through a pipe")
with open(r, "rb") as f:  # buffered: a transfer may come in pieces
    print(f.readinto(memoryview(m)[32:46]), m[32:46])
print(io.BytesIO(b"bytes").readinto(m), m[:8])
a, b = socket.socketpair()
a.sendall(memoryview(m)[:5])
into = memoryview(m)[40:45]
while into:
    into = into[b.recv_into(into):]
print(m[38:46])
a.sendall(m)
a.close()
got = b""
while piece := b.recv(1000):
    got += piece
print(len(got))
b.close()
with tempfile.TemporaryFile() as f:
    print(f.write(m), f.seek(0), f.read() == m[:])
show(f.fileno)

print("for reading")
with tempfile.TemporaryFile() as f:
    f.write(b"x" * 10)
    f.flush()
    m = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    v = memoryview(m)
    print(v.readonly, hash(v[:0]) == hash(b""))
    show(v.__setitem__, 0, 1)
    show(struct.pack_into, "B", m, 0, 1)
    show(io.BytesIO(b"abc").readinto, m)
    show(m.resize, 5)
    v.release()
    m.close()

print("weak references")
gone = []
m = mmap.mmap(-1, 10)
ref = weakref.ref(m, lambda ref: gone.append("gone"))
v = memoryview(m)
del m
gc.collect()
print(ref() is v.obj, gone)
del v
gc.collect()
print(ref(), gone)
for kept in (mmap.mmap(-1, 10),):
    with memoryview(kept) as v:
        show(kept.close)
    print(kept.close(), kept.closed)
