l = [3, 2, 1]
def key(x):
    l.append(x)
    return x
try: l.sort(key=key)
except ValueError as e: print(e)
print(l)
l = [5, 4, 3]
def peek(x):
    print("inside", l, len(l))
    return x
l.sort(key=peek)
print(l)
class Evil:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        m.clear()
        return self.v < o.v
m = [Evil(i) for i in (3, 1, 2)]
try: m.sort(); print("cleared an already empty list: fine")
except ValueError as e: print(e)
print([x.v for x in m])
n = [3, 1, 2]
def boom(x):
    if x == 2: raise KeyError("key fails")
    return x
try: n.sort(key=boom)
except KeyError as e: print(repr(e), n)
class CmpBoom:
    def __init__(self, v): self.v = v
    def __lt__(self, o): raise ZeroDivisionError("lt")
    def __repr__(self): return f"C{self.v}"
c = [CmpBoom(2), CmpBoom(1)]
try: c.sort()
except ZeroDivisionError as e: print(e, c)
class Incons:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return True
print(sorted(x.v for x in sorted([Incons(i) for i in range(5)])))
class NI:
    def __lt__(self, o): return NotImplemented
try: sorted([NI(), NI()])
except TypeError as e: print(e)
class Gt:
    def __init__(self, v): self.v = v
    def __gt__(self, o): return self.v > o.v
print([g.v for g in sorted([Gt(3), Gt(1), Gt(2)])])
class Truthy:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return [1] if self.v < o.v else []
print([g.v for g in sorted([Truthy(3), Truthy(1), Truthy(2)])])
q = [2, 1]
q.sort(key=lambda x: q.sort() or x)
print(q)
