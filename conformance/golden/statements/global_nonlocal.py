x = "global"
def set_global():
    global x, new
    x = "changed"
    new = 1
set_global()
print(x, new)
def outer():
    x = "outer"
    def mid():
        def inner():
            nonlocal x
            x = "inner"
        inner()
        return x
    r = mid()
    return r, x
print(outer(), x)
def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    return inc, get
inc, get = counter()
inc(); inc(5)
print(get())
class C:
    x = "class"
    def m(self): return x
    y = [x for _ in range(2)]
    z = (lambda: x)()
print(C().m(), C.y, C.z)
class G:
    global made_by_class
    made_by_class = 3
print(made_by_class, hasattr(G, "made_by_class"))
def f():
    global x
    for x in range(3): pass
    def x2(): return x
    import sys as x
    return x2
f()
print(type(x).__name__)
def g():
    global h
    def h(): return "h"
    global K
    class K: pass
g()
print(h(), K.__qualname__, h.__qualname__)
def nested_class():
    v = 1
    class I:
        nonlocal v
        v = 2
    return v
print(nested_class())
