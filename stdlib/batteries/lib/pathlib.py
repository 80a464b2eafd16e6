"""Paths of the file system as objects (PEP 428).

A path is one text in its tidy form, with single separators and without names that are a dot; beside it stand the
drive and the root with which the text begins, if it does. All else is read off that text when somebody asks. The
pure classes are about texts alone; Path and its kin ask the system.

What is needed seldom is imported where it is needed: a program that joins some names shall not wait for patterns.
"""
import os
import sys
from _collections_abc import Sequence
from _operator import ge, gt, le, lt
from stat import S_ISBLK, S_ISCHR, S_ISDIR, S_ISFIFO, S_ISLNK, S_ISREG, S_ISSOCK

__all__ = ["PurePath", "PurePosixPath", "PureWindowsPath", "Path", "PosixPath", "WindowsPath"]


_new = object.__new__


def _text_of(arg):
    text = os.fspath(arg)
    if isinstance(text, str):
        return str(text)  # (also where a class was derived from str)
    raise TypeError(
        f"argument should be a str object or an os.PathLike object returning str, not {type(text)!r}"
    )


class _Flavour:
    """The rules of a kind of systems: what makes a text a path."""

    def parse_parts(self, parts):
        """Drive, root and list of names, the anchor as first of them, of texts one behind the other."""
        drive, root, text = self.read(parts)
        return drive, root, self.names(drive + root, text)

    def names(self, anchor, text):
        """The names in a tidy text, and before them its anchor unless that is empty."""
        if len(text) == len(anchor):
            return [anchor] if anchor else []
        return [anchor, *text[len(anchor) :].split(self.sep)] if anchor else text.split(self.sep)


class _Posix(_Flavour):
    sep = "/"
    altsep = ""
    folds = False
    is_supported = os.name != "nt"

    def splitroot(self, part):
        rest = part.lstrip("/")
        # Exactly two slashes are left to the system to explain; three or more are worth one.
        root = {0: "", 2: "//"}.get(len(part) - len(rest), "/")
        return "", root, rest

    def read(self, args, base=None):
        """Drive, root and tidy text of what the arguments make, each behind the one before, and all behind a path."""
        text = "" if base is None else base._text
        for arg in args:
            if type(arg) is not str:
                if not isinstance(arg, PurePath):
                    arg = _text_of(arg)
                elif arg._flavour is self:
                    arg = arg._text
                else:
                    arg = "/".join(arg.parts)
            if not text or arg[:1] == "/":
                text = arg or text
            elif arg:
                text = text + arg if text[-1] == "/" else f"{text}/{arg}"
        if "//" in text or "/." in text or text[:1] == "." or text[-1:] == "/":
            _, root, rest = self.splitroot(text)
            return "", root, root + "/".join([name for name in rest.split("/") if name and name != "."])
        return "", text[:1] if text[:1] == "/" else "", text

    def behind(self, path, base):
        """Root and text of the rest of a path behind another one, unless it does not begin with that."""
        text, start = path._text, base._text
        if path._root != base._root:
            return None
        if text == start:
            return "", ""
        start = base._before_child()
        return ("", text[len(start) :]) if text.startswith(start) else None

    def is_reserved(self, path):
        return False

    def is_absolute(self, path):
        return path._root != ""

    def uri(self, path):
        return "file://", bytes(path)


