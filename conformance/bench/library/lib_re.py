# bench: name=re args=100
# Typical regular expressions over a log and over prose: search, match, findall, finditer, sub, split.
import re
import sys

LOG = "\n".join(
    '10.0.%d.%d - user%d [%02d/Mar/2024:%02d:%02d:07 +0000] "GET /item/%d?q=%s HTTP/1.1" %d %d "Mozilla/5.0 (X11)"'
    % (i % 4, i % 250, i % 17, 1 + i % 28, i % 24, i % 60, i * 37 % 1000, "abc"[i % 3] * 4, 200 + i % 5 * 101, i * 13)
    for i in range(400)
)
PROSE = (
    "The quick brown fox jumps over the lazy dog; write to john.doe@example.com or "
    "mary_smith@mail.example.org before 2024-03-15, cost: $1,234.50 (or 99 EUR).  See https://example.org/a/b?c=d#e "
) * 60

LINE = re.compile(
    r'(?P<host>\S+) \S+ (?P<user>\S+) \[(?P<when>[^\]]+)\] "(?P<verb>[A-Z]+) (?P<path>\S+) [^"]*" (?P<code>\d{3}) (?P<size>\d+)'
)
MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
WORD = re.compile(r"\b[a-z]{4,}\b", re.I)
URL = re.compile(r"https?://[^\s/]+(?:/[^\s?#]*)?(?:\?[^\s#]*)?")
SPACE = re.compile(r"\s+")
PUNCT = re.compile(r"[.,;:()$?]")
ALTER = re.compile(r"fox|dog|cost|example|before")
NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
TOKEN = re.compile(r"(?P<num>\d+)|(?P<name>[A-Za-z_]\w*)|(?P<op>[-+*/=()])|(?P<ws>\s+)|(?P<other>.)")


def run(n):
    check = 0
    for _ in range(n):
        for line in LOG.split("\n"):
            found = LINE.match(line)
            check += int(found["code"]) + len(found.group("path")) + len(found.groups())
        check += len(MAIL.findall(PROSE)) + len(WORD.findall(PROSE)) + len(URL.findall(PROSE))
        check += sum(int(m[1]) + int(m[2]) for m in DAY.finditer(PROSE))
        check += len(DAY.sub(r"\3.\2.\1", PROSE)) + len(SPACE.sub(" ", PROSE)) + len(PUNCT.sub("", PROSE))
        check += len(WORD.sub(lambda m: m[0].upper(), PROSE))
        check += len(SPACE.split(PROSE)) + len(re.split(r"[;,]\s*", PROSE)) + len(NUMBER.findall(LOG))
        check += len(ALTER.findall(PROSE)) + len(re.findall(r"^\S+", LOG, re.M))
        kinds = {}
        for m in TOKEN.finditer(PROSE[:2000]):
            kinds[m.lastgroup] = kinds.get(m.lastgroup, 0) + m.end() - m.start()
        check += kinds["name"] * 3 + kinds["num"]
        check += bool(re.search(r"(\w+) lazy \w+$", PROSE)) + bool(re.fullmatch(r"(?:[^x]|x)*", PROSE))
    return check


print(run(int(sys.argv[1])))
