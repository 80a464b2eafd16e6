"""Which program shows a file of a MIME type: the entries of mailcap files (RFC 1524)."""

import os
import re
import warnings

__all__ = ["getcaps", "findmatch"]

_DEPRECATION_MSG = (
    "The {name} module is deprecated and will be removed in Python {remove}. "
    "See the mimetypes module for an alternative."
)
warnings._deprecated(__name__, _DEPRECATION_MSG, remove=(3, 13))

# What must not get into a shell command.
_find_unsafe = re.compile(r"[^\xa1-\U0010FFFF\w@+=:,./-]").search


class UnsafeMailcapInput(Warning):
    """A text could do harm in a shell command, so that none was made."""


def getcaps():
    """All entries of the system's and the user's files: lists of dicts, by type ("text/*")."""
    caps, number = {}, 0
    for name in listmailcapfiles():
        try:
            file = open(name, "r")
        except OSError:
            continue
        with file:
            more, number = _readmailcapfile(file, number)
        for key, entries in more.items():
            caps.setdefault(key, []).extend(entries)
    return caps


def listmailcapfiles():
    """The files that are looked for: those of $MAILCAPS, if it is set."""
    if "MAILCAPS" in os.environ:
        return os.environ["MAILCAPS"].split(os.pathsep)
    home = os.environ.get("HOME", ".")
    return [home + "/.mailcap", "/etc/mailcap", "/usr/etc/mailcap", "/usr/local/etc/mailcap"]


def readmailcapfile(fp):
    """The entries of one file, not numbered."""
    warnings.warn("readmailcapfile is deprecated, use getcaps instead", DeprecationWarning, 2)
    return _readmailcapfile(fp, None)[0]


def _readmailcapfile(fp, lineno):
    """The entries of one file, numbered from lineno unless it is None; and the next number."""
    caps = {}
    lines = iter(fp.readline, "")
    for line in lines:
        if line[0] == "#" or not line.strip():
            continue
        while line.endswith("\\\n"):
            line = line[:-2] + (next(lines, "") or "\n")
        named, entry = parseline(line)
        if named and entry:
            if lineno is not None:
                lineno, entry["lineno"] = lineno + 1, lineno
            kind = "/".join(part.strip() for part in named.split("/")).lower()
            caps.setdefault(kind, []).append(entry)
    return caps, lineno


def parseline(line):
    """(type, fields) of a line; (None, None) if it is no entry."""
    texts, at = [], 0
    while at < len(line):
        text, at = parsefield(line, at, len(line))
        texts.append(text)
        at += 1
    if len(texts) < 2:
        return None, None
    fields = {"view": texts[1]}
    for text in texts[2:]:
        name, _, value = text.partition("=")
        fields.setdefault(name.strip() if "=" in text else text, value.strip())
    return texts[0], fields


def parsefield(line, i, n):
    """The text from i up to a semicolon that has no backslash before it, and the place of that."""
    start = i
    while i < n and line[i] != ";":
        i += 2 if line[i] == "\\" else 1
    return line[start:i].strip(), i


def findmatch(caps, MIMEtype, key="view", filename="/dev/null", plist=[]):
    """(command, entry) of the first entry that has the key and whose test succeeds; (None, None) without."""
    if _find_unsafe(filename):
        problem = "Refusing to use mailcap with filename %r. Use a safe temporary filename." % (filename,)
        warnings.warn(problem, UnsafeMailcapInput)
        return None, None
    for entry in lookup(caps, MIMEtype, key):
        if "test" in entry:
            test = subst(entry["test"], MIMEtype, filename, plist)
            if test is None or test and os.system(test) != 0:
                continue
        command = subst(entry[key], MIMEtype, filename, plist)
        if command is not None:
            return command, entry
    return None, None


def lookup(caps, MIMEtype, key=None):
    """The entries for a type, those for all of its kind too, in the order of the files."""
    entries = [*caps.get(MIMEtype, ()), *caps.get(MIMEtype.split("/")[0] + "/*", ())]
    if key is not None:
        entries = [entry for entry in entries if key in entry]
    return sorted(entries, key=lineno_sort_key)


def lineno_sort_key(entry):
    """Where an entry stands; those without a number come last."""
    return (0, entry["lineno"]) if "lineno" in entry else (1, 0)


_PLACE = re.compile(r"\\(.?)|%(?:\{([^}]*)\}?|(.))?", re.S)


def subst(field, MIMEtype, filename, plist=[]):
    """A command with %s (the file), %t (the type) and %{name} (parameters) filled in; None if that is unsafe."""
    parts, at = [], 0
    for place in _PLACE.finditer(field):
        escaped, name, letter = place.groups()
        parts.append(field[at : place.start()])
        at = place.end()
        if escaped is not None:
            parts.append(escaped)
        elif name is not None:
            value = findparam(name, plist)
            if _find_unsafe(value):
                problem = "Refusing to substitute parameter %r (%s) into a shell command" % (value, name)
                warnings.warn(problem, UnsafeMailcapInput)
                return None
            parts.append(value)
        elif letter == "s":
            parts.append(filename)
        elif letter == "t":
            if _find_unsafe(MIMEtype):
                problem = "Refusing to substitute MIME type %r into a shell command." % (MIMEtype,)
                warnings.warn(problem, UnsafeMailcapInput)
                return None
            parts.append(MIMEtype)
        else:
            parts.append("%" if letter == "%" else place.group())
    parts.append(field[at:])
    return "".join(parts)


def findparam(name, plist):
    """The value of "name=value" in a list, "" without."""
    start = name.lower() + "="
    for parameter in plist:
        if parameter[: len(start)].lower() == start:
            return parameter[len(start) :]
    return ""


def show(caps):
    """Print the entries."""
    print("Mailcap files:")
    for name in listmailcapfiles():
        print("\t" + name)
    print()
    print("Mailcap entries:")
    print()
    for key in sorted(caps or getcaps()):
        print(key)
        for entry in caps[key]:
            for name in sorted(entry):
                print("  %-15s" % name, entry[name])
            print()


def test():
    """`python -m mailcap [type file]...` runs the viewers; without arguments it shows the entries."""
    import sys

    caps, words = getcaps(), sys.argv[1:]
    if not words:
        show(caps)
    for kind, file in zip(words[::2], words[1::2]):
        command, _ = findmatch(caps, kind, "view", file)
        if not command:
            print("No viewer found for", kind)
            continue
        print("Executing:", command)
        status = os.waitstatus_to_exitcode(os.system(command))
        if status:
            print("Exit status:", status)
    if len(words) % 2:
        print("usage: mailcap [MIMEtype file] ...")


if __name__ == "__main__":
    test()
