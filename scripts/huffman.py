"""Huffman coding: the tree, the codes, bytes in and out."""


def tree(counts):
    heap = sorted((n, i, symbol) for i, (symbol, n) in enumerate(sorted(counts.items())))
    order = len(heap)
    while len(heap) > 1:
        (n, _, a), (m, _, b) = heap[:2]
        heap[:2] = [(n + m, order, (a, b))]
        order += 1
        heap.sort(key=lambda entry: entry[:2])
    return heap[0][2]


def codes(node, prefix=""):
    if isinstance(node, tuple):
        left, right = node
        return codes(left, prefix + "0") | codes(right, prefix + "1")
    return {node: prefix or "0"}


def pack(bits):
    padding = -len(bits) % 8
    bits += "0" * padding
    return bytes([padding]) + int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:]


def unpack(data):
    bits = "".join(f"{byte:08b}" for byte in data[1:])
    return bits[:len(bits) - data[0]]


def decode(bits, node):
    out, at = [], node
    for bit in bits:
        at = at[int(bit)]
        if not isinstance(at, tuple):
            out.append(at)
            at = node
    return "".join(out)


if __name__ == "__main__":
    text = "she sells sea shells by the sea shore – " * 6
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    root = tree(counts)
    table = codes(root)
    for symbol, code in sorted(table.items(), key=lambda p: (len(p[1]), p[1])):
        print(f"{symbol!r:6} {counts[symbol]:4} {code}")
    packed = pack("".join(table[c] for c in text))
    print(len(text.encode()), "->", len(packed), packed[:16].hex(" "))
    print(decode(unpack(packed), root) == text)
