# SIGBUS stays a signal like others beside mappings.
import mmap
import os
import signal

m = mmap.mmap(-1, 100)
print(signal.getsignal(signal.SIGBUS) is signal.SIG_DFL)
seen = []
before = signal.signal(signal.SIGBUS, lambda number, frame: seen.append(number))
print(before is signal.SIG_DFL, callable(signal.getsignal(signal.SIGBUS)))
os.kill(os.getpid(), signal.SIGBUS)
print(seen == [signal.SIGBUS], m[:3])
signal.raise_signal(signal.SIGBUS)
print(len(seen))
signal.siginterrupt(signal.SIGBUS, False)
signal.signal(signal.SIGBUS, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGBUS)
print(len(seen), signal.getsignal(signal.SIGBUS) is signal.SIG_IGN)
signal.signal(signal.SIGBUS, signal.SIG_DFL)
pid = os.fork()
if pid == 0:
    os.kill(os.getpid(), signal.SIGBUS)
    os._exit(1)
status = os.waitpid(pid, 0)[1]
print(os.WIFSIGNALED(status), os.WTERMSIG(status) == signal.SIGBUS)
