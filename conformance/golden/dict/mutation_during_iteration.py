def t(f):
    try: f(); print("ok")
    except Exception as e: print(type(e).__name__ + ":", e)
def add():
    d = {1: 1}
    for k in d: d[k + 1] = 1
def remove():
    d = {1: 1, 2: 2}
    for k in d: del d[k]
def replace():
    d = {1: 1, 2: 2}
    for k in d: d[k] = 0
    print(d)
def swap():
    d = {1: 1, 2: 2, 3: 3}
    for k in d:
        del d[k]; d[k + 10] = 1
def items():
    d = {1: 1}
    for k, v in d.items(): d[k + 1] = 1
def values():
    d = {1: 1}
    for v in d.values(): d.clear()
def rev():
    d = {1: 1, 2: 2}
    for k in reversed(d): d[k + 5] = 1
def exhausted():
    d = {1: 1}
    it = iter(d)
    next(it); d[2] = 2
    print(next(it, "default"))
def comp():
    d = {1: 1, 2: 2}
    return [d.pop(k) for k in d]
def list_first():
    d = {1: 1, 2: 2}
    for k in list(d): del d[k]
    print(d)
def last():
    d = {1: 1, 2: 2}
    for k in d:
        if k == 2: d[3] = 3
def brk():
    d = {1: 1}
    for k in d:
        d[5] = 5
        break
    print(d)
def s_add():
    s = {1}
    for x in s: s.add(x + 1)
def s_rem():
    s = {1, 2}
    for x in s: s.discard(x)
def after_error():
    d = {1: 1, 2: 2}
    it = iter(d); next(it); d[3] = 3
    for _ in range(2):
        try: next(it)
        except RuntimeError as e: print(e)
        except StopIteration: print("stop")
def eq_mut():
    class K:
        def __init__(s, n): s.n = n
        def __hash__(s): return 1
        def __eq__(s, o):
            d.clear()
            return False
    d = {K(1): 1}
    d[K(2)] = 2
    print(len(d))
for f in (add, remove, replace, swap, items, values, rev, exhausted, comp, list_first, last, brk, s_add, s_rem, after_error, eq_mut): print(f.__name__, end=" "); t(f)
