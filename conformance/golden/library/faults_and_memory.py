# Tracebacks of all threads, and the account of memory.
import faulthandler
import os
import re
import signal
import tempfile
import time
import tracemalloc


def dumped(action):
    with tempfile.TemporaryFile() as f:
        action(f)
        f.seek(0)
        text = f.read().decode()
    text = re.sub("0x[0-9a-f]+", "0x", text)
    return re.sub(r'File ".*?([^/"]+)"', r'File "\1"', text)


def inner(f):
    faulthandler.dump_traceback(file=f)


print(dumped(inner))
print(dumped(lambda f: faulthandler.dump_traceback(f, all_threads=False)))


def later(f):
    faulthandler.dump_traceback_later(0.05, file=f)
    end = time.monotonic() + 30
    while os.fstat(f.fileno()).st_size == 0 and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.05)
    faulthandler.cancel_dump_traceback_later()


text = dumped(later)
print(text.splitlines()[0], "later" in text)


def on_signal(f):
    faulthandler.register(signal.SIGUSR1, file=f, all_threads=False)
    os.kill(os.getpid(), signal.SIGUSR1)
    for _ in range(100):
        pass
    print(faulthandler.unregister(signal.SIGUSR1), faulthandler.unregister(signal.SIGUSR1))


print(dumped(on_signal).splitlines()[0])
print(faulthandler.is_enabled(), faulthandler.enable(), faulthandler.is_enabled(), faulthandler.disable(), faulthandler.disable())
for f, args in [(faulthandler.dump_traceback_later, (0,)), (faulthandler.register, (signal.SIGSEGV,)),
                (faulthandler.register, (1000,)), (faulthandler.enable, (-1,)), (faulthandler.dump_traceback, (-5,))]:
    try:
        f(*args)
    except Exception as e:
        print(type(e).__name__, e)
pid = os.fork()
if pid == 0:
    r = os.open(os.devnull, os.O_WRONLY)
    faulthandler.enable(r)
    os.abort()
print(os.WTERMSIG(os.waitpid(pid, 0)[1]))

print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
try:
    tracemalloc.take_snapshot()
except RuntimeError as e:
    print(e)
tracemalloc.start(5)
keep = [None] * (1 << 17)
current, peak = tracemalloc.get_traced_memory()
print(tracemalloc.is_tracing(), current >= 1 << 20, peak >= current, tracemalloc.get_traceback_limit())
del keep
now, peak = tracemalloc.get_traced_memory()
print(now < current, peak >= 1 << 20)
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < 1 << 20)
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
try:
    tracemalloc.start(0)
except ValueError as e:
    print(e)
