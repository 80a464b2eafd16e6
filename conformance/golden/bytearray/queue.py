# Growing at one end, used up from the other; views and errors on the way.
b = bytearray()
want = b""
acc = 0
for i in range(3000):
    piece = bytes((i * 7 + k) & 255 for k in range(i % 13))
    b += piece
    want += piece
    n = (i * 5) % 17
    if i % 3 == 0:
        del b[:n]
        want = want[n:]
    elif i % 31 == 0 and b:
        b.insert(n % len(b), 65)
        at = n % len(want)
        want = want[:at] + b"A" + want[at:]
    elif i % 37 == 0 and b:
        del b[1::2]
        want = want[::2]
    elif i % 41 == 0 and b:
        b[:3] = b"hello"
        want = b"hello" + want[3:]
    elif i % 43 == 0 and b:
        assert b.pop(0) == want[0]
        want = want[1:]
    assert b == want and len(b) == len(want), i
    acc = (acc * 31 + len(b) + sum(b[:5])) % 1000003
print(acc)
b = bytearray(b"0123456789")
del b[:4]
print(b, b[0], b[-1], b.find(b"6"), bytes(b), b[::-1], b.upper(), b * 2, b + b"x")
m = memoryview(b)
for f in (lambda: b.append(1), lambda: b.__delitem__(slice(0, 2)), lambda: b.extend(b"x"), lambda: b.clear(), lambda: b.pop()):
    try:
        f()
    except BufferError as e:
        print(e)
m[0] = 65
print(b, m.tobytes(), len(m))
m.release()
del b[:1]
b[0:2] = b""
print(b)
del b[:100]
print(b, len(b))
b += b"again"
b.reverse()
print(b, b == bytearray(b"niaga"), hash(bytes(b)) == hash(b"niaga"))
b = bytearray(b"x" * 100000)
while len(b) > 10:
    del b[:7]
print(len(b), b)
