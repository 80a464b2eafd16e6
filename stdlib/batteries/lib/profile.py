"""A profiler written in Python: slow, but its methods can be overridden. cProfile measures the same, faster.

    python -m profile [-o FILE] [-s ORDER] [-m MODULE | SCRIPT] [ARG...]
"""

import importlib.machinery
import io
import marshal
import sys
import time

__all__ = ["run", "runctx", "Profile"]


class _Utils:
    """run() and runctx() for a class of profilers."""

    def __init__(self, profiler):
        self.profiler = profiler

    def run(self, statement, filename, sort):
        prof = self.profiler()
        try:
            prof.run(statement)
        except SystemExit:
            pass
        finally:
            self._show(prof, filename, sort)

    def runctx(self, statement, globals, locals, filename, sort):
        prof = self.profiler()
        try:
            prof.runctx(statement, globals, locals)
        except SystemExit:
            pass
        finally:
            self._show(prof, filename, sort)

    def _show(self, prof, filename, sort):
        if filename is None:
            prof.print_stats(sort)
        else:
            prof.dump_stats(filename)


def run(statement, filename=None, sort=-1):
    """Run a statement in `__main__`; print what took how long, or write it to a file for pstats."""
    return _Utils(Profile).run(statement, filename, sort)


def runctx(statement, globals, locals, filename=None, sort=-1):
    """run() with other dicts for the statement's names."""
    return _Utils(Profile).runctx(statement, globals, locals, filename, sort)


class _Call:
    """A call that is running."""

    __slots__ = ("function", "frame", "caller", "waited", "own", "below")

    def __init__(self, function, frame, caller, waited):
        self.function = function
        self.frame = frame
        self.caller = caller
        # What the caller had used since the event before: it is told when this call is over.
        self.waited = waited
        # Time in the function itself, and in what it called.
        self.own = 0
        self.below = 0


