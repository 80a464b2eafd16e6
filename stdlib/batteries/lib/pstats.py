"""Reports from what a profiler measured.

Stats takes the names of files that a profiler wrote, or profilers; the methods that sort and print give back the
object, so that they can be chained. A function is (file, line, name).
"""

import contextlib
import marshal
import os
import re
import sys
import time

from dataclasses import dataclass
from enum import StrEnum, _simple_enum
from functools import cmp_to_key
from typing import Dict

__all__ = ["Stats", "SortKey", "FunctionProfile", "StatsProfile"]


@_simple_enum(StrEnum)
class SortKey:
    """What sort_stats() sorts by; most have two names."""

    CALLS = "calls", "ncalls"
    CUMULATIVE = "cumulative", "cumtime"
    FILENAME = "filename", "module"
    LINE = "line"
    NAME = "name"
    NFL = "nfl"
    PCALLS = "pcalls"
    STDNAME = "stdname"
    TIME = "time", "tottime"

    def __new__(cls, *values):
        key = str.__new__(cls, values[0])
        key._value_ = values[0]
        key._all_values = values
        for other in values[1:]:
            cls._value2member_map_[other] = key
        return key


@dataclass(unsafe_hash=True)
class FunctionProfile:
    """What is known of a function; the times of one call are `percall_*`."""

    ncalls: str
    tottime: float
    percall_tottime: float
    cumtime: float
    percall_cumtime: float
    file_name: str
    line_number: int


# Columns of what is sorted: (primitive calls, calls, own time, time, file, line, name, shown name, function).
def _orders():
    orders = {}

    def by(names, text, *columns):
        orders.update(dict.fromkeys(names.split(), (columns, text)))

    by("calls ncalls", "call count", (1, -1))
    by("cumtime cumulative", "cumulative time", (3, -1))
    by("filename", "file name", (4, 1))
    by("line", "line number", (5, 1))
    by("module", "file name", (4, 1))
    by("name", "function name", (6, 1))
    by("nfl", "name/file/line", (6, 1), (4, 1), (5, 1))
    by("pcalls", "primitive call count", (0, -1))
    by("stdname", "standard name", (7, 1))
    by("time tottime", "internal time", (2, -1))
    return orders


@dataclass(unsafe_hash=True)
class StatsProfile:
    """All functions, by name, and the time of all."""

    total_tt: float
    func_profiles: Dict[str, FunctionProfile]


# Sort keys were numbers once.
_NUMBERED_ORDERS = {-1: "stdname", 0: "calls", 1: "time", 2: "cumulative"}

# What add() sums up beside the functions.
_SUMS = ("total_tt", "prim_calls", "total_calls", "files")


