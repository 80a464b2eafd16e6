"""Runs each row of rows.py and compares output, errors and exit status with what CPython 3.11 did.

    program.py --interp target/release/taipan          check
    program.py --record --interp /usr/bin/python3.11   write program.json

What CPython did is kept in program.json, so that a check needs no CPython 3.11. A row that differs on
purpose (`differs=` in rows.py) keeps Taipan's result too, under "taipan", and must be named in
docs/differences/program.md; of CPython's long texts it keeps the digest only. Rows that need a module which is not there are counted as waiting. In all
texts the interpreter's path reads <exe>, the row's folder <dir>. Negative status: the signal that ended it.
What two builds of CPython do not have in common either (`compare=` in rows.py) is taken out by normal.py.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD = os.path.join(HERE, "program.json")
DIFFERENCES = os.path.join(HERE, "../../docs/differences/program.md")
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import normal  # noqa: E402
from table import ROWS  # noqa: E402

for sister in ("rows", "rows_modules", "rows_settings", "rows_ends", "rows_more"):
    __import__(sister)


def drain(fd):
    """What a pseudo-terminal's other end writes, until it is closed."""
    out = b""
    while True:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            return out
        if not piece:
            return out
        out += piece


def run(interp, row):
    """One row's outcome: a dict of out, err, status."""
    folder = tempfile.mkdtemp(prefix="doors-")
    folder = os.path.realpath(folder)
    try:
        shutil.copytree(os.path.join(HERE, "files"), folder, dirs_exist_ok=True)
        place = lambda text: text.replace("{exe}", interp).replace("{dir}", folder)
        for name, text in row.files.items():
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(place(text))
        env = {"PATH": "/usr/bin:/bin", "HOME": folder, "LANG": "C.UTF-8"}
        env.update({k: place(v) for k, v in row.env.items()})
        command = [interp] + [place(a) if isinstance(a, str) else a for a in row.args]
        if row.shell:
            command = ["/bin/sh", "-c", place(row.shell)]
        settings = {"cwd": os.path.join(folder, row.cwd), "env": env, "stderr": subprocess.PIPE}
        mine = None  # our end of what the program writes to
        if row.out == "pipe":
            settings["stdout"] = subprocess.PIPE
        elif row.out == "full":
            settings["stdout"] = open("/dev/full", "wb")
        elif row.out == "gone":
            reader, writer = os.pipe()
            os.close(reader)
            settings["stdout"] = os.fdopen(writer, "wb")
        elif row.out == "tty":
            mine, theirs = pty.openpty()
            settings["stdout"] = os.fdopen(theirs, "wb")
        elif row.out == "closed":
            settings["preexec_fn"] = lambda: os.close(1)
        if row.stdin is None:
            settings["preexec_fn"] = lambda: os.close(0)
        else:
            settings["stdin"] = subprocess.PIPE
        child = subprocess.Popen(command, **settings)
        if mine is not None:
            settings["stdout"].close()
        try:
            out, err = child.communicate(row.stdin, timeout=30)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            err += b"\n<timeout>"
        if mine is not None:
            out = drain(mine)
        if row.out in ("full", "gone"):
            settings["stdout"].close()

        def text(data):
            shown = (data or b"").decode("utf-8", "backslashreplace")
            shown = shown.replace(folder, "<dir>").replace(interp, "<exe>").replace(os.path.dirname(interp), "<bin>")
            return re.sub(r"0x[0-9a-f]{6,}", "0x", shown)

        outcome = {"out": text(out), "err": text(err), "status": child.returncode}
        return normal.normal(row.compare, outcome, normal.own_modules(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def available(interp, module):
    """Whether the interpreter has a module."""
    probe = subprocess.run([interp, "-c", f"import {module}"], capture_output=True)
    return probe.returncode == 0


def digested(outcome):
    """The outcome with digests for long texts: enough to see whether another one is the same."""
    def short(value):
        if isinstance(value, str) and len(value) > 1000:
            return "sha256 " + hashlib.sha256(value.encode()).hexdigest()
        return value
    return {key: short(value) for key, value in outcome.items()}


def show(name, want, got):
    """Print where two outcomes differ."""
    print(f"-- {name}")
    for key in ("out", "err", "status"):
        if want.get(key) != got.get(key):
            print(f"   {key}: wanted {want.get(key)!r}\n   {' ' * len(key)}  got    {got.get(key)!r}")


def main():
    # Who started us may ignore them (nohup does), and what is ignored stays so in children.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parser = argparse.ArgumentParser(description="the table of flags and exit codes")
    parser.add_argument("--interp", required=True)
    parser.add_argument("--record", action="store_true", help="write CPython's results")
    parser.add_argument("--differ", action="store_true", help="write Taipan's where it differs on purpose")
    parser.add_argument("--only", help="rows with this in their name")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    interp = os.path.abspath(options.interp)
    table = [r for r in ROWS if not options.only or options.only in r.name]
    modules = {r.needs for r in table if r.needs}
    missing = {m for m in modules if not available(interp, m)}
    waiting = [r.name for r in table if r.needs in missing]
    table = [r for r in table if r.needs not in missing]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        got = dict(zip([r.name for r in table], pool.map(lambda r: run(interp, r), table)))
    record = {}
    if os.path.exists(RECORD):
        with open(RECORD, encoding="utf-8") as file:
            record = json.load(file)
    if options.record or options.differ:
        for row in table:
            entry = record.setdefault(row.name, {})
            if options.record:
                entry["cpython"] = digested(got[row.name]) if row.differs else got[row.name]
            elif row.differs:
                entry["taipan"] = got[row.name]
        names = {r.name for r in ROWS}
        plain = {r.name for r in ROWS if not r.differs}
        record = {name: record[name] for name in sorted(record) if name in names}
        for name in plain & set(record):
            record[name].pop("taipan", None)
        with open(RECORD, "w", encoding="utf-8") as file:
            json.dump(record, file, indent=1, ensure_ascii=True)
            file.write("\n")
        print(f"{len(table)} rows written")
        return 0
    with open(DIFFERENCES, encoding="utf-8") as file:
        documented = file.read()
    failed = 0
    for row in table:
        entry = record.get(row.name, {})
        want = entry.get("taipan" if row.differs else "cpython", {})
        fine = normal.same(row.compare, want, got[row.name])
        if not fine:
            show(row.name, want, got[row.name])
        if row.differs and f"`{row.name}`" not in documented:
            print(f"-- {row.name}: differs, but is not in docs/differences/program.md")
            fine = False
        if row.differs and entry.get("cpython") == digested(got[row.name]):
            print(f"-- {row.name}: said to differ, but does not")
            fine = False
        failed += not fine
    differing = sum(1 for r in table if r.differs)
    print(
        f"{len(table)} rows: {failed} wrong, {differing} differ on purpose; "
        f"{len(waiting)} wait for {', '.join(sorted(missing)) or 'nothing'}"
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
