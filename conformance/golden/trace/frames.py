import sys
log = []
def tr(f, e, a):
    log.append((f.f_code.co_name, e, f.f_lineno, a[0].__name__ if e == 'exception' else type(a).__name__))
    return tr
def show():
    sys.settrace(None); sys.setprofile(None)
    for l in log:
        if l[0] != 'show': print(l)
    log.clear(); print('--')
def change(f, e, a):
    if f.f_code.co_name == 'loc' and e == 'line':
        f.f_locals['x'] = 10
    return change
def loc():
    x = 1
    y = x + 1
    def c(): return y
    return x, y, c()
sys.settrace(change); print(loc()); sys.settrace(None)
# flags
def opc(f, e, a):
    if e == 'call':
        f.f_trace_opcodes = True; f.f_trace_lines = False
    kinds.add(e)
    return opc
kinds = set()
def o(): return 1 + len([])
sys.settrace(opc); o(); sys.settrace(None); print(sorted(kinds))
def late():
    f = sys._getframe(1)
    f.f_trace = tr
    sys.settrace(tr)
def caller():
    a = 1
    late()
    b = 2
    for i in range(2):
        b += i
    return b
caller(); show()

f = sys._getframe()
print(f.f_trace, f.f_trace_lines, f.f_trace_opcodes)
for name, value in ('f_trace_lines', 1), ('f_trace_opcodes', None):
    try:
        setattr(f, name, value)
    except TypeError as e:
        print(e)
f.f_trace = len
print(f.f_trace)
del f.f_trace
print(f.f_trace)
