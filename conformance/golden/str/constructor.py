def t(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__ + ":", e)
t(lambda: str()); t(lambda: str(5)); t(lambda: str(b"x")); t(lambda: str(b"\xc3\xa9", "utf-8")); t(lambda: str(b"\xff", errors="replace")); t(lambda: str(bytearray(b"ba"), "ascii")); t(lambda: str(memoryview(b"mv"), "ascii")); t(lambda: str("x", "utf-8")); t(lambda: str(5, "utf-8")); t(lambda: str(object="kw")); t(lambda: str(b"a", encoding="ascii", errors="strict")); t(lambda: str(1, 2, 3, 4)); t(lambda: str(x=1)); t(lambda: str(None)); t(lambda: str([1, "a"])); t(lambda: str(encoding="x")); t(lambda: str(b"", "nope")); t(lambda: str(b"\xff", "ascii"))
class S:
    def __str__(self): return "S!"
class R:
    def __repr__(self): return "R!"
class Bad:
    def __str__(self): return b"x"
class Sub(str):
    def __str__(self): return "Sub.__str__"
class RetSub:
    def __str__(self): return Sub("rs")
t(lambda: str(S())); t(lambda: str(R())); t(lambda: str(Bad())); t(lambda: str(Sub("v"))); t(lambda: type(str(RetSub())).__name__); t(lambda: Sub("v")); t(lambda: "%s" % Sub("v")); t(lambda: "" + Sub("v")); t(lambda: Sub(5)); t(lambda: repr(Sub("q"))); t(lambda: f"{Sub('v')}"); t(lambda: Sub("ab")[0]); t(lambda: type(Sub("ab")[:]).__name__); t(lambda: Sub("a") == "a"); t(lambda: {Sub("a"): 1}["a"]); t(lambda: type(Sub("a") + "b").__name__); t(lambda: "-".join([Sub("x"), Sub("y")])); t(lambda: print(Sub("printed")))
print("abc".__class__, str.__doc__ is not None, "abc".__str__(), "abc".__repr__(), "a".__eq__(5), "a".__ne__("b"), "a".__add__("b"), "a".__mul__(3), "a".__mod__(5) if False else "", "abc".__iter__().__next__(), "a".__hash__() == hash("a"), "x".__format__(">3"), str.__add__("p", "q"))
