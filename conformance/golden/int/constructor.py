def t(*a, **k):
    try: print(repr(int(*a, **k)))
    except Exception as e: print(type(e).__name__ + ":", e)
for s in ("12", "  12  ", "-5", "+7", "1_000", "0", "-0", "00", "١٢", "12\n", b"34", bytearray(b"-9"), 3.99, -3.99, True): t(s)
for s in ("", " ", "abc", "1__0", "_1", "1_", "0x10", "1.5", "1e5", "- 1", "--1", "1 2", b"z", b"", None, [], 1j, "\x00", "1\x00", "é" * 3, "x" * 300): t(s)
for s, b in (("ff", 16), ("0xFF", 16), ("0xff", 0), ("0b101", 0), ("0o17", 0), ("101", 2), ("0b101", 2), ("zz", 36), ("12", 3), ("0", 0), ("00", 0), ("-0x1f", 0), (b"7f", 16), ("1_f", 16), ("0_7", 0), ("0x_f", 0)): t(s, b)
for s, b in (("9", 8), ("012", 0), ("0b2", 0), ("g", 16), ("1", 1), ("1", 37), ("1", -1), (5, 10), ("5", "x"), ("0x", 16), ("0x", 0), ("", 2), ("5", None), ("1", 2**70)): t(s, b)
t(); t(5, base=10); t("11", base=2); t(x=5); t("1", 2, 3); t(base=10)
class I:
    def __int__(self): return 5
class X:
    def __index__(self): return 6
class T:
    def __trunc__(self): return 7
class B:
    def __int__(self): return "x"
class Sub(int): pass
class S2:
    def __int__(self): return True
t(I()); t(X()); t(B()); t(Sub(9)); t("11", X())
print(type(int(Sub(3))).__name__, type(int(True)).__name__, int.__new__(int, "5"))
print(int("1" * 100), int("-" + "9" * 50))
print(0b1010, 0o17, 0xDEAD_BEEF, 1_000_000, 0B1, 0O7, 0XF, 00_0)
