# When handlers run, and what they may do.
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time

log = []


def note(number, frame):
    log.append((number, frame is not None and frame.f_code.co_name))


def here():
    signal.raise_signal(signal.SIGUSR1)
    print(log)


signal.signal(signal.SIGUSR1, note)
here()
log.clear()

# Right after the call, whichever way the signal was sent.
for send in (lambda: os.kill(os.getpid(), signal.SIGUSR1),
             lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1),
             lambda: signal.raise_signal(signal.SIGUSR1)):
    send()
    print(len(log))
fd = os.pidfd_open(os.getpid())
signal.pidfd_send_signal(fd, signal.SIGUSR1)
print(len(log))
os.close(fd)

# A handler that raises ends what waits.
def stop(number, frame):
    raise KeyError(number)


def attempt(name, function, *args):
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        print(name, function(*args))
    except BaseException as e:
        print(name, type(e).__name__, e, time.monotonic() - start < 5)
    signal.setitimer(signal.ITIMER_REAL, 0)


signal.signal(signal.SIGALRM, stop)
left, right = socket.socketpair()
r, w = os.pipe()
poll = select.poll()
poll.register(r, select.POLLIN)
epoll = select.epoll()
epoll.register(r, select.EPOLLIN)
attempt("sleep", time.sleep, 10)
attempt("recv", left.recv, 1)
attempt("read", os.read, r, 1)
attempt("select", select.select, [r], [], [], 10)
attempt("poll", poll.poll, 10000)
attempt("epoll", epoll.poll, 10)
attempt("sigtimedwait", signal.sigtimedwait, [signal.SIGUSR2], 10)
attempt("pause", signal.pause)
attempt("lock", threading.Event().wait, 10)

# One that does not raise lets it go on, for the time that is left.
log.clear()
signal.signal(signal.SIGALRM, note)
for name, function, args, seconds in [
        ("sleep", time.sleep, (0.2,), 0.2), ("select", select.select, ([r], [], [], 0.2), 0.2),
        ("poll", poll.poll, (200,), 0.2), ("epoll", epoll.poll, (0.2,), 0.2),
        ("sigtimedwait", signal.sigtimedwait, ([signal.SIGUSR2], 0.2), 0.2)]:
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.03, 0.03)
    result = function(*args)
    took = time.monotonic() - start
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(name, result, seconds * 0.99 < took < 5, len(log) > 1)
    log.clear()

# A timer so short that it goes off before the call after it.
signal.setitimer(signal.ITIMER_REAL, 1e-6)
time.sleep(0.1)
done = bool(log)
print(done)

# Threads: handlers run in the main one only.
log.clear()
signal.signal(signal.SIGUSR1, lambda *a: log.append(threading.current_thread() is threading.main_thread()))
thread = threading.Thread(target=signal.raise_signal, args=(signal.SIGUSR1,))
thread.start()
thread.join()
time.sleep(0.01)
print(log)


def elsewhere():
    for call in (lambda: signal.signal(signal.SIGUSR1, signal.SIG_DFL), lambda: signal.set_wakeup_fd(-1)):
        try:
            call()
        except ValueError as e:
            print(e)


thread = threading.Thread(target=elsewhere)
thread.start()
thread.join()

# The wake-up descriptor gets numbers.
left.setblocking(False)
right.setblocking(False)
print(signal.set_wakeup_fd(left.fileno()))
signal.raise_signal(signal.SIGUSR1)
signal.raise_signal(signal.SIGALRM)
print(right.recv(1), right.recv(1))
print(signal.set_wakeup_fd(-1) == left.fileno())
signal.raise_signal(signal.SIGUSR1)
try:
    print(right.recv(10))
except BlockingIOError:
    print("nothing")

# A child has the handlers, not what waits; a new program has neither but for what is ignored.
log.clear()
pid = os.fork()
if pid == 0:
    signal.raise_signal(signal.SIGUSR1)
    os._exit(len(log))
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
code = "import signal as s; print(s.getsignal(s.SIGUSR1), s.getsignal(s.SIGUSR2), repr(s.getsignal(s.SIGPIPE)))"
signal.signal(signal.SIGUSR2, signal.SIG_IGN)
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout)
code = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
print(run.returncode, run.stderr.splitlines()[-1])

# Interrupts.
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.raise_signal(signal.SIGINT)
print(repr(signal.signal(signal.SIGINT, signal.default_int_handler)))
for sock in left, right:
    sock.close()