class _Windows(_Flavour):
    sep = "\\"
    altsep = "/"
    folds = True
    is_supported = os.name == "nt"

    def splitroot(self, part):
        long = ""
        if part[:4] == "\\\\?\\":
            long, part = part[:4], part[4:]
            if part[:4] == "UNC\\":
                long, part = long + "UNC", "\\" + part[3:]
        if part[:2] == "\\\\":
            # A share: the machine's name and its own, which may end the text but not be missing within.
            machine, *more = part[2:].split("\\", 2)
            if machine and more and (more[0] or len(more) == 1):
                start = long + "\\" if long else "\\\\"
                return f"{start}{machine}\\{more[0]}", "\\", "".join(more[1:])
        letter = part[:2] if part[1:2] == ":" and part[0].isascii() and part[0].isalpha() else ""
        behind = part[len(letter) :]
        return long + letter, "\\" if behind[:1] == "\\" else "", behind.lstrip("\\")

    def read(self, args, base=None):
        drive = root = ""
        names = []
        for arg in args:
            for text in arg.parts if isinstance(arg, PurePath) else [_text_of(arg)]:
                own_drive, own_root, rest = self.splitroot(text.replace("/", "\\"))
                if own_drive or own_root:
                    drive, root = own_drive or drive, own_root
                    names.clear()
                names += [name for name in rest.split("\\") if name and name != "."]
        rest = "\\".join(names)
        if base is None or drive and (root or drive.lower() != base._drive.lower()):
            return drive, root, drive + root + rest
        if root:
            return base._drive, root, base._drive + root + rest
        return base._drive, base._root, base._before_child() + rest if rest else base._text

    def behind(self, path, base):
        names, start = path._folded_parts(), base._folded_parts()
        if base._root == path._root:
            # One anchor or none is equal in both.
            count = len(start)
            if names[:count] == start and (count or not path.anchor):
                return "", "\\".join(path.parts[count:])
        elif path._root and len(start) == 1 and path._drive.lower() == start[0]:
            # Behind a drive alone the root is left.
            return path._root, path._text[len(path._drive) :]
        return None

    def is_reserved(self, path):
        name = path.name.upper().replace(":", ".").split(".")[0].rstrip(" ")
        if path._text[:2] == "\\\\":
            return False  # on a share all names may be
        if name[:3] in ("COM", "LPT"):
            return len(name) == 4 and name[3] in "123456789\xb9\xb2\xb3"
        return name in ("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$")

    def is_absolute(self, path):
        return path._drive != "" and path._root != ""

    def uri(self, path):
        text = path.as_posix()
        if text[1:2] == ":":
            return "file:///" + text[:2], text[2:].encode()
        return "file:", text.encode()


_posix_flavour = _Posix()
_windows_flavour = _Windows()


# Patterns.


def _has_wildcards(name):
    return "*" in name or "?" in name or "[" in name


_matchers = {}


def _matcher(pattern):
    """A function which says whether a name is like the pattern."""
    if pattern in _matchers:
        return _matchers[pattern]
    head, star, tail = pattern.partition("*")
    if _has_wildcards(head) or _has_wildcards(tail):
        import fnmatch
        import re

        match = re.compile(fnmatch.translate(pattern)).match
    elif not star:
        match = pattern.__eq__
    elif not head:
        match = (lambda name: name.endswith(tail)) if tail else (lambda name: True)
    elif not tail:
        match = lambda name: name.startswith(head)
    else:
        least = len(head) + len(tail)
        match = lambda name: len(name) >= least and name.startswith(head) and name.endswith(tail)
    if len(_matchers) > 200:
        _matchers.clear()
    _matchers[pattern] = match
    return match


