def f(a, b=2):
    c = a + b
    l = locals()
    return sorted(l.items())
print(f(1))
def g():
    x = 1
    def h():
        return x, sorted(locals())
    return h()
print(g())
def snap():
    a = 1
    l = locals()
    a = 2
    before = l["a"]
    locals()
    return before, l["a"]
print(snap())
class C:
    x = 1
    print(sorted(k for k in locals() if k != "__module__" and k != "__qualname__"))
    locals()["y"] = 2
print(C.y)
print("C" in globals(), globals() is locals())
print(vars() is locals())
globals()["injected"] = 42
print(injected)
def no_vars(): return locals()
print(no_vars())
exec("q = 5")
print(q)
def ex():
    v = 1
    exec("v = 2")
    exec("print('inside', v)")
    return v
print(ex())
ns = {}
exec("def k(): return z\nz = 3", ns)
print(ns["k"](), sorted(n for n in ns if n != "__builtins__"))
print(eval("a + b", {"a": 1}, {"b": 2}))
def d():
    return sorted(dir())
print(d())
import sys
def fr():
    here = sys._getframe()
    return here.f_code.co_name, here.f_lineno - here.f_code.co_firstlineno, here.f_back.f_code.co_name, sorted(here.f_locals)
print(fr())
