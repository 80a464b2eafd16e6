# Constants and results as members of Signals, Handlers and Sigmasks; arguments of each function.
import _signal
import inspect
import os
import pickle
import signal
import signal as s
import threading

print(signal.Signals, signal.Handlers, signal.Sigmasks)
for name in sorted(dir(s)):
    value = getattr(s, name)
    if name.startswith("SIG"):
        print(name, repr(value), type(value).__name__, type(getattr(_signal, name)).__name__)
print(list(signal.Signals)[:3], signal.Signals(17), signal.SIGCLD is signal.SIGCHLD, signal.SIGPOLL is signal.SIGIO)
print(str(signal.SIGINT), f"{signal.SIGTERM}", signal.Signals.__module__, signal.SIGINT.name)
for member in signal.SIGINT, signal.SIG_IGN, signal.SIG_BLOCK:
    print(pickle.loads(pickle.dumps(member)) is member)
from signal import *
print(SIGKILL, SIG_DFL, repr(SIGKILL))


def attempt(function, *args, **named):
    try:
        result = function(*args, **named)
        if isinstance(result, set):
            result = sorted(result)
        print(function.__name__, args, named, "->", repr(result))
    except BaseException as e:
        print(function.__name__, args, named, type(e).__name__, e)


for number in 0, 65, 9, 64, "x", 10.5, 2 ** 40, "10":
    attempt(s.signal, number, s.SIG_DFL)
for handler in 5, None, 0, 1, "0", 0.0, 2 ** 70, True:
    attempt(s.signal, 10, handler)
attempt(s.signal, signalnum=10, handler=s.SIG_DFL)
attempt(_signal.signal, 10, 1)
attempt(_signal.signal, 10, 0)
for number in 0, 65, "a", 32, 2 ** 40, s.SIGPIPE, s.SIGUSR1:
    attempt(s.getsignal, number)
attempt(s.getsignal, signalnum=13)
attempt(_signal.getsignal, 13)
print(s.getsignal(2) is s.default_int_handler)
for number in 0, 65, 32, 64, 40, 9, "a", 34:
    attempt(s.strsignal, number)
for args in (0, True), (10, True), (10, False), (9, True), (65, 1), (10, "a"):
    attempt(s.siginterrupt, *args)
for number in 0, 65, -1, "a":
    attempt(s.raise_signal, number)
for seconds in 0, 1.5, 2 ** 40, "1":
    attempt(s.alarm, seconds)
for args in ((9, 1), (0, -1), (0, "a"), (0, 1, -1), (0, float("nan")), (0, float("inf")), (0, 1e300), (0, 0, None),
             (0, 2 ** 63), (0,), (0, 1 + 2j), (0, 0), (0, 0, 0.0)):
    attempt(s.setitimer, *args)
attempt(s.getitimer, 7)
attempt(s.getitimer, s.ITIMER_REAL)
print(s.ItimerError, s.ItimerError.__mro__[1])
for args in ((7, []), (s.SIG_BLOCK, [0]), (s.SIG_BLOCK, [65]), (s.SIG_BLOCK, 5), (s.SIG_BLOCK, ["a"]),
             (s.SIG_BLOCK, [2 ** 70]), (s.SIG_BLOCK, [1.5]), ("a", []), (s.SIG_BLOCK, [-1])):
    attempt(s.pthread_sigmask, *args)
print(sorted(s.pthread_sigmask(s.SIG_BLOCK, [s.SIGUSR1, 64])), sorted(s.pthread_sigmask(s.SIG_BLOCK, ())))
os.kill(os.getpid(), s.SIGUSR1)
print(s.sigpending(), _signal.sigpending())
print(repr(s.sigwait({s.SIGUSR1})), s.sigpending())
os.kill(os.getpid(), 64)
print(repr(s.sigwait([64])))
os.kill(os.getpid(), s.SIGUSR1)
info = s.sigwaitinfo([s.SIGUSR1])
print(info[:3], info.si_pid == os.getpid(), info.si_uid == os.getuid(), type(info.si_signo))
print(sorted(s.pthread_sigmask(s.SIG_SETMASK, [])))
attempt(s.sigwait, 5)
attempt(s.sigwait, [0])
attempt(s.sigwaitinfo, 5)
for args in ([10], -1), ([10], "a"), ([10], 0), ([10], float("nan")), ([10],), ([10], 0.001), ([], 0):
    attempt(s.sigtimedwait, *args)
for args in (), ("a",), (99,), (-1,), (-2,):
    attempt(s.set_wakeup_fd, *args)
attempt(s.set_wakeup_fd, -1, warn_on_full_buffer=[])
attempt(s.set_wakeup_fd, fd=-1)
attempt(s.set_wakeup_fd, -1, bad=1)
for number in 0, 65, -1:
    try:
        print(s.pthread_kill(threading.get_ident(), number))
    except OSError as e:
        print(e)
attempt(s.pthread_kill, 0)
attempt(s.pthread_kill, "a", 0)
for args in (-1, 0), (1, 0, 1), ("a", 0), (1,):
    attempt(s.pidfd_send_signal, *args)
for args in (), (1, 2), ("a", 2), (1,):
    attempt(s.default_int_handler, *args)
valid = sorted(s.valid_signals())
print(valid[:3], valid[-2:], len(valid), len(_signal.valid_signals()))
print(s.struct_siginfo(range(7)))
attempt(s.struct_siginfo, [1])
for name in sorted(dir(s)):
    value = getattr(s, name)
    if name.startswith("_") or not callable(value) or isinstance(value, (int, type)):
        continue
    try:
        print(name, value.__module__, inspect.signature(value))
    except ValueError:
        print(name, value.__module__, "no signature")
