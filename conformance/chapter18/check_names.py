#!/usr/bin/env python3
"""Which of the chapter's documented names does an interpreter have, and with which values?

    check_names.py --interp CMD [--module socket]... [--values] [--quiet]

A name counts where CPython 3.6 or 3.11 has it on Linux (in36, in311 of names.json). --values compares the
values of constants too. One script is run for each module, which imports nothing but that module. The exit
status is 0 if nothing is missing.
"""
import argparse
import json
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
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
import {module}
for name, value in {names!r}:
    thing = {module}
    try:
        for part in name.split(".")[1:]:
            thing = getattr(thing, part)
    except Exception as failure:
        print("MISSING", name, type(failure).__name__)
        continue
    if value is not None and isinstance(thing, int) and int(thing) != value:
        print("VALUE", name, int(thing), "and not", value)
    else:
        print("OK", name)
"""
ELSEWHERE = ("windows", "bsd", "solaris")


def names_of(module, entries, values):
    names = {}
    for entry in entries:
        name = entry["qualname"]
        if entry["module"] == module and name not in ON_INSTANCES:
            value = entry.get("value")
            names.setdefault(name, value if values and isinstance(value, int) else None)
    return sorted(names.items())


def ask(interp, module, names):
    script = SCRIPT.format(module=module, names=names)
    try:
        done = subprocess.run(interp + ["-c", script], capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return ["no answer"]
    return done.stdout.splitlines() or (done.stderr.strip().splitlines() or ["nothing"])[-1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--module", action="append")
    parser.add_argument("--values", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    with open(os.path.join(HERE, "names.json")) as f:
        entries = [e for e in json.load(f)
                   if (e["in36"] or e["in311"]) and e["platform"] not in ELSEWHERE]
    wanted = total = 0
    for module in options.module or sorted({e["module"] for e in entries}):
        names = names_of(module, entries, options.values)
        lines = ask(shlex.split(options.interp), module, names)
        good = sum(line.startswith("OK ") for line in lines)
        print("%-10s %4d of %4d" % (module, good, len(names)))
        if not options.quiet:
            for line in lines:
                if not line.startswith("OK "):
                    print("   ", line)
        total += good
        wanted += len(names)
    print("names: %d of %d" % (total, wanted))
    return 0 if total == wanted else 1


if __name__ == "__main__":
    sys.exit(main())
