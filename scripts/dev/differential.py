#!/usr/bin/env python3
"""Random expressions over the builtin types, run by two interpreters, compared line by line.

    differential.py [--interp target/release/taipan] [--base python3.11] [--seed N] [--count N]
                    [AREA ...]

Each area is a little grammar of expressions. A difference is printed with its expression; the exit
code is 1 when there was one. The same seed makes the same expressions.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

INTS = ["0", "1", "-1", "2", "7", "-7", "10", "255", "-256", "2**31", "2**62", "-2**62", "2**62-1", "2**63",
        "-2**63", "2**64-1", "10**18", "10**19", "-10**25", "3**80", "True", "False"]
FLOATS = ["0.0", "-0.0", "1.0", "-1.5", "0.1", "2.5", "3.5", "1e16", "1e-5", "123456.789", "-1e300", "1e308",
          "5e-324", "float('inf')", "float('-inf')", "float('nan')", "2.0**53", "1e22", "0.5", "99.995"]
STRS = ["''", "'a'", "'abc'", "'Hello World'", "'a,b,,c'", "'  x y '", "'é'", "'ß'", "'日本語'", "'a\\tb\\nc'", "'12'",
        "'-3.5'", "'\\U0001f600x'", "'aXbXc'", "'ABC'", "'ǅ'", "'\\x00\\x7f'", "\"it's\"", "'ab' * 5", "'x\\u0301'"]
BYTES = ["b''", "b'a'", "b'abc'", "b'Hello World'", "b'a,b,,c'", "b' \\t x'", "b'\\xff\\x00'", "bytearray(b'abc')",
         "b'12'", "bytes(range(5))"]
LISTS = ["[]", "[1]", "[3, 1, 2]", "list('abc')", "[[1], [2]]", "list(range(6))", "[1.5, 2]", "['b', 'a']", "[None]"]
INDEX = ["0", "1", "-1", "2", "-3", "100", "-100", "None", "10**30", "True"]


def pick(r, *lists):
    return r.choice(r.choice(lists))


def number(r):
    return "(%s)" % pick(r, INTS, FLOATS)


def arithmetic(r):
    a, b = number(r), number(r)
    op = r.choice("+ - * / // % < <= == != > >= & | ^".split())
    if r.random() < 0.1:
        return "divmod(%s, %s)" % (a, b)
    if r.random() < 0.1:
        return "(%s) ** %s" % (a, r.choice("0 1 2 3 5 -1 -2 0.5 -0.5".split()))
    if r.random() < 0.1:
        return "%s %s %s" % (a, r.choice(["<<", ">>"]), r.choice("0 1 5 63 64 -1".split()))
    if r.random() < 0.1:
        return "round(%s, %s)" % (a, r.choice("-2 -1 0 1 2 5 None".split()))
    if r.random() < 0.1:
        return "%s(%s)" % (r.choice("int float complex str repr abs bool hex bin round".split()), a)
    return "%s %s %s" % (a, op, b)


def spec(r):
    return "".join([r.choice(["", "", "<", ">", "^", "=", "*<", "é^", "0>"]), r.choice(["", "", "+", "-", " "]),
                    r.choice(["", "", "", "z"]), r.choice(["", "", "#"]), r.choice(["", "", "0"]),
                    r.choice(["", "", "1", "5", "12"]), r.choice(["", "", "", ",", "_"]),
                    r.choice(["", "", ".0", ".1", ".3", ".10"]),
                    r.choice(["", "", "d", "f", "e", "g", "G", "%", "x", "X", "o", "b", "n", "s", "c", "F", "q"])])


def formats(r):
    value = "(%s)" % pick(r, INTS, FLOATS, STRS)
    if r.random() < 0.5:
        return "format(%s, %r)" % (value, spec(r))
    flags = "".join(r.sample("-+ #0", r.randint(0, 3)))
    percent = "%" + flags + r.choice(["", "3", "10"]) + r.choice(["", ".0", ".2", ".5"])
    return "%r %% (%s,)" % (percent + r.choice("dixXofeEgGsracu"), value)


def slices(r):
    base = "(%s)" % pick(r, STRS, BYTES, LISTS, ["range(10)", "range(9, -3, -2)", "(1, 2, 3)"])
    if r.random() < 0.3:
        return "%s[%s]" % (base, r.choice(INDEX))
    return "%s[%s:%s:%s]" % (base, r.choice(INDEX), r.choice(INDEX), r.choice(["1", "2", "-1", "-2", "None", "0"]))


STR_METHODS = """upper() lower() title() capitalize() swapcase() casefold() strip() lstrip() rstrip() strip({s})
split() split({s}) split({s},{i}) split(None,{i}) rsplit({s}) rsplit({s},{i}) splitlines() splitlines(True)
partition({s}) rpartition({s}) find({s}) rfind({s}) find({s},{i}) find({s},{i},{i}) index({s}) count({s})
count({s},{i}) startswith({s}) endswith({s}) startswith({s},{i}) replace({s},{s}) replace({s},{s},{i})
center(9) ljust(9,'*') rjust(9) zfill(7) expandtabs({i}) isalpha() isdigit() isalnum() isspace() isupper()
islower() istitle() isdecimal() isnumeric() isidentifier() isprintable() isascii() join(['x','y'])
removeprefix({s}) removesuffix({s}) encode() encode('ascii','replace') encode('utf-16-le') __contains__({s})
__add__({s}) __mul__({i}) __lt__({s}) translate({{97:'Z'}}) format(1) __len__()""".split()


def strings(r):
    short = lambda: r.choice(["'a'", "'b'", "','", "''", "'X'", "' '", "'é'", "'本'", "'ab'", "None", "5"])
    call = r.choice(STR_METHODS)
    while "{s}" in call:
        call = call.replace("{s}", short(), 1)
    while "{i}" in call:
        call = call.replace("{i}", r.choice(INDEX[:8]), 1)
    return "(%s).%s" % (r.choice(STRS), call.replace("{{", "{").replace("}}", "}"))


BYTES_METHODS = """upper() lower() title() strip() strip({s}) split() split({s}) split({s},{i}) rsplit({s}) partition({s})
find({s}) rfind({s},{i}) index({s}) count({s}) startswith({s}) endswith({s}) replace({s},{s}) center(9) zfill(6)
isalpha() isdigit() isspace() istitle() hex() hex('-') decode() decode('latin-1') join([b'x',b'y']) splitlines()
removeprefix({s}) translate(None,{s}) expandtabs({i}) __contains__({s}) __mul__({i}) __add__({s})""".split()


def byte_strings(r):
    call = r.choice(BYTES_METHODS)
    while "{s}" in call:
        call = call.replace("{s}", r.choice(["b'a'", "b','", "b''", "b' '", "b'bc'", "97", "300", "'a'", "None"]), 1)
    while "{i}" in call:
        call = call.replace("{i}", r.choice(INDEX[:8]), 1)
    return "(%s).%s" % (r.choice(BYTES), call)


def parsing(r):
    text = "".join(r.choice("0019_+-.eExXbjJ naif") for _ in range(r.randint(0, 6)))
    how = r.choice(["int(%r)", "int(%r, 0)", "int(%r, 16)", "int(%r, 2)", "float(%r)", "complex(%r)", "eval(%r)"])
    return how % text


def containers(r):
    things = lambda: "(%s)" % pick(r, LISTS, STRS[:6], INTS[:4], ["{}", "{1: 2}", "{1, 2}", "(1, 2)", "None"])
    form = r.choice(["{} + {}", "{} * {}", "{} == {}", "{} < {}", "{} in {}", "list({})", "tuple({})", "sorted({})",
                     "set({}) == set({})", "dict({})", "len({})", "sum({})", "max({})", "min({})", "any({})",
                     "list(zip({}, {}))", "list(enumerate({}))", "list(reversed({}))", "{} | {}", "{} & {}", "{} - {}",
                     "repr({})", "bool({})", "[*{}, *{}]", "dict(zip({}, {}))", "{}.index({})", "{}.count({})",
                     "iter({}).__length_hint__()", "hash({}) == hash({})", "isinstance({}, (list, {}.__class__))"])
    while "{}" in form:
        form = form.replace("{}", things().replace("{}", "dict()"), 1)
    return form


AREAS = dict(arithmetic=arithmetic, formats=formats, slices=slices, strings=strings, bytes=byte_strings,
             parsing=parsing, containers=containers)

RUNNER = '''
import sys
def run(source):
    try: value = ascii(eval(source))
    except BaseException as e: value = type(e).__name__ + ": " + ascii(str(e))
    print(value if len(value) < 400 else value[:400])
'''


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", default=os.path.join(ROOT, "target", "release", "taipan"))
    ap.add_argument("--base", default="python3.11")
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--count", type=int, default=1000, help="expressions for each area")
    ap.add_argument("--show", type=int, default=15, help="differences shown for each area")
    ap.add_argument("areas", nargs="*")
    opt = ap.parse_args()
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONWARNINGS": "ignore"}
    total = 0
    for area in opt.areas or sorted(AREAS):
        r = random.Random("%s %d" % (area, opt.seed))
        sources = [AREAS[area](r) for _ in range(opt.count)]
        with tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as f:
            f.write(RUNNER + "".join("run(%s)\n" % ascii(s) for s in sources))
            f.flush()
            outs = [subprocess.run([who, f.name], capture_output=True, text=True, env=env, timeout=300)
                    for who in (opt.base, opt.interp)]
        lines = [p.stdout.splitlines() for p in outs]
        if len(lines[1]) != len(sources):
            print("%s: ended after %d of %d expressions, exit %s, at: %s\n%s" % (
                area, len(lines[1]), len(sources), outs[1].returncode,
                sources[min(len(lines[1]), len(sources) - 1)], outs[1].stderr[-300:]))
        different = [(s, a, b) for s, a, b in zip(sources, *lines) if a != b]
        total += len(different) + (len(lines[1]) != len(sources))
        print("%s: %d of %d differ" % (area, len(different), len(sources)))
        for source, a, b in different[:opt.show]:
            print("    %s\n      - %s\n      + %s" % (source, a[:160], b[:160]))
    sys.exit(total > 0)


if __name__ == "__main__":
    main()
