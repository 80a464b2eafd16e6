#!/usr/bin/env python3
"""Calls everything that modules offer with strange values, and tells which runs end otherwise than they should.

    fuzz_calls.py --interp BIN [--seconds 6] [--rounds 1] [--seed 0] [--jobs 2] [--little-memory] MODULE...

Each run is a process of its own (fuzz_calls_child.py) in an empty directory, as `nobody` where this runs as root;
some hundred thousand calls a run. What a call raises does not matter. Told are an end by a signal (an abort, a memory
error), a panic, and a run that does not end (a native loop that nothing stops); with the last call, by which it can
be had again. With --little-memory the values are large and little memory is left: each call has to say MemoryError.

The stress build (rustc_stress.sh) finds what lives too short; exit status 1 if there was anything to tell.
"""
import argparse
import concurrent.futures
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NOBODY = 65534
# How long a run may take beyond its time, in seconds: a large exit, a slow machine.
PATIENCE = 40


def confine():
    """In the child: no harm to the machine, no core files."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 24, 1 << 24))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def run(args, module, seed):
    """One run: what there is to tell of it, or None."""
    folder = tempfile.mkdtemp(prefix="fuzz-")
    os.chmod(folder, 0o777)
    journal = os.path.join(folder, "journal")
    child = shutil.copy(os.path.join(HERE, "fuzz_calls_child.py"), folder)
    os.chmod(child, 0o644)
    command = [args.interp, child, module, str(seed), str(args.seconds), journal, str(int(args.little_memory))]
    try:
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=args.seconds + PATIENCE, preexec_fn=confine, start_new_session=True)
        status, errors = done.returncode, done.stderr.decode("latin-1")
    except subprocess.TimeoutExpired as late:
        status, errors = "no end", (late.stderr or b"").decode("latin-1")
    last = "?"
    if os.path.exists(journal):
        with open(journal, encoding="latin-1") as file:
            last = file.read().rstrip()
    shutil.rmtree(folder, ignore_errors=True)
    panic = re.search(r"panicked.*\n.*|memory allocation of.*", errors)
    if panic or status == "no end" or status < 0:
        why = panic.group(0) if panic else ""
        return f"{module}, seed {seed}: status {status}, last call {last[:400]}\n    {why}"
    if not last.startswith("END"):
        print(f"{module}, seed {seed}: ended early, no fault of the interpreter's ({last[:80]})", flush=True)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--little-memory", action="store_true")
    parser.add_argument("modules", nargs="+")
    args = parser.parse_args()
    args.interp = os.path.abspath(args.interp)
    jobs = [(module, args.seed + n) for n in range(args.rounds) for module in args.modules]
    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for told in pool.map(lambda job: run(args, *job), jobs):
            if told:
                wrong += 1
                print(told, flush=True)
    print(f"{len(jobs)} runs, {wrong} wrong")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
