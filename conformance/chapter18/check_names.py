#!/usr/bin/env python3
"""Which of the chapter's documented names does an interpreter have, and are they what they should be?

    check_names.py --interp CMD [--module socket]... [--values] [--quiet]
    check_names.py --interp python3.11 --record        write shapes.json

A name counts where CPython 3.6 or 3.11 has it on Linux (in36, in311 of names.json). The table says for each module
how many names are documented, and of how many the presence, the kind (class, exception, callable or value), the
signature (names of parameters, how they are given, whether they may be left out) and, with --values, the value of a
constant are right. Kind and signature are those of CPython 3.11, as shapes.json has them; a signature counts where
CPython shows one. One script is run for each module, which imports nothing but that module. What is wrong is listed.
The exit status is 0 if nothing is, but for the signatures named in signatures.txt; one of those that is right is
an error.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPES = os.path.join(HERE, "shapes.json")
# Attributes that are documented and that only instances have: tests of behaviour show them.
ON_INSTANCES = set("""
select.poll.register select.poll.modify select.poll.unregister select.poll.poll
asyncio.IncompleteReadError.expected asyncio.IncompleteReadError.partial
asyncio.LimitOverrunError.consumed asyncio.subprocess.Process.stdin asyncio.subprocess.Process.stdout
asyncio.subprocess.Process.stderr asyncio.subprocess.Process.pid asyncio.Condition.acquire
asyncio.Condition.locked asyncio.Condition.release asyncio.AbstractEventLoop.slow_callback_duration
ssl.SSLError.library ssl.SSLError.reason ssl.SSLSocket.server_side ssl.SSLSocket.server_hostname
""".split())
SCRIPT = """
import warnings
warnings.simplefilter("ignore")
import inspect
import {module}


def kind_of(thing):
    if isinstance(thing, type):
        return "exception" if issubclass(thing, BaseException) else "class"
    return "callable" if callable(thing) else "value"


def shape_of(thing, is_method):
    # How it is called; None where that is not known. `self` does not count.
    try:
        found = list(inspect.signature(thing).parameters.values())
    except (ValueError, TypeError):
        return None
    if is_method and found and found[0].name == "self":
        del found[0]
    return " ".join(["/", "", "*", "=", "**"][p.kind] + p.name
                    + "?" * (p.default is not p.empty) for p in found)


for name, value in {names!r}:
    thing = {module}
    try:
        for part in name.split(".")[1:]:
            thing = getattr(thing, part)
    except Exception as failure:
        print(repr((name, None, None, type(failure).__name__)))
        continue
    right = value is None or not isinstance(thing, int) or int(thing) == value
    shape = shape_of(thing, name.count(".") > 1) if callable(thing) else None
    print(repr((name, kind_of(thing), shape, None if right else int(thing))))
"""
ELSEWHERE = ("windows", "bsd", "solaris")
COLUMNS = ("documented", "present", "kind", "signature", "value")


def names_of(module, entries, values):
    names = {}
    for entry in entries:
        name = entry["qualname"]
        if entry["module"] == module and name not in ON_INSTANCES:
            value = entry.get("value")
            names.setdefault(name, value if values and isinstance(value, int) else None)
    return sorted(names.items())


def ask(interp, module, names):
    """What the interpreter says of each name: (kind, shape, wrong value or what getattr() raised)."""
    script = SCRIPT.format(module=module, names=names)
    try:
        done = subprocess.run(interp + ["-c", script], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return {}
    if done.returncode:
        print(done.stderr.strip()[-300:])
    answers = [eval(line, {"__builtins__": {}}) for line in done.stdout.splitlines() if line.startswith("('")]
    return {name: rest for name, *rest in answers}


def compare(names, answers, shapes):
    """Counts for the columns, and what is wrong: (name, what, text)."""
    counts, wrong = dict.fromkeys(COLUMNS, 0), []
    counts["documented"] = len(names)
    totals = dict.fromkeys(COLUMNS, len(names))
    totals["kind"] = totals["signature"] = totals["value"] = 0
    for name, value in names:
        kind, shape, other = answers.get(name, (None, None, "no answer"))
        right_kind, right_shape = shapes.get(name, (None, None))
        totals["kind"] += right_kind is not None
        totals["signature"] += right_shape is not None
        totals["value"] += value is not None
        if kind is None:
            wrong.append((name, "missing", other))
            continue
        counts["present"] += 1
        for column, asked, right, text in (
                ("kind", right_kind, kind == right_kind, "%s and not %s" % (kind, right_kind)),
                ("signature", right_shape, shape == right_shape, "(%s) and not (%s)" % (shape, right_shape)),
                ("value", value, other is None, "%s and not %s" % (other, value))):
            if asked is not None:
                counts[column] += right
                if not right:
                    wrong.append((name, column, text))
    return counts, totals, wrong


def row(counts, totals):
    return " ".join("%10s" % ("%d/%d" % (counts[c], totals[c]) if totals[c] else "-") for c in COLUMNS[1:])


def read_known():
    with open(os.path.join(HERE, "signatures.txt")) as f:
        return {line.split("#")[0].strip() for line in f} - {""}


def record(interp, entries):
    shapes = {}
    for module in sorted({e["module"] for e in entries}):
        for name, (kind, shape, _) in ask(interp, module, names_of(module, entries, False)).items():
            if kind is not None:
                shapes[name] = [kind, shape]
    with open(SHAPES, "w") as f:
        f.write("{\n" + ",\n".join("%s: %s" % (json.dumps(name), json.dumps(shapes[name])) for name in sorted(shapes)))
        f.write("\n}\n")
    print("%d names recorded" % len(shapes))
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--module", action="append")
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    interp = shlex.split(options.interp)
    with open(os.path.join(HERE, "names.json")) as f:
        entries = [e for e in json.load(f)
                   if (e["in36"] or e["in311"]) and e["platform"] not in ELSEWHERE]
    if options.record:
        return record(interp, entries)
    with open(SHAPES) as f:
        shapes = json.load(f)
    known, bad = read_known(), 0
    sums, sum_totals = dict.fromkeys(COLUMNS, 0), dict.fromkeys(COLUMNS, 0)
    print("%-10s %10s %s" % ("module", COLUMNS[0], " ".join("%10s" % c for c in COLUMNS[1:])))
    for module in options.module or sorted({e["module"] for e in entries}):
        names = names_of(module, entries, options.values)
        counts, totals, wrong = compare(names, ask(interp, module, names), shapes)
        print("%-10s %10d %s" % (module, len(names), row(counts, totals)))
        differ = {name for name, what, _ in wrong if what == "signature"}
        for name, what, text in wrong:
            excused = what == "signature" and name in known
            bad += not excused
            if not options.quiet and not excused:
                print("    %s %s: %s" % (what, name, text))
        for name in sorted(n for n in known if n.startswith(module + ".") and n not in differ):
            bad += 1
            print("    FAILED: the signature of %s is right and still in signatures.txt" % name)
        for column in COLUMNS:
            sums[column] += counts[column]
            sum_totals[column] += totals[column]
    print("%-10s %10d %s" % ("all", sums["documented"], row(sums, sum_totals)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
