def f(a, b=1):
    "the doc"
    x = a
    return x
print(f.__name__, f.__qualname__, f.__module__, f.__doc__)
f.attr = 5
print(f.attr, f.__dict__)
f.__name__ = "renamed"
f.__qualname__ = "q.renamed"
print(f.__name__, f.__qualname__)
for name, bad in (("__name__", 5), ("__qualname__", 5), ("__code__", 5), ("__dict__", 5), ("__closure__", ()), ("__globals__", {})):
    try: setattr(f, name, bad)
    except Exception as e: print(type(e).__name__, e)
f.__doc__ = 7
print(f.__doc__)
del f.__doc__
print(f.__doc__)
c = f.__code__
print(c.co_name, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_firstlineno, c.co_flags & 0xff)
def g(p, /, q, *args, r, **kw):
    loc = 1
    return loc
c = g.__code__
print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_filename, c.co_qualname)
class C:
    def m(self): "mdoc"
    lam = lambda self: 0
print(C.m.__qualname__, C.lam.__qualname__, C().m.__func__ is C.m, C().m.__self__.__class__ is C, C().m.__doc__, C().m.__name__)
def outer():
    def inner(): pass
    return inner
print(outer().__qualname__)
def h(): return 1
h.__code__ = (lambda: "swapped").__code__
print(h())
F = type(f)
made = F((lambda x, y=0: (x, y)).__code__, {}, "made", (9,))
print(made(1), made.__name__, made.__defaults__)
try: F((lambda: f).__code__, {}, "n", None, (1,))
except (TypeError, ValueError) as e: print(type(e).__name__, e)
try: C().m.attr = 1
except AttributeError as e: print(e)
try: f.nope
except AttributeError as e: print(e)
try: del f.nope
except AttributeError as e: print(e)
