def inner(n):
    r = []
    for i in range(n):
        r.append((yield i))
    return r
def outer():
    a = yield from inner(2)
    print("inner returned", a)
    b = yield from [10, 20]
    print("list returned", b)
    c = yield from "xy"
    return a
g = outer()
print(next(g), g.send("s1"), g.send("s2"), next(g), next(g), next(g))
try: next(g)
except StopIteration as e: print("value", e.value)
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
def bad():
    yield from 5
t(lambda: list(bad()))
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 3: raise StopIteration("it value")
        return self.n
def deleg():
    v = yield from It()
    print("v", v)
print(list(deleg()))
d = deleg(); next(d)
t(lambda: d.send("x"))
d = deleg(); next(d)
t(lambda: d.throw(ValueError("no throw method")))
class Full(It):
    def send(self, v): return ("sent", v)
    def throw(self, *a): return ("threw", len(a), a[0])
    def close(self): print("closed")
d = (lambda: (yield from Full()))()
print(next(d), d.send("q"), d.throw(KeyError), d.close())
def chain(*its):
    for it in its: yield from it
print(list(chain("ab", (1, 2), {3: 4})))
def tree(n): 
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)
print(list(tree(3)))
def closing():
    try: yield from inner(3)
    finally: print("outer finally")
c = closing(); next(c); c.close()
def selfref():
    yield from me
me = selfref()
t(lambda: next(me))
