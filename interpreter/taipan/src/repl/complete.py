import posix
import sys

KEYWORDS = (
    "False None True and as assert async await break class continue def del elif else except finally for from "
    "global if import in is lambda nonlocal not or pass raise return try while with yield"
).split()


def complete(text, space):
    """How many characters before the cursor are replaced, and by which texts."""
    line = text[text.rfind("\n") + 1:]
    quote = open_quote(line)
    if quote >= 0:
        return paths(line[quote:])
    start = len(line)
    while start and (line[start - 1].isidentifier() or line[start - 1].isdigit() or line[start - 1] == "."):
        start -= 1
    word = line[start:]
    head = line[:start].split()
    if head and head[0] in ("import", "from"):
        found = imported(head, word)
    elif "." in word:
        found = attributes(word, space)
    else:
        found = names(word, space) + keywords(text[:len(text) - len(word)], word, space)
    return len(word), sorted(set(found), key=rank)


def rank(name):
    # Public names first.
    return name.startswith("_"), name.split(".")[-1].startswith("_"), name


def open_quote(line):
    """Where the text of a string begins that is not closed; -1: there is none."""
    quote, at, i = "", -1, 0
    while i < len(line):
        c = line[i]
        if quote:
            if c == "\\":
                i += 1
            elif c == quote:
                quote, at = "", -1
        elif c in "'\"":
            quote, at = c, i + 1
        elif c == "#":
            break
        i += 1
    return at


def paths(text):
    folder, _, start = text.rpartition("/")
    base = folder + "/" if "/" in text else ""
    place = base
    if place.startswith("~/"):
        place = posix.environ.get(b"HOME", b"").decode() + place[1:]
    found = []
    for name in posix.listdir(place or "."):
        if name.startswith(start) and (start or not name.startswith(".")):
            found.append(name + "/" if is_folder(place + name) else name)
    return len(start), sorted(found)


def is_folder(path):
    try:
        return posix.stat(path).st_mode & 0o170000 == 0o040000
    except OSError:
        return False


def names(word, space):
    import builtins

    # Nothing typed is no question that all names there are would answer.
    known = [*KEYWORDS, *space, *dir(builtins)] if word else []
    return [n for n in known if n.startswith(word)]


def member(thing, name):
    """An attribute, if no property has to run for it."""
    for kind in type(thing).__mro__:
        if name in kind.__dict__:
            value = kind.__dict__[name]
            if hasattr(type(value), "__get__") and not callable(value):
                raise LookupError(name)
            break
    return getattr(thing, name)


def look_up(path, space):
    import builtins

    first, *rest = path.split(".")
    thing = space[first] if first in space else getattr(builtins, first)
    for name in rest:
        thing = member(thing, name)
    return thing


def attributes(word, space):
    base, _, start = word.rpartition(".")
    try:
        thing = look_up(base, space)
    except (LookupError, AttributeError):
        return []
    hidden = not start
    return [f"{base}.{n}" for n in dir(thing) if n.startswith(start) and not (hidden and n.startswith("_"))]


def imported(head, word):
    if head[0] == "from" and "import" in head:
        try:
            thing = __import__(head[1], fromlist=["*"])
        except ImportError:
            return []
        return [n for n in dir(thing) if n.startswith(word)]
    if head[0] == "from" and len(head) > 1:
        return ["import"] if "import".startswith(word) else []
    return [n for n in modules(word.rpartition(".")[0]) if n.startswith(word)]


def modules(package):
    if not package:
        known = [*sys.builtin_module_names, *sys.modules, "sys", "builtins"]
        folders = sys.path
    else:
        known = [n for n in sys.builtin_module_names if n.startswith(package + ".")]
        folders = getattr(sys.modules.get(package), "__path__", [])
    known = [n for n in known if "." not in n or package]
    prefix = package + "." if package else ""
    for folder in folders:
        try:
            entries = posix.listdir(folder or ".")
        except OSError:
            continue
        for entry in entries:
            name = entry.removesuffix(".py")
            if name.isidentifier() and (name != entry or is_folder(f"{folder or '.'}/{entry}")):
                known.append(prefix + name)
    return known


def keywords(before, word, space):
    """Keyword arguments of the call that the cursor is in."""
    depth = 0
    i = len(before)
    while i:
        i -= 1
        c = before[i]
        if c in ")]}":
            depth += 1
        elif c in "([{":
            if not depth:
                break
            depth -= 1
    else:
        return []
    end = i
    while i and (before[i - 1].isidentifier() or before[i - 1].isdigit() or before[i - 1] == "."):
        i -= 1
    if before[end] != "(" or i == end:
        return []
    try:
        thing = look_up(before[i:end], space)
    except (LookupError, AttributeError):
        return []
    return [n + "=" for n in parameters(thing) if n.startswith(word)]


def parameters(thing):
    if isinstance(thing, type):
        thing = thing.__init__
    thing = getattr(thing, "__func__", thing)
    code = getattr(thing, "__code__", None)
    if code is not None:
        first = code.co_posonlyargcount
        return code.co_varnames[first:code.co_argcount + code.co_kwonlyargcount]
    signature = getattr(thing, "__text_signature__", None) or ""
    signature = signature.strip("()").rpartition("/")[2]
    found = [part.strip().partition("=")[0] for part in signature.split(",")]
    return [n for n in found if n.isidentifier() and n != "self"]
