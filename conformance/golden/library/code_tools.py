# symtable, pyclbr, cProfile and pstats: what they tell of the same small programs.
import cProfile
import contextlib
import io
import os
import pstats
import pyclbr
import symtable
import sys
import tempfile

SOURCE = '''
import os.path, sys as system
from nowhere_near import one, two as deux
class Base: pass
class Sub(Base, dict, system.Unknown):
    """Text."""
    x: int = 1
    def method(self, a, *, b=[i for i in range(3)]):
        global shared
        shared = a
        def inner():
            nonlocal b
            b = a
        return inner
    async def later(self): pass
    class Nested:
        def deep(self): return __class__
def function(*args, **kw):
    from far import *
    return lambda: args
'''.replace("    from far import *\n", "    import far\n")


def show(table, indent=0):
    print(" " * indent, table, table.get_type(), table.get_lineno(), table.is_optimized(), table.is_nested())
    for symbol in sorted(table.get_symbols(), key=lambda s: s.get_name()):
        facts = [n[3:] for n in dir(symbol) if n.startswith("is_") and getattr(symbol, n)()]
        print(" " * indent, symbol, facts, symbol.get_namespaces())
    for name in ("get_methods", "get_parameters", "get_locals", "get_globals", "get_nonlocals", "get_frees"):
        if hasattr(table, name):
            print(" " * indent, name, sorted(getattr(table, name)()))
    for child in table.get_children():
        show(child, indent + 2)


print("-- symtable")
top = symtable.symtable(SOURCE, "file", "exec")
show(top)
print(top.lookup("Sub").get_namespace() is top.get_children()[1])
for name in ("nothing", "os"):
    try:
        top.lookup(name).get_namespace()
    except (KeyError, ValueError) as e:
        print(repr(e))

with tempfile.TemporaryDirectory() as folder:
    def write(name, text, encoding="utf-8"):
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding=encoding) as file:
            file.write(text)
        return path

    write("pack/__init__.py", "import pack.one\nfrom . import two\nname = 1\n")
    write("pack/one.py", SOURCE)
    write("pack/near.py", "def one(): pass\nclass two: pass\n")
    write("pack/two.py", "from pack import name, gone\nfrom lost import *\nimport missing.part\nfrom ..up import x\n")
    write("coded.py", "# coding: cp1252\nword = '\u20ac\u201e'\ndef later():\n    import pack.near\n", "cp1252")
    script = write("main.py", "import coded, pack.two, sys\ntry:\n    import nothing\nexcept ImportError: pass\n")

    print("-- pyclbr")

    def describe(found, indent=0):
        for name, made in found.items():
            if name == "__path__":
                continue
            bases = [getattr(b, "name", b) for b in made.super] if isinstance(made, pyclbr.Class) else made.is_async
            print(" " * indent, type(made).__name__, name, made.module, made.lineno, made.end_lineno, bases,
                  getattr(made, "methods", None))
            describe(made.children, indent + 2)

    describe(pyclbr.readmodule_ex("pack.one", [folder]))
    print(list(pyclbr.readmodule("pack.near", [folder])), "__path__" in pyclbr.readmodule_ex("pack", [folder]))
    for name in ("nowhere_at_all", "os.path.nowhere"):
        try:
            pyclbr.readmodule(name)
        except ImportError as e:
            print(repr(e))

    sys.path.insert(0, folder)
    import coded
    print(ascii(coded.word))

print("-- profilers")
now = 0


def clock():
    return now


def work(n):
    global now
    now += n
    if n > 1:
        work(n - 1)
    return helper(n)


def helper(n):
    global now
    now += 10
    return len([n])


def task():
    global now
    now += 5
    work(3)
    helper(1)
    sorted([3, 1], key=abs)


def table(profiler):
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).strip_dirs().sort_stats("stdname")
    stats.print_stats("code_tools|sorted|abs")
    stats.print_callers("work|helper")
    stats.print_callees("work|task")
    # (Whether the call that ends the measurement is counted, is not the same everywhere.)
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    others = ("function calls", "List reduced", "profile:0", "setprofile")
    return "\n".join(line for line in lines if not any(word in line for word in others))


measured = cProfile.Profile(clock, 0.5)
measured.runctx("task()", globals(), {})
print(table(measured))
rows = sorted((str(getattr(e.code, "co_name", e.code)), e.callcount, e.reccallcount, e.totaltime, e.inlinetime)
              for e in measured.getstats() if "builtins.exec" not in str(e.code))
print(rows)
with cProfile.Profile(clock, 1, builtins=False) as only:
    helper(2)
print([e.code.co_name for e in only.getstats()], [e.calls for e in only.getstats()])
only.clear()
print(only.getstats(), only.runcall(helper, 4), sys.getprofile())

first = pstats.Stats(measured, stream=io.StringIO())
first.add(first)
summary = first.strip_dirs().get_stats_profile()
print(summary.func_profiles["work"])
for keys in (("calls", "name"), ("cum",), (2,), (pstats.SortKey.TIME, pstats.SortKey.LINE), ("c",), ("time", 1)):
    try:
        print(keys, first.sort_stats(*keys).sort_type)
    except (KeyError, TypeError) as e:
        print(keys, repr(e))
shown, text = first.eval_print_amount(0.5, list(range(7)), "")
print(shown, text, first.eval_print_amount("(", [("f", 1, "n")], ""))
