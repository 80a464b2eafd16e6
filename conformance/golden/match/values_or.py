class Color:
    RED = 1
    GREEN = "g"
    class Deep:
        BLUE = (3,)
def f(x):
    match x:
        case Color.RED: return "red"
        case Color.GREEN: return "green"
        case Color.Deep.BLUE: return "blue"
        case [Color.RED | Color.GREEN as c, *_]: return "list", c
        case (Color.RED, n) | [n, Color.RED, _]: return "unreached or three", n
        case {"v": ("a" | "b") as v} | {"w": v}: return "map", v
        case str(s) | bytes(s): return "text", s
for x in (1, "g", (3,), [1, 2], ["g"], ["q", 1, 0], {"v": "b"}, {"w": 5}, "zz", b"yy", 99):
    print(x, f(x))
def or_order(x):
    match x:
        case [1, y] | [y, 1]: return y
print(or_order([1, 2]), or_order([2, 1]), or_order([1, 1]), or_order([2, 2]))
def deep(x):
    match x:
        case ("add", l, r): return deep(l) + deep(r)
        case ("mul", l, r): return deep(l) * deep(r)
        case ("neg", v): return -deep(v)
        case int() | float(): return x
        case _: raise ValueError(f"bad node {x!r}")
print(deep(("add", 1, ("mul", 2, ("neg", 3.5)))))
try:
    deep(("pow", 1, 2))
except ValueError as e:
    print(e)
def wild(x):
    match x:
        case (_, _): return "two"
        case [_, *_, _]: return "more"
        case _: return "one"
print(wild((1, 2)), wild([1, 2, 3]), wild(0), wild([1]))
