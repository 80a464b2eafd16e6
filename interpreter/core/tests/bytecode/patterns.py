def kind(x):
    match x:
        case 1 | 2:
            return "small"
        case [a, *rest] if a:
            return rest
        case {"k": v, **others}:
            return v, others
        case str() as s:
            return f"{s!r:>{10}}"
        case _:
            return x.upper(), x.find(len(x))
