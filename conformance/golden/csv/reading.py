import _csv
import csv
import io


def attempt(f, *args, **named):
    try:
        print(f(*args, **named))
    except Exception as e:
        print(type(e).__name__, e)


def rows(lines, **named):
    try:
        reader = csv.reader(lines, **named)
        print([*reader], reader.line_num)
    except Exception as e:
        print(type(e).__name__, e)


rows(["a,b,c", '1,"2,3",4', "", "\n", "x\r\n", '"two\n', 'lines"\n', "é,\u20ac,\U0001f600"])
rows(['"c""d"', "e'f", 'x"y,z', '"a"b', '"a"', '"open', 'rest'])
rows(['"a"b'], strict=True)
rows(['"a'], strict=True)
rows(['"a'])
rows(["a\rb"])
rows(["a\r\n\r\n"])
rows([b"a"])
rows(["a", 5])
rows(["a b  c"], delimiter=" ")
rows(["a,  b", '  "c, d"'], skipinitialspace=True)
rows(["a\\,b", "c\\", "d"], escapechar="\\")
rows(["a\\\n", "b"], escapechar="\\")
rows(['"a\\"b"', '"c\\'], escapechar="\\")
rows(['1,"a",2.5,1e3'], quoting=csv.QUOTE_NONNUMERIC)
rows(['1,"a",x'], quoting=csv.QUOTE_NONNUMERIC)
rows(['1,"a",x'], quoting=csv.QUOTE_NONE)
rows(["'a''b',c"], quotechar="'")
rows(["'a''b',c"], quotechar="'", doublequote=False)
rows(["a\0b,\0"])
rows(["a;b"], delimiter=";", dialect="excel")
rows(["a\tb"], dialect=csv.excel_tab)
rows([])
rows(5)

old = csv.field_size_limit(4)
print(old, csv.field_size_limit())
rows(["abcd", "efgh"])
rows(["abcde"])
rows(['"abcde"'])
csv.field_size_limit(old)
for bad in (1.5, True, 10**40, None):
    attempt(csv.field_size_limit, bad)

for named in (dict(delimiter=""), dict(delimiter="ab"), dict(delimiter=None), dict(delimiter=1),
              dict(lineterminator=None), dict(lineterminator=4), dict(quoting="a"), dict(quoting=9),
              dict(quoting=10**30), dict(quotechar="aa"), dict(quotechar=1), dict(quotechar=""),
              dict(quotechar=None, quoting=csv.QUOTE_ALL), dict(escapechar="xy"), dict(foo=1),
              dict(dialect="nope"), dict(dialect=5, strict=1)):
    try:
        d = _csv.Dialect(**named)
        print(repr(d.delimiter), d.quoting, d.strict, d.escapechar)
    except Exception as e:
        print(type(e).__name__, e)

d = _csv.Dialect(quotechar=None)
print(d.quoting, d.quotechar, d.lineterminator == "\r\n", d.doublequote, d.skipinitialspace)
print(_csv.Dialect(d) is d, _csv.Dialect(d, strict=True) is d, _csv.Dialect(d, strict=True).quoting)
attempt(setattr, d, "delimiter", ";")
attempt(setattr, d, "strict", True)
attempt(d.__reduce__)
attempt(d.__reduce_ex__, 2)
attempt(csv.reader)
attempt(csv.reader, [], "excel", 1)
attempt(csv.reader, [], "nope")
attempt(csv.writer, 5, "excel", 1)
attempt(csv.register_dialect)
attempt(csv.register_dialect, 1)
attempt(csv.register_dialect, "x", foo=1)
attempt(csv.register_dialect, "x", delimiter=":")
rows(["a:b"], dialect="x")
print(csv.list_dialects())
attempt(csv.unregister_dialect, "x")
attempt(csv.unregister_dialect, "x")
attempt(csv.get_dialect, "x")
attempt(csv.get_dialect, [])
print(csv.get_dialect("excel-tab").delimiter == "\t")

for row in csv.DictReader(io.StringIO("a,b\n1,2\n3,4,5\n6\n")):
    print(row)
print(csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter)


class Nested:
    """Lines that ask the reader itself for more."""

    def __init__(self):
        self.lines = iter(['"a', 'b"', "c,d", "e"])
        self.reader = csv.reader(self)

    def __iter__(self):
        return self

    def __next__(self):
        line = next(self.lines)
        if line == "c,d":
            print("inner", next(self.reader))
        return line


print(next(Nested().reader))
