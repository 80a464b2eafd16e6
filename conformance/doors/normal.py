"""What is compared of results that no two builds of CPython share word for word.

`build`    the line of the version: its part in brackets and parentheses is <build>
`names`    help: the line of usage and, of all other lines, the options and variables that they name;
           of these there may be more than CPython's, but none of CPython's may be missing
`xoptions` the same for what may stand behind -X
`library`  which line of one of the library's files is shown
`imports`  what -v and -X importtime say of the modules in the row's own folder; times are N
"""

import os
import re

BUILD = re.compile(r"^(Python \d+\.\d+\.\d+) \([^)\n]+\) \[[^]\n]+\]", re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])(?:-[A-Za-z?]{1,2}(?![\w-])|--[a-z][a-z-]+)|PYTHON[A-Z]\w*")
XOPTION = re.compile(r"-X ([a-z_0-9]+)")
TIME = re.compile(r"^(import time:) +\d+ \| +\d+ \|( +)(\S+)$")
NAMED = re.compile(r"^(?:import '([^']+)' # |# cleanup\[2\] removing (\S+)$|# destroy (\S+)$)")
LIBRARY = re.compile(r'File "(?:<exe>|/usr/lib/python3\.11)/([^"]+)", line \d+')
HEADER = "import time: self [us] | cumulative | imported package"


def own_modules(folder):
    """The names of modules and packages that lie in the row's folder, or one folder below."""
    names = set()
    for place in [folder] + [entry.path for entry in os.scandir(folder) if entry.is_dir()]:
        for entry in os.scandir(place):
            if entry.name.endswith(".py") or entry.is_dir():
                names.add(entry.name.removesuffix(".py"))
    return names - {"__init__", "__main__", "__pycache__"}


def imports(text, own):
    """The lines that are about these modules."""
    kept = []
    for line in text.splitlines():
        timed = TIME.match(line)
        named = NAMED.match(line)
        if timed:
            if timed[3].split(".")[0] in own:
                kept.append(f"{timed[1]} N | N |{timed[2]}{timed[3]}")
        elif named:
            name = named[1] or named[2] or named[3]
            # When a module's object dies is the business of whoever counts references.
            if name.split(".")[0] in own and not named[3]:
                kept.append(line)
        elif line == HEADER or line.startswith(("Python ", "Type ", "Traceback", "  ")):
            kept.append(line)
        elif line.startswith("#"):
            # Nobody looks for extension modules here.
            if "<dir>" in line and not line.endswith(".so"):
                kept.append(line)
        elif not line.startswith(("import ", "import time:", "# ", "Processing ", "Adding directory")):
            kept.append(line)
    return "\n".join(kept) + "\n"


def normal(kind, outcome, own):
    """The outcome without what is not compared."""
    build = lambda text: BUILD.sub(r"\1 <build>", text)
    if kind == "build":
        return {**outcome, "out": build(outcome["out"]), "err": build(outcome["err"])}
    if kind in ("names", "xoptions"):
        usage = [line for line in outcome["out"].splitlines()[:1] if line.startswith("usage: ")]
        pattern = OPTION if kind == "names" else XOPTION
        return {**outcome, "out": usage + sorted(set(pattern.findall(outcome["out"])))}
    if kind == "library":
        return {**outcome, "err": LIBRARY.sub(r'File "<lib>/\1", line N', outcome["err"])}
    if kind == "imports":
        return {**outcome, "err": imports(build(outcome["err"]), own)}
    return outcome


def same(kind, want, got):
    """Whether a normal outcome is what was wanted."""
    if kind in ("names", "xoptions") and want:
        got = {**got, "out": [name for name in got["out"] if name in want["out"]]}
    return want == got
