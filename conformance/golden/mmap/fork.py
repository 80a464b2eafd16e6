# What processes and mappings of the same file see of each other.
import mmap
import os
import tempfile


def child(f):
    pid = os.fork()
    if pid == 0:
        try:
            f()
        finally:
            os._exit(0)
    print(os.waitpid(pid, 0)[1])


shared = mmap.mmap(-1, 13)
shared.write(b"Hello world!")
private = mmap.mmap(-1, 13, mmap.MAP_PRIVATE)
private.write(b"Hello world!")


def change():
    shared[:5] = b"HELLO"
    private[:5] = b"HELLO"
    shared.close()
    private.close()


child(change)
print(shared[:], private[:], shared.closed)
shared.seek(0)
print(shared.readline())

with tempfile.NamedTemporaryFile() as f:
    f.write(b"a" * 10000)
    f.flush()
    one = mmap.mmap(f.fileno(), 0)
    two = mmap.mmap(f.fileno(), 0)
    copy = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY)
    read = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    far = mmap.mmap(f.fileno(), 100, offset=8192)
    one[8192] = ord("b")
    copy[8193] = ord("c")
    print(two[8190:8195], copy[8190:8195], read[8190:8195], far[:3])
    child(lambda: far.write(b"child"))
    print(one[8190:8199], copy[8190:8199], far.tell())
    one.flush()
    with open(f.name, "rb") as again:
        again.seek(8190)
        print(again.read(8))
    with open(f.name, "r+b") as again:
        again.seek(5)
        again.write(b"file")
    print(one[:10], read[:10])
    one.resize(20000)
    print(os.path.getsize(f.name), len(two), two.size(), one[19999])
    one.move(100, 8190, 10)
    print(two[98:112])
    for m in one, two, copy, read, far:
        m.close()
