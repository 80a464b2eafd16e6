def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
b = bytearray(b"abc")
b.append(100); b.extend(b"ef"); b.extend([103]); b.insert(0, 65); b[1] = 66; b[2:4] = b"XYZ"; b += b"!"; b.reverse()
print(b, b.pop(), b.pop(0), b); b.remove(66) if 66 in b else None; b.reverse(); print(b, len(b), b[0], b[-2:], b == bytes(b), b.copy() is b)
del b[0]; del b[::2]; print(b); b[:] = b"0123456789"; b[::3] = b"...."; print(b); b[5:2] = b"ins"; print(b); b *= 2; print(b); b.clear(); print(b)
def act(src):
    b = bytearray(b"0123456789")
    try: exec(src, {"b": b}); print(src, b)
    except Exception as e: print(src, type(e).__name__ + ":", e)
for s in ("b[0] = 256", "b[0] = -1", "b[0] = 'a'", "b[0] = b'a'", "b[20] = 1", "b['x'] = 1", "b[1:3] = 'ab'", "b[1:3] = 5", "b[1:3] = [1, 2, 3]", "b[1:3] = [300]", "b[::2] = b'12'", "b[::2] = b'abcde'", "b[::-1] = bytes(10)", "del b[3]", "del b[1:8:3]", "del b[50]", "b.append(256)", "b.append('a')", "b.append(b'a')", "b.extend('ab')", "b.extend([1, 300])", "b.extend(5)", "b.extend([1, 'x'])", "b.insert(100, 33)", "b.insert(0, 256)", "b.pop(50)", "bytearray().pop()", "b.remove(1)", "b.remove('x')", "b.remove(48)", "b += 5", "b += [1]", "b *= -1", "b[:] = b", "b[2:2] = b", "b.extend(b)", "b[1:2] = bytearray(b'')", "b[1:4] = (x for x in b'gen')", "b.__init__(b'new')", "b.__init__(3)", "b[True] = 88", "b[None] = 1", "b.reverse(1)", "hash(b)", "b < b'x'", "b < 'x'"): act(s)
print(bytearray(b"Hello").upper(), bytearray(b"a,b").split(b","), bytearray(b"x").join([b"1", b"2"]), bytearray(b"abc").find(b"c"), bytearray(b" s ").strip(), bytearray(b"ab").hex(), bytearray.fromhex("00ff"), bytearray(b"ab") + b"c", b"c" + bytearray(b"ab"), type(b"c" + bytearray(b"ab")).__name__, bytearray(b"a\xff").decode("latin-1").encode(), bytearray(b"aXb").partition(b"X"), bytearray(b"abc").replace(b"b", b""), bytearray(b"ab").center(6, b"-"), bytearray(b"x") in (b"x",), b"b" in bytearray(b"abc"), 98 in bytearray(b"abc"), bytearray(b"%d") % 5)
v = memoryview(bytearray(b"abc")); o = v.obj
t(lambda: o.append(1)); t(lambda: o.clear()); t(lambda: o.extend(b"")); o[0] = 90; print(bytes(v)); v.release(); o.append(1); print(o)
it = iter(bytearray(b"abc")); print(next(it), it.__length_hint__(), list(it)); print(bytearray().__alloc__() >= 0, list(reversed(bytearray(b"abc"))))
class Sub(bytearray):
    def __init__(self, *a): super().__init__(*a); self.x = 1
s = Sub(b"q"); print(repr(s), s.x, type(s[:]).__name__, s == b"q")
