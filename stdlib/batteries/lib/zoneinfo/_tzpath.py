"""Where the files of the zones are."""
import os
import sysconfig
import warnings


class InvalidTZPathWarning(RuntimeWarning):
    """PYTHONTZPATH names folders that are not absolute."""


InvalidTZPathWarning.__module__ = "zoneinfo"

_FOLDERS = "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"

TZPATH = ()


def reset_tzpath(to=None):
    """Set the folders that are searched; without an argument, to those of the environment or the defaults."""
    global TZPATH
    if to is not None:
        if isinstance(to, (str, bytes)):
            raise TypeError(f"tzpaths must be a list or tuple, not {type(to)}: {to!r}")
        relative = [path for path in to if not os.path.isabs(path)]
        if relative:
            raise ValueError(_refusal(relative))
        TZPATH = tuple(to)
        return
    given = os.environ.get("PYTHONTZPATH")
    if given is None:
        TZPATH = _absolute(sysconfig.get_config_var("TZPATH") or _FOLDERS, None)
    else:
        TZPATH = _absolute(given, 3)


def _absolute(text, level):
    paths = text.split(os.pathsep) if text else []
    kept = tuple(path for path in paths if os.path.isabs(path))
    if level is not None and len(kept) != len(paths):
        relative = [path for path in paths if not os.path.isabs(path)]
        warnings.warn(
            "Invalid paths specified in PYTHONTZPATH environment variable. " + _refusal(relative),
            InvalidTZPathWarning,
            stacklevel=level,
        )
    return kept


def _refusal(paths):
    listed = "\n    ".join(map(repr, paths))
    return f"Paths should be absolute but found the following relative paths:\n    {listed}"


def _check(key):
    if os.path.isabs(key):
        raise ValueError(f"ZoneInfo keys may not be absolute paths, got: {key}")
    plain = os.path.normpath(key)
    if len(plain) != len(key):
        raise ValueError(f"ZoneInfo keys must be normalized relative paths, got: {key}")
    if plain == os.pardir or plain.startswith(os.pardir + os.sep):
        raise ValueError(f"ZoneInfo keys must refer to subdirectories of TZPATH, got: {key}")


def find_tzfile(key):
    """The path of a zone's file; None: none of the folders has it."""
    _check(key)
    for folder in TZPATH:
        path = os.path.join(folder, key)
        if os.path.isfile(path):
            return path
    return None


def available_timezones():
    """The names of all zones that can be found now, as a set; reads the start of many files."""
    from importlib import resources

    names = set()
    try:
        with resources.files("tzdata").joinpath("zones").open(encoding="utf-8") as file:
            names.update(line.strip() for line in file if line.strip())
    except (ImportError, FileNotFoundError):
        pass
    for root in TZPATH:
        for folder, folders, files in os.walk(root):
            if folder == root:
                # The same zones again, with or without leap seconds.
                folders[:] = [name for name in folders if name not in ("right", "posix")]
            for name in files:
                path = os.path.join(folder, name)
                key = os.path.relpath(path, start=root).replace(os.sep, "/")
                if key not in names and key != "posixrules" and _is_zone(path):
                    names.add(key)
    names.discard("posixrules")
    return names


def _is_zone(path):
    try:
        with open(path, "rb") as file:
            return file.read(4) == b"TZif"
    except OSError:
        return False


reset_tzpath()
