"""Shortest paths over a grid of costs, with a binary heap written here."""


class Heap:
    def __init__(self):
        self.items = []

    def __bool__(self):
        return bool(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        at = len(items) - 1
        while at and items[at] < items[(at - 1) // 2]:
            up = (at - 1) // 2
            items[at], items[up] = items[up], items[at]
            at = up

    def pop(self):
        items = self.items
        items[0], items[-1] = items[-1], items[0]
        result, at = items.pop(), 0
        while True:
            child = 2 * at + 1
            if child + 1 < len(items) and items[child + 1] < items[child]:
                child += 1
            if child >= len(items) or not items[child] < items[at]:
                return result
            items[at], items[child] = items[child], items[at]
            at = child


def shortest(neighbours, start, goal):
    heap, best, came = Heap(), {start: 0}, {}
    heap.push((0, start))
    while heap:
        cost, node = heap.pop()
        if node == goal:
            path = [node]
            while node in came:
                node = came[node]
                path.append(node)
            return cost, path[::-1]
        if cost > best[node]:
            continue
        for other, step in neighbours(node):
            total = cost + step
            if total < best.get(other, float("inf")):
                best[other], came[other] = total, node
                heap.push((total, other))
    return None


GRAPH = {"a": {"b": 7, "c": 9, "f": 14}, "b": {"a": 7, "c": 10, "d": 15},
         "c": {"a": 9, "b": 10, "d": 11, "f": 2}, "d": {"b": 15, "c": 11, "e": 6},
         "e": {"d": 6, "f": 9}, "f": {"a": 14, "c": 2, "e": 9}, "lonely": {}}

if __name__ == "__main__":
    graph = lambda node: GRAPH[node].items()
    print(shortest(graph, "a", "e"), shortest(graph, "a", "lonely"))
    size = 24
    grid = [[(x * 7 + y * 13 + x * y) % 9 + 1 for x in range(size)] for y in range(size)]

    def around(spot):
        x, y = spot
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            if 0 <= x + dx < size and 0 <= y + dy < size:
                yield (x + dx, y + dy), grid[y + dy][x + dx]

    cost, path = shortest(around, (0, 0), (size - 1, size - 1))
    print(cost, len(path))
    for y in range(size):
        print("".join("#" if (x, y) in set(path) else str(grid[y][x]) for x in range(size)))
    heap = Heap()
    for i in range(300):
        heap.push(i * 7919 % 1000)
    out = []
    while heap:
        out.append(heap.pop())
    print(out == sorted(out), out[:8])