class Stats:
    """What one or more runs took, per function.

    `stats` maps a function to (primitive calls, calls, own time, time with what it calls, callers).
    """

    sort_arg_dict_default = _orders()

    def __init__(self, *args, stream=None):
        self.stream = stream or sys.stdout
        first, *others = args or (None,)
        self.init(first)
        self.add(*others)

    def init(self, arg):
        """Forget everything; take what `arg` holds."""
        self.stats, self.sort_arg_dict = {}, {}
        self.files, self.top_level = [], set()
        self.total_calls = self.prim_calls = self.total_tt = self.max_name_len = 0
        self._forget_views()
        self.load_stats(arg)
        self._check()

    def _check(self):
        """Sum up, which fails if what was loaded was not written by a profiler."""
        try:
            self.get_top_level_stats()
        except Exception:
            source = self.files[-1] if self.files else ""
            print("Invalid timing data", source, file=self.stream)
            raise

    def _forget_views(self):
        """The order and the callees are made from `stats`: they are no longer right."""
        self.fcn_list = self.all_callees = None

    def load_stats(self, arg):
        """Take the numbers of a file, or of a profiler."""
        self.stats = {}
        if isinstance(arg, str):
            self.stats, arg = self._read(arg)
            self.files = [arg]
        elif hasattr(arg, "create_stats"):
            arg.create_stats()
            self.stats, arg.stats = arg.stats, self.stats
        if arg is not None and not self.stats:
            raise TypeError("Cannot create or construct a %r object from %r" % (self.__class__, arg))

    @staticmethod
    def _read(name):
        """What a file holds, and its name with the time when it was written."""
        with open(name, "rb") as file:
            numbers = marshal.load(file)
            try:
                written = time.ctime(os.stat(name).st_mtime)
            except OSError:
                return numbers, name
        return numbers, "%s    %s" % (written, name)

    def get_top_level_stats(self):
        """Sum up."""
        for function, (primitive, calls, own, _, callers) in self.stats.items():
            self.total_calls += calls
            self.prim_calls += primitive
            self.total_tt += own
            if ("jprofile", 0, "profiler") in callers:
                self.top_level.add(function)
            self.max_name_len = max(self.max_name_len, len(func_std_string(function)))

    def add(self, *arg_list):
        """Add the numbers of other runs."""
        for item in reversed(arg_list):
            if type(self) != type(item):
                item = type(self)(item)
            for name in _SUMS:
                setattr(self, name, getattr(self, name) + getattr(item, name))
            self.top_level |= item.top_level
            self.max_name_len = max(self.max_name_len, item.max_name_len)
            self.fcn_list = None
            for function, numbers in item.stats.items():
                known = self.stats.get(function, (0, 0, 0, 0, {}))
                self.stats[function] = add_func_stats(known, numbers)
        return self

    def dump_stats(self, filename):
        """Write a file that load_stats() reads."""
        with open(filename, "wb") as file:
            marshal.dump(self.stats, file)

    # The order.

    def get_sort_arg_defs(self):
        """The orders, also by the starts of their names that fit one alone."""
        if not self.sort_arg_dict:
            known, doubtful = {}, set()
            for word, order in self.sort_arg_dict_default.items():
                starts = [word[:end] for end in range(len(word), 0, -1)]
                shared = next((place for place, start in enumerate(starts) if start in known), len(starts))
                known.update(dict.fromkeys(starts[:shared], order))
                # (What two names begin with is neither; shorter than that, it is the first.)
                doubtful.update(starts[shared : shared + 1])
            self.sort_arg_dict = {start: order for start, order in known.items() if start not in doubtful}
        return self.sort_arg_dict

    def sort_stats(self, *field):
        """Sort by one key, and what is equal by the next; keys are SortKey's, or texts, or one number of old."""
        self.fcn_list = self._sorted(self._chosen_orders(field)) if field else 0
        return self

    def _chosen_orders(self, field):
        """What sort keys stand for."""
        if len(field) == 1 and isinstance(field[0], int):
            field = [_NUMBERED_ORDERS[field[0]]]
        elif any(type(other) != type(field[0]) for other in field[1:]):
            raise TypeError("Can't have mixed argument type")
        known = self.get_sort_arg_defs()
        return [known[word.value if isinstance(word, SortKey) else word] for word in field]

    def _sorted(self, orders):
        """The functions in an order."""
        self.sort_type = ", ".join(text for _, text in orders)
        columns = sum((columns for columns, _ in orders), ())
        rows = [
            (*numbers[:4], *function, func_std_string(function), function)
            for function, numbers in self.stats.items()
        ]
        rows.sort(key=cmp_to_key(TupleComp(columns).compare))
        return [row[-1] for row in rows]

    def reverse_order(self):
        """Turn the order around."""
        (self.fcn_list or []).reverse()
        return self

    def strip_dirs(self):
        """Leave the folders of files away; functions that are the same then are added up."""
        old, self.stats = self.stats, {}
        for function, (primitive, calls, own, total, callers) in old.items():
            short = {}
            for caller, numbers in callers.items():
                caller = func_strip_path(caller)
                short[caller] = _add_numbers(short[caller], numbers) if caller in short else numbers
            numbers = primitive, calls, own, total, short
            name = func_strip_path(function)
            self.stats[name] = add_func_stats(self.stats[name], numbers) if name in self.stats else numbers
        self.top_level = {func_strip_path(function) for function in self.top_level}
        self.max_name_len = max((len(func_std_string(name)) for name in self.stats), default=0)
        self._forget_views()
        return self

    def calc_callees(self):
        """Find out who is called, from who calls."""
        if not self.all_callees:
            callees = self.all_callees = {function: {} for function in self.stats}
            for function, numbers in self.stats.items():
                for caller, part in numbers[4].items():
                    callees.setdefault(caller, {})[function] = part

    # What is printed.

    def eval_print_amount(self, sel, list, msg):
        """Apply one restriction to a list: a number of lines, a part of them, or an expression for names."""
        chosen = list
        if isinstance(sel, str):
            try:
                pattern = re.compile(sel)
            except re.error:
                return list, msg + "   <Invalid regular expression %r>\n" % sel
            chosen = [function for function in list if pattern.search(func_std_string(function))]
        elif isinstance(sel, float) and 0.0 <= sel < 1.0:
            chosen = list[: int(len(list) * sel + 0.5)]
        elif isinstance(sel, int) and 0 <= sel < len(list):
            chosen = list[:sel]
        if len(chosen) != len(list):
            msg += "   List reduced from %r to %r due to restriction <%r>\n" % (len(list), len(chosen), sel)
        return chosen, msg

    def get_stats_profile(self):
        """All numbers as a StatsProfile."""
        functions = self.fcn_list[:] if self.fcn_list else list(self.stats)
        profiles = {}
        for function in functions:
            primitive, calls, own, total, _ = self.stats[function]
            file, line, name = function
            profiles[name] = FunctionProfile(
                str(calls) if calls == primitive else "%s/%s" % (calls, primitive),
                float(f8(own)),
                -1 if calls == 0 else float(f8(own / calls)),
                float(f8(total)),
                -1 if primitive == 0 else float(f8(total / primitive)),
                file,
                line,
            )
        return StatsProfile(float(f8(self.total_tt)), profiles)

    def get_print_list(self, sel_list):
        """(width of the names, functions) after all restrictions; says what was done."""
        width = self.max_name_len
        if self.fcn_list:
            functions, text = self.fcn_list[:], "   Ordered by: " + self.sort_type + "\n"
        else:
            functions, text = list(self.stats), "   Random listing order was used\n"
        for restriction in sel_list:
            functions, text = self.eval_print_amount(restriction, functions, text)
        if not functions:
            return 0, functions
        print(text, file=self.stream)
        if len(functions) < len(self.stats):
            width = max(len(func_std_string(function)) for function in functions)
        return width + 2, functions

    def print_stats(self, *amount):
        """Print a table of the functions; restrictions are applied one after the other."""
        for name in self.files:
            print(name, file=self.stream)
        if self.files:
            print(file=self.stream)
        indent = " " * 8
        for function in self.top_level:
            print(indent, func_get_function_name(function), file=self.stream)
        primitive = "" if self.prim_calls == self.total_calls else "(%d primitive calls) " % self.prim_calls
        taken = "%s function calls %sin %.3f seconds\n" % (self.total_calls, primitive, self.total_tt)
        print(indent, taken, file=self.stream)
        _, functions = self.get_print_list(amount)
        if functions:
            self.print_title()
            for function in functions:
                self.print_line(function)
            print("\n", file=self.stream)
        return self

    def print_callees(self, *amount):
        """Print whom the functions call."""
        width, functions = self.get_print_list(amount)
        if functions:
            self.calc_callees()
            self.print_call_heading(width, "called...")
            for function in functions:
                self.print_call_line(width, function, self.all_callees.get(function, {}))
            print("\n", file=self.stream)
        return self

    def print_callers(self, *amount):
        """Print who calls the functions."""
        width, functions = self.get_print_list(amount)
        if functions:
            self.print_call_heading(width, "was called by...")
            for function in functions:
                self.print_call_line(width, function, self.stats[function][4], "<-")
            print("\n", file=self.stream)
        return self

    def print_call_heading(self, name_size, column_title):
        """The head of a table of calls."""
        print("Function ".ljust(name_size) + column_title, file=self.stream)
        # Times per caller are known from cProfile alone.
        for numbers in self.stats.values():
            if numbers[4]:
                if isinstance(next(iter(numbers[4].values())), tuple):
                    print(" " * name_size + "    ncalls  tottime  cumtime", file=self.stream)
                break

    def print_call_line(self, name_size, source, call_dict, arrow="->"):
        """The lines of a function in a table of calls."""
        end = " " if call_dict else " \n"
        print(func_std_string(source).ljust(name_size) + arrow, end=end, file=self.stream)
        for place, function in enumerate(sorted(call_dict)):
            name, numbers = func_std_string(function), call_dict[function]
            if isinstance(numbers, tuple):
                calls, primitive, own, total = numbers
                count = "%d" % calls if calls == primitive else "%d/%d" % (calls, primitive)
                # (The first line begins behind the arrow.)
                text = "%s %s %s  %s" % (count.rjust(9 if place else 7), f8(own), f8(total), name)
                indent = name_size + 1
            else:
                text = "%s(%r) %s" % (name, numbers, f8(self.stats[function][3]))
                indent = name_size + 3
            print((" " * indent if place else "") + text, file=self.stream)

    def print_title(self):
        """The head of the table of functions."""
        print("   ncalls  tottime  percall  cumtime  percall filename:lineno(function)", file=self.stream)

    def print_line(self, func):
        """The line of a function."""
        primitive, calls, own, total, _ = self.stats[func]
        count = str(calls) if calls == primitive else "%s/%s" % (calls, primitive)
        parts = [
            count.rjust(9),
            f8(own),
            f8(own / calls) if calls else " " * 8,
            f8(total),
            f8(total / primitive) if primitive else " " * 8,
            func_std_string(func),
        ]
        print(*parts, file=self.stream)


