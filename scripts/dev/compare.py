#!/usr/bin/env python3
"""CPU time of the compute group, Taipan beside a CPython, run by run in turn.

    compare.py [--interp target/release/taipan] [--base python3.11] [--rounds 5] [NAME ...]

Time is user + system of the whole process. A ratio is Taipan's time over the base's: below 1 is
faster. Both the best and the median of the rounds are shown; outputs must be equal.
"""
import argparse
import math
import os
import shlex
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COMPUTE = os.path.join(ROOT, "conformance", "bench", "compute")


def arguments(script):
    with open(script) as f:
        for line in f:
            if line.startswith("# bench:"):
                options = dict(w.split("=", 1) for w in line.split()[2:])
                return options.get("args", "").split(",")
    return []


def run(command, timeout):
    """(CPU seconds, output or None when it failed, last line of stderr)."""
    env = dict(os.environ)
    for name in ("PYTHONSTARTUP", "PYTHONUNBUFFERED", "PYTHONDEVMODE"):
        env.pop(name, None)
    err = open(os.devnull, "w")
    p = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, env=env)
    deadline = time.time() + timeout
    out = b""
    os.set_blocking(p.stdout.fileno(), False)
    while True:
        chunk = p.stdout.read()
        if chunk:
            out += chunk
        pid, status, usage = os.wait4(p.pid, os.WNOHANG)
        if pid:
            break
        if time.time() > deadline:
            p.kill()
            pid, status, usage = os.wait4(p.pid, 0)
            break
        time.sleep(0.005)
    out += p.stdout.read() or b""
    p.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, out if p.returncode == 0 else None


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default=os.path.join(ROOT, "target", "release", "taipan"))
    ap.add_argument("--base", default="python3.11")
    ap.add_argument("--rounds", type=int, default=5)
    ap.add_argument("--timeout", type=float, default=120)
    ap.add_argument("names", nargs="*")
    opt = ap.parse_args()
    base, interp = shlex.split(opt.base), shlex.split(opt.interp)
    names = opt.names or sorted(n[:-3] for n in os.listdir(COMPUTE) if n.endswith(".py"))
    print("%-14s %9s %9s %7s %7s" % ("program", "base s", "taipan s", "best", "median"))
    best, median, bad = [], [], 0
    for name in names:
        script = os.path.join(COMPUTE, name + ".py")
        times, outs = ([], []), [None, None]
        for _ in range(opt.rounds):
            for i, who in enumerate((base, interp)):
                seconds, outs[i] = run(who + [script] + arguments(script), opt.timeout)
                times[i].append(seconds)
            if outs[1] is None:
                break
        if outs[1] is None or outs[0] != outs[1]:
            bad += 1
            print("%-14s %s" % (name, "failed" if outs[1] is None else "OTHER OUTPUT"), flush=True)
            continue
        best.append(min(times[1]) / min(times[0]))
        median.append(statistics.median(b / a for a, b in zip(*times)))
        print("%-14s %9.2f %9.2f %7.2f %7.2f" % (name, min(times[0]), min(times[1]), best[-1],
                                                 median[-1]), flush=True)
    if best:
        mean = lambda ratios: math.exp(sum(map(math.log, ratios)) / len(ratios))
        print("%-14s %19s %7.3f %7.3f" % ("geo. mean", "of %d" % len(best), mean(best), mean(median)))
    print("%d compared, %d failed or different" % (len(best), bad))
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
