"""The interface of GNU readline without its editor.

The history and the settings are kept, and files of history read and written; but lines that input() reads are
edited by the terminal alone, so that completers, hooks and bindings are never used. The interpreter's own prompt
has an editor, with a history and a completer of its own.
"""

# (The version whose interface this is.)
_READLINE_VERSION = _READLINE_RUNTIME_VERSION = 0x0802
_READLINE_LIBRARY_VERSION = "8.2"

_history = []
_length = -1
_auto = True
_settings = {
    "completer": None,
    "delims": " \t\n`~!@#$%^&*()-=+[{]}\\|;:'\",<>/?",
    "display": None,
    "startup": None,
    "before_input": None,
}


def _function(name, function):
    if function is not None and not callable(function):
        raise TypeError(f"{name}() argument must be callable or None")
    return function


def parse_and_bind(string, /):
    """Without effect: there are no keys to bind."""
    if not isinstance(string, str):
        raise TypeError(f"parse_and_bind() argument must be str, not {type(string).__name__}")


def read_init_file(filename=None, /):
    """Without effect."""


def get_line_buffer():
    return ""


def insert_text(string, /):
    """Without effect: no line is being edited."""


def redisplay():
    """Without effect."""


def _path(filename):
    import os

    return os.path.expanduser("~/.history") if filename is None else filename


def read_history_file(filename=None, /):
    """Add the lines of a file to the history."""
    with open(_path(filename), encoding="utf-8", errors="surrogateescape") as file:
        _history.extend(line.rstrip("\n") for line in file)


def write_history_file(filename=None, /):
    """Write the history to a file, no more of it than set_history_length() says."""
    lines = _history if _length < 0 else _history[len(_history) - min(_length, len(_history)) :]
    with open(_path(filename), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.writelines(line + "\n" for line in lines)


def append_history_file(nelements, filename=None, /):
    """Add the last lines of the history to a file that is there."""
    if nelements < 0:
        raise ValueError("nelements must be positive")
    with open(_path(filename), "r+", encoding="utf-8", errors="surrogateescape") as file:
        file.seek(0, 2)
        file.writelines(line + "\n" for line in _history[max(len(_history) - nelements, 0) :])


def get_history_length():
    return _length


def set_history_length(length, /):
    global _length
    _length = length


def get_current_history_length():
    return len(_history)


def get_history_item(index, /):
    """A line by its number, from 1; None if there is none."""
    return _history[index - 1] if 0 < index <= len(_history) else None


def remove_history_item(pos, /):
    _check(pos)
    del _history[pos]


def replace_history_item(pos, line, /):
    _check(pos)
    _history[pos] = line


def _check(pos):
    if pos < 0:
        raise ValueError("History index cannot be negative")
    if pos >= len(_history):
        raise ValueError(f"No history item at position {pos}")


def add_history(string, /):
    _history.append(string)


def clear_history():
    _history.clear()


def set_auto_history(enabled, /):
    global _auto
    _auto = bool(enabled)


def _line_read(line):
    """Called by input(): the line is one of the history, unless it is the last one already."""
    if _auto and line and line != (_history[-1] if _history else None):
        _history.append(line)


def set_startup_hook(function=None, /):
    _settings["startup"] = _function("set_startup_hook", function)


def set_pre_input_hook(function=None, /):
    _settings["before_input"] = _function("set_pre_input_hook", function)


def set_completer(function=None, /):
    _settings["completer"] = _function("set_completer", function)


def get_completer():
    return _settings["completer"]


def get_completion_type():
    return 0


def get_begidx():
    return 0


def get_endidx():
    return 0


def set_completer_delims(string, /):
    _settings["delims"] = string


def get_completer_delims():
    return _settings["delims"]


def set_completion_display_matches_hook(function=None, /):
    _settings["display"] = _function("set_completion_display_matches_hook", function)
