# epoll objects
import os
import select
import signal
import socket
import time


def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, e)


a, b = socket.socketpair()
with select.epoll() as e:
    print(e.closed, e.fileno() > 2, type(e))
    e.register(a)
    e.register(b, eventmask=select.EPOLLIN)
    t(lambda: e.poll() == [(a.fileno(), select.EPOLLOUT)])
    a.send(b"x")
    t(lambda: sorted(e.poll(1)) == sorted([(a.fileno(), select.EPOLLOUT), (b.fileno(), select.EPOLLIN)]))
    t(lambda: len(e.poll(maxevents=1)))
    e.modify(a, 0)
    e.modify(b, select.EPOLLIN | select.EPOLLET)
    t(lambda: e.poll(timeout=-1) == [(b.fileno(), select.EPOLLIN)])
    t(e.poll, 0)
    e.unregister(b)
    start = time.monotonic()
    t(e.poll, 0.0105)
    print(time.monotonic() - start >= 0.0104)
    same = select.epoll.fromfd(os.dup(e.fileno()))
    print(type(same), same.closed)
    same.close()
    for f, args in [(e.register, ("a",)), (e.poll, ("x",)), (e.poll, (0, 0)), (e.poll, (0, -5)),
                    (e.poll, (0, -1)), (e.poll, (1e300,)), (e.poll, (2 ** 31,)), (e.modify, (b, 1)),
                    (e.unregister, (b,)), (e.register, (e.fileno(),)), (e.register, (9999,)),
                    (e.register, (a,)), (e.poll, (1, 2, 3)), (e.register, ()), (e.poll, (float("nan"),)),
                    (e.poll, (0, 2 ** 31 - 1))]:
        t(f, *args)
    t(e.register, b, "x")
print(e.closed)
for f in e.poll, e.fileno, e.close, e.__enter__:
    t(f)
t(e.register, 0)
for args in [(-2,), (0,), (5, 3), ("x",), (1, 2, 3)]:
    t(select.epoll, *args)
t(select.epoll, flags=1)
t(select.epoll, bad=1)
print(select.epoll(sizehint=5, flags=select.EPOLL_CLOEXEC).closed)

# A signal does not shorten the wait; its handler may end it.
seen = []
signal.signal(signal.SIGALRM, lambda *a: seen.append(1))
for wait in (lambda: select.select([], [], [], 0.05), lambda: select.poll().poll(50),
             lambda: select.epoll().poll(0.05)):
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    start = time.monotonic()
    wait()
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(time.monotonic() - start >= 0.05, len(seen) > 2)
    seen.clear()


def stop(*a):
    raise ZeroDivisionError("stopped")


signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.01)
t(select.select, [], [], [])
signal.setitimer(signal.ITIMER_REAL, 0.01)
t(select.poll().poll)
signal.setitimer(signal.ITIMER_REAL, 0.01)
t(select.epoll().poll)
