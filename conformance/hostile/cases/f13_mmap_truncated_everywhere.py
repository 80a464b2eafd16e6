# hostile input: a file cut underneath its mapping, seen by every way to the bytes (SIGBUS in CPython)
# group mmap; accept RESULT matching ^ok$
import binascii, hashlib, io, mmap, os, re, signal, socket, struct, tempfile, threading, zlib
SIZE = 1 << 20
f = tempfile.TemporaryFile()
def mapped(**names):
    f.truncate(0)
    f.seek(0)
    f.write(b"x" * SIZE)
    f.flush()
    m = mmap.mmap(f.fileno(), SIZE, **names)
    f.truncate(0)
    return m
def error(m, action):
    try: action(m)
    except OSError as e:
        assert e.errno == 14, e
        return
    raise AssertionError("no error")
put = lambda key, value: lambda m: m.__setitem__(key, value)
for access in mmap.ACCESS_DEFAULT, mmap.ACCESS_WRITE, mmap.ACCESS_COPY, mmap.ACCESS_READ:
    # the object's own ways: OSError
    for action in (lambda m: m[5], lambda m: m[-1], lambda m: m[:], lambda m: m[100:200], lambda m: m[::4096], lambda m: m.read(),
                   lambda m: m.read(7), lambda m: m.read_byte(), lambda m: m.readline(), lambda m: m.find(b"xy"),
                   lambda m: m.rfind(b"y"), lambda m: list(m), lambda m: b"y" in m, lambda m: bytearray([1]) in m, lambda m: list(reversed(m))):
        m = mapped(access=access)
        error(m, action)
        error(m, action)
        m.close()
    # views: zeros
    for action in (lambda v: bytes(v), lambda v: v.tobytes(), lambda v: v[7], lambda v: sum(v[::4096]), lambda v: v.hex()[:9],
                   lambda v: re.search(b"y", v), lambda v: struct.unpack_from("<Q", v, 4090), lambda v: v == b"abc",
                   lambda v: hashlib.md5(v).digest(), lambda v: binascii.crc32(v), lambda v: zlib.crc32(v), lambda v: int.from_bytes(v[:8], "big"),
                   lambda v: b"".join([v, v]), lambda v: io.BytesIO(v).read(3), lambda v: bytearray(v), lambda v: str(v, "latin-1"), lambda v: list(v[:5000])):
        m = mapped(access=access)
        with memoryview(m) as v:
            action(v)
        m.close()
        m = mapped(access=access)
        action_on = memoryview(m)
        assert bytes(action_on[-4096:]) == bytes(4096)
        assert m.size() == 0
        action_on.release()
        m.close()
    if access == mmap.ACCESS_READ:
        continue
    for action in (put(9, 1), put(slice(0, 4), b"abcd"), put(slice(None, None, 4096), b"z" * 256), lambda m: m.write(b"abc"),
                   lambda m: m.write_byte(3), lambda m: m.move(0, 9000, 5000), put(slice(0, 5), memoryview(bytearray(5)))):
        m = mapped(access=access)
        error(m, action)
        m.close()
    m = mapped(access=access)
    v = memoryview(m)
    v[5] = 5
    struct.pack_into("<Q", m, 8190, 1)
    io.BytesIO(b"abc").readinto(m)
    assert v[0] == 97
    a, b = socket.socketpair()
    a.send(b"q" * 100)
    b.recv_into(v[SIZE - 200:])
    a.close(); b.close()
    with open("/dev/zero", "rb", buffering=0) as zero:
        try: zero.readinto(v)
        except OSError: pass
    with open("/dev/null", "wb", buffering=0) as null:
        try: null.write(v)
        except OSError: pass
    v.release()
    if access != mmap.ACCESS_COPY:
        try: m.flush()
        except OSError: pass
        # the file grows again, and so does what is seen
        m.resize(SIZE * 2)
        assert m[0] == 0 and m[SIZE * 2 - 1] == 0 and len(m) == m.size() == SIZE * 2
        m[5] = 7
        m.flush()
        f.seek(5)
        assert f.read(1) == b"\7"
    m.close()
# the part that is left stays the file's
m = mapped()
f.truncate(5000)
f.seek(0); f.write(b"left"); f.flush()
error(m, lambda m: m[8192])
assert m[:4] == b"left" and m[4999] == 0
error(m, lambda m: m[4000:9000])
m[0] = 65
m.flush(0, 4096)
f.seek(0)
assert f.read(4) == b"Aeft"
m.close()
# with threads, a handler for the signal, and the signal blocked
signal.signal(signal.SIGBUS, lambda number, frame: None)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGBUS])
def work():
    for _ in range(50):
        with tempfile.TemporaryFile() as own:
            own.write(b"x" * 20000)
            own.flush()
            with mmap.mmap(own.fileno(), 0) as m:
                own.truncate(0)
                error(m, lambda m: m[10000])
                error(m, lambda m: m.read())
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads: t.start()
for t in threads: t.join()
# many at once, each with pages lost here and there
held = []
for i in range(300):
    own = tempfile.TemporaryFile()
    own.truncate(65536)
    held.append(mmap.mmap(own.fileno(), 0))
    own.truncate(8192)
    own.close()
for m in held:
    assert m[8000] == 0
    error(m, lambda m: m[20000])
pid = os.fork()
if pid == 0:
    m = mapped()
    error(m, lambda m: m[0])
    error(held[0], lambda m: m[9000])
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
print("RESULT ok")
