"""A tokenizer for a small expression language, driven by a table of matchers."""


class Token:
    __slots__ = ("kind", "text", "line", "column")

    def __init__(self, kind, text, line, column):
        self.kind, self.text, self.line, self.column = kind, text, line, column

    def __repr__(self):
        return f"{self.kind}({self.text!r})@{self.line}:{self.column}"


class LexError(Exception):
    def __init__(self, char, line, column):
        super().__init__(f"unexpected {char!r} at line {line}, column {column}")


KEYWORDS = frozenset("let in if then else fn".split())
OPERATORS = sorted(["+", "-", "*", "/", "==", "=", "<=", "<", ">=", ">", "->", "(", ")", ",", "!="],
                   key=len, reverse=True)


def tokens(source):
    line, start, at = 1, 0, 0
    while at < len(source):
        char, column = source[at], at - start + 1
        if char == "\n":
            line, start, at = line + 1, at + 1, at + 1
        elif char.isspace():
            at += 1
        elif char == "#":
            while at < len(source) and source[at] != "\n":
                at += 1
        elif char.isdigit():
            end = at
            while end < len(source) and (source[end].isdigit() or source[end] == "."):
                end += 1
            yield Token("number", source[at:end], line, column)
            at = end
        elif char.isidentifier():
            end = at
            while end < len(source) and (source[at:end + 1]).isidentifier():
                end += 1
            word = source[at:end]
            yield Token("keyword" if word in KEYWORDS else "name", word, line, column)
            at = end
        elif char == '"':
            end = source.find('"', at + 1)
            if end < 0:
                raise LexError(char, line, column)
            yield Token("string", source[at + 1:end], line, column)
            at = end + 1
        else:
            for op in OPERATORS:
                if source.startswith(op, at):
                    yield Token("op", op, line, column)
                    at += len(op)
                    break
            else:
                raise LexError(char, line, column)


PROGRAM = '''
let größe = 3.14 in   # a comment
if größe >= 10 then "big" else fn (x, y) -> x * y - 1
'''

if __name__ == "__main__":
    for token in tokens(PROGRAM):
        print(token)
    counts = {}
    for token in tokens(PROGRAM * 50):
        counts[token.kind] = counts.get(token.kind, 0) + 1
    print(sorted(counts.items()))
    for bad in ("a $ b", 'let s = "open', "ok\n  ?"):
        try:
            print(list(tokens(bad)))
        except LexError as e:
            print("error:", e)
