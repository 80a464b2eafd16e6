def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e, repr(e.__cause__))
def a():
    raise StopIteration("inside")
    yield
t(lambda: next(a()))
def b():
    yield next(iter([]))
t(lambda: list(b()))
def c():
    try: yield 1
    finally: raise StopIteration
x = c(); next(x)
t(lambda: next(x))
def d():
    yield 1
    return (1, 2)
def run(g):
    while True:
        try: print("y", next(g))
        except StopIteration as e:
            return e.value, e.args
print(run(d()))
def e():
    return StopIteration("ret")
    yield
print(run(e()))
class I:
    def __iter__(self): return self
    def __next__(self): raise StopIteration(5)
print(list(I()), tuple(I()), [x for x in I()])
def f(): 
    r = yield from I()
    return r
print(run(f()))
t(lambda: next(I()))
print(next(I(), "default"))
def g(): return [1, 2][5]; yield
t(lambda: list(g()))
s = StopIteration(1, 2)
print(s.value, s.args); s.value = 7; print(s.value)
print(StopIteration().value)
t(lambda: [next(iter([])) for _ in range(2)])
t(lambda: list(next(iter([])) for _ in range(2)))
