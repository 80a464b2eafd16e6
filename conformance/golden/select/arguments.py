# What select(), poll objects and epolls do with every kind of argument.
import inspect
import os
import select
import time


def attempt(what, function, *args, **named):
    try:
        print(what, function(*args, **named))
    except BaseException as e:
        print(what, type(e).__name__, e)


class File:
    def __init__(self, answer):
        self.answer = answer

    def fileno(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def __repr__(self):
        return f"File({self.answer!r})"


class Index:
    def __index__(self):
        return 0

    def __repr__(self):
        return "Index()"


FILES = [0, -1, 2 ** 40, -2 ** 70, 1.5, "a", None, True, File(-1), File(2 ** 40), File("x"), File(1.5), File(None),
         File(KeyError(1)), File(OSError(5)), object, [], Index()]
TIMES = ["a", -1, -0.5, float("nan"), float("inf"), 1e300, 2 ** 63, -2 ** 63, 1 + 2j, [], 1e10, 2 ** 33]
MASKS = [-1, 2 ** 16, 2 ** 32, 2 ** 70, 1.5, "a", None, True, Index()]

for seconds in TIMES[:-1]:
    attempt(f"select timeout {seconds}", select.select, [], [], [], seconds)
for seconds in 0, 0.0, Index(), True, 0.001, 1e-9:
    attempt("select", select.select, [], [], [], seconds)
for args in (), ([],), ([], []), ([], [], [], None, None), (1, [], []), ([], None, []), ([], [], object()), ("", "", "", 0):
    attempt("select", select.select, *args)
attempt("select", select.select, [], [], [], timeout=0)
for file in FILES:
    attempt(f"select {file}", select.select, [file] if file not in (0, True) else [], [], [], 0)
attempt("select many", select.select, [1024], [], [], 0)
attempt("select closed", select.select, [1000], [], [], 0)
r, w = os.pipe()
print(select.select((), {w}, (), 0) == ([], [w], []))
print(select.select(iter([r]), iter([w]), {}, 0) == ([], [w], []))
same = File(w)
print(select.select([], [same, w, same], [], None)[1] == [same, w, same])


class Shrinks:
    def fileno(self):
        del files[1:]
        return w


files = [Shrinks()] * 10
print(len(select.select([], files, [])[1]), len(files))


class Grows:
    def fileno(self):
        if len(grown) < 5:
            grown.append(w)
        return w


grown = [Grows()]
print(len(select.select([], grown, [])[1]))

poll = select.poll()
attempt("class", type(poll))
print(type(poll), type(poll).__module__)
for file in FILES:
    if file not in (0, True):
        attempt(f"poll register {file}", poll.register, file)
        attempt(f"poll modify {file}", poll.modify, file, 1)
        attempt(f"poll unregister {file}", poll.unregister, file)
for mask in MASKS:
    attempt(f"poll register mask {mask}", poll.register, r, mask)
    attempt(f"poll modify mask {mask}", poll.modify, r, mask)
for args in (), (1, 2, 3):
    attempt("register", poll.register, *args)
    attempt("modify", poll.modify, *args)
    attempt("unregister", poll.unregister, *args)
attempt("modify", poll.modify, r)
attempt("modify", poll.modify, 999, 1)
attempt("unregister", poll.unregister, 999)
for millis in TIMES:
    if millis not in (-1, -0.5):
        attempt(f"poll timeout {millis}", poll.poll, millis)
for millis in 0, 0.0, True, 0.4, 1.5:
    attempt("poll", poll.poll, millis)
attempt("poll", poll.poll, 1, 2)
poll.register(w)
print([(fd == w, event) for fd, event in poll.poll()], [event for _, event in poll.poll(-1)])
poll.register(w, select.POLLIN)
poll.register(999, 0)
print([(fd == 999, event == select.POLLNVAL) for fd, event in poll.poll(0)])
print(poll.register(r, select.POLLIN), poll.unregister(r), poll.modify(w, 0), poll.poll(0) == [(999, select.POLLNVAL)])

epoll = select.epoll()
for args in (0,), (-2,), (-1,), (5,), (5, 1), (5, -1), ("a",), (2 ** 40,), (1.5,), (1, 2, 3):
    attempt(f"epoll{args}", lambda: type(select.epoll(*args)))
attempt("epoll", lambda: type(select.epoll(sizehint=10, flags=select.EPOLL_CLOEXEC)))
attempt("epoll", lambda: select.epoll(bad=1))
for file in FILES:
    if file not in (0, True):
        attempt(f"epoll register {file}", epoll.register, file)
        attempt(f"epoll modify {file}", epoll.modify, file, 1)
        attempt(f"epoll unregister {file}", epoll.unregister, file)
for mask in MASKS:
    if mask != -1:
        attempt(f"epoll modify mask {mask}", epoll.modify, r, mask)
attempt("epoll register", epoll.register, 999)
attempt("epoll modify", epoll.modify, r, 1)
attempt("epoll unregister", epoll.unregister, r)
attempt("epoll register", epoll.register, fd=r, eventmask=select.EPOLLIN)
attempt("epoll again", epoll.register, r)
attempt("epoll modify", epoll.modify, fd=r, eventmask=0)
attempt("epoll modify", epoll.modify, r)
attempt("epoll unregister", epoll.unregister, fd=r)
attempt("epoll itself", epoll.register, epoll)
for seconds in TIMES:
    if seconds not in (-1, -0.5):
        attempt(f"epoll timeout {seconds}", epoll.poll, seconds)
for seconds in 0, 0.0, True, 0.0001:
    attempt("epoll", epoll.poll, seconds, 1)
for most in 0, -2, -1, 1, "a", 1.5, 2 ** 40, None:
    attempt(f"epoll maxevents {most}", epoll.poll, 0, most)
attempt("epoll names", epoll.poll, timeout=0, maxevents=3)
attempt("epoll many", epoll.poll, 0, 1, 2)
ends = []
for i in range(5):
    ends.extend(os.pipe())
    epoll.register(ends[-1], select.EPOLLOUT)
print(len(epoll.poll(0, 3)), len(epoll.poll(0)), len(epoll.poll(-1, maxevents=100)), len(epoll.poll(None, 1)))
epoll.modify(ends[1], select.EPOLLOUT | select.EPOLLET)
print(len(epoll.poll(0)), len(epoll.poll(0)))
epoll.modify(ends[3], select.EPOLLOUT | select.EPOLLONESHOT)
print(len(epoll.poll(0)), len(epoll.poll(0)))
print(epoll.fileno() > 2, epoll.closed, os.get_inheritable(epoll.fileno()))
with epoll as same:
    print(same is epoll)
print(epoll.closed, epoll.close())
for call in (epoll.fileno, epoll.poll, lambda: epoll.register(r), lambda: epoll.modify(r, 1),
             lambda: epoll.unregister(r), epoll.__enter__, lambda: epoll.register("a"), lambda: epoll.poll("a"),
             lambda: epoll.poll(0, 0)):
    attempt("closed", call)
other = select.epoll()
again = select.epoll.fromfd(other.fileno())
print(again.fileno() == other.fileno(), type(again))
os.close(other.fileno())
attempt("gone", again.poll, 0)
attempt("gone", again.close)
attempt("gone", other.close)
attempt("fromfd", select.epoll.fromfd, "a")
attempt("fromfd", select.epoll.fromfd)
print(select.epoll.fromfd(-1).poll(0))
not_one = select.epoll.fromfd(r)
attempt("no epoll", not_one.poll, 0)
attempt("set", lambda: setattr(epoll, "closed", True))
attempt("derive", lambda: type("E", (select.epoll,), {}))
attempt("derive", lambda: type("P", (type(poll),), {}))
for function in (select.select, select.poll, poll.register, poll.poll, epoll.register, epoll.modify, epoll.unregister,
                 epoll.poll, epoll.close, select.epoll.fromfd, select.epoll):
    try:
        print(function.__name__, inspect.signature(function))
    except ValueError:
        print(function.__name__, "no signature")
print(select.error is OSError, select.PIPE_BUF)
