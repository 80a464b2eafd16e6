# The builtins that the module site adds; site.rs makes them when they are asked for.

import sys


class Quitter:
    """Ends the program when called."""

    def __init__(self, name, eof):
        self.name, self.eof = name, eof

    def __repr__(self):
        return f"Use {self.name}() or {self.eof} to exit"

    def _close_input(self):
        # Programs with an event loop of their own look whether standard input is closed.
        try:
            sys.stdin.close()
        except BaseException:
            pass

    def __call__(self, code=None):
        self._close_input()
        # Tracebacks show a line of CPython's file of this name, without its text; this is
        # the same number.
        raise SystemExit(code)


class Notice:
    """Prints a text when called."""

    def __init__(self, name, text, is_long=False):
        self.name = name
        self.text = text
        self.is_long = is_long

    def __repr__(self):
        if self.is_long:
            return f"Type {self.name}() to see the full {self.name} text"
        return self.text

    def __call__(self):
        print(self.text)


class Helper:
    """Shows what is known about an object; pydoc does, where it is present."""

    def __repr__(self):
        return "Type help() for interactive help, or help(object) for help about object."

    def __call__(self, *args, **kwds):
        try:
            import pydoc
        except ImportError:
            return self.show(*args)
        return pydoc.help(*args, **kwds)

    def show(self, thing=None, /):
        if thing is None:
            print(repr(self))
            return
        kind = thing if isinstance(thing, type) or callable(thing) else type(thing)
        name = getattr(kind, "__qualname__", repr(kind))
        print(f"Help on {type(thing).__name__} {getattr(thing, '__name__', name)}:\n")
        print(name + (getattr(kind, "__text_signature__", None) or ""))
        for line in (getattr(thing, "__doc__", None) or "(no documentation)").strip().split("\n"):
            print("    " + line.strip())
        if isinstance(thing, type):
            print("\nAttributes:", ", ".join(n for n in dir(thing) if not n.startswith("_")))


exit = Quitter("exit", "Ctrl-D (i.e. EOF)")
quit = Quitter("quit", "Ctrl-D (i.e. EOF)")
copyright = Notice("copyright", sys.copyright)
credits = Notice("credits", "Taipan is written in Rust on the design of Python, the language of the\n"
                 "Python Software Foundation and its community.")
license = Notice("license", "Taipan may be used under the MIT licence or the Apache licence 2.0.", True)
help = Helper()
