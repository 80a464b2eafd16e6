print()
print(1, 2, 3, sep="-", end="!\n")
print("a", "b", sep="")
print("x", end="")
print("y", end=None)
print(1, "two", [3], (4,), {5: 6}, None, sep=None)
class W:
    def __init__(self): self.parts = []
    def write(self, s): self.parts.append(s)
w = W()
print("to", "w", file=w)
print(w.parts)
print(*range(4), sep=", ")
def t(**k):
    try: print("v", **k)
    except Exception as e: print(type(e).__name__, e)
t(sep=1)
t(end=2)
t(file=3)
t(flush=True)
t(bogus=1)
class S:
    def __str__(self): return "S()"
    def __repr__(self): return "repr"
print(S(), [S()])
class Bad:
    def __str__(self): return 5
try: print(Bad())
except TypeError as e: print(e)
class F:
    def write(self, s): raise OSError("full")
try: print("q", file=F())
except OSError as e: print("OSError", e)
