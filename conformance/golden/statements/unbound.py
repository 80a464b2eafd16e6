def t(f, *a):
    try:
        print(f(*a))
    except Exception as e:
        print(type(e).__name__ + ":", e, getattr(e, "name", "-"))
def a():
    return v
    v = 1
def b(flag):
    if flag:
        w = 1
    return w
def c():
    def inner():
        return free
    inner()
    free = 1
def d():
    return undefined_name
def e():
    for i in (): pass
    return i
def f():
    try:
        raise ValueError
    except ValueError as exc:
        pass
    return exc
def g():
    x = 1
    class C:
        y = x
        x = y + 1
    return C.x
def h():
    class C:
        print(zz)
        zz = 1
def i():
    del q
    q = 1
def j():
    with_ = [jj for jj in range(3)]
    return jj
def k():
    print(p)
    p: int = 3
def l():
    (m := m + 1)
for fn in (a, c, d, e, f, g, h, i, j, k, l): t(fn)
t(b, True)
t(b, False)
