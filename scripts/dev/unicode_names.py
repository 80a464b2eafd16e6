#!/usr/bin/env python3.11
"""Write interpreter/names/src/{tables.rs,words.bin,names.bin,hashes.bin} from the names the running Python knows.

Run it with CPython 3.11, whose Unicode version (14.0) we follow, and with the file NameAliases.txt of that version:

    python3.11 scripts/dev/unicode_names.py NameAliases.txt

words.bin   all words, sorted, those behind a hyphen with it; twice: first the frequent ones, then the others.
            In blocks of 16: of a word, how many letters it shares with the one before (in its block) and how many
            more there are, in four bits each (15: more than 14, a byte with their number follows), and these.
names.bin   all names in the order of their code points, then the aliases. In blocks of 32: how many words are
            those of the name before (in its block), how many more there are, in four bits each, and these: a byte
            below the number of frequent words, else two bytes, the higher one first.
hashes.bin  a byte for each name, by which it is found.

Names that end with the number of the character, and those of Hangul, are not among them.
"""
import os
import re
import sys
import unicodedata
from collections import Counter

OUT = os.path.join(os.path.dirname(__file__), "..", "..", "interpreter", "names", "src")
FREQUENT = 208
WORDS, NAMES = 16, 32


def all_names():
    names, numbered = {}, []
    for c in range(0x110000):
        name = unicodedata.name(chr(c), None)
        if name is None or name.startswith("HANGUL SYLLABLE "):
            continue
        if not name.endswith("-%04X" % c):
            names[c] = name
            continue
        prefix = name[: -len("%04X" % c)]
        if numbered and numbered[-1][1:] == [c - 1, prefix]:
            numbered[-1][1] = c
        else:
            numbered.append([c, c, prefix])
    return names, numbered


def aliases(path):
    with open(path) as file:
        lines = [line.split(";") for line in file if line.strip() and not line.startswith("#")]
    for _, name, *_ in lines:
        try:
            yield name, ord(unicodedata.lookup(name))
        except KeyError:
            pass  # of a later version


def words_of(name):
    first, *rest = re.split("([ -])", name)
    return [first] + [word if separator == " " else "-" + word for separator, word in zip(rest[::2], rest[1::2])]


def shared(old, new, most):
    count = 0
    while count < min(len(old), len(new), most) and old[count] == new[count]:
        count += 1
    return count


def write_words(words, out, starts):
    before = ""
    for at, word in enumerate(words):
        if at % WORDS == 0:
            starts.append(len(out))
            before = ""
        same = shared(before, word, 15)
        rest = word[same:]
        out.append(same << 4 | min(len(rest), 15))
        if len(rest) >= 15:
            out.append(len(rest))
        out += rest.encode()
        before = word


def hash_of(name):
    value = 0
    for byte in name.encode():
        value = (value * 31 + byte) & 0xFFFFFFFF
    return (value ^ value >> 8 ^ value >> 16) & 0xFF


def dump(name, kind, values):
    text = ", ".join(map(str, values))
    print(f"pub(super) static {name}: [{kind}; {len(values)}] = [{text}];", file=tables)


names, numbered = all_names()
points = sorted(names)
others = [(name, c) for name, c in aliases(sys.argv[1]) if names.get(c) != name]
listed = [words_of(names[c]) for c in points] + [words_of(name) for name, _ in others]

parts, before = [], []
for at, words in enumerate(listed):
    same = shared(before, words, 15) if at % NAMES else 0
    parts.append((same, words[same:]))
    before = words
frequency = Counter(word for _, words in parts for word in words)
# (A word that only ever is one of those before is one of a name at the beginning of a block, too.)
ranked = sorted(frequency, key=lambda word: (-frequency[word], word))
frequent, rare = sorted(ranked[:FREQUENT]), sorted(ranked[FREQUENT:])
numbers = {word: number for number, word in enumerate(frequent + rare)}

word_bytes, word_starts = bytearray(), []
write_words(frequent, word_bytes, word_starts)
write_words(rare, word_bytes, word_starts)
name_bytes, name_starts = bytearray(), []
for at, (same, words) in enumerate(parts):
    if at % NAMES == 0:
        name_starts.append(len(name_bytes))
    assert same < 16 and len(words) < 16
    name_bytes.append(same << 4 | len(words))
    for word in words:
        number = numbers[word]
        if number < FREQUENT:
            name_bytes.append(number)
        else:
            high, low = divmod(number - FREQUENT, 256)
            name_bytes += bytes([FREQUENT + high, low])
            assert FREQUENT + high < 256

runs = []
for rank, c in enumerate(points):
    if not rank or points[rank - 1] != c - 1:
        runs.append((c, rank))

for file, content in [("words", word_bytes), ("names", name_bytes),
                      ("hashes", bytes(hash_of(names[c]) for c in points) + bytes(hash_of(n) for n, _ in others))]:
    with open(os.path.join(OUT, file + ".bin"), "wb") as out:
        out.write(content)
with open(os.path.join(OUT, "tables.rs"), "w") as tables:
    print("//! Written by scripts/dev/unicode_names.py.\n", file=tables)
    print(f"pub(super) const FREQUENT: usize = {FREQUENT};", file=tables)
    print(f"pub(super) const RARE: usize = {len(rare)};", file=tables)
    print(f"pub(super) const NAMED: usize = {len(points)};\n", file=tables)
    print("/// Where the blocks of words.bin begin.", file=tables)
    dump("WORD_BLOCKS", "u16", word_starts)
    print("\n/// Where the blocks of names.bin begin.", file=tables)
    dump("NAME_BLOCKS", "u32", name_starts)
    print("\n/// Runs of characters with names: the first, and the number of its name.", file=tables)
    dump("RUNS", "(u32, u16)", runs)
    print("\n/// What the aliases stand for, from the name number NAMED on.", file=tables)
    dump("ALIASED", "u32", [c for _, c in others])
    print("\n/// Characters whose names end with their numbers.", file=tables)
    rows = ", ".join(f'({first}, {last}, "{prefix}")' for first, last, prefix in numbered)
    print(f"pub(super) static NUMBERED: [(u32, u32, &str); {len(numbered)}] = [{rows}];", file=tables)
