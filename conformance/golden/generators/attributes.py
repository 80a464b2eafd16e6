import sys
def g(a):
    b = yield a
    yield b
x = g(1)
print(x.gi_running, x.gi_yieldfrom, x.gi_code.co_name, x.__name__, x.__qualname__)
print(x.gi_frame.f_lineno, sorted(x.gi_frame.f_locals))
next(x)
print(x.gi_frame.f_lineno, x.gi_frame.f_locals)
x.__name__ = "n2"
x.__qualname__ = "q2"
print(x.__name__, x.__qualname__, repr(x)[:20])
list(x)
print(x.gi_frame, x.gi_code.co_name)
try: x.__name__ = 5
except TypeError as e: print(e)
try: x.gi_running = 1
except AttributeError as e: print(e)
def outer():
    yield from inner
inner = g(0)
o = outer()
next(o)
print(o.gi_yieldfrom is inner)
def run():
    yield me.gi_running
    try: next(me)
    except ValueError as e: print(e)
    try: me.throw(KeyError)
    except ValueError as e: print(e)
    try: me.close()
    except ValueError as e: print(e)
me = run()
print(next(me)); list(me)
print(hasattr(x, "__next__"), iter(x) is x, type(x).__name__)
try: type(x)()
except TypeError as e: print(e)
print(type(x).__mro__, callable(x))
gen = (i for i in range(3))
print(gen.__name__, gen.__qualname__)
del gen
def ended():
    return 5
    yield
e = ended()
try: next(e)
except StopIteration as s: print(s.value, s.args)
