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
def gen():
    x = yield 1
    try:
        y = yield 2
    except ValueError:
        y = 3
    yield from inner()
    return 5
def inner():
    yield 'a'
    yield 'b'
g = gen()
sys.settrace(tr)
next(g)
g.send(4)
g.throw(ValueError)
next(g)
try:
    next(g)
except StopIteration as e:
    pass
g2 = gen(); next(g2); g2.close()
show()
