class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class P3(Point):
    __match_args__ = ("x", "y", "z")
    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z
class Plain:
    def __init__(self, **kw): self.__dict__.update(kw)
def f(o):
    match o:
        case P3(x, y, z): return "p3", x, y, z
        case Point(0, 0): return "origin"
        case Point(0, y=yy): return "on y", yy
        case Point(x=xx, y=0): return "on x", xx
        case Point(Point(a, _), b): return "nested", a, b
        case Point(): return "some point"
        case Plain(kind="leaf", value=v): return "leaf", v
        case Plain(kind=k): return "kind", k
        case int(n) | str(n): return "int or str", n
        case list([a, *_]): return "list of", a
        case dict(): return "dict"
        case bool(): return "never: bool is an int"
        case _: return "?"
for o in (P3(1, 2, 3), Point(0, 0), Point(0, 5), Point(7, 0), Point(Point(1, 2), 3), Point(4, 4),
          Plain(kind="leaf", value=9), Plain(kind="tree"), Plain(), 5, "s", True, [1, 2], [], {}, None):
    print(f(o))
def builtins(v):
    match v:
        case bool(b): return "bool", b
        case float(x): return "float", x
        case bytes(b): return "bytes", b
        case bytearray(b): return "bytearray", b
        case frozenset(s): return "frozenset", s
        case set(s): return "set", s
        case tuple(t): return "tuple", t
        case dict(d): return "dict", d
for v in (True, 1.5, b"b", bytearray(b"c"), frozenset([1]), {2}, (3,), {4: 5}):
    print(builtins(v))
