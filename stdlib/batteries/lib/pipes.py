"""Chains of shell commands that a file is sent through on the way in or out.

A step is a command and its kind: two characters for input and output, "-" for the standard stream, "f" for a file
whose name the command finds in $IN or $OUT, "." for none.
"""

import os
import re
import tempfile
import warnings
from shlex import quote

warnings._deprecated(__name__, remove=(3, 13))

__all__ = ["Template"]

FILEIN_FILEOUT = "ff"
STDIN_FILEOUT = "-f"
FILEIN_STDOUT = "f-"
STDIN_STDOUT = "--"
SOURCE = ".-"
SINK = "-."

stepkinds = [FILEIN_FILEOUT, STDIN_FILEOUT, FILEIN_STDOUT, STDIN_STDOUT, SOURCE, SINK]


class Template:
    """A chain of steps."""

    # Whether the commands are shown.
    debugging = 0

    def __init__(self):
        self.reset()

    def reset(self):
        """Take all steps out."""
        self.steps = []

    def __repr__(self):
        return "<Template instance, steps=%r>" % (self.steps,)

    def clone(self):
        """Another chain of the same steps."""
        other = Template()
        other.steps = list(self.steps)
        other.debugging = self.debugging
        return other

    def debug(self, flag):
        """Whether the commands are shown."""
        self.debugging = flag

    @staticmethod
    def _check(function, cmd, kind, wrong_end, says_wrong):
        name = "Template." + function
        if not isinstance(cmd, str):
            raise TypeError(name + ": cmd must be a string")
        if kind not in stepkinds:
            raise ValueError("%s: bad kind %r" % (name, kind))
        if kind == wrong_end:
            raise ValueError("%s: %s" % (name, says_wrong))

    @staticmethod
    def _check_files(function, cmd, kind):
        for end, variable in zip(kind, ("$IN", "$OUT")):
            if end == "f" and not re.search(re.escape(variable) + r"\b", cmd):
                raise ValueError("Template.%s: missing %s in cmd" % (function, variable))

    def append(self, cmd, kind):
        """A step at the end."""
        self._check("append", cmd, kind, SOURCE, "SOURCE can only be prepended")
        if self._kind(-1) == SINK:
            raise ValueError("Template.append: already ends with SINK")
        self._check_files("append", cmd, kind)
        self.steps.append((cmd, kind))

    def prepend(self, cmd, kind):
        """A step at the start."""
        self._check("prepend", cmd, kind, SINK, "SINK can only be appended")
        if self._kind(0) == SOURCE:
            raise ValueError("Template.prepend: already begins with SOURCE")
        self._check_files("prepend", cmd, kind)
        self.steps.insert(0, (cmd, kind))

    def open(self, file, rw):
        """A file object that reads from the chain, or writes into it."""
        if rw not in ("r", "w"):
            raise ValueError("Template.open: rw must be 'r' or 'w', not %r" % (rw,))
        return self.open_r(file) if rw == "r" else self.open_w(file)

    def _kind(self, place):
        """The kind of a step, if there is any."""
        return self.steps[place][1] if self.steps else None

    def open_w(self, file):
        """A file object; what is written goes through the chain into a file."""
        if self._kind(0) == SOURCE:
            raise ValueError("Template.open_w: pipeline begins with SOURCE")
        return os.popen(self.makepipeline("", file), "w") if self.steps else open(file, "w")

    def open_r(self, file):
        """A file object with what the chain makes of a file."""
        if self._kind(-1) == SINK:
            raise ValueError("Template.open_r: pipeline ends width SINK")
        return os.popen(self.makepipeline(file, ""), "r") if self.steps else open(file, "r")

    def makepipeline(self, infile, outfile):
        """The text for the shell."""
        text = makepipeline(infile, self.steps, outfile)
        if self.debugging:
            print(text)
            text = "set -x; " + text
        return text

    def copy(self, infile, outfile):
        """Send a file through the chain into another; the shell's status."""
        return os.system(self.makepipeline(infile, outfile))


def makepipeline(infile, steps, outfile):
    """The text for the shell that sends one file through steps into another ("" is the standard stream)."""
    chain = list(steps) or [("cat", STDIN_STDOUT)]
    # Who wants a file and there is only a stream gets a copy of it.
    if chain[0][1][0] == "f" and not infile:
        chain.insert(0, ("cat", STDIN_STDOUT))
    if chain[-1][1][1] == "f" and not outfile:
        chain.append(("cat", STDIN_STDOUT))
    # What lies between two steps: a file, or "" for a pipe.
    between, made = [infile], []
    for (_, left), (_, right) in zip(chain, chain[1:]):
        name = ""
        if left[1] == "f" or right[0] == "f":
            handle, name = tempfile.mkstemp()
            os.close(handle)
            made.append(name)
        between.append(name)
    between.append(outfile)

    text = ""
    for place, (cmd, kind) in enumerate(chain):
        source, target = between[place], between[place + 1]
        if kind[1] == "f":
            cmd = "OUT=%s; %s" % (quote(target), cmd)
        if kind[0] == "f":
            cmd = "IN=%s; %s" % (quote(source), cmd)
        if kind[0] == "-" and source:
            cmd += " <" + quote(source)
        if kind[1] == "-" and target:
            cmd += " >" + quote(target)
        if place == 0:
            text = cmd
        elif source:
            text += "\n" + cmd
        else:
            text += " |\n" + ("{ %s; }" % cmd if "f" in kind else cmd)
    if not made:
        return text
    remove = " ".join(["rm -f", *map(quote, made)])
    trap = "trap %s 1 2 3 13 14 15" % quote(remove + "; exit")
    return "\n".join([trap, text, remove])
