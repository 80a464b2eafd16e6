def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
for ty in (bytes, bytearray):
    t(lambda: ty()); t(lambda: ty(3)); t(lambda: ty(b"x")); t(lambda: ty("é", "utf-8")); t(lambda: ty("é", encoding="latin-1")); t(lambda: ty("é", "ascii", "replace")); t(lambda: ty([1, 2, 255])); t(lambda: ty(range(3))); t(lambda: ty(bytearray(b"y"))); t(lambda: ty(memoryview(b"z"))); t(lambda: ty(x for x in (65, 66))); t(lambda: ty(True)); t(lambda: ty({1: 2})); t(lambda: ty(source=b"kw"))
    t(lambda: ty("x")); t(lambda: ty(-1)); t(lambda: ty([256])); t(lambda: ty([-1])); t(lambda: ty(["a"])); t(lambda: ty([1.5])); t(lambda: ty(1.5)); t(lambda: ty(None)); t(lambda: ty(5, "utf-8")); t(lambda: ty(b"x", "utf-8")); t(lambda: ty("x", "nope")); t(lambda: ty(errors="x")); t(lambda: ty(encoding="utf-8")); t(lambda: ty("é", "ascii")); t(lambda: ty(1, 2, 3, 4)); t(lambda: ty(object())); t(lambda: ty(2**64)); t(lambda: ty([2**70])); t(lambda: ty("x", 5))
class B:
    def __bytes__(self): return b"from __bytes__"
class Bad:
    def __bytes__(self): return "str"
class I:
    def __index__(self): return 4
class Both(B):
    def __index__(self): return 2
t(lambda: bytes(B())); t(lambda: bytes(Bad())); t(lambda: bytes(I())); t(lambda: bytes(Both())); t(lambda: bytes([I(), I()])); t(lambda: bytearray(I())); t(lambda: bytearray(B()))
class Sub(bytes):
    def __new__(cls, v): return super().__new__(cls, v + b"!")
s = Sub(b"a"); print(s, type(s).__name__, s + b"x", type(s + b"").__name__, s[0], s[:], type(s[:]).__name__, s == b"a!", bytes(s), type(bytes(s)).__name__, s.upper(), {s: 1}[b"a!"])
print(repr(b""), repr(b"'"), repr(b'"'), repr(b"'\""), repr(bytes(range(0, 256, 15))), str(b"x"), b"\n\r\t\\\0", b"%s %d %x %c %r %a %%" % (b"s", 5, 255, 65, b"r", "a"), b"%5.1f|%-5d|%05d" % (2.5, 3, 4), b"%b" % b"bb", b"%(k)s" % {b"k": b"v"})
t(lambda: b"%s" % "str"); t(lambda: b"%d" % "x"); t(lambda: b"%c" % 256); t(lambda: b"%c" % b"ab"); t(lambda: b"%b" % 5); t(lambda: b"%s %s" % b"x"); t(lambda: b"%q" % 1); t(lambda: b"x" % 1); t(lambda: b"%(k)s" % {"k": 1}); t(lambda: bytearray(b"%s") % b"ba"); t(lambda: b"%a" % "é")
