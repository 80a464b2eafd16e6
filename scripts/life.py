"""Conway's game of life on a set of cells: a glider, a gun, and what stays."""


def step(cells):
    counts = {}
    for x, y in cells:
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                if dx or dy:
                    spot = x + dx, y + dy
                    counts[spot] = counts.get(spot, 0) + 1
    return {spot for spot, n in counts.items() if n == 3 or n == 2 and spot in cells}


def parse(text):
    return {(x, y) for y, line in enumerate(text.strip("\n").split("\n"))
            for x, c in enumerate(line) if c == "O"}


def show(cells, width, height):
    return "\n".join("".join("█" if (x, y) in cells else "·" for x in range(width)) for y in range(height))


GLIDER = """
.O.
..O
OOO
"""
GUN = """
........................O
......................O.O
............OO......OO............OO
...........O...O....OO............OO
OO........O.....O...OO
OO........O...O.OO....O.O
..........O.....O.......O
...........O...O
............OO
"""

if __name__ == "__main__":
    cells = parse(GLIDER)
    for generation in range(5):
        print(f"generation {generation}\n{show(cells, 6, 6)}")
        cells = step(cells)
    gun = parse(GUN)
    sizes = []
    for _ in range(62):
        sizes.append(len(gun))
        gun = step(gun)
    print(sizes)
    print(show(gun, 40, 24))
