#!/usr/bin/env python3
"""TLS against OpenSSL's programs and CPython's answers, all at once.

    check.py --interp INTERPRETER [--certs DIR]

| part    | what                                                        | must hold                          |
|---------|-------------------------------------------------------------|------------------------------------|
| client  | `run_client.py`: the interpreter against `openssl s_server` | no case fails                      |
| server  | `run_server.py`: `openssl s_client` and others against it   | no case fails                      |
| alerts  | `alerts_probe.py`: alerts and odd first bytes               | every line is CPython's            |
| api     | `api_probe.py`: what names of the module do                 | as many lines as `API_EQUAL` says  |

The certificates are made by `mkcerts.py` when they are not there. Where the program openssl is missing, the first
two are left out; so are the cases that want gnutls-cli without it.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# Lines of api_probe.py that are CPython's. The others tell of suites, curves and keys that are not here.
API_EQUAL = 184


def cases(script, args):
    """The rows of a runner that failed, and how many passed."""
    command = [sys.executable, os.path.join(HERE, script), "--interp", args.interp, "--certs", args.certs]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = done.stdout.splitlines()
    failed = [line for line in lines if re.match("FAIL", line)]
    passed = sum(line.startswith("pass") for line in lines)
    if done.returncode or not passed:
        failed.append(f"FAILED: {script} ended with {done.returncode}: {done.stdout[-300:]}")
    return failed, passed


def answers(script, args):
    """The lines with results that a probe prints, by their names."""
    command = [args.interp, os.path.join(HERE, script)]
    if script == "api_probe.py":
        command.append(args.certs)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    if done.returncode:
        print(done.stderr[-500:])
    return read(done.stdout.splitlines())


def read(lines):
    parts = (line.split("|", 2) for line in lines if re.match("[AP][|]", line))
    return {part[1]: part[2] for part in parts}


def expected(name):
    with open(os.path.join(HERE, "expected", name + ".cpython311.txt"), errors="replace") as file:
        return read(file.read().splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interp", required=True)
    parser.add_argument("--certs", default=os.path.join(HERE, "certs"))
    args = parser.parse_args()
    args.interp, args.certs = os.path.abspath(args.interp), os.path.abspath(args.certs)
    wrong = 0
    if shutil.which("openssl"):
        if not os.path.exists(os.path.join(args.certs, "capath")):
            subprocess.run([sys.executable, os.path.join(HERE, "mkcerts.py"), args.certs], check=True)
        for script in "run_client.py", "run_server.py":
            failed, passed = cases(script, args)
            print(f"{script}: {passed} pass, {len(failed)} fail")
            print("\n".join(failed), end="\n" if failed else "")
            wrong += len(failed)
    else:
        print("skipped: what needs the program openssl")
    want, got = expected("alerts"), answers("alerts_probe.py", args)
    differing = [name for name in want if got.get(name) != want[name]]
    print(f"alerts: {len(want) - len(differing)} of {len(want)} are CPython's")
    for name in differing:
        print(f"FAILED: {name}: {got.get(name)}, not {want[name]}")
    wrong += len(differing)
    if os.path.exists(os.path.join(args.certs, "ca.crt")):
        want, got = expected("api"), answers("api_probe.py", args)
        same = sum(got.get(name) == value for name, value in want.items())
        print(f"api: {same} of {len(want)} are CPython's")
        if same < API_EQUAL:
            print(f"FAILED: {API_EQUAL} were")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
