# bench: name=strbuild args=200000
# Text built up: join, +=, StringIO, f-strings, %, format, methods of str on the way.
import io
import sys


def joined(n):
    parts = []
    for i in range(n):
        parts.append(str(i))
        parts.append(",")
    return "".join(parts)


def added(n):
    text = ""
    for i in range(n):
        text += "item"
        text += "\n"
    return text


def stream(n):
    out = io.StringIO()
    for i in range(n):
        out.write("line ")
        out.write(str(i))
        out.write("\n")
    return out.getvalue()


def formatted(n):
    size = 0
    for i in range(n):
        size += len(f"{i}: {i * 0.5:.2f} <{'name'!r}> {i:>8} {i:05d} {i:x}")
        size += len("%d: %.2f <%s> %8d %05d %x" % (i, i * 0.5, "name", i, i, i))
        size += len("{}: {:.2f} <{!r}> {:>8} {name}".format(i, i * 0.5, "name", i, name="x"))
    return size


def rows(n):
    out = []
    for i in range(n):
        cells = ["cell%d" % (i % 10), " padded ", "UPPER", "a,b,c"]
        row = [cells[0].ljust(12), cells[1].strip(), cells[2].lower(), *cells[3].split(",")]
        out.append("|".join(row).replace("cell", "c").title())
    return "\n".join(out)


def escaped(n):
    source = "<a href=\"x\">text & more</a>" * 4
    size = 0
    for _ in range(n // 8):
        text = source.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        size += len(text) + text.count("&") + text.find("more") + text.startswith("&lt;")
    return size


def run(n):
    texts = [joined(n), added(n), stream(n), rows(n // 2)]
    return [sum(map(len, texts)), hash(texts[1]) == hash(added(n)), formatted(n), escaped(n), texts[3][-20:]]


print(run(int(sys.argv[1])))