class TupleComp:
    """Compares tuples by some of their columns: (index, 1 or -1) each."""

    def __init__(self, comp_select_list):
        self.comp_select_list = comp_select_list

    def compare(self, left, right):
        pairs = ((left[index], right[index], direction) for index, direction in self.comp_select_list)
        return next((-sign if one < other else sign for one, other, sign in pairs if one != other), 0)


def func_strip_path(func_name):
    """A function without the folder of its file."""
    file, line, name = func_name
    return os.path.basename(file), line, name


def func_get_function_name(func):
    """The name of a function."""
    return func[2]


def func_std_string(func_name):
    """A function as the tables show it; natives are ("~", 0, "<...>")."""
    if func_name[:2] != ("~", 0):
        return "%s:%d(%s)" % func_name
    name = func_name[2]
    return "{%s}" % name[1:-1] if name[:1] == "<" and name[-1:] == ">" else name


def _add_numbers(known, more):
    """Numbers of calls from one caller: times and counts from cProfile, a count from profile."""
    if isinstance(more, tuple):
        return tuple(a + b for a, b in zip(known, more))
    return known + more


def add_func_stats(target, source):
    """The numbers of a function in two runs together."""
    summed = tuple(a + b for a, b in zip(target[:4], source[:4]))
    return (*summed, add_callers(target[4], source[4]))


