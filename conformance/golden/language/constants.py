print(1_000, 0x_ff, 0b1_0, 0o1_7, 1e1_0, 1_0.0_1, 0xFFFFFFFFFFFFFFFFFFFF, 123456789012345678901234567890, 1e309, -1e309, .5, 5., 1E5, 1e-5, 0.1e1, 00, 0_0, 1j, 1.5J, 0e0, 1e0j)
print(-1, --1, +-1, ~-1, not -1, -2 ** 2, (-2) ** 2, 2 ** -1, -1 ** 0.5, 1 - -1, 2 ** 3 ** 2, -5 // 2, -5 % 3, 5 // -2, 7 & 3 | 4 ^ 1, 1 << 2 + 1, 10 - 2 - 3, 100 / 10 / 2, 2 * 3 % 4, not 1 == 2, 1 if 0 else 2 if 0 else 3, 5 and 0 or 7)
def same(): return (1, 2, (3, "x")), "abc" "def", b"a" b"b", -0.0, frozenset
print(same()[:4], 0.0 == -0.0, (0.0, -0.0), [0.0, -0.0, 0, False], {0: "a"} == {0.0: "a"})
def consts():
    a = 1; b = 1.0; c = True; d = 1 + 0j; e = "1"; f = b"1"; g = 0.0; h = -0.0
    return a, b, c, d, e, f, g, h
print(consts(), [type(x).__name__ for x in consts()])
print("a" * 3 + "b", 2 ** 10, 1 + 2 * 3, "%d" % 5, (1, 2) + (3,), [1, 2][0], "abc"[1], (1, 2, 3)[-1], 1 / 3, 10 ** 20, 3 > 2 > 1, "x" in "xyz", 1 in (1, 2), 5 in {1, 5}, None is None, ...)
print("\x41\u00e9\N{EURO SIGN}\U0001F600" "\t|", '\'' "\"", "\\", r"\\", "a\0b" == "a\x00b", len("\r\n"), """a
b""")
__x = 5; print(__x, __name__, __doc__, __debug__)
