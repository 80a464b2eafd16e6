def f(a, b=[], c=None, *, d={}, e=5):
    b.append(a)
    return b, c, d, e
print(f(1)); print(f(2)); print(f(3, [])); print(f(4))
print(f.__defaults__, f.__kwdefaults__)
f.__defaults__ = ([0], 1)
f.__kwdefaults__ = {"e": 6, "d": 7}
print(f(9))
f.__kwdefaults__ = None
try: f(1)
except TypeError as e: print(e)
f.__defaults__ = None
try: f(1)
except TypeError as e: print(e)
n = 1
def late(x=n): return x
n = 2
print(late())
def order(a=print("default a"), *, b=print("kwdefault b")): pass
def deco(fn): print("decorate", fn.__name__); return fn
@deco
def g(x=print("default of decorated")): pass
def pos(a, b=2, /, c=3): return a, b, c
print(pos(1), pos(1, 5), pos(1, c=9), pos(1, 2, 4))
lam = lambda x, y=2, *a, z=3, **k: (x, y, a, z, k)
print(lam(1), lam(1, 5, 6, z=7, q=8))
try: f.__defaults__ = 5
except TypeError as e: print(e)
try: f.__kwdefaults__ = 5
except TypeError as e: print(e)
f.__defaults__ = (1, 2, 3)
print(f.__defaults__)
def none(): pass
print(none(), none.__defaults__, none.__kwdefaults__)
