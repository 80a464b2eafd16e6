#!/usr/bin/env python3.11
"""Write stdlib/base/src/multibyte/tables.bin: the mappings of the codecs of East Asia, as CPython 3.11 has them.

    python3.11 scripts/dev/multibyte_tables.py

All code points are encoded and all sequences of bytes decoded, so that the tables hold what the codecs do and nothing
that is known of the standards. The file is a zlib stream of tables, one after the other:

    name, and the lengths in bytes of its four parts     a line of text
    encoding     code points, then their codes; of each the numbers are differences from the one before
    pairs        text of two code points that has a code of its own: two code points and the code each
    decoding     what the inverse of encoding does not say: codes and the code points (0: none)
    states       256 letters for the first byte, o (a character), m (more bytes are wanted), x (illegal); then the
                 sequences of two bytes that want more

Numbers are of 7 bits in a byte, the highest first, the last one without its top bit; a difference d is 2d, or -2d - 1
below 0. A code is its bytes as a number, in big-endian order, with a 1 before them.
"""
import os
import sys
import zlib

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "stdlib", "base", "src", "multibyte", "tables.bin")
CODECS = ["euc_jp", "shift_jis", "cp932", "euc_jis_2004", "shift_jis_2004",
          "gb2312", "gbk", "gb18030", "big5", "cp950", "big5hkscs", "euc_kr", "cp949", "johab"]
# The sets between escapes: of which codec, what comes before, and how many bytes.
SETS = {"jisx0208": ("iso2022_jp", b"\x1b$B", 2), "jisx0212": ("iso2022_jp_1", b"\x1b$(D", 2),
        "ksx1001": ("iso2022_jp_2", b"\x1b$(C", 2), "gb2312_80": ("iso2022_jp_2", b"\x1b$A", 2),
        "jisx0201_r": ("iso2022_jp", b"\x1b(J", 1), "jisx0201_k": ("iso2022_jp_ext", b"\x1b(I", 1)}
SECONDS = [0x309A, 0x300, 0x301, 0x2E5, 0x2E9, 0x304, 0x30C]


def number(n):
    out = [n & 0x7F]
    n >>= 7
    while n:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return bytes(reversed(out))


def differences(values):
    out, last = b"", 0
    parts = []
    for value in values:
        d = value - last
        parts.append(number(2 * d if d >= 0 else -2 * d - 1))
        last = value
    return out.join(parts)


def code(data):
    return int.from_bytes(b"\x01" + data, "big")


def tried(data, codec):
    """The text, or which error it is."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as e:
        if "incomplete" in e.reason:
            return 1
        # (Between escapes, both bytes of a pair are in error.)
        assert e.end - e.start == 1 or e.start == 3 or e.start == 4, (codec, data, e)
        return 0


def of_codec(codec):
    encoding = {}
    for cp in range(0x110000):
        if codec == "gb18030" and cp >= 0x10000:
            break
        try:
            encoding[chr(cp)] = chr(cp).encode(codec)
        except UnicodeEncodeError:
            pass
    pairs = {}
    if codec.endswith(("2004", "hkscs")):
        for first in list(encoding):
            for second in map(chr, SECONDS):
                try:
                    data = (first + second).encode(codec)
                except UnicodeEncodeError:
                    continue
                if data != encoding[first] + encoding.get(second, b"?"):
                    pairs[first + second] = data
    states, more, decoding = "", [], {}

    def look(data):
        found = tried(data, codec)
        if found == 1:
            return True
        if found and len(found) <= 2 and (len(data) == 1 or not any(
                isinstance(tried(data[:i], codec), str) for i in range(1, len(data)))):
            decoding[data] = found
        return False

    for first in range(256):
        if not look(bytes([first])):
            states += "o" if bytes([first]) in decoding else "x"
            continue
        states += "m"
        for second in range(256):
            if look(bytes([first, second])):
                more.append(bytes([first, second]))
                if codec not in ("gb18030", "euc_kr"):
                    for third in range(256):
                        assert not look(bytes([first, second, third]))
    for data in encoding.values():
        if len(data) > 3:
            decoding[data] = data.decode(codec)
    if codec == "gb18030":
        for lead in range(0x81, 0x85):
            for second in range(0x30, 0x3A):
                for third in range(0x81, 0xFF):
                    for fourth in range(0x30, 0x3A):
                        look(bytes([lead, second, third, fourth]))
    return encoding, pairs, decoding, states, more


def of_set(name):
    codec, escape, length = SETS[name]
    decoding, encoding = {}, {}
    for first in range(0x21, 0x7F):
        for second in range(0x21, 0x7F) if length == 2 else [0]:
            data = bytes([first, second])[:length]
            found = tried(escape + data, codec)
            if isinstance(found, str):
                decoding[data] = found
    for cp in range(0x10000):
        try:
            data = chr(cp).encode(codec)
        except UnicodeEncodeError:
            continue
        if data.startswith(escape):
            encoding[chr(cp)] = data[len(escape):len(escape) + length]
        elif name == "jisx0201_r" and chr(cp) in "\xa5\u203e":
            encoding[chr(cp)] = data[3:4]
    for data, text in decoding.items():
        # What is encoded in another set first.
        encoding.setdefault(text, data)
    return encoding, {}, decoding, "x" * 256, []


def write(name, table):
    encoding, pairs, decoding, states, more = table
    known = {data: text for text, data in encoding.items()} | {data: text for text, data in pairs.items()}
    changes = {data: text for data, text in decoding.items() if known.get(data) != text}
    changes |= {data: "\0" for data in known if data not in decoding}
    order = sorted(encoding)
    parts = [
        differences(map(ord, order)) + differences(code(encoding[text]) for text in order),
        b"".join(number(ord(text[0])) + number(ord(text[1])) + number(code(data)) for text, data in pairs.items()),
        b"".join(number(code(data)) + number(len(text)) + b"".join(number(ord(c)) for c in text)
                 for data, text in sorted(changes.items())),
        states.encode() + b"".join(more),
    ]
    head = "%s %d %s\n" % (name, len(order), " ".join(str(len(part)) for part in parts))
    print(name, len(order), "code points,", len(pairs), "pairs,", len(changes), "changes,", len(more), "prefixes")
    return head.encode() + b"".join(parts)


def main():
    whole = b"".join([write(name, of_codec(name)) for name in CODECS] + [write(name, of_set(name)) for name in SETS])
    packed = zlib.compress(whole, 9)
    with open(OUT, "wb") as f:
        f.write(packed)
    print(len(whole), "bytes,", len(packed), "compressed")


if __name__ == "__main__":
    sys.exit(main())
