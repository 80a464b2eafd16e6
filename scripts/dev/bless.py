#!/usr/bin/env python3
"""Write what the golden scripts must print, from CPython 3.11 and from nothing else.

    bless.py [--python /usr/bin/python3.11] [--check] [AREA | AREA/NAME ...]

Without names: the scripts that have no kept output yet. `all` names every script.
Each script runs twice, with two seeds of the string hash; output that differs is refused.
"""
import argparse
import glob
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
GOLDEN = os.path.join(ROOT, "conformance", "golden")


def tests():
    """Yield (name, script, expected files without extension), as tests/conformance.rs does."""
    for script in sorted(glob.glob(os.path.join(GOLDEN, "*", "*.py"))):
        stem = os.path.basename(script)[:-3]
        if not stem.startswith("_"):
            area = os.path.basename(os.path.dirname(script))
            yield area + "/" + stem, script, script[:-3]
    for script in sorted(glob.glob(os.path.join(ROOT, "scripts", "*.py"))):
        stem = os.path.basename(script)[:-3]
        if not stem.startswith("_"):
            yield "scripts/" + stem, script, os.path.join(ROOT, "scripts", "expected", stem)

# Seconds for one script. The longest takes 7 alone; the machine may be busy.
TIME_LIMIT = 60


def run(python, script, extra=None, limit=TIME_LIMIT):
    """(stdout, stderr, exit code) of one run; the directives are those of the runner."""
    args, stdin = [os.path.basename(script)], b""
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    env.update(extra or {})
    with open(script, "rb") as f:
        for line in f.read().split(b"\n"):
            if not line.startswith(b"# "):
                break
            line = line[2:].decode("utf-8", "replace")
            if line.startswith("run: "):
                args = line[5:].split()
            elif line.startswith("stdin: "):
                stdin = line[7:].replace("\\n", "\n").replace("\\\\", "\\").encode()
            elif line.startswith("env: ") and "=" in line:
                name, _, value = line[5:].partition("=")
                env[name] = value
    try:
        p = subprocess.run([python] + args, input=stdin, capture_output=True, env=env,
                           cwd=os.path.dirname(script), timeout=limit)
    except subprocess.TimeoutExpired as e:
        return e.stdout or b"", e.stderr or b"", "time limit"
    # A main script's file name is absolute in CPython; neither the folder nor the interpreter's
    # path is part of the golden.
    folder = os.path.dirname(os.path.realpath(script)).encode()
    out, err = (text.replace(folder, b"<dir>").replace(python.encode(), b"<exe>")
                for text in (p.stdout, p.stderr))
    return out, err, p.returncode


def read(path):
    try:
        with open(path, "rb") as f:
            return f.read()
    except FileNotFoundError:
        return None


def expected(base):
    out = read(base + ".out")
    code = read(base + ".exit")
    return out, read(base + ".err") or b"", int(code) if code else 0


def keep(path, data):
    if data:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(data)
    elif os.path.exists(path):
        os.remove(path)


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--python", default="/usr/bin/python3.11")
    ap.add_argument("--check", action="store_true", help="only compare with what is kept")
    ap.add_argument("names", nargs="*")
    opt = ap.parse_args()
    version = subprocess.run(
        [opt.python, "-c", "import sys; print(sys.implementation.name, *sys.version_info[:2])"],
        capture_output=True, text=True).stdout.split()
    if version != ["cpython", "3", "11"]:
        raise SystemExit("%s is no CPython 3.11: goldens come from nothing else" % opt.python)
    bad = done = 0
    for name, script, base in tests():
        wanted = not opt.names and not os.path.exists(base + ".out")
        if not (wanted or "all" in opt.names or name in opt.names
                or name.split("/")[0] in opt.names):
            continue
        one = run(opt.python, script, {"PYTHONHASHSEED": "1"})
        two = run(opt.python, script, {"PYTHONHASHSEED": "29"})
        done += 1
        if one != two or one[2] == "time limit" or one[2] < 0:
            bad += 1
            print("REFUSED %s: the output is not the same each time, or no end" % name)
        elif opt.check:
            if one != expected(base):
                bad += 1
                print("DIFFERS %s" % name)
        else:
            keep(base + ".out", one[0])
            if not one[0]:
                open(base + ".out", "wb").close()
            keep(base + ".err", one[1])
            keep(base + ".exit", b"%d\n" % one[2] if one[2] else b"")
            if one[1] or one[2]:
                last = one[1].decode("utf-8", "replace").strip().splitlines()[-1:]
                print("note: %s writes to stderr, exit %s: %s" % (name, one[2], last))
    print("%d done, %d refused or different" % (done, bad))
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
