"""Text laid out: greedy and balanced wrapping, justification, columns."""

TEXT = """A snake that lives in trees and hunts at dawn; it is quick, it is quiet, and it is
very thin. The banded one, the coastal one and the inland one differ in colour – never in
temper. Anyone who has met one remembers it: the eyes come first."""


def greedy(words, width):
    lines, line = [], []
    for word in words:
        if line and len(" ".join(line + [word])) > width:
            lines.append(line)
            line = []
        line.append(word)
    return lines + [line] if line else lines


def balanced(words, width):
    """The breaks with the smallest sum of squared slack, by dynamic programming."""
    best = [(0, 0)] + [(float("inf"), 0)] * len(words)
    for end in range(1, len(words) + 1):
        length = -1
        for start in range(end - 1, -1, -1):
            length += len(words[start]) + 1
            if length > width and start < end - 1:
                break
            slack = 0 if end == len(words) else (width - length) ** 2
            if best[start][0] + slack < best[end][0]:
                best[end] = best[start][0] + slack, start
    lines, end = [], len(words)
    while end:
        start = best[end][1]
        lines.append(words[start:end])
        end = start
    return lines[::-1]


def justify(line, width):
    if len(line) == 1:
        return line[0].ljust(width)
    gaps, spaces = len(line) - 1, width - sum(map(len, line))
    each, extra = divmod(spaces, gaps)
    return "".join(word + " " * (each + (i < extra)) for i, word in enumerate(line[:-1])) + line[-1]


def box(lines, width, title=""):
    yield f"┌{title.center(width + 2, '─')}┐"
    yield from (f"│ {line:<{width}} │" for line in lines)
    yield f"└{'─' * (width + 2)}┘"


if __name__ == "__main__":
    words = TEXT.split()
    for width in (24, 40):
        print(*box([" ".join(l) for l in greedy(words, width)], width, " greedy "), sep="\n")
        lines = balanced(words, width)
        print(*box([justify(l, width) for l in lines[:-1]] + [" ".join(lines[-1])], width, " balanced "),
              sep="\n")
    print(max(words, key=len), sum(map(len, words)), len(set(w.strip(".,;:–").lower() for w in words)))
