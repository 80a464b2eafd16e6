"""Which part of a line an entry of a traceback is about (PEP 657), and the marks under it.

Of a binary operation the operator is marked with carets, of a subscript the brackets; tildes are under the rest.
"""

import re
from itertools import islice

# What may stand between the left side of an operation and its operator, beside the operator's own beginning.
_BEFORE_OPERATOR = re.compile(r'[\s)#]*')
_FIRST_OF_GAP = re.compile(r'\s*(\S{0,2})')


def stack_of(tb, summaries, limit, capture_locals=False):
    """The summary of a traceback that a class of stack summaries makes, the places of its entries filled in.

    The lines are not looked up.
    """
    taken = []

    def entries(entry):
        while entry is not None:
            taken.append(entry)
            yield entry.tb_frame, entry.tb_lineno
            entry = entry.tb_next

    stack = summaries.extract(entries(tb), limit=limit, lookup_lines=False, capture_locals=capture_locals)
    # (A limit below 0 drops those at the beginning; above 0, no more are taken than it says.)
    for summary, entry in zip(reversed(stack), reversed(taken)):
        if entry.tb_lasti >= 0:
            # There is a place for each code unit of two bytes.
            at = entry.tb_lasti >> 1
            for line, summary.end_lineno, summary.colno, summary.end_colno in islice(
                    entry.tb_frame.f_code.co_positions(), at, at + 1):
                summary.lineno = entry.tb_lineno if line is None else line
    return stack


def marks(raw, first, last, one_line):
    """The line of marks for a line as it is in its file; None if there is nothing to mark.

    The part begins at the byte first and ends before the byte last, or at the end of the line unless that is the only
    one that it is in.
    """
    code = raw.encode('utf-8')
    text = raw.strip()
    # As in 3.11, all blanks but the line end are taken to be at the left: marks are off where some are at the right.
    blank = len(raw) - len(text) - 1
    first = _length(code[:first])
    last = _length(code[:last]) if one_line else len(raw.rstrip())
    part = raw[first:last]
    inner = _important(part) if one_line else None
    if inner is None:
        # To mark the whole line would tell nothing.
        if last - first >= len(text):
            return None
        inner = 0, len(part)
    kinds = [('~', part[:inner[0]]), ('^', part[inner[0]:inner[1]]), ('~', part[inner[1]:])]
    return ' ' * (_columns(raw[:first]) - blank) + ''.join(mark * _columns(under) for mark, under in kinds)


def _length(code):
    return len(code.decode('utf-8', 'replace'))


def _columns(text):
    """How wide a terminal shows it."""
    if text.isascii():
        return len(text)
    from unicodedata import east_asian_width
    return sum(1 + (east_asian_width(c) in 'FW') for c in text)


def _important(part):
    """Where the carets of an operation or a subscript begin and end; None for all else."""
    import ast

    try:
        tree = ast.parse(part)
    except Exception:
        # It is a part of something: an attribute, a statement, half of an expression in brackets.
        return None
    kinds = {ast.BinOp: _operator, ast.Subscript: _brackets}
    value = getattr(tree.body[0], 'value', None) if len(tree.body) == 1 else None
    if type(value) not in kinds or not isinstance(tree.body[0], ast.Expr):
        return None
    code = part.encode('utf-8')
    inner = kinds[type(value)](part, value, lambda byte: _length(code[:byte]))
    return inner if inner[0] < inner[1] else None


def _operator(part, value, at):
    left = at(value.left.end_col_offset)
    found = _FIRST_OF_GAP.match(part, left, at(value.right.col_offset))
    # How many marks there are is told by what comes first, be it a bracket of the left side.
    start = _BEFORE_OPERATOR.match(part, found.start(1)).end()
    return start, start + max(len(found[1]), 1)


def _brackets(part, value, at):
    start = part.find('[', at(value.value.end_col_offset))
    # (The part ends with them.)
    return start, len(part)
