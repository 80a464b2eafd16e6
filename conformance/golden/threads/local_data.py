import _thread
loc = _thread._local(); loc.x = "main"
out, done = [], _thread.allocate_lock(); done.acquire()
def work():
    out.append(hasattr(loc, "x")); loc.x = "thread"; out.append(loc.x); out.append(loc.__dict__); done.release()
_thread.start_new_thread(work, ()); done.acquire(); print(out, loc.x, loc.__dict__)
class L(_thread._local):
    n = 0
    def __init__(self, a): self.a = a; out.append(("init", a))
    def sq(self): return self.a * self.a
out.clear(); l = L(7); l.b = 1
def work2(): out.append((l.sq(), hasattr(l, "b"), l.n)); l.a = 3; out.append(l.sq()); done.release()
_thread.start_new_thread(work2, ()); done.acquire(); print(out, l.a, l.b)
try: loc.missing
except AttributeError as e: print(e)
del loc.x
try: loc.x
except AttributeError as e: print(e)
try: loc.__dict__ = 5
except AttributeError as e: print(type(e).__name__)
try: _thread._local(1)
except TypeError as e: print(e)
