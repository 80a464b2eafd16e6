# Texts of every length that short ways are made for, against what the definition says, character by character.
SPACE = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"


def lower(s):
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in s)


def upper(s):
    return "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in s)


def split(s):
    words, word = [], ""
    for c in s + " ":
        if c in SPACE:
            words += [word] if word else []
            word = ""
        else:
            word += c
    return words


def texts():
    every = "".join(map(chr, range(128)))
    for n in range(70):
        for start in range(0, 128, 5):
            yield (every * 2)[start:start + n]
            yield ("aZ @[`{" * 12)[start % 7:][:n]
            yield "x" * n + SPACE[start % len(SPACE)] + "Y" * (start % 11)


wrong = 0
for s in texts():
    b = s.encode()
    wrong += s.lower() != lower(s)
    wrong += s.upper() != upper(s)
    wrong += s.split() != split(s)
    wrong += s.strip() != s[len(s) - len(s.lstrip(SPACE)):len(s.rstrip(SPACE)) or len(s)].strip(SPACE)
    wrong += b.decode("latin-1") != s or b.decode() != s or b.decode("ascii") != s
    for c in ":Z ":
        at = s.find(c)
        parts = (s[:at], c, s[at + 1:]) if at >= 0 else (s, "", "")
        wrong += s.partition(c) != parts
print("wrong:", wrong)

# One byte that is no ASCII, at every place.
for n in range(1, 40):
    for at in range(n):
        b = bytearray(b"q" * n)
        b[at] = 0xE9
        b = bytes(b)
        wrong += b.decode("latin-1") != "q" * at + "\xe9" + "q" * (n - at - 1)
        try:
            b.decode("ascii")
            wrong += 1
        except UnicodeDecodeError as e:
            wrong += (e.start, e.end) != (at, at + 1)
print("wrong:", wrong)


class Text(str):
    pass


t = Text(" a:b ")
print(type(t.strip()), type(t.partition(":")[0]), type(Text("x").partition(":")[0]), type(t.lower()))
print("a:b".partition(Text(":")), type("a:b".partition(Text(":"))[1]))
print("a b c d".split(None, 0), "  a b c d ".split(None, 2), "\x1ca\x1fb\x85c".split())


class Bits(bytes):
    pass


class Array(bytearray):
    pass


for whole in (Text("x"), Bits(b"x"), Array(b"x")):
    sep = ":" if isinstance(whole, str) else b":"
    print(whole.partition(sep)[0] is whole, whole.rpartition(sep)[2] is whole, type(whole.rpartition(sep)[2]))
print([[type(part) for part in whole.partition(sep)] for whole in (b"a:b", bytearray(b"a:b")) for sep in (b":", bytearray(b":"), Bits(b":"))])
