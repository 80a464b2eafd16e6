"""JSON read and written by hand: a recursive descent parser, errors with positions, and a printer."""


class JSONError(ValueError):
    def __init__(self, message, text, at):
        line = text.count("\n", 0, at) + 1
        super().__init__(f"{message}: line {line} column {at - text.rfind(chr(10), 0, at)}")


class Parser:
    ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

    def __init__(self, text):
        self.text, self.at = text, 0

    def fail(self, message):
        raise JSONError(message, self.text, self.at)

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in " \t\r\n":
            self.at += 1

    def peek(self):
        self.skip()
        return self.text[self.at] if self.at < len(self.text) else ""

    def expect(self, char):
        if self.peek() != char:
            self.fail(f"expected {char!r}")
        self.at += 1

    def value(self):
        char = self.peek()
        match char:
            case "{":
                return dict(self.members())
            case "[":
                return list(self.items())
            case '"':
                return self.string()
            case "":
                self.fail("unexpected end")
            case "-":
                return self.number()
            case _ if char.isdigit():
                return self.number()
        for word, result in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return result
        self.fail(f"unexpected {char!r}")

    def items(self):
        self.expect("[")
        if self.peek() == "]":
            self.at += 1
            return
        while True:
            yield self.value()
            if self.peek() != ",":
                break
            self.at += 1
        self.expect("]")

    def members(self):
        self.expect("{")
        if self.peek() == "}":
            self.at += 1
            return
        while True:
            if self.peek() != '"':
                self.fail("expected a key")
            key = self.string()
            self.expect(":")
            yield key, self.value()
            if self.peek() != ",":
                break
            self.at += 1
        self.expect("}")

    def string(self):
        self.expect('"')
        out = []
        while True:
            if self.at >= len(self.text):
                self.fail("string never ends")
            char = self.text[self.at]
            self.at += 1
            if char == '"':
                return "".join(out)
            if char != "\\":
                out.append(char)
                continue
            escape = self.text[self.at:self.at + 1]
            self.at += 1
            if escape == "u":
                out.append(self.unicode())
            elif escape in self.ESCAPES:
                out.append(self.ESCAPES[escape])
            else:
                self.fail("bad escape")

    def unicode(self):
        try:
            code = int(self.text[self.at:self.at + 4], 16)
        except ValueError:
            self.fail("bad \\u escape")
        self.at += 4
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            low = int(self.text[self.at + 2:self.at + 6], 16)
            if 0xDC00 <= low < 0xE000:
                self.at += 6
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        return chr(code)

    def number(self):
        end = self.at
        while end < len(self.text) and self.text[end] in "+-0123456789.eE":
            end += 1
        text, self.at = self.text[self.at:end], end
        return float(text) if any(c in text for c in ".eE") else int(text)


def loads(text):
    parser = Parser(text)
    result = parser.value()
    if parser.peek():
        parser.fail("extra data")
    return result


def dumps(value, indent=""):
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            return f'"{quoted}"'
        case list() | tuple():
            inner = ",\n".join(indent + "  " + dumps(v, indent + "  ") for v in value)
            return f"[\n{inner}\n{indent}]" if value else "[]"
        case dict():
            inner = ",\n".join(f"{indent}  {dumps(k)}: {dumps(v, indent + '  ')}" for k, v in value.items())
            return f"{{\n{inner}\n{indent}}}" if value else "{}"
    raise TypeError(f"{type(value).__name__} is no JSON")


DOCUMENT = r'''
{"name": "caf\u00e9 \ud83d\ude00", "tags": ["a", "b\n", []], "size": -12, "ratio": 1.5e3,
 "nested": {"ok": true, "no": false, "none": null, "empty": {}}, "big": 123456789012345678901234567890}
'''

if __name__ == "__main__":
    data = loads(DOCUMENT)
    print(data)
    text = dumps(data)
    print(text)
    assert loads(text) == data
    for bad in ("", "[1, 2", '{"a" 1}', '{"a": 1,}', '"abc', "[1] 2", "tru", '"\\x"', '[1,\n 2,\n ?]', "{1: 2}"):
        try:
            print(loads(bad))
        except JSONError as e:
            print(repr(bad), "->", e)
    rows = [{"id": i, "sq": i * i, "tags": [str(j) for j in range(i % 4)]} for i in range(200)]
    assert loads(dumps(rows)) == rows
    print(len(dumps(rows)), sum(r["sq"] for r in loads(dumps(rows))))
