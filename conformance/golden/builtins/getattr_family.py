def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
class A:
    x = 1
    def __getattr__(self, n):
        if n == "boom": raise ValueError("boom")
        raise AttributeError(n)
a = A()
print(getattr(a, "x"), getattr(a, "y", "d"), hasattr(a, "x"), hasattr(a, "y"), getattr(a, "y", None))
t(lambda: getattr(a, "y")); t(lambda: hasattr(a, "boom")); t(lambda: getattr(a, "boom", 1)); t(lambda: getattr(a, 1)); t(lambda: getattr(a)); t(lambda: hasattr(a, 1)); t(lambda: hasattr(a)); t(lambda: setattr(a, "z")); t(lambda: setattr(a, 1, 2)); t(lambda: delattr(a, "nope")); t(lambda: delattr(a)); t(lambda: setattr(5, "x", 1)); t(lambda: setattr(object(), "x", 1)); t(lambda: setattr(int, "x", 1)); t(lambda: delattr(int, "real")); t(lambda: setattr(None, "x", 1)); t(lambda: setattr([], "append", 1)); t(lambda: delattr([], "append")); t(lambda: setattr(len, "x", 1)); t(lambda: setattr("s", "upper", 1)); t(lambda: getattr(a, "é", "uni")); t(lambda: setattr(a, "with space", 5) or getattr(a, "with space")); t(lambda: vars(a)); t(lambda: vars(5)); t(lambda: vars(1, 2)); t(lambda: sorted(vars(A))[:3]); t(lambda: dir(1, 2)); t(lambda: "x" in dir(A)); t(lambda: "__add__" in dir(5)); t(lambda: setattr(object, "x", 1)); t(lambda: (lambda: 0).__setattr__("q", 1)); t(lambda: int.__setattr__(5, "q", 1)); t(lambda: object.__setattr__(A, "q", 1)); t(lambda: type.__setattr__(A, "q", 1)); t(lambda: A.q); t(lambda: object.__getattribute__(a, "x")); t(lambda: type.__getattribute__(A, "x")); t(lambda: object.__delattr__(a, "x"))
