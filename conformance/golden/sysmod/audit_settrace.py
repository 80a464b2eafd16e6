import sys
log = []
def tracer(frame, event, arg):
    if frame.f_code.co_name in ("traced", "inner"):
        log.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
        return tracer
def inner(x): return x + 1
def traced():
    a = 1
    for i in range(2):
        a = inner(a)
    return a
sys.settrace(tracer); traced(); sys.settrace(None)
for l in log: print(l)
prof = []
def profiler(frame, event, arg): prof.append((event, getattr(arg, "__name__", frame.f_code.co_name) if event.startswith("c_") else frame.f_code.co_name))
def pf(): return len([1])
sys.setprofile(profiler); pf(); sys.setprofile(None); print(prof)
print(sys.gettrace(), sys.getprofile())
