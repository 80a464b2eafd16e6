for v in ("", "a", "abc", "é日", "hello world"):
    print([format(v, s) for s in ("", "s", "5", "<5", ">5", "^5", "*^7", "05", "0>5", ".2", "5.2", ">5.1s", ".0", "é<4", "^^5", "=<5", "010s", "<010")])
def t(v, s):
    try: print(repr(format(v, s)))
    except Exception as e: print(repr(s), type(e).__name__ + ":", e)
for s in ("d", "x", "f", "+", " ", "-", "#", ",", "_", "=5", "0=5", "=", "z", "5.", ".x", "q", "ss", "s5", "c", "%", "n", "5,", "5_s", "#s", "+s", "\x00", "é", "日本"): t("x", s)
w = 10
print(f"{'x':>{w}}|{'x':<{w}}|{'x':^{w}}|{'abcdef':.{3}}|{'a':{'*'}^{5}}")
print("{:s} {!s:3} {!r:6.3}|".format("a", "b", "cdef"))
for i in range(3): print("{:<{w}}|{:>{w}}".format(i, i * i, w=i + 2))
rows = [("name", "qty", "price"), ("apple", 3, 1.5), ("kiwi", 12, 0.25)]
for r in rows: print("{:<8}{:>5}{:>8}".format(*r))
print("{:-^30}".format(" title "), "{:=>5}".format("r"), "{:0<5}".format("z"))
