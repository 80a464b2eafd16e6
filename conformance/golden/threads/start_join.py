import _thread
done = _thread.allocate_lock(); done.acquire()
result = []
def work(a, b=2, **k):
    result.append((a, b, sorted(k.items()))); done.release()
_thread.start_new_thread(work, (1,), {"b": 5, "z": 9}); done.acquire(); print(result)
def many(n):
    locks = []
    total = [0]
    mutex = _thread.allocate_lock()
    def add(i, l):
        for _ in range(200):
            with mutex: total[0] += i
        l.release()
    for i in range(n):
        l = _thread.allocate_lock(); l.acquire(); locks.append(l); _thread.start_new_thread(add, (i, l))
    for l in locks: l.acquire()
    return total[0]
print(many(8))
def pingpong(n):
    a, b, out, end = _thread.allocate_lock(), _thread.allocate_lock(), [], _thread.allocate_lock()
    b.acquire(); end.acquire()
    def pong():
        for i in range(n): b.acquire(); out.append(("pong", i)); a.release()
        end.release()
    _thread.start_new_thread(pong, ())
    for i in range(n): a.acquire(); out.append(("ping", i)); b.release()
    end.acquire(); return out
print(pingpong(4))
main = _thread.get_ident(); other = []
def ident(): other.append(_thread.get_ident()); done.release()
_thread.start_new_thread(ident, ()); done.acquire(); print(other[0] != main)
import sys
def fails():
    try: 1 / 0
    finally: done.release()
def hook(u): print("unraisable:", u.exc_type.__name__, u.exc_value)
sys.unraisablehook = hook
_thread.start_new_thread(fails, ()); done.acquire()
import time; time.sleep(0.05)
def ex():
    try: raise SystemExit(5)
    finally: done.release()
_thread.start_new_thread(ex, ()); done.acquire(); time.sleep(0.05); print("SystemExit in a thread is silent")
def thr_exit():
    try: _thread.exit()
    except SystemExit as e: print("exit is", repr(e)); done.release()
_thread.start_new_thread(thr_exit, ()); done.acquire()
