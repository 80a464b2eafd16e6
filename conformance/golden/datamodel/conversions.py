class C:
    def __int__(self): return 7
    def __float__(self): return 2.5
    def __complex__(self): return 1 + 2j
    def __index__(self): return 3
    def __str__(self): return "str"
    def __repr__(self): return "repr"
    def __bytes__(self): return b"bytes"
    def __bool__(self): return False
    def __format__(self, spec): return f"<{spec}>"
    def __len__(self): return 4
c = C()
print(int(c), float(c), complex(c), str(c), repr(c), bytes(c), bool(c), format(c, "abc"), f"{c:x>3}", len(c), hex(c), bin(c), oct(c), "%s %r %a %d" % (c, c, c, c))
print([10, 20, 30, 40][c], "abcdef"[c], list(range(10))[c:], chr(c + 62) if hasattr(c, "__add__") else chr(65))
print(range(c), bytes([c]), int("11", c), round(1.23456, c), [0] * c, "{:{}}".format("x", 3), c.__index__())
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
class B:
    def __init__(self, v): self.v = v
    def r(self, *a): return self.v
    __int__ = __float__ = __complex__ = __index__ = __str__ = __repr__ = __bytes__ = __bool__ = __format__ = __len__ = __hash__ = r
b = B([])
t(lambda: int(b)); t(lambda: float(b)); t(lambda: complex(b)); t(lambda: hex(b)); t(lambda: str(b)); t(lambda: repr(b))
t(lambda: bytes(b)); t(lambda: bool(b)); t(lambda: format(b)); t(lambda: len(b)); t(lambda: hash(b)); t(lambda: [1][b])
class I:
    def __index__(self): return 5
t(lambda: (int(I()), float(I()), complex(I())))
class T:
    def __trunc__(self): return 9
class Sub(int): pass
class RetSub:
    def __int__(self): return Sub(4)
    def __float__(self): return 1.0
    def __len__(self): return 2**100
t(lambda: len(RetSub()))
t(lambda: range(RetSub()))
class Neg:
    def __len__(self): return -5
t(lambda: len(Neg()))
class NoConv: pass
for f in (int, float, complex, bytes, len, hex, bin, chr, iter, list): t(lambda: f(NoConv()))
t(lambda: "abc"[NoConv()])
