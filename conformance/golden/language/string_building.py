parts = []
for i in range(200): parts.append(str(i))
s = "".join(parts); print(len(s), s[:20], s[-10:])
t = ""
for i in range(300): t += chr(97 + i % 26)
print(t[::29], t.count("a"))
u = ""
for cp in (0x41, 0xe9, 0x65e5, 0x1f600, 0x42): u += chr(cp); print(ascii(u), len(u))
print("-".join(map(str, range(10))), ", ".join(sorted({"b": 1, "a": 2})), "".join(reversed("abc")), " ".join(w.capitalize() for w in "the end of it".split()))
def caesar(text, k): return "".join(chr((ord(c) - 97 + k) % 26 + 97) if c.isalpha() else c for c in text)
print(caesar("hello world", 3), caesar(caesar("hello world", 3), -3))
def rle(s):
    out, i = [], 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]: j += 1
        out.append(f"{s[i]}{j - i}"); i = j
    return "".join(out)
print(rle("aaabbcd" * 2), rle(""), rle("日日本"))
def pal(s): s = [c for c in s.lower() if c.isalnum()]; return s == s[::-1]
print(pal("A man, a plan, a canal: Panama"), pal("no"))
text = "the quick brown the lazy the end"
freq = {}
for w in text.split(): freq[w] = freq.get(w, 0) + 1
print(sorted(freq.items(), key=lambda p: (-p[1], p[0])))
print("%-10s|%5.2f|%03d" % ("left", 3.14159, 7), "{:>10}|{:^10}|{:<10}".format("r", "c", "l"), f"{'x':-^9}", "tab\tsep".expandtabs(8), "a,b;c".replace(";", ",").split(","))
def wrap(s, w):
    lines, cur = [], ""
    for word in s.split():
        if len(cur) + len(word) + bool(cur) > w: lines.append(cur); cur = word
        else: cur = f"{cur} {word}".strip()
    return lines + [cur]
for l in wrap("a longer piece of text that has to be wrapped at some width", 16): print(repr(l))