def add_callers(target, source):
    """The callers of a function in two runs together."""
    together = dict(target)
    for caller, numbers in source.items():
        together[caller] = _add_numbers(together[caller], numbers) if caller in together else numbers
    return together


def count_calls(callers):
    """How many calls came from callers, as profile counts them."""
    return sum(callers.values())


def f8(x):
    """A time in eight columns."""
    return "%8.3f" % x


if __name__ == "__main__":
    import cmd

    class ProfileBrowser(cmd.Cmd):
        """Asks for what to print."""

        def __init__(self, profile=None):
            super().__init__()
            self.stats, self.stream = None, sys.stdout
            self.prompt = "% "
            if profile is not None:
                self.do_read(profile)

        def _generic(self, function, line):
            if not self.stats:
                print("No statistics object is loaded.", file=self.stream)
                return 0
            restrictions = []
            for word in line.split():
                for kind in (int, float, str):
                    try:
                        restrictions.append(kind(word))
                        break
                    except ValueError:
                        continue
            getattr(self.stats, function)(*restrictions)
            return 0

        def do_add(self, line):
            """Add the numbers of a file."""
            if not self.stats:
                print("No statistics object is loaded.", file=self.stream)
                return 0
            try:
                self.stats.add(line)
            except (OSError, TypeError, ValueError, EOFError) as e:
                print("Failed to load statistics for %s: %s" % (line, e), file=self.stream)
            return 0

        def do_read(self, line):
            """Read a file; without a name, the last one again."""
            line = line or (self.prompt[:-2] if len(self.prompt) > 2 else "")
            if not line:
                print("No statistics object is current -- cannot reload.", file=self.stream)
                return 0
            try:
                self.stats = Stats(line)
            except (OSError, TypeError, ValueError, EOFError) as e:
                print("%s: %s" % (line, e), file=self.stream)
                return 0
            self.prompt = line + "% "
            return 0

        def do_stats(self, line):
            """Print functions; restrictions are numbers, parts (0.1) and expressions."""
            return self._generic("print_stats", line)

        def do_callers(self, line):
            """Print who calls functions; restrictions as for stats."""
            return self._generic("print_callers", line)

        def do_callees(self, line):
            """Print whom functions call; restrictions as for stats."""
            return self._generic("print_callees", line)

        def do_sort(self, line):
            """Sort by keys; without any they are listed."""
            if not self.stats:
                print("No statistics object is loaded.", file=self.stream)
                return 0
            known = self.stats.get_sort_arg_defs()
            words = line.split()
            if words and all(word in known for word in words):
                self.stats.sort_stats(*words)
                return 0
            print("Valid sort keys (unique prefixes are accepted):", file=self.stream)
            for key, (_, text) in Stats.sort_arg_dict_default.items():
                print("%s -- %s" % (key, text), file=self.stream)
            return 0

        def do_reverse(self, line):
            """Turn the order around."""
            if self.stats:
                self.stats.reverse_order()
            return 0

        def do_strip(self, line):
            """Leave the folders of files away."""
            if self.stats:
                self.stats.strip_dirs()
            return 0

        def do_quit(self, line):
            """Leave."""
            return 1

        def do_EOF(self, line):
            """Leave."""
            print(file=self.stream)
            return 1

        def postcmd(self, stop, line):
            return stop

    def browse(first=None, *others):
        """Ask until the user leaves."""
        browser = ProfileBrowser(first)
        for extra in others:
            browser.do_add(extra)
        say = browser.stream.write
        say("Welcome to the profile statistics browser.\n")
        browser.cmdloop()
        say("Goodbye.\n")

    with contextlib.suppress(KeyboardInterrupt):
        browse(*sys.argv[1:])
