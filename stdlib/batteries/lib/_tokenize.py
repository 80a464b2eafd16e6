"""The tokens that the compiler sees, from those of the module tokenize: without comments and empty lines.

Columns count bytes. What is no token raises SyntaxError, with the compiler's words where it has some.
"""
import io
import re

_DIGITS = re.compile(
    r"""(?: 0[xX](?:_?[0-9a-fA-F])+ | 0[bB](?:_?[01])+ | 0[oO](?:_?[0-7])+ | (?:0(?:_?0)*|[1-9](?:_?[0-9])*)
        | (?: (?:[0-9](?:_?[0-9])*)?\.(?:[0-9](?:_?[0-9])*)? | [0-9](?:_?[0-9])* ) (?:[eE][+-]?[0-9](?:_?[0-9])*)? [jJ]?
        | [0-9](?:_?[0-9])*[jJ] )""",
    re.VERBOSE,
)
_PAIRS = {")": "(", "]": "[", "}": "{"}
_DEEPEST = 200  # brackets
_MOST_INDENTS = 100


class TokenizerIter:
    """An iterator over the tokens of a source: text, kind, first and last line, columns, and the lines."""

    def __init__(self, source):
        self._tokens = _tokens(source)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._tokens)


def _refuse(source, token):
    try:
        compile(source, "<string>", "exec")
    except SyntaxError as e:
        raise e from None
    raise SyntaxError("invalid syntax", ("<string>", token.start[0], token.start[1] + 1, token.line))


def _tokens(source):
    import tokenize

    if source and not source.endswith("\n"):
        source += "\n"
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    brackets, comment, indents, before = [], None, 0, None
    while True:
        try:
            token = next(tokens)
        except tokenize.TokenError as e:
            raise SyntaxError(e.args[0], ("<string>", *e.args[1], "")) from None
        kind, text, (line, start), (last_line, end), shown = token
        if kind == tokenize.ENDMARKER:
            return
        if kind in (tokenize.COMMENT, tokenize.NL):
            comment = token if kind == tokenize.COMMENT else None
            continue
        if kind == tokenize.ERRORTOKEN and text.isspace():
            if text.isascii():
                continue
        if kind == tokenize.ERRORTOKEN:
            _refuse(source, token)
        if kind == tokenize.NUMBER and not _DIGITS.fullmatch(text):
            _refuse(source, token)
        if before == (tokenize.NUMBER, (line, start)) and kind in (tokenize.NUMBER, tokenize.NAME):
            _refuse(source, token)
        before = kind, (last_line, end)
        if kind == tokenize.OP:
            if text in _PAIRS.values():
                brackets.append(text)
            if text in _PAIRS and (not brackets or brackets.pop() != _PAIRS[text]) or len(brackets) > _DEEPEST:
                _refuse(source, token)
            kind = token.exact_type
        elif kind == tokenize.NAME and text in ("async", "await"):
            kind = tokenize.ASYNC if text == "async" else tokenize.AWAIT
        elif kind == tokenize.NEWLINE:
            # (A comment before it is taken for its text.)
            _, text, (_, start), (_, end), _ = comment or (0, "", (0, start), (0, start), 0)
        elif kind in (tokenize.INDENT, tokenize.DEDENT):
            text, start, end = "", -1, -1
            indents += 1 if kind == tokenize.INDENT else -1
            if indents == _MOST_INDENTS:
                # The compiler says why.
                return
            if kind == tokenize.DEDENT:
                line = last_line = min(line, source.count("\n"))
        comment = None
        lines = shown.split("\n")
        start = len(lines[0][:start].encode()) if start > 0 else start
        end = len(lines[last_line - line][:end].encode()) if end > 0 and last_line - line < len(lines) else end
        yield text, kind, line, last_line, start, end, shown
