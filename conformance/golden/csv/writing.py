import csv
import io


def written(rows, **named):
    out = io.StringIO(newline="")
    try:
        writer = csv.writer(out, **named)
        for row in rows:
            writer.writerow(row)
    except Exception as e:
        print(type(e).__name__, e)
    print(repr(out.getvalue()))


class Shown:
    def __str__(self):
        return 'say "x", y'


class Broken:
    def __str__(self):
        raise OSError("no text")


written([["a\r", "b\n", "c d", None, 1.5, "", "\0", "x,y", 'q"q', "é", "\u20ac", "\U0001f600"]])
written([[None], [], [""], [[]], [Shown(), 2 ** 70, True]])
written([["a\r", "b\n", "c!", " "]], lineterminator="!")
written([["a", 1, 2.5, None, True, "2"]], quoting=csv.QUOTE_NONNUMERIC)
written([["a", 1, None, ""]], quoting=csv.QUOTE_ALL)
written([["a,b"]], quoting=csv.QUOTE_NONE)
written([["a,b", 'q"', "\\"]], quoting=csv.QUOTE_NONE, escapechar="\\")
written([["a,b", 'q"', "\\"]], escapechar="\\")
written([['q"q', "a,b"]], doublequote=False)
written([['q"q', "a,b"]], doublequote=False, escapechar="\\")
written([[""]], quoting=csv.QUOTE_NONE)
written([["", ""]], quoting=csv.QUOTE_NONE)
written([1])
written([[Broken()]])
written(["abc", ("x", 1), {"k": 2}])
written([["a;b", "c'd", 'e"f']], delimiter=";", quotechar="'")
written([["a", "b"]], dialect="excel-tab")
written([["a", "b"]], dialect=csv.unix_dialect)

for bad in (1, object()):
    try:
        csv.writer(bad)
    except TypeError as e:
        print(e)


class File:
    def write(self, text):
        print("wrote", repr(text))
        return len(text)


writer = csv.writer(File())
print(writer.writerow(["é", 2]), writer.writerows([["a"], ["b", "c"]]))
print(writer.dialect.delimiter, [n for n in dir(writer) if n[0] != "_"])
for bad in (5, [5]):
    try:
        writer.writerows(bad)
    except Exception as e:
        print(type(e).__name__, e)
out = io.StringIO(newline="")
table = csv.DictWriter(out, ["a", "b"], restval="-", lineterminator="\n")
table.writeheader()
table.writerow({"a": 1})
table.writerows([{"a": "x,y", "b": None}])
try:
    table.writerow({"c": 1})
except ValueError as e:
    print(e)
print(out.getvalue())
