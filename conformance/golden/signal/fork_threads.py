"""What a fork leaves in the child: one thread, which is the main one, and locks that can be made free."""
import _signal as signal
import _thread
import posix as os
import time

lock = _thread.allocate_lock()
inner = _thread.RLock()
ready = []
def holder():
    with lock, inner:
        ready.append(1)
        time.sleep(0.5)
_thread.start_new_thread(holder, ())
while not ready: time.sleep(0.001)

def child(f):
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(f())
        except BaseException as e:
            print(repr(e))
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def one():
    print(lock.locked(), lock.acquire(False))
    lock._at_fork_reinit()
    inner._at_fork_reinit()
    print(lock.acquire(False), inner.acquire(False), flush=True)
    return 3
print(child(one), flush=True)

def threads_in_child():
    out = []
    done = _thread.allocate_lock()
    done.acquire()
    def run():
        out.append(sum(range(100000)))
        done.release()
    _thread.start_new_thread(run, ())
    done.acquire()
    print(out, flush=True)
    return 4
print(child(threads_in_child), flush=True)

# forking in a thread makes that thread the main one
result = []
def forker():
    def f():
        signal.signal(signal.SIGUSR1, lambda n, fr: result.append(n))
        signal.raise_signal(signal.SIGUSR1)
        print(result, flush=True)
        return 5
    result.append(child(f))
_thread.start_new_thread(forker, ())
while not result: time.sleep(0.01)
print(result)

# what came before the fork is the parent's
count = []
signal.signal(signal.SIGUSR2, lambda n, f: count.append(n))
def quiet():
    for _ in range(1000): pass
    return len(count)
print(child(quiet))
