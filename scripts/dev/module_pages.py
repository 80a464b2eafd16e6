#!/usr/bin/env python3
"""Write the tables of names into docs/modules/*.md, from conformance/chapter18/names.json and shapes.json.

    module_pages.py [--check]

A page is written by hand up to the line MARK, and from there on by this program. --check writes nothing and fails if
a page is not what would be written.
"""
import argparse
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CHAPTER = os.path.join(ROOT, "conformance", "chapter18")
PAGES = os.path.join(ROOT, "docs", "modules")
MARK = "<!-- From here on written by scripts/dev/module_pages.py. -->\n"
MODULES = "socket ssl select selectors asyncio asyncore asynchat signal mmap".split()
ELSEWHERE = ("windows", "bsd", "solaris")
KINDS = [("class", "Classes"), ("exception", "Exceptions"), ("callable", "Functions and methods"),
         ("value", "Constants and attributes"), (None, "Names that CPython 3.11 has on instances only, or no more")]


def shown(name, kind, shape):
    """A name as the table has it, with how it is called."""
    name = name.split(".", 1)[1]
    if kind != "callable" or shape is None:
        return "`%s`" % name
    return "`%s(%s)`" % (name, ", ".join(parameters(shape.split())))


def parameters(words):
    """The parameters of a shape of shapes.json, as a signature has them."""
    found, star = [], False
    positional = sum(word.startswith("/") for word in words)
    for i, word in enumerate(words):
        if word.startswith("=") and not star:
            found.append("*")
        star = star or word.startswith(("*", "="))
        found.append(word.rstrip("?").lstrip("/=") + "=..." * word.endswith("?"))
        if i + 1 == positional:
            found.append("/")
    return found


def section(title, entries):
    lines = ["", "### %s (%d)" % (title, len(entries)), ""]
    if title.startswith("Constants"):
        return lines + [", ".join(entries)]
    return lines + ["- " + entry for entry in entries]


def table(module, names, shapes, differing):
    """The generated part of a page."""
    kinds = {}
    for name in names:
        kind, shape = shapes.get(name, (None, None))
        text = shown(name, kind, shape) + (" (see signatures.txt)" if name in differing else "")
        kinds.setdefault(kind, []).append(text)
    lines = [MARK, "## Names", "",
             "The %d names that the manuals of 3.6 and 3.11 document for Linux. `check_names.py --module %s --values` of"
             % (len(names), module), "`conformance/chapter18` says whether a program has them, as part of `.ci/run`."]
    for kind, title in KINDS:
        if kind in kinds:
            lines += section(title, kinds[kind])
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    with open(os.path.join(CHAPTER, "names.json")) as f:
        entries = [e for e in json.load(f) if (e["in36"] or e["in311"]) and e["platform"] not in ELSEWHERE]
    with open(os.path.join(CHAPTER, "shapes.json")) as f:
        shapes = json.load(f)
    with open(os.path.join(CHAPTER, "signatures.txt")) as f:
        differing = {line.strip() for line in f}
    stale = []
    for module in MODULES:
        path = os.path.join(PAGES, module + ".md")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        names = sorted({e["qualname"] for e in entries if e["module"] == module})
        wanted = text.split(MARK)[0] + table(module, names, shapes, differing)
        if wanted == text:
            continue
        stale.append(module)
        if not check:
            with open(path, "w", encoding="utf-8") as f:
                f.write(wanted)
    print("%d pages, %d %s" % (len(MODULES), len(stale), "out of date" if check else "written"), *stale)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