def _is_missing(error):
    """Whether an error says that there is no such file."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return True
    from errno import EBADF, ELOOP

    # The last are of Windows: not ready, invalid name, cannot be resolved.
    return error.errno in (EBADF, ELOOP) or getattr(error, "winerror", None) in (21, 123, 1921)


def _mode_at(text):
    """The mode of a file, or 0 where there is none or we may not look."""
    try:
        return os.stat(text).st_mode
    except PermissionError:
        return 0
    except OSError as e:
        if _is_missing(e):
            return 0
        raise
    except ValueError:
        return 0  # no file has such a name


def _is_folder(entry, follow_symlinks=True):
    try:
        return entry.is_dir(follow_symlinks=follow_symlinks)
    except PermissionError:
        return False
    except OSError as e:
        if not _is_missing(e):
            raise
        return False


def _entries(text):
    # All at once, so that no descriptor stays open while others look at what was found.
    try:
        with os.scandir(text or ".") as entries:
            return list(entries)
    except PermissionError:
        return ()


_EVERYWHERE = "**"


def _steps_of(flavour, pattern, everywhere):
    """What a search does one after the other: a text is a way to go, a function chooses, _EVERYWHERE is itself."""
    drive, root, names = flavour.parse_parts((pattern,))
    if drive or root:
        raise NotImplementedError("Non-relative patterns are unsupported")
    steps = []
    for name in [_EVERYWHERE] * everywhere + names:
        if name == _EVERYWHERE:
            steps.append(_EVERYWHERE)
        elif _EVERYWHERE in name:
            raise ValueError("Invalid pattern: '**' can only be an entire path component")
        elif _has_wildcards(name):
            steps.append(_matcher(name))
        elif steps and type(steps[-1]) is str and steps[-1] is not _EVERYWHERE:
            steps[-1] += flavour.sep + name
        else:
            steps.append(name)
    return steps


def _search(top, pattern, everywhere):
    """The paths below a folder that a pattern leads to."""
    flavour = top._flavour
    steps = _steps_of(flavour, pattern, everywhere)
    if not top.is_dir():
        return
    folders_only = pattern[-1:] in (flavour.sep, flavour.altsep or flavour.sep)
    end, sep, anchor = len(steps), flavour.sep, len(top._drive) + len(top._root)
    # Only where two steps go everywhere can they meet.
    meet = steps.count(_EVERYWHERE) > 1
    # What is still to do, the next at the end: where, from which step on (if negative: everywhere below, from the
    # step ~at on), and what was found since the first of the steps that go everywhere.
    todo = [(top._text, 0, None)]
    while todo:
        text, at, found = todo.pop()
        if at == end:
            if found is not None:
                if text in found:
                    continue
                found.add(text)
            yield top._at(text)
            continue
        inside = text if len(text) == anchor else text + sep
        if at < 0:
            # (Links could lead around in circles.)
            below = [(inside + e.name, ~at, found) for e in _entries(text) if _is_folder(e, False)]
            todo += reversed(below)
            continue
        step, at = steps[at], at + 1
        folder = at < end or folders_only
        if step is _EVERYWHERE:
            todo.append((text, -at, set() if meet and found is None else found))
            todo.append((text, at, todo[-1][2]))
        elif type(step) is not str:
            chosen = [e.name for e in _entries(text) if step(e.name) and (not folder or _is_folder(e))]
            if at == end and found is None:
                for name in chosen:
                    yield top._at(inside + name)
            else:
                todo += [(inside + name, at, found) for name in reversed(chosen)]
        else:
            mode = _mode_at(inside + step)
            if S_ISDIR(mode) if folder else mode:
                todo.append((inside + step, at, found))


# The classes.


class _PathParents(Sequence):
    """The folders above a path, the nearest first."""

    __slots__ = ("_path",)

    def __init__(self, path):
        self._path = path

    def __repr__(self):
        return f"<{type(self._path).__name__}.parents>"

    def __len__(self):
        path = self._path
        anchor = len(path._drive) + len(path._root)
        return path._text.count(path._flavour.sep, anchor) + 1 if len(path._text) > anchor else 0

    def __getitem__(self, idx):
        if isinstance(idx, slice):
            return tuple([self[i] for i in range(len(self))[idx]])
        path = self._path
        text, sep, anchor = path._text, path._flavour.sep, len(path._drive) + len(path._root)
        end, up = len(text), idx if idx >= 0 else idx + len(self)
        for _ in range(up + 1):
            if end <= anchor:
                raise IndexError(idx)
            end = max(text.rfind(sep, anchor, end), anchor)
        if up < 0:
            raise IndexError(idx)
        return path._at(text[:end])


def _comparison(name, holds):
    def compare(self, other):
        if not isinstance(other, PurePath) or self._flavour is not other._flavour:
            return NotImplemented
        if self._flavour.folds:
            return holds(self._folded_parts(), other._folded_parts())
        return holds(self.parts, other.parts)

    compare.__name__ = name
    compare.__qualname__ = "PurePath." + name
    return compare


class PurePath:
    """A path as a text, of the system's kind; see Path for what is done with files."""

    __slots__ = ("_drive", "_root", "_text", "_name", "_parts", "_hash")

    def __new__(cls, *args):
        """The path of the arguments, strs or path-like objects, one behind the other."""
        if cls is PurePath:
            cls = PureWindowsPath if os.name == "nt" else PurePosixPath
        self = _new(cls)
        self._drive, self._root, self._text = cls._flavour.read(args)
        self._name = self._parts = self._hash = None
        return self

    # Others made from it: without the constructors that classes derived from ours may have.

    def _of(self, args):
        """A path of our class of the arguments alone."""
        path = _new(self.__class__)
        path._drive, path._root, path._text = self._flavour.read(args)
        path._name = path._parts = path._hash = None
        return path

    def _at(self, text):
        """The path of a tidy text that has our drive and root."""
        path = _new(self.__class__)
        path._drive = self._drive
        path._root = self._root
        path._text = text
        path._name = path._parts = path._hash = None
        return path

    def _before_child(self):
        """The text to which the name of something in the folder is added."""
        text = self._text
        return text if len(text) == len(self._drive) + len(self._root) else text + self._flavour.sep

    def joinpath(self, *args):
        """This path and others behind it; those before an absolute one do not count."""
        path = _new(self.__class__)
        path._drive, path._root, path._text = self._flavour.read(args, self)
        path._name = path._parts = path._hash = None
        return path

    def __truediv__(self, key):
        path = _new(self.__class__)
        try:
            path._drive, path._root, path._text = self._flavour.read((key,), self)
        except TypeError:
            return NotImplemented
        path._name = path._parts = path._hash = None
        return path

    def __rtruediv__(self, key):
        try:
            return self._of((key, self))
        except TypeError:
            return NotImplemented

    def __reduce__(self):
        return type(self), self.parts

    # As other objects.

    def __str__(self):
        return self._text or "."

    def __fspath__(self):
        return str(self)

    def __bytes__(self):
        return os.fsencode(self)

    def __repr__(self):
        return f"{type(self).__name__}({self.as_posix()!r})"

    def as_posix(self):
        """The path with forward slashes."""
        sep = self._flavour.sep
        return str(self) if sep == "/" else str(self).replace(sep, "/")

    def as_uri(self):
        """The path as a file: URI."""
        if self.is_absolute():
            from urllib.parse import quote_from_bytes

            start, rest = self._flavour.uri(self)
            return start + quote_from_bytes(rest)
        raise ValueError("relative path can't be expressed as a file URI")

    # Comparison.

    def __hash__(self):
        value = self._hash
        if value is None:
            self._hash = value = hash(self._text.lower() if self._flavour.folds else self._text)
        return value

    def __eq__(self, other):
        if not isinstance(other, PurePath):
            return NotImplemented
        flavour = self._flavour
        if flavour is not other._flavour:
            return False
        if flavour.folds:
            return self._folded_parts() == other._folded_parts()
        return self._text == other._text

    def _folded_parts(self):
        return tuple(map(str.lower, self.parts)) if self._flavour.folds else self.parts

    __lt__ = _comparison("__lt__", lt)
    __gt__ = _comparison("__gt__", gt)
    __le__ = _comparison("__le__", le)
    __ge__ = _comparison("__ge__", ge)

    def match(self, path_pattern):
        """Whether the end of the path, or all of it, matches a pattern of the shell."""
        pattern = self._of((path_pattern,))
        wanted, names = pattern._folded_parts(), self._folded_parts()
        if not wanted:
            raise ValueError("empty pattern")
        if pattern._drive and pattern._drive.lower() != self._drive.lower() or pattern._root not in ("", self._root):
            return False
        first = len(names) - len(wanted)
        if pattern._drive or pattern._root:
            # The whole path, and its anchor is done with.
            if first != 0:
                return False
            wanted, first = wanted[1:], 1
        if first < 0:
            return False
        for name, like in zip(names[first:], wanted):
            if not _matcher(like)(name):
                return False
        return True

    # What it consists of.

    drive = property(lambda self: self._drive, doc="The letter of a drive or the share, if there is one.")
    root = property(lambda self: self._root, doc="The separator at the beginning of an absolute path.")
    anchor = property(lambda self: self._drive + self._root, doc="Drive and root.")

    @property
    def parts(self):
        """The names as a tuple; the first is the anchor, if there is one."""
        parts = self._parts
        if parts is None:
            # One object for each name, so that many paths of the same folders are not larger than they must be.
            names = self._flavour.names(self._drive + self._root, self._text)
            self._parts = parts = tuple(map(sys.intern, names))
        return parts

    @property
    def parent(self):
        """The path without its last name."""
        text = self._text
        cut = text.rfind(self._flavour.sep)
        if cut < 2 or self._drive:
            # Near the anchor, of which nothing is taken away.
            anchor = len(self._drive) + len(self._root)
            if len(text) == anchor:
                return self
            cut = max(cut, anchor)
        return self._at(text[:cut])

    @property
    def name(self):
        """The last name, if the path has any."""
        name = self._name
        if name is None:
            text = self._text[len(self._drive) :] if self._drive else self._text
            self._name = name = text[text.rfind(self._flavour.sep) + 1 :]
        return name

    @property
    def stem(self):
        """The name without its last suffix."""
        return self.name[: _suffix_of(self.name)]

    @property
    def suffix(self):
        """The name from its last dot on."""
        name = self.name
        return name[_suffix_of(name) :]

    @property
    def suffixes(self):
        """The parts of the name that begin with a dot."""
        name = self.name
        return ["." + text for text in name.lstrip(".").split(".")[1:]] if name[-1:] != "." else []

    @property
    def parents(self):
        """All paths above, the nearest first."""
        return _PathParents(self)

    def with_name(self, name):
        """The path with another name."""
        own = self._own_name()
        seps = self._flavour.sep + self._flavour.altsep
        drive, root, text = self._flavour.read((name,))
        if drive or root or not text or self._flavour.sep in text or name[-1] in seps:
            raise ValueError(f"Invalid name {name!r}")
        return self._at(self._text[: -len(own)] + name)

    def with_stem(self, stem):
        """The path with another name before the last suffix."""
        return self.with_name(stem + self.suffix)

    def with_suffix(self, suffix):
        """The path with another last suffix, which may be empty."""
        bad = suffix[0] != "." or suffix == "." if suffix else False
        if bad or self._flavour.sep in suffix or self._flavour.altsep and self._flavour.altsep in suffix:
            raise ValueError(f"Invalid suffix {suffix!r}")
        own = self._own_name()
        end = len(self._text) - len(own) + _suffix_of(own)
        return self._at(self._text[:end] + suffix)

    def _own_name(self):
        name = self.name
        if not name:
            raise ValueError(f"{self!r} has an empty name")
        return name

    # How it lies to others.

    def is_absolute(self):
        """Whether it has a root, and a drive where there are drives."""
        return self._flavour.is_absolute(self)

    def is_reserved(self):
        """Whether Windows keeps the name for itself."""
        return self._flavour.is_reserved(self)

    def relative_to(self, *other):
        """The rest of the path behind another one, which it must begin with."""
        if not other:
            raise TypeError("need at least one argument")
        base, rest = self._of(other), self._of(())
        found = self._flavour.behind(self, base)
        if found is None:
            raise ValueError(
                f"{str(self)!r} is not in the subpath of {base._text!r}"
                " OR one path is relative and the other is absolute."
            )
        rest._root, rest._text = found
        return rest

    def is_relative_to(self, *other):
        """Whether the path begins with another one."""
        try:
            return self.relative_to(*other) is not None
        except ValueError:
            return False


