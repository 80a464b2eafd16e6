"""The literal blocks of a page of the manual, in their order.

    extract.py PAGE.rst...       list them

A block is what is indented below a paragraph that ends in "::", or below a directive for code, and
every doctest session that stands in the text without one.
"""
import re
import sys

DIRECTIVES = re.compile(r"\s*\.\. (code-block|code|sourcecode|doctest|testcode)::")
OTHER_DIRECTIVE = re.compile(r"\s*\.\. ")


def indent_of(line):
    return len(line) - len(line.lstrip())


def dedented(block):
    while block and not block[-1].strip():
        block.pop()
    while block and not block[0].strip():
        block.pop(0)
    margin = min((indent_of(line) for line in block if line.strip()), default=0)
    return "".join(line[margin:].rstrip() + "\n" for line in block)


def blocks(text):
    """Pairs of a line's number, from 1, and the text of the block that begins there."""
    lines = text.expandtabs().splitlines()
    found = []
    at = 0
    while at < len(lines):
        line = lines[at]
        opens = line.rstrip().endswith("::") and not OTHER_DIRECTIVE.match(line)
        if opens or DIRECTIVES.match(line):
            first = at + 1
            end = first
            while end < len(lines) and (
                    not lines[end].strip() or indent_of(lines[end]) > indent_of(line)):
                end += 1
            block = lines[first:end]
            if not opens:  # options of the directive
                while block and re.match(r"\s+:\w+:", block[0]):
                    block.pop(0)
                    first += 1
            while block and not block[0].strip():
                block.pop(0)
                first += 1
            if block:
                found.append((first + 1, dedented(block)))
            at = end
        elif line.lstrip().startswith(">>> "):
            end = at
            while end < len(lines) and lines[end].strip():
                end += 1
            found.append((at + 1, dedented(lines[at:end])))
            at = end
        else:
            at += 1
    return found


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as f:
            for number, (line, block) in enumerate(blocks(f.read()), 1):
                print("%s-%d line %d: %d lines, %r" % (
                    name, number, line, block.count("\n"), block.split("\n")[0][:60]))
