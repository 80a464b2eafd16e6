x = "module"
class A:
    x = "class A"
    def f(self): return x
    class B:
        y = x
        def g(self): return x
    lst = [x for _ in "1"]
    first = [v for v in x]
    gen = list(x for _ in "1")
    lam = lambda self: x
print(A().f(), A.B.y, A.B().g(), A.lst, "".join(A.first), A.gen, A().lam())
def outer():
    x = "outer"
    class C:
        print(x)
        z = x
        def m(self): return x
    class D:
        x = x + " rebound"
        def m(self): return x
    def g():
        nonlocal x
        x = "changed"
    r = C.z, C().m(), D.x, D().m()
    g()
    return r, C().m(), x
try: print(outer())
except NameError as e: print(type(e).__name__, e)
def h():
    def a(): return b()
    def b(): return c
    c = "late bound"
    return a()
print(h())
def loop():
    fs = []
    for i in range(3):
        for j in range(2):
            def f(i=i): return i, j
            fs.append(f)
    return [f() for f in fs]
print(loop())
def del_cell():
    v = 1
    def get(): return v
    del v
    try: get()
    except NameError as e: print(type(e).__name__, e)
    v = 2
    return get()
print(del_cell())
def exec_scope():
    y = 1
    exec("y = 2; z = 3")
    try: return y, z
    except NameError as e: return y, str(e)
print(exec_scope())
def params(a, b=lambda: "default sees module " + x): return b()
print(params(1))
def comp_scope(): return [[y for y in range(x)] for x in range(3)], x
print(comp_scope())
def try_scope():
    try: raise ValueError("v")
    except ValueError as x: y = [str(x) for _ in range(1)]
    return y
print(try_scope())
print([x for x in [x]], x, {x: x for x in (x,)})
