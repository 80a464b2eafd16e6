def f(m):
    match m:
        case {"type": "point", "x": x, "y": y}: return "point", x, y
        case {"type": "circle", "r": float(r)}: return "circle", r
        case {"a": 1, **rest}: return "rest", rest
        case {1: one, None: n}: return one, n
        case {"nested": {"deep": [d, *_]}}: return "deep", d
        case {"k": _}: return "has k"
        case {}: return "any mapping"
        case _: return "no"
for m in ({"type": "point", "x": 1, "y": 2, "z": 3}, {"type": "circle", "r": 2.0}, {"type": "circle", "r": 2},
          {"a": 1, "b": 2, "c": 3}, {"a": 1}, {1: "o", None: "n"}, {"nested": {"deep": (4, 5)}}, {"k": None}, {}, {9: 9}, [], "s"):
    print(f(m))
from_default = []
class DD(dict):
    def __missing__(self, k):
        from_default.append(k)
        return 1
match DD():
    case {"absent": v}: print("wrong", v)
    case {}: print("missing is not used", from_default)
class Const:
    KEY = "the-key"
match {"the-key": 5}:
    case {Const.KEY: v}: print(v)
def star(m):
    match m:
        case {"x": 1, **kw}: return kw
src = {"x": 1, "y": 2}
r = star(src)
print(r, r is src, src)
try:
    match {"a": 1}:
        case {Const.KEY: 1, "the-key": 2}: pass
        case _: print("no error when short")
    match {"the-key": 1, "b": 2}:
        case {Const.KEY: _, "the-key": _}: pass
except ValueError as e:
    print(e)
