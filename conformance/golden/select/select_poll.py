# select() and poll(): results, order, words of the errors
import os
import select
import time


def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, e)


r, w = os.pipe()


class File:
    def __init__(self, fd):
        self.fd = fd

    def fileno(self):
        return self.fd

    def __repr__(self):
        return "File"


t(select.select, [r], [], [], 0)
t(lambda: select.select([r], [w], [], 0) == ([], [w], []))
os.write(w, b"x")
reader = File(r)
t(lambda: select.select([reader, r, reader], [w, w], []) == ([reader, r, reader], [w, w], []))
t(lambda: select.select((x for x in [r]), [], [], 1) == ([r], [], []))
t(lambda: select.select([], [], [], 0.001))
for args in [(1, 2, 3), ([], [], [], "x"), ([], [], [], -1), (["a"], [], []), ([-1], [], []),
             ([5000], [], [], 0), ([2 ** 40], [], [], 0), ([], [], [], float("nan")),
             ([], [], [], 1e300), ([File("a")], [], []), ([], [0.5], []), ([], None, []), ()]:
    t(select.select, *args)
t(select.select, [999], [], [], 0)


class Growing(File):
    def fileno(self):
        growing.append(r)
        return self.fd


growing = [Growing(r)]
t(lambda: len(select.select(growing, [], [], 0)[0]))

p = select.poll()
t(p.poll, 0)
p.register(r, select.POLLIN)
p.register(w)
t(lambda: p.poll(0) == [(r, select.POLLIN), (w, select.POLLOUT)])
p.modify(w, 0)
t(lambda: p.poll() == [(r, select.POLLIN)])
p.unregister(r)
p.register(r)
p.modify(w, select.POLLOUT)
t(lambda: p.poll() == [(w, select.POLLOUT), (r, select.POLLIN)])
p.unregister(w)
t(lambda: p.poll(-1) == [(r, select.POLLIN)])
os.read(r, 1)
start = time.monotonic()
t(p.poll, 10.5)
print(time.monotonic() - start >= 0.0104)
os.close(w)
t(lambda: p.poll() == [(r, select.POLLHUP)])
os.close(r)
t(lambda: p.poll() == [(r, select.POLLNVAL)])
for f, args in [(p.register, ("a",)), (p.register, (1, 2 ** 20)), (p.register, (1, -1)),
                (p.register, (1, "a")), (p.modify, (77, 1)), (p.unregister, (77,)), (p.poll, ("x",)),
                (p.poll, (1e300,)), (p.register, (-1,)), (p.poll, (float("nan"),)), (p.poll, (2 ** 31,)),
                (type(p), ()), (p.poll, (1, 2)), (p.register, ())]:
    t(f, *args)
print(type(p), select.error is OSError, select.PIPE_BUF)
print([n for n in dir(p) if n[0] != "_"])
