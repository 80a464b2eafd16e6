#!/usr/bin/env python3
"""Write the linker script that puts the functions of the program's start next to each other.

    startup_order.py --interp target/release/taipan

The kernel maps a program by runs of 16 pages around each page that is touched; functions scattered over
the whole text cost a fault and 64 KiB of resident memory each. valgrind says which ones run, in the order
of their first call. The names go into the script without the compiler's hash, so that the list
stays right, if not complete, when the program changes; names that are gone match nothing.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "..", "interpreter", "taipan", "startup.ld")
PROGRAMS = ["pass", "print('hello')"]
HASH = re.compile(r"17h[0-9a-f]{16}E$")
# Functions that are so large that only parts of them run go to the end.
LARGE = 16 << 10
HEAD = """\
/* The functions that run when the program starts, one behind the other, and then all others. Written
   by scripts/dev/startup_order.py. (In a section of another name valgrind would not see them.) */
SECTIONS
{
  .text :
  {
"""
TAIL = """\
    *(.text .text.*)
  }
}
INSERT AFTER .eh_frame;
"""


def functions(interp, program):
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["valgrind", "--tool=callgrind", "--demangle=no", "--compress-strings=no",
                        "--compress-pos=no", "--callgrind-out-file=" + out.name, interp, "-c",
                        program], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = open(out.name).read().splitlines()
    ours = False
    for line in lines:
        if line.startswith("ob="):
            ours = os.path.basename(line[3:]) == os.path.basename(interp)
        elif line.startswith("fn=") and ours and line.startswith(("fn=_ZN", "fn=_R")):
            yield line[3:].split("'")[0]


def sizes(interp):
    """Bytes of all functions of a name without its hash, and of each name."""
    stems, exact = {}, {}
    for line in subprocess.run(["nm", "-S", interp], check=True, capture_output=True,
                               text=True).stdout.splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[2] in "tT":
            exact[fields[3]] = int(fields[1], 16)
            stem = HASH.sub("", fields[3])
            stems[stem] = stems.get(stem, 0) + exact[fields[3]]
    return stems, exact


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", required=True)
    interp = ap.parse_args().interp
    stems, exact = sizes(interp)
    small, shared, large = {}, {}, {}
    for program in PROGRAMS:
        for name in functions(interp, program):
            size, stem = exact.get(name, 0), HASH.sub("", name)
            others = stems.get(stem, 0) - size
            # A hash changes with the compiler and with the types that a function is made for: it is
            # named only where the rest of the name stands for much that does not run.
            pattern = name if others > 2 * LARGE or stem == name else stem + "17h*"
            kind = large if size > LARGE else shared if others > LARGE // 4 else small
            kind[pattern] = None
    patterns = [*small, *shared, *large]
    if not patterns:
        sys.exit("valgrind does not know the program's functions")
    with open(OUT, "w") as out:
        out.write(HEAD)
        for pattern in patterns:
            out.write(f"    *(.text.{pattern} .text.unlikely.{pattern})\n")
        out.write(TAIL)
    print(len(patterns), "functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
