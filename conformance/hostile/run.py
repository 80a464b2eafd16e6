#!/usr/bin/env python3
"""Run hostile programs under an interpreter, each with limits of time, memory and descriptors.

    run.py --interp CMD [--groups abcdef] [--only PART] [--known FILE] [--out FILE.json] [--jobs N]

A case prints `RESULT ...`; EXPECTED.json says which results are acceptable. Verdicts: safe
(accepted), wrong (another result), exc (uncaught exception), na (a module or name is missing),
HANG, CRASH (signal, panic, abort), MEM (killed for memory). --known names a file with the cases
that are not safe today, one a line: one that is safe must leave it. Exit code 1 when a case is
not safe and not known, or known and safe.
"""
import argparse
import concurrent.futures
import json
import os
import re
import resource
import shlex
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MISSING = re.compile(r"(ModuleNotFoundError|ImportError|NotImplementedError)")
DEAD = ("panicked at", "stack overflow", "memory allocation of", "overflowed its stack")


def run_once(command, case, expected, memory):
    memory = expected.get("mem", memory) << 20
    files = expected.get("nofile", 1024)

    def limits():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(files, hard), hard))

    p = subprocess.Popen(command + [case], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         preexec_fn=limits, env=dict(os.environ, **expected.get("env", {})),
                         cwd="/tmp")
    try:
        out, err = p.communicate(timeout=expected.get("timeout", 20))
        code = p.returncode
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        code = "HANG"
    results = re.findall(r"^RESULT ?(.*)$", out.decode(errors="replace"), re.M)
    return code, results[-1] if results else None, err.decode(errors="replace")


def judge(command, name, expected, memory):
    start = time.time()
    case = os.path.join(HERE, "cases", name + ".py")
    runs = [run_once(command, case, expected, memory) for _ in range(1 + bool(expected.get("twice")))]
    code, result, err = runs[0]
    last = (err.strip().splitlines() or [""])[-1][:160]
    accepted = result is not None and re.search(expected["accept"], result)
    if expected.get("twice") == "differ" and accepted and runs[0][1] == runs[1][1]:
        accepted, result = None, "same in both runs"
    if code == "HANG":
        verdict = "HANG"
    elif code < 0:
        verdict = "MEM" if code == -signal.SIGKILL else "CRASH"
    elif any(word in err for word in DEAD) or code in (101, 134, 139):
        verdict = "CRASH"
    elif MISSING.search(last):
        verdict = "na"
    elif accepted and code == expected.get("rc", code):
        verdict = "safe"
    else:
        verdict = "exc" if result is None else "wrong"
    return dict(name=name, group=expected["group"], why=expected["why"], verdict=verdict, rc=code,
                result=result, secs=round(time.time() - start, 2), err=last)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default=sys.executable)
    ap.add_argument("--groups", default="", help="first letters of the cases, such as abcd")
    ap.add_argument("--only", default="", help="a part of the names")
    ap.add_argument("--known", help="file with the cases that are not safe today")
    ap.add_argument("--out", help="write the results as JSON")
    ap.add_argument("--mem", type=int, default=4096, metavar="MIB")
    ap.add_argument("--jobs", type=int, default=1)
    opt = ap.parse_args()
    with open(os.path.join(HERE, "EXPECTED.json")) as f:
        expected = json.load(f)
    known = set()
    if opt.known and os.path.exists(opt.known):
        with open(opt.known) as f:
            known = {x.strip() for x in f if x.strip() and not x.startswith("#")}
    command = shlex.split(opt.interp)
    if os.sep in command[0]:
        command[0] = os.path.abspath(command[0])
    names = [n for n in sorted(expected)
             if opt.only in n and (not opt.groups or n[0] in opt.groups)]
    certs = os.path.join(HERE, "..", "tls", "certs")
    if any(n[0] in "hi" for n in names) and not os.path.exists(os.path.join(certs, "capath")):
        # Some cases want certificates. (The folder capath is the last that is made.)
        subprocess.run([sys.executable, os.path.join(HERE, "..", "tls", "mkcerts.py"), certs], check=True)
    rows, counts, bad = [], {}, []
    with concurrent.futures.ThreadPoolExecutor(opt.jobs) as pool:
        for row in pool.map(lambda n: judge(command, n, expected[n], opt.mem), names):
            rows.append(row)
            name, verdict = row["name"], row["verdict"]
            counts[verdict] = counts.get(verdict, 0) + 1
            note = ""
            if (verdict == "safe") == (name in known):
                bad.append(name)
                note = "  <- listed as known, but safe" if verdict == "safe" else "  <- FAILED"
            elif verdict != "safe":
                note = "  (known)"
            print("%-6s %-32s rc=%s res=%s %ss %s%s" % (
                verdict, name, row["rc"], row["result"], row["secs"],
                "" if verdict == "safe" else row["err"], note), flush=True)
    print("%d safe of %d: %s; %d not as listed" % (counts.get("safe", 0), len(rows), counts, len(bad)))
    if opt.out:
        with open(opt.out, "w") as f:
            json.dump(rows, f, indent=1)
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
