s = "abracadabra"
print(s.find("bra"), s.find("bra", 2), s.find("z"), s.find(""), s.find("", 11), s.find("", 12), s.find("a", -3), s.find("a", 1, 3), s.rfind("bra"), s.rfind("a", 0, 5), s.rfind(""), s.rfind("", 0, 3))
print(s.index("cad"), s.rindex("a"), s.count("a"), s.count("bra"), s.count(""), s.count("a", 3, 8), s.count("", 3, 3), s.count("aa"), "aaaa".count("aa"), "".count(""), s.count("z"), s.count("", 12))
print(s.startswith("abr"), s.startswith(("x", "ab")), s.startswith("bra", 1), s.startswith("", 11), s.startswith("", 12), s.startswith(()), s.endswith("bra"), s.endswith(("x", "a")), s.endswith("br", 0, -1), s.endswith(""), s.startswith("a", None, None))
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: s.index("z")); t(lambda: s.rindex("z")); t(lambda: s.find(5)); t(lambda: s.find()); t(lambda: s.find("a", "b")); t(lambda: s.find("a", 1, 2, 3)); t(lambda: s.count(None)); t(lambda: s.startswith(5)); t(lambda: s.startswith(["a"])); t(lambda: s.startswith(("a", 5))); t(lambda: s.startswith(("z", 5))); t(lambda: s.endswith(b"a")); t(lambda: s.endswith()); t(lambda: s.find("a", 1.5))
print("cad" in s, "" in s, "z" in s, "héllo".find("l"), "日本語日本".find("本", 2), "日本語".rfind("語"), "a\U0001f600b\U0001f600".rfind("\U0001f600"), "é" in "café", "x" * 1000 + "needle" in "y", ("x" * 1000 + "needle").find("needle"), ("ab" * 500 + "c").rfind("c"), ("a" * 100).find("a" * 50 + "b"))
class I:
    def __index__(self): return 3
print(s.find("a", I()), s.find("a", -100, 10**30), s.find("a", 10**30), s.count("a", -10**30))
print(s.removeprefix("abra"), s.removeprefix("x"), s.removesuffix("bra"), s.removesuffix(""), "".removeprefix("a"))
t(lambda: s.removeprefix(5)); t(lambda: s.removesuffix()); t(lambda: s.removeprefix("a", "b"))
