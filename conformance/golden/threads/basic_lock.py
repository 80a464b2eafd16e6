import _thread
lock = _thread.allocate_lock()
print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(blocking=False), lock.acquire(timeout=0.01)); lock.release(); print(lock.locked())
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: lock.release()); t(lambda: lock.acquire(False, 1)); t(lambda: lock.acquire(True, -5)); t(lambda: lock.acquire("x", "y")); t(lambda: lock.acquire(timeout=1e20)); t(lambda: _thread.start_new_thread(5, ())); t(lambda: _thread.start_new_thread(len, [])); t(lambda: _thread.start_new_thread(len)); t(lambda: _thread.start_new_thread(len, (), 5)); t(lambda: _thread.allocate_lock(1))
lock = _thread.allocate_lock()
with lock: print("held", lock.locked())
print(lock.locked(), lock.__enter__(), lock.__exit__(None, None, None), type(lock).__name__, _thread.error is RuntimeError, type(_thread.get_ident()).__name__, _thread.LockType is type(lock), _thread.TIMEOUT_MAX > 1e6)
r = _thread.RLock(); print(r.acquire(), r.acquire(), r._is_owned()); r.release(); r.release(); t(lambda: r.release()); print(r._is_owned())
with r:
    with r: print("reentered")
print(repr(r)[:26], repr(lock)[:17], _thread.stack_size() >= 0, _thread._count() >= 0)
