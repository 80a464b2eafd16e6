class A:
    def __init__(self, v): self.v = v
    def __add__(self, o): return A(self.v + getattr(o, "v", o))
    def __repr__(self): return f"A({self.v})"
a = b = A(1)
a += 2
print(a, b)
class B(A):
    def __iadd__(self, o):
        self.v += o
        return self
a = b = B(1)
a += 2
print(a, b, a is b)
class C(A):
    def __iadd__(self, o): return NotImplemented
c = C(5); c += 1; print(c)
class D:
    def __iadd__(self, o): return NotImplemented
def t(f):
    try: f()
    except TypeError as e: print(e)
def f(op):
    d = D()
    exec(f"d {op} 1")
for op in ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "<<=", ">>=", "&=", "|=", "^="): t(lambda: f(op))
l = m = [1]
l += "ab"; print(m)
l *= 2; print(m)
s = u = {1, 2}
s |= {3}; s &= {1, 3}; s ^= {9}; s -= {1}
print(sorted(u), s is u)
d = e = {"a": 1}
d |= {"b": 2}; d |= [("c", 3)]
print(e)
fs = g = frozenset([1])
fs |= {2}; print(sorted(fs), g)
tt = w = (1,)
tt += (2,); print(tt, w)
ba = bb = bytearray(b"x")
ba += b"y"; ba *= 2; print(bb)
def bad(src):
    l = [1]; s = {1}; d = {}; t_ = (1,); st = "s"; by = b"b"; ba = bytearray(); n = 1
    exec(src)
for src in ("l += 5", "s |= [1]", "d |= 5", "t_ += [1]", "st += 1", "by += 'x'", "ba += 'x'", "n += 's'", "l *= 'x'", "l *= 1.5", "st *= 's'", "s -= [1]", "s &= 5", "l -= [1]", "d += {}", "ba += [1]", "ba *= 'a'"):
    t(lambda: bad(src))
