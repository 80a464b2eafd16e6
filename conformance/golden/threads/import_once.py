"""Threads that import the same module see it complete; circles do not hang."""
import _thread
import time
sys = __import__("sys")

def in_threads(*functions):
    left = [len(functions)]
    lock = _thread.allocate_lock()
    results = {}
    def run(i, f):
        try:
            r = f()
        except Exception as e:
            r = repr(e)
        with lock:
            results[i] = r
            left[0] -= 1
    for i, f in enumerate(functions):
        _thread.start_new_thread(run, (i, f))
    while left[0]:
        time.sleep(0.005)
    return [results[i] for i in sorted(results)]

def slow():
    import _slow
    return _slow.first, _slow.last
print(in_threads(slow, slow, slow, slow))

def a():
    import _ring_a
    return _ring_a.__name__
def b():
    import _ring_b
    return _ring_b.__name__
print(in_threads(a, b))
print(sys.modules["_ring_a"].name, sys.modules["_ring_b"].name)

def fails():
    import _fails
print(in_threads(fails))
print("_fails" in sys.modules)

def from_slow():
    from _slow import last
    return last
del sys.modules["_slow"]
print(in_threads(from_slow, from_slow, slow))
