a = [1, 2]
b = (3,)
print([*a, *b, *"xy"], (*a, 0, *b), {*a, *b, 2})
print({**{"x": 1}, "y": 2, **{"x": 3}})
def f(*args, **kw): return args, kw
print(f(*a, 9, *b, k=1, **{"m": 2}, n=3))
print(f(*"ab", **{}), f(*(), *()))
t = *a, *b
print(t)
for x in *a, *b: print(x, end=" ")
print()
def r(): return *a, 7
print(r())
def y(): yield *a, 8
print(list(y()))
d = {"p": 1}
print(dict(**d, q=2), dict(d, p=5))
def err(fn):
    try: print(fn())
    except TypeError as e: print(e)
err(lambda: [*5])
err(lambda: f(*5))
err(lambda: f(**5))
err(lambda: {**[1]})
err(lambda: f(**{1: 2}))
err(lambda: f(a=1, **{"a": 2}))
err(lambda: f(**{"a": 1}, **{"a": 2}))
err(lambda: {*None})
class M:
    def keys(self): return ["k1", "k2"]
    def __getitem__(self, k): return k.upper()
print(f(**M()), {**M()})
class Gen:
    def __iter__(self):
        yield from (1, 2, 3)
print([*Gen(), *Gen()], f(*Gen()))
idx = {}
idx[(*a, 5)] = 1
print(idx)
