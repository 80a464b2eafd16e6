def f(x):
    match x:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "few"
        case -5:
            return "minus five"
        case 2.5:
            return "float"
        case 1 + 2j:
            return "complex"
        case -1.5 - 3j:
            return "neg complex"
        case "text" | 'other':
            return "str"
        case b"bytes":
            return "bytes"
        case None:
            return "none"
        case True:
            return "true"
        case False:
            return "false"
        case _:
            return "default"
for v in (0, 1, 2.0, 3, -5, 2.5, 1 + 2j, -1.5 - 3j, "text", "other", b"bytes", None, True, False, [], "no", 0.0):
    print(repr(v), f(v))
def only_identity(x):
    match x:
        case True:
            return "T"
        case False:
            return "F"
        case None:
            return "N"
    return "-"
print([only_identity(v) for v in (True, 1, 1.0, False, 0, None, "")])
class Eq:
    def __eq__(self, other):
        print("eq", other)
        return other == "b"
match Eq():
    case "a": print("matched a")
    case "b": print("matched b")
