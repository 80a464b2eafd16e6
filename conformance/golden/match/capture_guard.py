def f(p):
    match p:
        case [x, y] if x == y:
            return f"diag {x}"
        case [x, y] if x > y:
            return f"below {x} {y}"
        case [x, y]:
            return f"above {x} {y}"
        case n if isinstance(n, int):
            return f"int {n}"
        case other:
            return f"other {other!r}"
for p in ([1, 1], (3, 2), [0, 9], 7, "str", [1, 2, 3], {}):
    print(f(p))
match 5:
    case captured if captured > 10:
        print("big")
    case _:
        print("still bound:", captured)
def g(x):
    match x:
        case (1 | 2) as small: return "small", small
        case [1, (2 | 3) as inner, *_] as whole: return inner, whole
        case {"k": [a, b] as pair}: return a, b, pair
        case (int() | float()) as num: return "num", num
for v in (1, [1, 3, 9], {"k": [5, 6]}, 2.25, "zip"):
    print(g(v))
def guard_effects(v):
    def check(n):
        print("guard", n)
        return n == 3
    match v:
        case 1 if check(1): return "a"
        case int() if check(2): return "b"
        case _ if check(3): return "c"
print(guard_effects(1))
match = 3
case = match + 1
print(match, case)
match (1, 2):
    case (a, b): print(a, b)
match 1, 2, 3:
    case x, *y: print(x, y)
