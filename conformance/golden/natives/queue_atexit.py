import _queue, atexit, _thread
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
q = _queue.SimpleQueue(); q.put(1); q.put(2, False, 3); q.put_nowait(3); print(q.qsize(), q.empty(), q.get(), q.get(False), q.get_nowait(), q.empty(), show(q.get, False), show(q.get, True, 0.01), show(q.get, timeout=-1), _queue.Empty, show(_queue.SimpleQueue, 1), _queue.SimpleQueue[int], show(q.put))
_thread.start_new_thread(lambda: q.put('from thread'), ()); print(q.get(timeout=10))
def f(*a, **k): print('exit', a, k)
print(atexit.register(f, 1, x=2) is f, show(atexit.register), show(atexit.register, 3), atexit._ncallbacks()); atexit.register(print, 'gone'); atexit.unregister(print); print(atexit._ncallbacks()); atexit._run_exitfuncs(); print(atexit._ncallbacks()); atexit.register(f); atexit._clear(); atexit.register(f, 'last'); atexit.register(f, 'first')
