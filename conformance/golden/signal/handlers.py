import _signal as signal
import posix as os
import time

seen = []
def handler(number, frame):
    seen.append((number, frame.f_code.co_name if frame else None))

def here():
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(1000): pass

print(signal.getsignal(signal.SIGUSR1), signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGXFSZ))
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
print(signal.signal(signal.SIGUSR1, handler))
here()
print(seen)
print(signal.signal(signal.SIGUSR1, signal.SIG_IGN) is handler)
here()
print(len(seen), signal.getsignal(signal.SIGUSR1))
print(signal.signal(signal.SIGUSR1, signal.SIG_DFL), signal.getsignal(signal.SIGUSR1))

# interrupts
try:
    os.kill(os.getpid(), signal.SIGINT)
    for i in range(10**6): pass
    print("not reached")
except KeyboardInterrupt as e:
    print("KeyboardInterrupt", e.args)
try:
    signal.default_int_handler(2, None)
except KeyboardInterrupt as e:
    print("again", e.args, e.__traceback__.tb_next)

# a handler that raises
class Stop(Exception): pass
def stop(number, frame):
    raise Stop(number)
signal.signal(signal.SIGALRM, stop)
print(signal.alarm(0), signal.alarm(10), signal.alarm(0))
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    time.sleep(5)
    print("not reached")
except Stop as e:
    print("Stop", e.args, type(e.__context__))
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    while True:
        x = 1
except Stop as e:
    print("Stop in a loop")
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    sum(0 for _ in iter(int, 1))
except Stop as e:
    print("Stop in a generator")

# a system call goes on after a handler that returns
signal.signal(signal.SIGALRM, handler)
del seen[:]
signal.setitimer(signal.ITIMER_REAL, 0.02)
r, w = os.pipe()
t = time.monotonic()
time.sleep(0.1)
print(time.monotonic() - t >= 0.1, seen)
print(signal.getitimer(signal.ITIMER_REAL))
print(signal.setitimer(signal.ITIMER_VIRTUAL, 1000, 1), [round(x) for x in signal.setitimer(signal.ITIMER_VIRTUAL, 0)])
del seen[:]
pid = os.fork()
if pid == 0:
    time.sleep(0.05)
    os.kill(os.getppid(), signal.SIGALRM)
    time.sleep(0.05)
    os.write(w, b"x")
    os._exit(0)
print(os.read(r, 1), seen)
print(os.waitpid(pid, 0)[1])

# sent to oneself: before the call returns
def now(number, frame):
    print("now", number)
signal.signal(signal.SIGUSR2, now)
signal.raise_signal(signal.SIGUSR2)
print("after")
import _thread
signal.pthread_kill(_thread.get_ident(), signal.SIGUSR2)
print("after")

# the wake-up descriptor
r, w = os.pipe()
try:
    signal.set_wakeup_fd(w)
except ValueError as e:
    print(str(e).replace(str(w), "N"))
os.set_blocking(w, False)
print(signal.set_wakeup_fd(w))
signal.raise_signal(signal.SIGUSR2)
print(os.read(r, 10))
print(signal.set_wakeup_fd(-1) == w, signal.set_wakeup_fd(-1))