def _suffix_of(name):
    """Where the suffix of a name begins."""
    dot = name.rfind(".")
    return dot if 0 < dot < len(name) - 1 else len(name)


# (Not a base class: looking at one would be slower.)
os.PathLike.register(PurePath)


class PurePosixPath(PurePath):
    """A path as POSIX has them."""

    _flavour = _posix_flavour
    __slots__ = ()


class PureWindowsPath(PurePath):
    """A path as Windows has them."""

    _flavour = _windows_flavour
    __slots__ = ()


def _question(name, test, doc, of_link=False):
    """A method that asks what kind of file is at the path."""

    def ask(self):
        try:
            status = self.lstat() if of_link else self.stat()
        except OSError as e:
            if _is_missing(e):
                return False
            raise
        except ValueError:
            return False  # no file has such a name
        return test(status.st_mode)

    ask.__name__ = name
    ask.__qualname__ = "Path." + name
    ask.__doc__ = doc
    return ask


def _deprecated(message):
    import warnings

    warnings.warn(message, DeprecationWarning, stacklevel=3)


def _system(name):
    """A function of the module os that some systems do not have."""
    if function := getattr(os, name, None):
        return function
    raise NotImplementedError(f"os.{name}() not available on this system")


class Path(PurePath):
    """A path of this system, which can be asked and changed."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        if cls is Path:
            cls = WindowsPath if os.name == "nt" else PosixPath
        flavour = cls._flavour
        if not flavour.is_supported:
            raise NotImplementedError(f"cannot instantiate {cls.__name__!r} on your system")
        self = _new(cls)
        self._drive, self._root, self._text = flavour.read(args)
        self._name = self._parts = self._hash = None
        return self

    # What is there.

    def stat(self, *, follow_symlinks=True):
        """What os.stat() says of the file."""
        return os.stat(self, follow_symlinks=follow_symlinks)

    def lstat(self):
        """What os.stat() says of the file, or of the link if it is one."""
        return self.stat(follow_symlinks=False)

    exists = _question("exists", bool, "Whether there is such a file.")
    is_file = _question("is_file", S_ISREG, "Whether it is a regular file.")
    is_dir = _question("is_dir", S_ISDIR, "Whether it is a folder.")
    is_symlink = _question("is_symlink", S_ISLNK, "Whether it is a symbolic link.", True)
    is_fifo = _question("is_fifo", S_ISFIFO, "Whether it is a named pipe.")
    is_socket = _question("is_socket", S_ISSOCK, "Whether it is a socket.")
    is_block_device = _question("is_block_device", S_ISBLK, "Whether it is a device of blocks.")
    is_char_device = _question("is_char_device", S_ISCHR, "Whether it is a device of characters.")

    def is_mount(self):
        """Whether a file system begins here."""
        if not self.is_dir():
            return False
        here = self.stat()
        try:
            above = self.parent.stat()
        except OSError:
            return False
        # (The uppermost folder is its own parent.)
        return (here.st_dev != above.st_dev) or here.st_ino == above.st_ino

    def samefile(self, other_path):
        """Whether another path leads to the same file."""
        if not hasattr(other_path, "stat"):
            other_path = type(self)(other_path)
        return os.path.samestat(self.stat(), other_path.stat())

    def group(self):
        """The name of the group to which the file belongs."""
        number = self.stat().st_gid
        try:
            from grp import getgrgid
        except ImportError:
            raise NotImplementedError("Path.group() is unsupported on this system") from None
        return getgrgid(number).gr_name

    def owner(self):
        """The name of the user to whom the file belongs."""
        number = self.stat().st_uid
        try:
            from pwd import getpwuid
        except ImportError:
            raise NotImplementedError("Path.owner() is unsupported on this system") from None
        return getpwuid(number).pw_name

    # Where it is.

    def readlink(self):
        """What the link says."""
        return self._of((_system("readlink")(self),))

    def resolve(self, strict=False):
        """The path from the root on, without links and dots; if it is strict, there must be such a file."""
        path = None
        try:
            path = self._of((os.path.realpath(self, strict=strict),))
            # Without being strict one is not told of links that go around in circles.
            strict or path.stat()
        except OSError as e:
            from errno import ELOOP

            if e.errno == ELOOP or getattr(e, "winerror", 0) == 1921:
                raise RuntimeError(f"Symlink loop from {e.filename!r}")
            if path is None:
                raise
        return path

    def absolute(self):
        """The path from the root on, with its links and dots."""
        return self if self.is_absolute() else self._of((os.getcwd(), self))

    def expanduser(self):
        """The path with the folder of a user for ~ or ~name."""
        if self._text[:1] != "~":
            return self
        user, _, rest = self._text.partition(self._flavour.sep)
        folder = os.path.expanduser(user)
        if folder[:1] == "~":
            raise RuntimeError("Could not determine home directory.")
        return self._of((folder, rest))

    @classmethod
    def home(cls):
        """The user's folder."""
        return cls("~").expanduser()

    @classmethod
    def cwd(cls):
        """The current folder."""
        return cls(os.getcwd())

    # What is in it.

    def iterdir(self):
        """The paths in the folder, in no order."""
        inside = None
        for name in os.listdir(self):
            inside = self._before_child() if inside is None else inside
            yield self._at(inside + name)

    def rglob(self, pattern):
        """The paths in the folder and in those in it that match a pattern."""
        sys.audit("pathlib.Path.rglob", self, pattern)
        yield from _search(self, pattern, True)

    def glob(self, pattern):
        """The paths in the folder that match a pattern; ** stands for any number of folders."""
        sys.audit("pathlib.Path.glob", self, pattern)
        if pattern:
            yield from _search(self, pattern, False)
        else:
            raise ValueError(f"Unacceptable pattern: {pattern!r}")

    def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None):
        """Open the file, as the function open() does."""
        import io

        encoding = encoding if "b" in mode else io.text_encoding(encoding)
        return io.open(self, mode, buffering, encoding, errors, newline)

    def read_text(self, encoding=None, errors=None):
        """The text in the file."""
        import io

        with self.open("r", encoding=io.text_encoding(encoding), errors=errors) as file:
            return file.read()

    def write_text(self, data, encoding=None, errors=None, newline=None):
        """Write a file of this text."""
        import io

        if not isinstance(data, str):
            raise TypeError(f"data must be str, not {type(data).__name__}")
        with self.open("w", encoding=io.text_encoding(encoding), errors=errors, newline=newline) as file:
            return file.write(data)

    def read_bytes(self):
        """All that is in the file."""
        with self.open("rb") as file:
            return file.read()

    def write_bytes(self, data):
        """Write a file of these bytes."""
        data = memoryview(data)  # (what is no bytes is refused before the file is emptied)
        with self.open("wb") as file:
            return file.write(data)

    # What changes it.

    def mkdir(self, mode=0o777, parents=False, exist_ok=False):
        """Make a folder, and those that it is to be in if that is wanted."""
        missing, path, up = [], self, parents
        while path is not None:
            try:
                os.mkdir(path, mode if path is self else 0o777)
            except FileNotFoundError:
                above = path.parent
                if not up or above == path:
                    raise
                missing.append(path)
                path = above
                continue
            except OSError:
                # (Systems do not agree on the error for a folder that is there.)
                if path is self and not exist_ok or not path.is_dir():
                    raise
            up = False
            path = missing.pop() if missing else None

    def rmdir(self):
        """Remove the folder, which must be empty."""
        os.rmdir(self)

    def touch(self, mode=0o666, exist_ok=True):
        """Make the file, or set its times to now."""
        flags = os.O_WRONLY | os.O_CREAT
        if not exist_ok:
            flags |= os.O_EXCL
        else:
            try:
                return os.utime(self, None)
            except OSError:
                pass  # there is none, or it is another's: open() tells
        os.close(os.open(self, flags, mode))

    def rename(self, target):
        """Give the file another path, and return that."""
        os.rename(self, target)
        return type(self)(target)

    def replace(self, target):
        """Give the file another path, in place of what is there, and return that."""
        os.replace(self, target)
        return type(self)(target)

    def unlink(self, missing_ok=False):
        """Remove the file or link."""
        try:
            return os.unlink(self)
        except FileNotFoundError:
            if missing_ok:
                return None
            raise

    def lchmod(self, mode):
        """Change the permissions, of the link if it is one."""
        self.chmod(mode, follow_symlinks=False)

    def chmod(self, mode, *, follow_symlinks=True):
        """Change the permissions."""
        os.chmod(self, mode, follow_symlinks=follow_symlinks)

    def hardlink_to(self, target):
        """Make this path a second one of the file at another."""
        _system("link")(target, self)

    def symlink_to(self, target, target_is_directory=False):
        """Make this path a symbolic link to another."""
        _system("symlink")(target, self, target_is_directory)

    # What is not to be used any more.

    def link_to(self, target):
        """Make the target a second path of this file; see hardlink_to()."""
        _deprecated(
            "pathlib.Path.link_to() is deprecated and is scheduled for removal in Python 3.12. "
            "Use pathlib.Path.hardlink_to() instead."
        )
        type(self)(target).hardlink_to(self)

    def __enter__(self):
        _deprecated(
            "pathlib.Path.__enter__() is deprecated and scheduled for removal in Python 3.13; "
            "Path objects as a context manager is a no-op"
        )
        return self

    def __exit__(self, t, v, tb):
        pass


class PosixPath(Path, PurePosixPath):
    """A path of this system where it is not Windows."""

    __slots__ = ()


class WindowsPath(Path, PureWindowsPath):
    """A path of this system where it is Windows."""

    __slots__ = ()

    def is_mount(self):
        raise NotImplementedError("Path.is_mount() is unsupported on this system")
