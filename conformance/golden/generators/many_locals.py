# A generator keeps many variables, temporaries and loops over its yields.
def g():
    a, b, c, d, e, f2, h, i, j, k = range(10)
    t = (a, (yield b), [c, (yield d)], {e: (yield f2)})
    print(t)
    s = (yield h) + (yield i) * (yield j)
    print(s)
    r = f"{(yield k)}-{(yield 'fmt')}"
    print(r)
    x = [0, 0]
    x[(yield "idx")] = (yield "val")
    print(x)
    print((yield "first") if (yield "cond") else (yield "second"))
    print((yield), (yield None))
    for q in (yield "iter"):
        with_ = yield q
        print("loop", q, with_)
    lam = lambda: (yield)
    print(type(lam()).__name__)
    return max((yield 1), (yield 2))
x = g()
v = next(x)
sends = iter(["b", "d", "f", 1, 2, 3, "k", "F", 1, "set at?", True, "T", 1, 2, [7, 8], "w1", "w2", 3, 9])
sends = iter(["b", "d", "f", 1, 2, 3, "k", "F", "V", 1, True, "T", 1, 2, [7, 8], "w1", "w2", 3, 9])
try:
    while True:
        s = next(sends)
        print("  yielded", repr(v), "send", repr(s))
        v = x.send(s)
except StopIteration as e:
    print("returned", e.value)
