s = "abcdef"; u = "aé日\U0001f600z"
print([s[i] for i in (0, 5, -1, -6)], [ascii(u[i]) for i in range(-5, 5)])
for a, b, c in ((None, None, None), (1, 4, None), (-3, None, None), (None, -1, None), (None, None, 2), (None, None, -1), (4, 1, -1), (10, 20, None), (-10, 3, None), (5, 1, None), (1, 100, 3), (None, None, -2), (0, 0, None), (-1, -10, -1)):
    print(s[a:b:c], ascii(u[a:b:c]), end="; ")
print()
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: s[6]); t(lambda: s[-7]); t(lambda: s[::0]); t(lambda: s[10**30]); t(lambda: s["a":]); t(lambda: s[1.0:]); t(lambda: s[None]); t(lambda: s[:10**30]); t(lambda: s[-10**30:]); t(lambda: s[1, 2]); t(lambda: s[True])
print(len(u), list(u) == [c for c in u], ascii(u[::-1]), s * 2, 0 * s, -1 * s, s + "", "" + s, s[:] is s, s * 1 == s, ascii(u * 2), ascii("é" + "日"), ascii("a" + "\U0001f600" + "é"))
print(s < "abd", s < "abcdefg", "Z" < "a", "é" > "z", "\U0001f600" > "\uffff", "" < "a", "a" == "a", "a" != "b", max(u) == "\U0001f600", sorted("hello"), "".join(sorted(set("mississippi"))))
t(lambda: s * 1.5); t(lambda: s + 5); t(lambda: 5 + s); t(lambda: s * s); t(lambda: s < 5); t(lambda: "a" * (2**62)); t(lambda: "ab" * (2**64)); t(lambda: -s); t(lambda: s - "a")
print(s.__getitem__(slice(1, 3)), s.__len__(), s.__contains__("bc"), [*"añb"], hash("abc") == hash("a" + "bc"), "%s" % s is s or "%s" % s == s)
