"""A profiler that costs little, with the interface of the module profile.

    python -m cProfile [-o FILE] [-s ORDER] [-m MODULE | SCRIPT] [ARG...]
"""

import _lsprof
import marshal
import sys

__all__ = ["run", "runctx", "Profile"]


def report(profiler, statement, globals, locals, filename, sort):
    """Run a statement, in `__main__` without dicts; print what took how long, or write it to a file."""
    if globals is None:
        import __main__

        globals = locals = __main__.__dict__
    try:
        profiler.runctx(statement, globals, locals)
    except SystemExit:
        # (What was measured up to there is told.)
        pass
    if filename is None:
        profiler.print_stats(sort)
    else:
        profiler.dump_stats(filename)


def run(statement, filename=None, sort=-1):
    """Run a statement in `__main__`; print what took how long, or write it to a file for pstats."""
    report(Profile(), statement, None, None, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """run() with other dicts for the statement's names."""
    report(Profile(), statement, globals, locals, filename, sort)


def label(code):
    """The function that pstats knows a code object, or the text for a native, as."""
    return ("~", 0, code) if isinstance(code, str) else (code.co_filename, code.co_firstlineno, code.co_name)


class Profile(_lsprof.Profiler):
    """Profile(timer=None, timeunit=0.0, subcalls=True, builtins=True)

    Measures from enable() to disable(), or in a `with` block. A timer that gives whole numbers needs the unit in
    which it counts, in seconds.
    """

    def print_stats(self, sort=-1):
        """Print a table."""
        import pstats

        keys = sort if isinstance(sort, tuple) else (sort,)
        pstats.Stats(self).strip_dirs().sort_stats(*keys).print_stats()

    def dump_stats(self, file):
        """Write a file for pstats."""
        with open(file, "wb") as out:
            self.create_stats()
            marshal.dump(self.stats, out)

    def snapshot_stats(self):
        """Make `stats` of what was measured up to now."""
        measured = self.getstats()
        self.stats, callers_of = {}, {}
        for entry in measured:
            callers = callers_of[id(entry.code)] = {}
            primitive = entry.callcount - entry.reccallcount
            self.stats[label(entry.code)] = primitive, entry.callcount, entry.inlinetime, entry.totaltime, callers
        for entry in measured:
            caller = label(entry.code)
            for sub in entry.calls or ():
                callers = callers_of.get(id(sub.code))
                if callers is None:
                    continue
                numbers = sub.callcount, sub.callcount - sub.reccallcount, sub.inlinetime, sub.totaltime
                if caller in callers:
                    # Two code objects of the same place.
                    numbers = tuple(a + b for a, b in zip(numbers, callers[caller]))
                callers[caller] = numbers

    def create_stats(self):
        """End, and make `stats`."""
        self.disable()
        self.snapshot_stats()

    def __enter__(self):
        self.enable()
        return self

    def __exit__(self, *raised):
        self.disable()

    def _measure(self, call, args, kw):
        # (Not in a `with` block of this object: the call of __exit__ would be measured.)
        try:
            self.enable()
            return call(*args, **kw)
        finally:
            self.disable()

    def runcall(self, func, /, *args, **kw):
        """Call a function; returns what it does."""
        return self._measure(func, args, kw)

    def runctx(self, cmd, globals, locals):
        """Run a text."""
        self._measure(exec, (cmd, globals, locals), {})
        return self

    def run(self, cmd):
        """Run a text in `__main__`."""
        from __main__ import __dict__ as names

        return self.runctx(cmd, names, names)


def main(program="cProfile", measure=runctx):
    """The command line; gives the exit code."""
    import optparse
    import os
    import pstats
    import runpy

    parser = optparse.OptionParser(prog=program, usage="%prog [-o FILE] [-s ORDER] [-m MODULE | SCRIPT] [ARG...]")
    # What follows the program is the program's.
    parser.disable_interspersed_args()
    parser.add_option("-o", "--outfile", metavar="FILE", help="write what was measured to FILE, for pstats")
    orders = sorted(pstats.Stats.sort_arg_dict_default)
    parser.add_option("-s", "--sort", metavar="ORDER", default=2, choices=orders, help="how to sort what is printed")
    parser.add_option("-m", dest="module", action="store_true", help="run a module by its name")
    given, words = parser.parse_args()
    if not words:
        parser.error("nothing to run")
    sys.argv[:] = words
    name = words[0]
    # The program may change the folder.
    out = given.outfile and os.path.abspath(given.outfile)
    if given.module:
        text, names = "runpy.run_module(name, run_name='__main__', alter_sys=True)", {"runpy": runpy, "name": name}
    else:
        sys.path.insert(0, os.path.dirname(name))
        with open(name, "rb") as source:
            text = compile(source.read(), name, "exec")
        names = dict.fromkeys(("__spec__", "__package__", "__cached__"), None)
        names.update(__name__="__main__", __file__=name)
    try:
        measure(text, names, None, out, given.sort)
    except BrokenPipeError as e:
        # Nobody reads any more.
        sys.stdout = None
        return e.errno


if __name__ == "__main__":
    sys.exit(main())
