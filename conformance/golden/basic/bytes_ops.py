b = b"abc\xff"
print(b, b[0], b[1:], len(b), list(b), b + b"d", b"b" in b, b.hex(), bytes([65, 66]), "é".encode(), b"\xc3\xa9".decode(), bytearray(b"x") + b"y", bytes(3))
