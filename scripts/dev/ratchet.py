#!/usr/bin/env python3
"""Run the golden scripts and keep conformance/known_failures.txt in step.

    ratchet.py --interp target/release/taipan [--init | --check] [--jobs N] [--triage FILE] [AREA ...]

Tests that pass leave the list; none ever enters it, except with --init, which writes the list
anew; --check leaves it as it is. --triage writes, by area, each failing test with the first lines that differ.
Exit code 1 when a test fails that is not on the list.
"""
import argparse
import concurrent.futures
import os
import sys

from bless import ROOT, TIME_LIMIT, expected, run, tests

LIST = os.path.join(ROOT, "conformance", "known_failures.txt")
HEAD = "# Golden tests that fail today, one AREA/NAME each. scripts/dev/ratchet.py shortens this list.\n"


def first_difference(want, got, lines=4):
    want = want.decode("utf-8", "replace").splitlines()
    got = got.decode("utf-8", "replace").splitlines()
    same = 0
    while same < min(len(want), len(got)) and want[same] == got[same]:
        same += 1
    return (["line %d:" % (same + 1)] + ["  - " + x[:200] for x in want[same:same + lines]]
            + ["  + " + x[:200] for x in got[same:same + lines]])


def judge(interp, test, limit):
    """None when the test passes, else the lines that say why not."""
    name, script, base = test
    want = expected(base)
    if want[0] is None:
        return ["no kept output: run bless.py"]
    got = run(interp, script, limit=limit)
    if got == want:
        return None
    why = []
    if got[2] != want[2]:
        why.append("exit %s, expected %s" % (got[2], want[2]))
    if got[0] != want[0]:
        why += ["stdout " + x if i == 0 else x for i, x in enumerate(first_difference(want[0], got[0]))]
    if got[1] != want[1]:
        why += ["stderr " + x if i == 0 else x for i, x in enumerate(first_difference(want[1], got[1]))]
    return why


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default=os.path.join(ROOT, "target", "release", "taipan"))
    ap.add_argument("--init", action="store_true", help="write the list anew")
    ap.add_argument("--check", action="store_true", help="leave the list as it is")
    ap.add_argument("--jobs", type=int, default=2)
    ap.add_argument("--triage", help="write what fails, and how, to this file")
    ap.add_argument("--time-limit", type=float, default=TIME_LIMIT, metavar="SECONDS",
                    help="for one script")
    ap.add_argument("--skip", default="", metavar="NAME,NAME", help="tests that are not run")
    ap.add_argument("areas", nargs="*")
    opt = ap.parse_args()
    interp = os.path.abspath(opt.interp)
    chosen = [t for t in tests() if not opt.areas or t[0].split("/")[0] in opt.areas
              or t[0] in opt.areas]
    chosen = [t for t in chosen if t[0] not in opt.skip.split(",")]
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        verdicts = list(pool.map(lambda t: judge(interp, t, opt.time_limit), chosen))
    failed = {t[0]: why for t, why in zip(chosen, verdicts) if why is not None}
    passed = [t[0] for t in chosen if t[0] not in failed]
    with open(LIST) as f:
        known = {x.strip() for x in f if x.strip() and not x.startswith("#")}
    if opt.init:
        if opt.areas:
            raise SystemExit("--init runs everything: name no areas")
        kept = set(failed)
    else:
        gone = known - {t[0] for t in tests()}
        kept = known - set(passed) - gone
    if kept != known and not opt.check:
        with open(LIST, "w") as f:
            f.write(HEAD + "".join(name + "\n" for name in sorted(kept)))
    if opt.triage:
        areas = {}
        for name in chosen:
            area = areas.setdefault(name[0].split("/")[0], [0, []])
            area[0] += 1
            if name[0] in failed:
                area[1].append(name[0])
        with open(opt.triage, "w") as f:
            f.write("%d passed, %d failed\n\n" % (len(passed), len(failed)))
            for area, (total, bad) in sorted(areas.items()):
                f.write("## %s: %d of %d pass\n" % (area, total - len(bad), total))
                for name in bad:
                    f.write("%s\n" % name + "".join("    %s\n" % x for x in failed[name]))
                f.write("\n")
    new = sorted(set(failed) - kept)
    for name in new:
        print("FAILED %s\n    %s" % (name, "\n    ".join(failed[name][:8])))
    print("%d passed, %d known failures, %d new failures; %d names on the list (were %d)"
          % (len(passed), len(failed) - len(new), len(new), len(kept), len(known)))
    sys.exit(bool(new))


if __name__ == "__main__":
    main()
