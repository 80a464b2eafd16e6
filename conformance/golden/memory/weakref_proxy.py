import _weakref
class N:
    def __init__(self, v): self.v = v
    def __add__(self, o): return self.v + (o.v if isinstance(o, N) else o)
    def __radd__(self, o): return o + self.v
    def __len__(self): return 3
    def __getitem__(self, k): return ("item", k)
    def __setitem__(self, k, v): self.set = (k, v)
    def __delitem__(self, k): self.deleted = k
    def __contains__(self, k): return k == "in"
    def __iter__(self): return iter([1, 2])
    def __call__(self, *a): return a
    def __str__(self): return "N str"
    def __bool__(self): return self.v > 0
    def __eq__(self, o): return "eq result"
    def __lt__(self, o): return self.v < (o.v if isinstance(o, N) else o)
    def __neg__(self): return -self.v
    def __iadd__(self, o): self.v += o; return self
    def __index__(self): return self.v
    def __hash__(self): return 1
n = N(4); p = _weakref.proxy(n)
print(p + 1, 1 + p, len(p), p["k"], "in" in p, list(p), str(p), bool(p), p == 5, p < 10, -p, p.v, type(p).__name__, [0, 1, 2, 3, 4][p], isinstance(p, N), p.__class__.__name__)
print(p(1, 2)); p["a"] = 5; del p["z"]; print(n.set, n.deleted); p.new = 1; print(n.new); del p.new; print(hasattr(n, "new"))
try: hash(p)
except TypeError as e: print(e)
q = p; q += 10; print(n.v, type(q).__name__)
class Plain: pass
o = Plain(); pp = _weakref.proxy(o); print(type(pp).__name__)
try: pp()
except TypeError as e: print(e)
try: pp + 1
except TypeError as e: print(e)
del o
for f in (lambda: pp.x, lambda: str(pp), lambda: setattr(pp, "x", 1), lambda: bool(pp), lambda: pp + 1, lambda: iter(pp)):
    try: f()
    except ReferenceError as e: print("ReferenceError:", e)
print(repr(p)[:13], p is _weakref.proxy(n))
