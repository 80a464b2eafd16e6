"""Sudoku by constraint propagation and search over sets of candidates."""

PUZZLE = "53..7....6..195....98....6.8...6...34..8.3..17...2...6.6....28....419..5....8..79"
HARD = "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4.."

CELLS = [(r, c) for r in range(9) for c in range(9)]
PEERS = {
    (r, c): {(r2, c2) for r2, c2 in CELLS
             if (r2 == r or c2 == c or (r2 // 3, c2 // 3) == (r // 3, c // 3)) and (r2, c2) != (r, c)}
    for r, c in CELLS}


class Contradiction(Exception):
    pass


def assign(grid, cell, digit):
    for other in grid[cell] - {digit}:
        eliminate(grid, cell, other)


def eliminate(grid, cell, digit):
    if digit not in grid[cell]:
        return
    grid[cell] = grid[cell] - {digit}
    if not grid[cell]:
        raise Contradiction(cell)
    if len(grid[cell]) == 1:
        [only] = grid[cell]
        for peer in PEERS[cell]:
            eliminate(grid, peer, only)


def parse(text):
    grid = {cell: frozenset("123456789") for cell in CELLS}
    for cell, char in zip(CELLS, text):
        if char != ".":
            assign(grid, cell, char)
    return grid


def search(grid, tries=None):
    open_cells = [(len(v), cell) for cell, v in grid.items() if len(v) > 1]
    if not open_cells:
        return grid
    _, cell = min(open_cells)
    for digit in sorted(grid[cell]):
        if tries is not None:
            tries.append((cell, digit))
        copy = dict(grid)
        try:
            assign(copy, cell, digit)
            return search(copy, tries)
        except Contradiction:
            continue
    raise Contradiction(cell)


def show(grid):
    for r in range(9):
        row = [next(iter(grid[r, c])) if len(grid[r, c]) == 1 else "." for c in range(9)]
        print(" ".join(row[:3]), "|", " ".join(row[3:6]), "|", " ".join(row[6:]))
        if r in (2, 5):
            print("------+-------+------")


if __name__ == "__main__":
    show(parse(PUZZLE))
    print()
    tries = []
    show(search(parse(HARD), tries))
    print(len(tries) > 10)
    try:
        parse("55" + PUZZLE[2:])
    except Contradiction as e:
        print("no solution: cell", e)
