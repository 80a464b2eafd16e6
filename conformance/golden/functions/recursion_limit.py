import sys
def f(n): return f(n + 1)
try: f(0)
except RecursionError as e: print(type(e).__name__, e)
old = sys.getrecursionlimit()
print(old)
sys.setrecursionlimit(200)
depth = 0
def g():
    global depth
    depth += 1
    g()
try: g()
except RecursionError as e: print(e, 150 < depth < 201)
def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
print(even(100))
class R:
    def __repr__(self): return repr(self)
try: repr(R())
except RecursionError as e: print(str(e)[:32])
class G:
    def __getattr__(self, n): return getattr(self, n)
try: G().x
except RecursionError as e: print(str(e)[:32])
class E:
    def __eq__(self, o): return self == o
try: E() == E()
except RecursionError as e: print(str(e)[:32])
for bad in (0, -1, 1):
    try: sys.setrecursionlimit(bad); print("set")
    except (ValueError, RecursionError) as e: print(type(e).__name__, e)
try: sys.setrecursionlimit("x")
except TypeError as e: print(e)
sys.setrecursionlimit(old)
def gen(n):
    if n: yield from gen(n - 1)
    yield n
print(sum(gen(50)))
try: list(gen(5000))
except RecursionError as e: print("gen", type(e).__name__)
print("still alive", even(400))
