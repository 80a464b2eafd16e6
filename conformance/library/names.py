#!/usr/bin/env python3
"""Which public names of the 3.11 library are missing, and which modules cannot be imported: a ratchet.

    names.py --interp target/fast/taipan [--update] [MODULE ...]

CPython 3.11 and the interpreter tell the public names of every module in sys.stdlib_module_names, and of the
public classes in them; what CPython has and the other lacks must be in missing.txt, and what is listed there
must be missing. --update takes out of the list what is no longer missing; nothing ever enters it.

    names.py --probe MODULE ...     what is run in both: one line of JSON for each module
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "missing.txt")
HEAD = "# Public names of 3.11's library that are missing; those of docs/differences/ among them. See names.py.\n"
# Says something, opens something, ends the process or is no library.
LEFT_OUT = {"antigravity", "this", "idlelib", "turtledemo", "__main__"}
# What is public to import in packages, beside the packages themselves.
SUBMODULES = """
asyncio.base_events asyncio.events asyncio.streams asyncio.subprocess asyncio.taskgroups collections.abc
concurrent.futures concurrent.futures.process concurrent.futures.thread ctypes.util curses.ascii dbm.dumb dbm.gnu
dbm.ndbm email.charset email.contentmanager email.encoders email.errors email.feedparser email.generator email.header
email.headerregistry email.iterators email.message email.mime.application email.mime.audio email.mime.base
email.mime.image email.mime.message email.mime.multipart email.mime.nonmultipart email.mime.text email.parser
email.policy email.quoprimime email.utils encodings.aliases encodings.idna encodings.utf_8_sig html.entities
html.parser http.client http.cookiejar http.cookies http.server importlib.abc importlib.machinery importlib.metadata
importlib.resources importlib.resources.abc importlib.util json.decoder json.encoder json.scanner json.tool
logging.config logging.handlers multiprocessing.connection multiprocessing.dummy multiprocessing.managers
multiprocessing.pool multiprocessing.shared_memory multiprocessing.sharedctypes multiprocessing.queues
multiprocessing.synchronize os.path sqlite3.dbapi2 sqlite3.dump unittest.async_case unittest.case unittest.loader
unittest.main unittest.mock unittest.result unittest.runner unittest.signals unittest.suite unittest.util
urllib.error urllib.parse urllib.request urllib.response urllib.robotparser wsgiref.handlers wsgiref.headers
wsgiref.simple_server wsgiref.types wsgiref.util wsgiref.validate xml.dom xml.dom.expatbuilder xml.dom.minicompat
xml.dom.minidom xml.dom.pulldom xml.dom.xmlbuilder xml.etree.ElementInclude xml.etree.ElementPath
xml.etree.ElementTree xml.etree.cElementTree xml.parsers.expat xml.parsers.expat.errors xml.parsers.expat.model xml.sax
xml.sax.expatreader xml.sax.handler xml.sax.saxutils xml.sax.xmlreader xmlrpc.client xmlrpc.server zoneinfo
""".split()


def names_of(module):
    """The public names of a module and of the classes that are its own, sorted."""
    import types

    module_type = types.ModuleType
    said = getattr(module, "__all__", ())
    found = set(said)
    for name in dir(module):
        if not name.startswith("_") and not isinstance(getattr(module, name, None), module_type):
            found.add(name)
    inside = set()
    for name in found:
        value = getattr(module, name, None)
        if isinstance(value, type) and value.__module__ not in ("builtins", "typing"):
            # What is imported is looked at where it comes from.
            if name in said or value.__module__ == module.__name__ or module.__name__.startswith("_"):
                inside.update(name + "." + x for x in dir(value) if not x.startswith("_"))
    return sorted(found | inside)


def probe(modules):
    import importlib
    import json
    import warnings

    warnings.simplefilter("ignore")
    for name in modules:
        try:
            names = names_of(importlib.import_module(name))
        except BaseException as e:
            names = type(e).__name__
        print(json.dumps([name, names]), flush=True)


def ask(interp, modules):
    """{module: names or the name of the exception}; what ends the process counts as an exception, too."""
    import json

    out = subprocess.run([interp, os.path.abspath(__file__), "--probe", *modules], stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300).stdout
    found = {}
    for line in out.decode().splitlines():
        if line.startswith("["):
            name, names = json.loads(line)
            found[name] = names
    left = [name for name in modules if name not in found]
    if left:
        found[left[0]] = "Crash"
        found.update(ask(interp, left[1:]) if left[1:] else {})
    return found


def is_there(got, line):
    """Whether the interpreter has what a line of the list says is missing."""
    if ": " in line:
        return isinstance(got.get(line.split(": ")[0]), list)
    for name, names in got.items():
        if isinstance(names, list) and line.startswith(name + ".") and line[len(name) + 1:] in names:
            return True
    return False


def missing(want, got, modules):
    lines = set()
    for name in modules:
        if isinstance(want[name], str):
            continue
        if isinstance(got[name], str):
            lines.add("%s: %s" % (name, got[name]))
            continue
        lacks = set(want[name]) - set(got[name])
        # A class that is missing says it all.
        lines.update("%s.%s" % (name, x) for x in lacks if x.split(".")[0] not in lacks or "." not in x)
    return lines


def modules_of(oracle):
    text = "import sys; print(*sys.stdlib_module_names)"
    tops = subprocess.run([oracle, "-c", text], stdout=subprocess.PIPE, check=True).stdout.decode().split()
    return sorted((set(tops) | set(SUBMODULES)) - LEFT_OUT)


def oracle_of(given):
    for path in [given] if given else ["/usr/bin/python3.11", "python3.11"]:
        try:
            subprocess.run([path, "-c", ""], check=True)
            return path
        except (OSError, subprocess.CalledProcessError):
            pass
    return None


def main():
    if sys.argv[1:2] == ["--probe"]:
        return probe(sys.argv[2:])
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default="target/release/taipan")
    ap.add_argument("--oracle", help="a CPython 3.11")
    ap.add_argument("--update", action="store_true")
    ap.add_argument("--init", action="store_true", help="write the list anew")
    ap.add_argument("--add", action="store_true", help="list what this oracle has and the one before had not")
    ap.add_argument("modules", nargs="*")
    args = ap.parse_args()
    oracle = oracle_of(args.oracle)
    if oracle is None:
        print("no CPython 3.11 here: not checked")
        return 0
    modules = args.modules or modules_of(oracle)
    got = ask(args.interp, modules)
    now = missing(ask(oracle, modules), got, modules)
    listed = set()
    if os.path.exists(LIST):
        with open(LIST, encoding="utf-8") as f:
            listed = {line.strip() for line in f if line.strip() and not line.startswith("#")}
    new = sorted(now - listed)
    # (By what is there, not by what the oracle has: releases of 3.11 differ in a few names.)
    gone = sorted(x for x in listed if is_there(got, x))
    if args.init or args.update or args.add:
        kept = now if args.init else (listed | now if args.add else listed) - set(gone)
        with open(LIST, "w", encoding="utf-8") as f:
            f.write(HEAD + "".join(x + "\n" for x in sorted(kept)))
    for x in new:
        print("missing, not listed: " + x)
    for x in gone:
        print("no longer missing: " + x)
    print("%d modules, %d names missing, %d of them not listed, %d listed ones there"
          % (len(modules), len(now), len(new), len(gone)))
    return 0 if args.init or args.add else 1 if new or gone and not args.update else 0


if __name__ == "__main__":
    sys.exit(main())
