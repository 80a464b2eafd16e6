import _signal as signal
import posix as os
import _thread
import time

U1, U2 = signal.SIGUSR1, signal.SIGUSR2
got = []
signal.signal(U1, lambda n, f: got.append(n))
signal.signal(U2, lambda n, f: got.append(n))
print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [U1])))
os.kill(os.getpid(), U1)
for _ in range(1000): pass
print(got, sorted(signal.sigpending()))
print(sorted(signal.pthread_sigmask(signal.SIG_UNBLOCK, {U1})), got)
print(sorted(signal.pthread_sigmask(signal.SIG_SETMASK, (U1, U2))))
signal.raise_signal(U2)
print(signal.sigwait([U2]), sorted(signal.sigpending()))
os.kill(os.getpid(), U1)
i = signal.sigwaitinfo([U1, U2])
print(i.si_signo, i.si_pid == os.getpid(), i.si_uid == os.getuid(), len(i), type(i))
print(signal.sigtimedwait([U1], 0.01))
os.kill(os.getpid(), U1)
print(signal.sigtimedwait([U1], 5).si_signo, got)
signal.pthread_sigmask(signal.SIG_SETMASK, [])
v = signal.valid_signals()
print(type(v), len(v), signal.SIGINT in v, 0 in v, 32 in v, max(v))
print(signal.strsignal(signal.SIGINT), signal.strsignal(signal.SIGCHLD), signal.strsignal(signal.SIGALRM))
print(signal.siginterrupt(U1, True), signal.siginterrupt(U1, False))
print([n for n in dir(signal) if n.startswith("SIG") or n.startswith("ITIMER")])
print([getattr(signal, n) for n in dir(signal) if n.startswith("SIG") or n.startswith("ITIMER")], signal.NSIG)

# a signal to another thread is handled in the main one
import _thread
del got[:]
lock = _thread.allocate_lock()
lock.acquire()
ident = []
def other():
    ident.append(_thread.get_ident())
    lock.acquire()
_thread.start_new_thread(other, ())
while not ident: time.sleep(0.001)
signal.pthread_kill(ident[0], U1)
while not got: time.sleep(0.001)
print(got)
lock.release()

# handlers run while the main thread waits for a lock
held = _thread.allocate_lock()
held.acquire()
signal.signal(signal.SIGALRM, lambda n, f: held.release())
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(held.acquire(True, 5))
# ... and an exception ends the wait
def stop(n, f): raise RuntimeError("stop")
signal.signal(signal.SIGALRM, stop)
signal.setitimer(signal.ITIMER_REAL, 0.02)
try:
    held.acquire()
except RuntimeError as e:
    print(e)
# pause
signal.signal(signal.SIGALRM, lambda n, f: got.append(n))
del got[:]
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(signal.pause(), got)