class Profile:
    """Measures with sys.setprofile().

    `timer` gives the time as a number or several, which are summed; time.process_time is used without. `bias` is
    what an event costs, and is taken off (see calibrate()). After create_stats(), `stats` is what pstats.Stats
    holds, but that the callers have a count alone.
    """

    bias = 0

    def __init__(self, timer=None, bias=None):
        self.timings = {}
        self.cur = None
        self.cmd = ""
        self.c_func_name = ""
        self.bias = self.bias if bias is None else bias
        self.timer = timer = timer or time.process_time
        try:
            len(timer())
        except TypeError:
            self.get_time = timer
        else:
            self.get_time = lambda: sum(timer())
        self.dispatcher = self.trace_dispatch
        self.t = self.get_time()
        self.simulate_call("profiler")

    # Events.

    def trace_dispatch(self, frame, event, arg):
        """What sys.setprofile() is given."""
        get_time = self.get_time
        t = get_time() - self.t - self.bias
        if event == "c_call":
            self.c_func_name = arg.__name__
        if self.dispatch[event](self, frame, t):
            self.t = get_time()
        else:
            # Not counted: it goes to the next event.
            self.t = get_time() - t

    def _enter(self, function, frame, t):
        self.cur = _Call(function, frame, self.cur, t)
        # (How many are running, behind how many were the outermost.)
        primitive, running, own, total, callers = self.timings.get(function, (0, -1, 0, 0, {}))
        self.timings[function] = primitive, running + 1, own, total, callers
        return 1

    def trace_dispatch_call(self, frame, t):
        call = self.cur
        if call is not None and frame.f_back is not call.frame and not isinstance(call.frame, Profile.fake_frame):
            # Calls ended that we were not told of.
            outer = call
            while outer is not None and outer.frame is not frame.f_back:
                outer = outer.caller
            while outer is not None and self.cur is not outer:
                self.trace_dispatch_return(self.cur.frame, 0)
        code = frame.f_code
        return self._enter((code.co_filename, code.co_firstlineno, code.co_name), frame, t)

    def trace_dispatch_c_call(self, frame, t):
        return self._enter(("", 0, self.c_func_name), frame, t)

    def trace_dispatch_exception(self, frame, t):
        call = self.cur
        if call.frame is not frame and call.caller:
            return self.trace_dispatch_return(call.frame, t)
        call.own += t
        return 1

    def trace_dispatch_return(self, frame, t):
        if frame is not self.cur.frame:
            # The one above ended without a word.
            assert frame is self.cur.frame.f_back, ("Bad return", self.cur.function)
            self.trace_dispatch_return(self.cur.frame, 0)
        call = self.cur
        caller = self.cur = call.caller
        own = call.own + t
        whole = own + call.below
        caller.own += call.waited
        caller.below += whole
        primitive, running, own_before, total, callers = self.timings[call.function]
        if not running:
            # The outermost one of its function.
            primitive += 1
            total += whole
        callers[caller.function] = callers.get(caller.function, 0) + 1
        self.timings[call.function] = primitive, running - 1, own_before + own, total, callers
        return 1

    dispatch = {
        "call": trace_dispatch_call,
        "exception": trace_dispatch_exception,
        "return": trace_dispatch_return,
        "c_call": trace_dispatch_c_call,
        "c_exception": trace_dispatch_return,
        "c_return": trace_dispatch_return,
    }

    # What is no call of Python's has a frame all the same.

    class fake_code:
        def __init__(self, filename, line, name):
            self.co_filename = filename
            self.co_line = line
            self.co_name = name
            self.co_firstlineno = 0

        def __repr__(self):
            return repr((self.co_filename, self.co_line, self.co_name))

    class fake_frame:
        def __init__(self, code, prior):
            self.f_code = code
            self.f_back = prior

    def set_cmd(self, cmd):
        """Give what is run a name, unless it has one."""
        if self.cur.caller:
            return
        self.cmd = cmd
        self.simulate_call(cmd)

    def simulate_call(self, name):
        """As if something of this name was called."""
        code = self.fake_code("profile", 0, name)
        frame = self.fake_frame(code, self.cur.frame if self.cur else None)
        self.dispatch["call"](self, frame, 0)

    def simulate_cmd_complete(self):
        """As if all that runs returned."""
        get_time = self.get_time
        t = get_time() - self.t
        while self.cur.caller:
            # The first of them gets what was not counted.
            self.dispatch["return"](self, self.cur.frame, t)
            t = 0
        self.t = get_time() - t

    # Results.

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

    def create_stats(self):
        """End, and make `stats`."""
        self.simulate_cmd_complete()
        self.snapshot_stats()

    def snapshot_stats(self):
        """Make `stats` of what was measured up to now."""
        self.stats = {}
        for function, (primitive, _, own, total, callers) in self.timings.items():
            self.stats[function] = primitive, sum(callers.values()), own, total, dict(callers)

    # Running.

    def run(self, cmd):
        """Run a text in `__main__`."""
        import __main__

        return self.runctx(cmd, __main__.__dict__, __main__.__dict__)

    def runctx(self, cmd, globals, locals):
        """Run a text."""
        self.set_cmd(cmd)
        sys.setprofile(self.dispatcher)
        try:
            exec(cmd, globals, locals)
        finally:
            sys.setprofile(None)
        return self

    def runcall(self, func, /, *args, **kw):
        """Call a function; returns what it does."""
        self.set_cmd(repr(func))
        sys.setprofile(self.dispatcher)
        try:
            return func(*args, **kw)
        finally:
            sys.setprofile(None)

    def calibrate(self, m, verbose=0):
        """Measure what an event costs, with m rounds of 100 calls; it is for the attribute `bias`."""
        if self.__class__ is not Profile:
            raise TypeError("Subclasses must override .calibrate().")
        kept, self.bias = self.bias, 0
        try:
            return self._calibrate_inner(m, verbose)
        finally:
            self.bias = kept

    def _calibrate_inner(self, m, verbose):
        def inner(n):
            for _ in range(n):
                pass

        def outer(rounds):
            for _ in range(rounds):
                for _ in range(100):
                    inner(10)

        start = self.get_time()
        outer(m)
        alone = self.get_time() - start
        if verbose:
            print("elapsed time without profiling =", alone)

        measured = Profile(self.timer, 0)
        start = self.get_time()
        measured.runctx("outer(m)", {"outer": outer, "m": m}, {})
        watched = self.get_time() - start
        if verbose:
            print("elapsed time with profiling =", watched)

        measured.create_stats()
        calls, reported = 0, 0.0
        for (_, _, name), (_, count, own, _, _) in measured.stats.items():
            if name in ("outer", "inner"):
                calls += count
                reported += own
        if verbose:
            print("'CPU seconds' profiler reported =", reported)
            print("total # calls =", calls)
        if calls != m * 100 + 1:
            raise ValueError("internal error: total calls = %d" % calls)
        # Each call is two events.
        cost = (reported - alone) / 2.0 / calls
        if verbose:
            print("mean stopwatch overhead per profile event =", cost)
        return cost


def _run_program(name, run_it, add_sort):
    """`python -m profile` and `python -m cProfile`."""
    import os
    from optparse import OptionParser

    parser = OptionParser(usage=name + ".py [-o output_file_path] [-s sort] [-m module | scriptfile] [arg] ...")
    parser.allow_interspersed_args = False
    parser.add_option("-o", "--outfile", dest="outfile", default=None, help="Save stats to <outfile>")
    parser.add_option("-m", dest="module", action="store_true", default=False, help="Profile a library module")
    add_sort(parser)
    options, words = parser.parse_args()
    if not words:
        parser.print_usage()
        return 2
    sys.argv[:] = words
    # (The program may change the folder.)
    if options.outfile is not None:
        options.outfile = os.path.abspath(options.outfile)
    if options.module:
        import runpy

        code = "run_module(modname, run_name='__main__')"
        names = {"run_module": runpy.run_module, "modname": words[0]}
    else:
        script = words[0]
        sys.path.insert(0, os.path.dirname(script))
        with io.open_code(script) as file:
            code = compile(file.read(), script, "exec")
        names = {
            "__spec__": importlib.machinery.ModuleSpec("__main__", None, origin=script),
            "__file__": script,
            "__name__": "__main__",
            "__package__": None,
            "__cached__": None,
        }
    try:
        run_it(code, names, None, options.outfile, options.sort)
    except BrokenPipeError as e:
        # Who read what we print is gone: that there is no one is no error of ours.
        sys.stdout = None
        sys.exit(e.errno)
    return 0


def main():
    def add_sort(parser):
        says = "Sort order when printing to stdout, based on pstats.Stats class"
        parser.add_option("-s", "--sort", dest="sort", default=-1, help=says)

    return _run_program("profile", runctx, add_sort)


if __name__ == "__main__":
    sys.exit(main())
