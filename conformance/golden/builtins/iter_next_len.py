def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
it = iter([1]); print(next(it), next(it, "d"), next(it, None)); t(lambda: next(it)); t(lambda: next([])); t(lambda: next()); t(lambda: next(1, 2, 3)); t(lambda: iter(1, 2)); t(lambda: iter(None)); t(lambda: next(iter([]), default=1))
n = [0]
def f():
    n[0] += 1
    return n[0]
print(list(iter(f, 4)), n)
def g():
    raise StopIteration
print(list(iter(g, 1)))
print(len("é"), len([]), len({1: 2}), len(range(0, 10, 3)), len(b"ab"), len({1}), len(memoryview(b"abc"))); t(lambda: len()); t(lambda: len(1)); t(lambda: len(None)); t(lambda: len(x for x in [])); t(lambda: len([], [])); t(lambda: len(int)); t(lambda: len(obj=[])); t(lambda: len(lambda: 0))
class L:
    def __init__(self, v): self.v = v
    def __len__(self): return self.v
for v in (0, 5, True, 2**62, 2**63, -1, 1.0, "3", None): t(lambda: len(L(v)))
print(callable(len), callable(L), callable(L(1)), callable(1)); t(lambda: callable()); t(lambda: id(1) == id(1)); t(lambda: id()); t(lambda: hash()); t(lambda: type()); t(lambda: isinstance()); t(lambda: issubclass(int)); t(lambda: repr()); t(lambda: ascii()); t(lambda: ascii("é日")); t(lambda: repr(1, 2))
