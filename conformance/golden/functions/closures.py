def make(n):
    def add(x): return x + n
    return add
a, b = make(1), make(10)
print(a(5), b(5), a.__closure__[0].cell_contents, a.__code__.co_freevars, make.__code__.co_cellvars)
def fns():
    out = []
    for i in range(3):
        def f(): return i
        out.append(f)
    i = 99
    return [f() for f in out]
print(fns())
def deep():
    x = 1
    def l1():
        def l2():
            def l3():
                nonlocal x
                x *= 2
                return x
            return l3
        return l2
    return l1()()
d = deep()
print(d(), d(), d())
def param_cell(a, b=2, *args, k=3, **kw):
    def show(): return a, b, args, k, kw
    a = "rebound"
    return show
print(param_cell(1, 5, 6, k=7, z=8)())
def share():
    v = 0
    def setter(x):
        nonlocal v
        v = x
    return setter, lambda: v
s, g = share()
s("set")
print(g())
def empty_cell():
    def f(): return later
    c = f.__closure__[0]
    try: c.cell_contents
    except ValueError as e: print(e)
    later = 1
    return c.cell_contents
print(empty_cell())
c = make(3).__closure__[0]
c.cell_contents = 50
print(c.cell_contents, type(c).__name__)
Cell = type(c)
print(Cell(1) == Cell(1), Cell(1) < Cell(2), Cell() < Cell(1))
def recur():
    def fact(n): return 1 if n < 2 else n * fact(n - 1)
    return fact
print(recur()(20))
def cls_scope():
    z = 1
    class K:
        z = 2
        def m(self): return z
    return K().m(), K.z
print(cls_scope())
