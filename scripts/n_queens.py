"""The n queens puzzle three ways: a generator, bit masks, and a drawn board."""


def solutions(n, placed=()):
    if len(placed) == n:
        yield placed
        return
    row = len(placed)
    for column in range(n):
        if all(column != c and abs(column - c) != row - r for r, c in enumerate(placed)):
            yield from solutions(n, placed + (column,))


def count(n, columns=0, left=0, right=0):
    full = (1 << n) - 1
    if columns == full:
        return 1
    free, total = full & ~(columns | left | right), 0
    while free:
        bit = free & -free
        free ^= bit
        total += count(n, columns | bit, (left | bit) << 1, (right | bit) >> 1)
    return total


def draw(placed):
    return "\n".join(" ".join("♛" if c == column else "·" for c in range(len(placed)))
                     for column in placed)


if __name__ == "__main__":
    print(draw(next(solutions(8))))
    print([sum(1 for _ in solutions(n)) for n in range(1, 8)])
    print([count(n) for n in range(1, 10)])
