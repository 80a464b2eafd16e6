import sys
def g(n):
    for i in range(n):
        yield i
def boom():
    yield 1
    raise ValueError('x')
for f in (list, tuple, sum, max, min, sorted, set):
    print(f.__name__, f(g(5)))
try: sum(boom())
except ValueError: sys.stdout.flush(); sys.excepthook(*sys.exc_info())
it=g(10)
print(any(x==3 for x in it), list(it))
it=g(10); print(any(it), next(it), list(it))
class A:
    def __init__(s,v): s.v=v
    def __add__(s,o):
        print(it2.gi_running, sys._getframe(1).f_code.co_name); return A(s.v+(o.v if isinstance(o,A) else o))
    __radd__=__add__
    def __lt__(s,o): print('lt',it2.gi_running); return s.v<o.v
    def __gt__(s,o): print('gt',it2.gi_running); return s.v>o.v
def ga():
    try:
        for i in range(4): yield A(i)
    finally: print('fin')
it2=ga(); print(sum(it2).v)
it2=ga(); print(max(it2).v)
it2=ga(); print(min(it2).v)
# re-entrancy
def re():
    yield 1
    try: next(it3)
    except ValueError as e: print(e)
    yield 2
it3=re(); print(list(it3))
# nested
print(sum(sum(x for x in range(i)) for i in range(100)))
print(list(list(y for y in range(x)) for x in (y for y in range(4))))
print(''.join(str(i) for i in g(4)))
# handled exception isolation
def h():
    try: 1/0
    except ZeroDivisionError:
        yield sys.exc_info()[0]
        yield sys.exc_info()[0]
    yield sys.exc_info()[0]
try: raise KeyError
except KeyError:
    print(list(h()), sys.exc_info()[0])
print(list(h()), sys.exc_info()[0])
def dele():
    class D:
        def __del__(self): print('del')
    for i in range(2): yield D()
print(all(x for x in dele()))
print(list(x for x in [1.5,2.5]), sum(x for x in [1.5,2.5,1e300]), sum((x for x in [2**62,2**62,1]),0.5), sum([2**61]*9))
calls=[]
def tracer(f,e,a):
    calls.append((f.f_code.co_name,e)); return tracer
def t():
    yield 1
    sys.settrace(tracer)
    yield 2
    yield 3
print(sum(x for x in t())); sys.settrace(None); print(calls)
def inf():
    while 1: yield 0
import itertools
def rec(n): return sum(rec(n-1) for _ in (1,)) if n else 1
print(rec(100))
try: rec(10000)
except RecursionError as e: print('RecursionError')
def lst():
    x=[]
    def gg():
        for i in range(5): yield len(x)
    x.extend(gg()); return x
print(lst())
def tb():
    def inner(): yield 1; yield 'a'
    sum(inner())
try: tb()
except TypeError: sys.stdout.flush(); sys.excepthook(*sys.exc_info())
