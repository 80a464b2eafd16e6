def f(v):
    match v:
        case [x, y]:
            return x / y
f([1, 0])
