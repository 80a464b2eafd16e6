#!/usr/bin/env python3
"""Write the linker script that puts the functions of the program's start next to each other.

    startup_order.py --interp target/release/taipan --map MAP

MAP is the linker's map of that build: `cargo rustc --release -p taipan --bin taipan -- -C
link-arg=-Wl,-Map=MAP`. Without it the order of the constants stays as it is.

The kernel maps a program by runs of 16 pages around each page that is touched; functions scattered over
the whole text cost a fault and 64 KiB of resident memory each. valgrind says which ones run, in the order
of their first call. The names go into the script without the compiler's hash, so that the list
stays right, if not complete, when the program changes; names that are gone match nothing.

Constants have no names that last. Those that are read come first; the numbers they are known by are out of
date as soon as constants come or go before them. The large tables of the crates and of Unicode, which the start
does not read, come before all others: that lasts.
"""
import argparse
import bisect
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
CONSTANTS = "/* Constants that the start reads; large ones that it does not read; all others. */\n"
# Output section, input sections behind those (of tables with addresses: what has a name, the types, comes
# last), the section before it.
OUTPUTS = [
    (".rodata", ["*(.rodata .rodata.*)"], ".gcc_except_table"),
    (".data.rel.ro", ["*(.data.rel.ro..Lanon.*)", "*(.data.rel.ro .data.rel.ro.*)"], ".init_array"),
]
# Bytes from which constants are worth a line.
COLD = 2 << 10
# Named tables and crates that are cold by nature, also those that a build may lack.
NATURE = {".rodata": ["*taipan_batteries*"], ".data.rel.ro": []}


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
        elif line.startswith("fn=") and ours and not line.startswith("fn=0x"):
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


def sections(path):
    """(address, bytes, name) of the input sections in a linker's map, by address."""
    rows = []
    for line in open(path):
        fields = line.split(None, 4)
        if len(fields) == 5 and ":(" in fields[4] and re.fullmatch("[0-9a-f]+", fields[0]):
            name = fields[4].strip().rsplit(":(", 1)[1][:-1]
            rows.append((int(fields[0], 16), int(fields[2], 16), name))
    return sorted(rows)


def reads(interp):
    """Addresses that the start reads."""
    with tempfile.NamedTemporaryFile() as out:
        for program in PROGRAMS:
            subprocess.run(["valgrind", "--tool=lackey", "--trace-mem=yes",
                            "--log-file=" + out.name, interp, "-c", program], check=True,
                           stdout=subprocess.DEVNULL)
            for line in open(out.name):
                if line.startswith((" L", " S", " M")):
                    yield int(line[3:].split(",")[0], 16)


def constants(interp, path):
    """The part of the script that orders constants."""
    rows = sections(path)
    starts = [row[0] for row in rows]
    hot = set()
    for address in reads(interp):
        i = bisect.bisect_right(starts, address) - 1
        if i >= 0 and address < rows[i][0] + rows[i][1]:
            hot.add(i)
    # What has no name is known by the compiler's hash of its crate. (Equal constants of several crates are
    # one, so a crate may be read from that does not run.)
    groups = {}
    for i, (_, size, name) in enumerate(rows):
        key = re.sub(r"(\.\.Lanon\.[0-9a-f]{32}\.).*", r"\1*", HASH.sub("17h*", name))
        total, read = groups.get(key, (0, 0))
        groups[key] = (total + size, read + size * (i in hot))
    text = ""
    for output, rest, before in OUTPUTS:
        cold = [key for key, (total, read) in sorted(groups.items())
                if key.startswith(output + ".") and total >= COLD and read * 100 < total]
        cold += [output + "." + pattern for pattern in NATURE[output]]
        # (Numbered by the compiler: they are right for this program, and harmless for the next.)
        first = [name for _, size, name in (rows[i] for i in sorted(hot))
                 if name.startswith(output + "..Lanon.") and size < LARGE]
        lines = [f"*({pattern})" for pattern in [*first, *cold]] + rest
        body = "".join(f"    {line}\n" for line in lines)
        text += f"SECTIONS\n{{\n  {output} :\n  {{\n{body}  }}\n}}\nINSERT AFTER {before};\n"
    return CONSTANTS + text


def main():
    ap = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ap.add_argument("--interp", required=True)
    ap.add_argument("--map")
    args = ap.parse_args()
    interp = args.interp
    if args.map:
        last = constants(interp, args.map)
    else:
        old = open(OUT).read()
        last = old[old.index(CONSTANTS):]
    stems, exact = sizes(interp)
    small, shared, large = {}, {}, {}
    for program in PROGRAMS:
        for name in functions(interp, program):
            if name not in exact:
                continue  # of the C library's start files
            size, stem = exact[name], HASH.sub("", name)
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
        out.write(TAIL + last)
    print(len(patterns), "functions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
