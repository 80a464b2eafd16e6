l = [1, 2, 3, 4]
for x in l:
    if x % 2: l.remove(x)
    print(x, l)
l = [1]
for x in l:
    if x < 5: l.append(x + 1)
print(l)
it = iter(l)
print(next(it), it.__length_hint__()); l.clear(); print(list(it), next(it, "ended"))
l.append(9); print(next(it, "stays ended"))
r = reversed([1, 2, 3]); print(next(r), r.__length_hint__(), list(r))
l = [1, 2, 3]; r = reversed(l); l.clear(); print(list(r))
class Grow:
    def __repr__(self): return "Grow()"
    def __init__(self, l): self.l = l
    def __eq__(self, o):
        self.l.clear()
        return False
g = [0, 1, 2]
print(g.count(Grow(g)), g)
g = [0, 1, 2]
try: g.index(Grow(g))
except ValueError as e: print(e, g)
g = [0, 1, 2]
try: g.remove(Grow(g))
except ValueError as e: print(e, g)
class ReprClear:
    def __repr__(self):
        h.clear()
        return "RC"
h = [ReprClear(), 1, 2]
print(h, h)
a = [1, 2, 3]
a[:] = (a.pop() for _ in range(2))
print(a)
b = [1, 2]
try: b.extend(b.append(i) or i for i in range(3) if i < 2)
except RuntimeError as e: print(e)
print(b)
z = [1, 2, 3]
for i, v in enumerate(z):
    z[i] = v * 10
    if i == 0: z.insert(0, "shifted")
    if i > 3: break
print(z)
it = iter([1, 2, 3]); print(next(it), it.__reduce__()[1:], [*it])
