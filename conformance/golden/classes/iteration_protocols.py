class OldSeq:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
print(list(OldSeq()), 4 in OldSeq(), 5 in OldSeq(), tuple(reversed([1])))
class It:
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
    def __len__(self): return self.n
    def __contains__(self, x): return x == "special"
    def __reversed__(self): return iter("rev")
i = It(3)
print(list(i), len(i), "special" in i, 1 in i, list(reversed(i)), bool(i), bool(It(0)))
class Rev:
    def __len__(self): return 3
    def __getitem__(self, i): return "abc"[i]
print(list(reversed(Rev())))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
class NoIter: __iter__ = None
class NoContains:
    __contains__ = None
    def __iter__(self): return iter([1])
class BadIter:
    def __iter__(self): return 5
class BadNext:
    def __iter__(self): return self
class Only:
    def __next__(self): return 1
class Hash: __reversed__ = None
t(lambda: iter(NoIter()))
t(lambda: 1 in NoContains())
t(lambda: iter(BadIter()))
t(lambda: list(BadNext()))
t(lambda: iter(Only()))
t(lambda: next(Only()))
t(lambda: reversed(Hash()))
t(lambda: reversed(5))
t(lambda: reversed({1}))
t(lambda: 1 in object())
t(lambda: list(iter(lambda c=[0]: c.append(1) or len(c), 5)))
t(lambda: iter(5, 6))
t(lambda: iter())
class Hint:
    def __init__(self, h): self.h = h
    def __iter__(self): return iter([1, 2])
    def __length_hint__(self): return self.h
for h in (5, 0, NotImplemented, -1, "x", 1.5): t(lambda: list(Hint(h)))
class LenErr(Hint):
    def __length_hint__(self): raise KeyError("hint")
t(lambda: list(LenErr(0)))
class TypeErrHint(Hint):
    def __length_hint__(self): raise TypeError("hint")
t(lambda: list(TypeErrHint(0)))
it = iter([1, 2, 3]); next(it)
print(it.__length_hint__(), iter("abc").__length_hint__(), iter(range(9)).__length_hint__())
