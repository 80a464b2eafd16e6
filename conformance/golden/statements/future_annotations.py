from __future__ import annotations
def f(a: undefined[1, 2], b: x + y * (z - 1) = 3, *c: lambda q: q, d: "str" = None) -> not a and b or c: pass
for k, v in f.__annotations__.items(): print(k, repr(v))
class C:
    a: int
    b: List[Dict[str, int]] = {}
    c: 'quoted'
    d: f"x{1}y"
    e: a.b.c(1, *x, k=2, **kw)
    f: [i for i in j if k]
    g: {1: 2, **z}
    h: (1,)
    i: x[1:2, ::3]
    j: -x ** +y
    k: a if b else c
    l: x < y <= z != w is not None
    m: {1, 2}
    n: ()
    o: await_
    p: 1.5e10j
    q: b'bytes'
    r: ...
    s: True
    t: (yield_)
    u: {k: v for k, v in z}
    v: not x
    w: ~x | y & z ^ u << 2
    x: lambda a, /, b=1, *c, d, **e: (a, b)
for k, v in C.__annotations__.items(): print(k, repr(v))
