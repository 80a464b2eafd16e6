def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__ + ":", e)
for s in ("  hi  ", "xxhixx", "\t\n a \r\x0b", "", "    ", "\u2003é\u00a0", "abcba"):
    print(ascii(s.strip()), ascii(s.lstrip()), ascii(s.rstrip()), ascii(s.strip("x")), ascii(s.strip("abc")), ascii(s.strip("")), ascii(s.strip(None)), ascii(s.lstrip("\t\n ")), ascii(s.rstrip("ax")))
for w in (0, 1, 5, 6, 7, 10): print([s.center(w, c) for s in ("ab", "abc", "") for c in (" ", "*")], ["abc".ljust(w, "-"), "abc".rjust(w), "é".rjust(w, "日")])
for s in ("42", "-42", "+42", "", "--1", "abc", "-", "+é"): print([s.zfill(w) for w in (0, 1, 3, 5, 6)])
print("a\tb".expandtabs(), "a\tbc\td".expandtabs(4), "\t".expandtabs(0), "ab\n\tc\td".expandtabs(3), "é\tx".expandtabs(2), "a\tb".expandtabs(tabsize=1), "\t\t".expandtabs(-5), "x\r\ty".expandtabs(4))
t(lambda: "a".strip(5)); t(lambda: "a".strip("a", "b")); t(lambda: "a".center()); t(lambda: "a".center("x")); t(lambda: "a".center(5, "ab")); t(lambda: "a".ljust(5, "")); t(lambda: "a".rjust(5, 1)); t(lambda: "a".zfill("x")); t(lambda: "a".zfill()); t(lambda: "a".expandtabs("x")); t(lambda: "a".center(5.0)); t(lambda: "a".ljust(5, b"x"))
print("abc".replace("b", "XX"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "abc".replace("", "-", 2), "".replace("", "x"), "".replace("", "x", 0), "abc".replace("x", "y"), "aaa".replace("aa", "b"), "é-é".replace("é", "日本"), "日本".replace("日", "a"), "abc".replace("b", ""), "aXbX".replace("X", "\U0001f600"), "aaa".replace("a", "bb", -1), "".replace("a", "b"))
t(lambda: "a".replace("a")); t(lambda: "a".replace(1, "b")); t(lambda: "a".replace("a", 2)); t(lambda: "a".replace("a", "b", "c")); t(lambda: "a".replace("a", "b", count=1))
