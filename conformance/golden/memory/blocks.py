# Blocks of all small and middling sizes are given back and taken again: nobody writes into another's.
kept = {}
for turn in range(3):
    for size in range(1, 9500, 7):
        made = [bytes([(size + i) % 256]) * size for i in range(3)]
        text = "t" * size + str(size)
        kept[size] = made.pop(turn)
        assert all(b == bytes([b[0]]) * size for b in made), size
        assert text[:size] == "t" * size and text[size:] == str(size)
        del made, text
    for size, b in kept.items():
        assert len(b) == size and b == bytes([(size + turn) % 256]) * size, size
print(len(kept), sum(map(len, kept.values())))
items = [tuple(range(n)) for n in range(0, 1200, 5)]
del items[::2]
items += [tuple(range(n, 0, -1)) for n in range(0, 1200, 5)]
print(len(items), sum(map(sum, items)))
