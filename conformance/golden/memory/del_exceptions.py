class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
def f():
    local = D("local of f")
    raise ValueError("x")
try: f()
except ValueError as e:
    print("in handler", e.__traceback__.tb_next.tb_frame.f_locals["local"].n)
print("after handler")
def g():
    try:
        local = D("in try")
        1 / 0
    except ZeroDivisionError:
        print("handling")
    print("end of g")
g()
saved = None
def h():
    global saved
    x = D("kept alive by the traceback")
    try: 1 / 0
    except ZeroDivisionError as e: saved = e
h(); print("h returned"); saved = None; print("dropped")
class CM:
    def __enter__(self): return D("with target")
    def __exit__(self, *a): print("exit")
with CM(): print("body")
with CM() as w: pass
del w
def gen():
    try: yield D("yielded")
    finally: print("gen finally")
for x in gen(): break
print("broke out"); del x
def args(a, *b, **c): print("called")
args(D("pos"), D("star"), k=D("kw")); print("returned")
def unwound(): return [D("built"), 1 / 0]
try: unwound()
except ZeroDivisionError: print("unwound")
print("last")
