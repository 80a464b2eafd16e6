# hostile input: mappings that cannot be read, are left out in children, or are closed by the arguments' own __index__
# group mmap; accept RESULT matching ^ok$
import mmap, os, re, struct, threading, tempfile
def refused(action, *kinds):
    try: action()
    except kinds: return
    raise AssertionError(action)
for prot in (0, mmap.PROT_EXEC):
    for m in mmap.mmap(-1, 4096, prot=prot), mmap.mmap(-1, 4096, mmap.MAP_PRIVATE, prot):
        for action in (lambda: m[0], lambda: m[:], lambda: m[::2], lambda: m.read(), lambda: m.find(b"a"), lambda: bytes(m),
                       lambda: memoryview(m), lambda: re.search(b"a", m), lambda: list(m), lambda: b"a" in m, lambda: m.readline(), lambda: m.read_byte(),
                       lambda: m.write(b"a"), lambda: m.__setitem__(0, 1), lambda: struct.pack_into("B", m, 0, 1)):
            refused(action, OSError, TypeError)
        m.close()
m = mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE)
m[0] = 1
assert m[0] == 1
# addresses of one's own choice, pages that grow down, pages that fault
for flags in (0x10, 0x100000, 0x10 | 0x20):
    refused(lambda: mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | flags), OSError)
try: mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | 0x100)[0]
except OSError: pass
for advice in range(-2, 130):
    m = mmap.mmap(-1, 1 << 16)
    n = mmap.mmap(-1, 1 << 16, mmap.MAP_PRIVATE)
    for x in m, n:
        x[:] = b"a" * (1 << 16)
        try: x.madvise(advice)
        except OSError: pass
        x[5], x[:10], x[60000:60010]
        x[7] = 1
        pid = os.fork()
        if pid == 0:
            try: x[5]; x[60000:60010]
            except OSError: pass
            try: x[9] = 1
            except OSError: pass
            memoryview(x).tobytes()
            y = mmap.mmap(-1, 1 << 16)
            x.close()
            y[0] = 5
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0, advice
        x.close()
# a part of one: advised, and advised otherwise
m = mmap.mmap(-1, 1 << 16, mmap.MAP_PRIVATE)
m.madvise(mmap.MADV_DONTFORK, 4096, 8192)
m.madvise(mmap.MADV_DONTFORK, 32768, 4096)
m.madvise(mmap.MADV_DOFORK, 4096, 4096)
m[:] = b"b" * (1 << 16)
pid = os.fork()
if pid == 0:
    v = memoryview(m)
    assert v[0] == 98 and v[9000] == 0 and v[33000] == 0 and v[65535] == 98
    m[65535]
    os._exit(0)
assert os.waitpid(pid, 0)[1] == 0
m.close()
# memory behind what is there
m = mmap.mmap(-1, 4096)
try: m.resize(1 << 16)
except ValueError: pass
else:
    try: m[60000]
    except OSError: pass
class Closing:
    def __init__(self, of): self.of = of
    def __index__(self):
        self.of.close()
        return 1
def put(m, key, value): m[key] = value
for action in (lambda m, c: m[c], lambda m, c: m[c:], lambda m, c: m[::c], lambda m, c: put(m, c, 1), lambda m, c: put(m, 0, c),
               lambda m, c: put(m, slice(c, 3), b"ab"), lambda m, c: put(m, slice(0, 4, c), b"abcd"), lambda m, c: m.read(c), lambda m, c: m.seek(c),
               lambda m, c: m.move(0, c, 1), lambda m, c: m.find(b"a", c), lambda m, c: m.rfind(b"a", 0, c), lambda m, c: m.write_byte(c),
               lambda m, c: m.flush(0, c), lambda m, c: m.madvise(c), lambda m, c: m.resize(c)):
    m = mmap.mmap(-1, 8192)
    refused(lambda: action(m, Closing(m)), ValueError)
# closed and resized by one thread while others read
f = tempfile.TemporaryFile()
f.truncate(1 << 20)
shared = [mmap.mmap(f.fileno(), 0)]
stop = []
def read():
    while not stop:
        try: shared[0].find(b"needle", 0); shared[0][::4096]; bytes(memoryview(shared[0]))
        except (ValueError, OSError): pass
def change():
    for i in range(60):
        try: shared[0].resize(4096 + (i * 7919 * 64) % (1 << 20))
        except BufferError: pass
        if i % 10 == 9:
            try: shared[0].close()
            except BufferError: pass
            shared[0] = mmap.mmap(f.fileno(), 0)
    stop.append(1)
threads = [threading.Thread(target=t) for t in (read, read, read, change)]
for t in threads: t.start()
for t in threads: t.join()
print("RESULT ok")
