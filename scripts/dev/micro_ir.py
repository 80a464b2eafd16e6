#!/usr/bin/env python3
"""Count the instructions of the micro set under callgrind and compare with the recorded counts.

    micro_ir.py [--interp target/release/taipan] [--record] [--limit 3.0] [NAME ...]

The start-up of an empty program is subtracted. The counts are kept in
conformance/bench/micro.json; a rise over --limit percent is reported. A report is not a failure:
the exit code is 0 unless a program fails or prints something else than was recorded.
Needs valgrind.
"""
import argparse
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MICRO = os.path.join(ROOT, "conformance", "bench", "micro")
RECORD = os.path.join(ROOT, "conformance", "bench", "micro.json")


def count(interp, script):
    """(instructions, output) of one run."""
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0",
           "PYTHONDONTWRITEBYTECODE": "1"}
    p = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                        interp, script], capture_output=True, text=True, env=env, timeout=600)
    found = re.search(r"Collected : (\d+)", p.stderr)
    if p.returncode or not found:
        raise SystemExit("%s failed, exit %s:\n%s" % (script, p.returncode, p.stderr[-800:]))
    return int(found.group(1)), p.stdout


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default=os.path.join(ROOT, "target", "release", "taipan"))
    ap.add_argument("--record", action="store_true", help="keep the counts of this run")
    ap.add_argument("--limit", type=float, default=3.0, metavar="PERCENT")
    ap.add_argument("names", nargs="*")
    opt = ap.parse_args()
    interp = os.path.abspath(opt.interp)
    try:
        with open(RECORD) as f:
            kept = json.load(f)
    except FileNotFoundError:
        kept = {}
    names = opt.names or sorted(n[:-3] for n in os.listdir(MICRO) if n.endswith(".py"))
    start = count(interp, os.path.join(MICRO, "empty.py"))[0]
    rises = wrong = 0
    print("%-10s %14s %14s %8s" % ("program", "instructions", "recorded", "change"))
    for name in ["empty"] + [n for n in names if n != "empty"]:
        ir, out = (start, "") if name == "empty" else count(interp, os.path.join(MICRO, name + ".py"))
        ir -= start if name != "empty" else 0
        old = kept.get(name)
        change = "" if not old else "%+.1f %%" % (100.0 * ir / old["instructions"] - 100)
        mark = ""
        if old and ir > old["instructions"] * (1 + opt.limit / 100):
            rises += 1
            mark = "  RISE"
        if old and out != old["output"]:
            wrong += 1
            mark += "  OTHER OUTPUT: %r" % out
        print("%-10s %14d %14s %8s%s" % (name, ir, old["instructions"] if old else "-", change, mark))
        if opt.record:
            kept[name] = {"instructions": ir, "output": out}
    if opt.record:
        with open(RECORD, "w") as f:
            json.dump(kept, f, indent=1, sort_keys=True)
            f.write("\n")
    print("%d of %d rose by more than %g %%" % (rises, len(names), opt.limit))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
