def f(x):
    match x:
        case 0: return "zero"
        case [a, b]: return f"pair {a} {b}"
        case {"k": v}: return f"map {v}"
        case str(): return "str"
        case int(n) if n > 10: return "big"
        case _: return "other"
print([f(x) for x in (0, [1, 2], {"k": 3}, "s", 11, 5)])
