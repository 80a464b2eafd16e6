class CM:
    def __init__(self, name, swallow=False, fail=None):
        self.name, self.swallow, self.fail = name, swallow, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter":
            raise RuntimeError("enter " + self.name)
        return self.name
    def __exit__(self, et, ev, tb):
        print("exit", self.name, et and et.__name__, ev, tb is not None)
        if self.fail == "exit":
            raise RuntimeError("exit " + self.name)
        return self.swallow
with CM("a") as x, CM("b") as y:
    print(x, y)
with (CM("p") as x, CM("q")):
    print("parens", x)
with (
    CM("t"),
    CM("u") as z,
):
    print(z)
with CM("swallow", True):
    1 / 0
print("after")
def f():
    with CM("ret") as (a, *b):
        return a, b
print(f())
for i in range(3):
    with CM(i):
        if i == 0: continue
        if i == 1: break
try:
    with CM("outer"), CM("inner", fail="enter"):
        print("never")
except RuntimeError as e:
    print("caught", e)
try:
    with CM("o"):
        with CM("i", fail="exit"):
            raise KeyError("body")
except RuntimeError as e:
    print("caught", e, repr(e.__context__))
class D: pass
d = D()
with CM("attr") as d.x:
    print(d.x)
lst = [0]
with CM("item") as lst[0]:
    print(lst)
