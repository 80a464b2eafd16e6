# The same operations on text of every width, with pieces of other widths, empty pieces and odd counts.
KINDS = ["abc,abc ab", "ab\u00e9,ab\u00e9 ab", "ab\u20ac,ab\u20ac ab", "ab\U0001f600,ab\U0001f600 ab", "a\ud800b,a\ud800b", "", "x"]
PIECES = ["", "b", "ab", "abc", ",", " ", "\u00e9", "\u20ac,", "\U0001f600", "\ud800", "zz"]


def show(name, f, *args):
    try:
        r = f(*args)
    except Exception as e:
        r = "%s: %s" % (type(e).__name__, e)
    print(name, ascii(r))


for s in KINDS:
    print("==", ascii(s))
    for p in PIECES:
        show("find %a" % p, lambda: (s.find(p), s.rfind(p), s.count(p), p in s, s.startswith(p), s.endswith(p)))
        show("find 1 -1", lambda: (s.find(p, 1, -1), s.count(p, 1), s.startswith(p, 2), s.endswith(p, 0, -1)))
        show("replace", lambda: [s.replace(p, q, n) for q in ("", "Q", "\u00df", "\u4e00") for n in (-1, 0, 1, 2)])
        show("split", lambda: (s.split(p), s.split(p, 1), s.rsplit(p, 1), s.split(p, 0)))
        show("partition", lambda: (s.partition(p), s.rpartition(p)))
        show("join", lambda: (p.join([s, "", s]), p.join((s, p)), p.join([s]), p.join([])))
        show("concat", lambda: (s + p, p + s, s + "" + p))
        show("strip", lambda: (s.strip(p), s.lstrip(p), s.rstrip(p), s.removeprefix(p), s.removesuffix(p)))
        show("compare", lambda: (s < p, s == p, s > p, hash(s + p) == hash(s + p)))
    show("split ws", lambda: (s.split(), s.split(None, 1), (" " + s + "\t").split(), s.rsplit(None, 1)))
    show("case", lambda: (s.upper(), s.lower(), s.casefold(), s.title(), s.swapcase(), s.capitalize()))
    show("pad", lambda: (s.center(14), s.ljust(13, "*"), s.rjust(12, "\u20ac"), s.zfill(12), s.center(-3)))
    show("repeat", lambda: (s * 0, s * 1, s * 3, s * -2, -1 * s))
    show("slices", lambda: (s[::-1], s[::2], s[1:-1], s[::-2], s[5:2], s[-3:], s[100:], s[3::-1]))
    show("iter", lambda: (list(s), list(reversed(s)), sorted(set(s)), "".join(reversed(s))))
    show("format", lambda: ("%s|%5s|%-5s|%.2s|%r" % (s, s, s, s, s), f"{s}{s!r:>20}{s!a}", "{0}{0:_^12}{1}".format(s, 7)))
    show("utf8", lambda: s.encode())
    show("utf8 pass", lambda: (s.encode("utf-8", "surrogatepass"), s.encode("utf-8", "replace")))

long = "ab" * 200 + "needle" + "ba" * 200
print(long.find("needle"), long.rfind("needle"), long.count("ab"), len(long.replace("ab", "x")), len(long.replace("a", "")))
print(long.replace("needle", "") == "ab" * 200 + "ba" * 200, long.split("needle") == ["ab" * 200, "ba" * 200])
print("aaaa".replace("aa", "b"), "aaaaa".count("aa"), "a".replace("a", ""), "".replace("", "x"), "ab".replace("", "-", 2))
for f in (lambda: "ab" * (1 << 62), lambda: "a" * (1 << 63), lambda: "ab".center(1 << 62), lambda: "%*d" % (1 << 62, 1),
          lambda: format(1, "4611686018427387904"), lambda: "\u20ac" * (1 << 61), lambda: "ab".replace("", "x" * (1 << 20)) and "ok",
          lambda: "x".ljust(1 << 63), lambda: "," .join(["a", 1]), lambda: ",".join(5), lambda: "a".split("")):
    try:
        print(len(f()))
    except Exception as e:
        print(type(e).__name__, e)
