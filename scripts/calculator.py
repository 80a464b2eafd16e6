"""Expressions parsed by precedence climbing, evaluated, and compiled to a little stack machine."""

BINARY = {"+": (1, "left"), "-": (1, "left"), "*": (2, "left"), "/": (2, "left"), "%": (2, "left"), "^": (4, "right")}
FUNCTIONS = {"max": max, "min": min, "abs": abs, "sum": lambda *a: sum(a)}


def lex(text):
    at = 0
    while at < len(text):
        c = text[at]
        if c.isspace():
            at += 1
            continue
        end = at + 1
        if c.isdigit():
            while end < len(text) and (text[end].isdigit() or text[end] == "."):
                end += 1
        elif c.isalpha():
            while end < len(text) and text[end].isalnum():
                end += 1
        yield text[at:end]
        at = end
    yield "end"


class Parser:
    def __init__(self, text):
        self.tokens = list(lex(text))

    def take(self, expected=None):
        token = self.tokens[0]
        if expected and token != expected:
            raise SyntaxError(f"expected {expected}, found {token}")
        return self.tokens.pop(0)

    def expression(self, least=0):
        left = self.unary()
        while (op := self.tokens[0]) in BINARY and BINARY[op][0] >= least:
            level, side = BINARY[op]
            self.take()
            left = (op, left, self.expression(level + (side == "left")))
        return left

    def unary(self):
        if self.tokens[0] == "-":
            self.take()
            return ("neg", self.expression(3))
        return self.atom()

    def atom(self):
        token = self.take()
        if token == "(":
            inner = self.expression()
            self.take(")")
            return inner
        if token[0].isdigit():
            return float(token) if "." in token else int(token)
        if token.isalpha() and token != "end":
            if self.tokens[0] != "(":
                return ("name", token)
            self.take("(")
            args = []
            while self.tokens[0] != ")":
                args.append(self.expression())
                if self.tokens[0] != ")":
                    self.take(",")
            self.take(")")
            return ("call", token, *args)
        raise SyntaxError(f"unexpected {token}")


def evaluate(tree, names):
    match tree:
        case int() | float():
            return tree
        case ("name", name):
            return names[name]
        case ("neg", x):
            return -evaluate(x, names)
        case ("call", name, *args):
            return FUNCTIONS[name](*(evaluate(a, names) for a in args))
        case (op, a, b):
            return apply(op, evaluate(a, names), evaluate(b, names))


def apply(op, a, b):
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
            "%": lambda: a % b, "^": lambda: a ** b}[op]()


def assemble(tree):
    match tree:
        case int() | float():
            yield "push", tree
        case ("name", name):
            yield "load", name
        case ("neg", x):
            yield from assemble(x)
            yield "neg", None
        case ("call", name, *args):
            for a in args:
                yield from assemble(a)
            yield "call", (name, len(args))
        case (op, a, b):
            yield from assemble(a)
            yield from assemble(b)
            yield "op", op


def execute(code, names):
    stack = []
    for what, arg in code:
        match what:
            case "push": stack.append(arg)
            case "load": stack.append(names[arg])
            case "neg": stack.append(-stack.pop())
            case "op": b, a = stack.pop(), stack.pop(); stack.append(apply(arg, a, b))
            case "call":
                args = stack[len(stack) - arg[1]:]
                del stack[len(stack) - arg[1]:]
                stack.append(FUNCTIONS[arg[0]](*args))
    [result] = stack
    return result


def calculate(text, **names):
    parser = Parser(text)
    tree = parser.expression()
    parser.take("end")
    code = list(assemble(tree))
    result = evaluate(tree, names)
    assert result == execute(code, names)
    return tree, len(code), result


if __name__ == "__main__":
    for text in ("1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-2 ^ 2", "10 - 4 - 3", "max(1, x * 2, 7) % 5", "1.5 * (y - 0.5)",
                 "abs(-x) + sum(1, 2, 3)", "1 +", "(1", "1 2", "5 / 0", "z + 1", "2 ^ 100 % 97", "$", "nofn(1)"):
        try:
            print(text, "=>", *calculate(text, x=4, y=2.5))
        except (SyntaxError, ZeroDivisionError, KeyError) as e:
            print(text, "=>", type(e).__name__, e)
