print((5).bit_length(), (0).bit_length(), (-8).bit_length(), (2**100).bit_length(), (255).bit_count(), (-255).bit_count(), (2**100 - 1).bit_count())
print((1024).to_bytes(2, "big"), (1024).to_bytes(4, "little"), (-1).to_bytes(2, "big", signed=True), (0).to_bytes(0, "big"), (5).to_bytes(), (255).to_bytes(byteorder="little", length=3))
print(int.from_bytes(b"\x04\x00", "big"), int.from_bytes(b"\x04\x00", "little"), int.from_bytes(b"\xff\xff", "big", signed=True), int.from_bytes([1, 2], "big"), int.from_bytes(b""), int.from_bytes(bytearray(b"\xff" * 20), "little"))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: (256).to_bytes(1, "big")); t(lambda: (-1).to_bytes(1, "big")); t(lambda: (128).to_bytes(1, "big", signed=True)); t(lambda: (-129).to_bytes(1, "big", signed=True))
t(lambda: (1).to_bytes(-1, "big")); t(lambda: (1).to_bytes(1, "mid")); t(lambda: (1).to_bytes(1, 5)); t(lambda: int.from_bytes("x", "big")); t(lambda: int.from_bytes([256], "big")); t(lambda: int.from_bytes(b"", "x")); t(lambda: (1).to_bytes("a"))
t(lambda: (2**200).to_bytes(20, "big"))
t(lambda: (-2**63).to_bytes(8, "little", signed=True))
print((5).conjugate(), (5).real, (5).imag, (5).numerator, (5).denominator, (True).real, (6).as_integer_ratio(), (-7).as_integer_ratio())
print((12345).__round__(-2), round(12345, -3), round(15, -1), round(25, -1), round(-25, -1), round(10**30 + 5, -1), round(5, 2), round(5), round(1, -5), round(2**70, -20))
print((5).__ceil__(), (5).__floor__(), (5).__trunc__(), (7).__index__(), (5).__bool__(), (0).__bool__())
t(lambda: (5).real.__class__); t(lambda: setattr(5, "real", 1)); t(lambda: round(5, "x")); t(lambda: round(5, 1.0))
class I(int):
    pass
print(type(I(5) + 1).__name__, type(-I(5)).__name__, type(I(5).conjugate()).__name__, type(I.from_bytes(b"\x05", "big")).__name__, repr(I(7)), I(5) == 5, {I(5): 1}[5], hash(I(5)) == 5)
print(int.__doc__ is not None, (5).__sizeof__() > 0, int.real.__get__(5))
print(max(2**70, 2.0**70), 2**70 == 2.0**70, 2**70 + 1 > 2.0**70, 2**70 - 1 < 2.0**70, 10**400 > 1e308, -10**400 < float("-inf"), 10**400 < float("inf"), 5 == 5.0, 2**53 + 1 == 2.0**53)
