class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
a = D("a"); b = a
del a; print("still"); del b; print("gone")
D("temporary"); print("after temporary")
def f():
    x, y = D("x"), D("y")
    print("leaving f")
f()
l = [D(1), D(2), D(3)]; l.pop(1); print("popped"); l.clear(); print("cleared")
d = {"k": D("value")}; d["k"] = D("new value"); print("replaced"); del d["k"]
x = D("first"); x = D("second"); print("rebound"); x = None
for i in (D("loop1"), D("loop2")): print("iter")
del i; print("after loop")
def g():
    D("in expr").n + ""
    return D("returned")
print(g().n)
class C:
    def __init__(self): self.d = D("attribute")
c = C(); c.d = None; print("attr replaced"); c.d = D("attr2"); del c; print("owner gone")
def gen():
    keep = D("in generator")
    yield 1
    yield 2
it = gen(); next(it); del it; print("generator gone")
try:
    t = D("in try")
    raise ValueError
except ValueError: pass
finally: del t
print([D("list elem") and 1, 2]); (lambda z: print("lambda"))(D("argument")); print("call done")
s = {D("set elem")}; s = None; t2 = (D("t1"), D("t2")); t2 = 0
