"""Rows about -X, -W, variables, sys.path: what a script sees of them."""

from table import command, row

SEE = "import sys; print(sys.flags.dev_mode, sys.warnoptions, sys._xoptions)"

# -X and what goes with it.
command("-X dev: seen", SEE, "-X", "dev")
command("-X dev: -W after it", SEE, "-X", "dev", "-W", "ignore")
command("-X dev=0", SEE, "-X", "dev=0")
command("-X dev: faulthandler", "import faulthandler; print(faulthandler.is_enabled())", "-X", "dev")
command("-X dev: a warning", "import warnings; warnings.warn('old', DeprecationWarning); warnings.warn('r', ResourceWarning)", "-X", "dev")
command("-X dev: a file left open", "f = open('show.py')\ndel f", "-X", "dev")
command("-X dev: asyncio", "import asyncio; l = asyncio.new_event_loop(); print(l.get_debug()); l.close()", "-X", "dev")
command("-X dev: wrong error handler", "open('show.py', errors='nonsense')", "-X", "dev")
command("PYTHONDEVMODE: -E", SEE, "-E", env={"PYTHONDEVMODE": "1"})
command("PYTHONDEVMODE: -I", SEE, "-I", env={"PYTHONDEVMODE": "1"})
command("-X faulthandler: on", "import faulthandler; print(faulthandler.is_enabled())", "-X", "faulthandler")
command("PYTHONFAULTHANDLER", "import faulthandler; print(faulthandler.is_enabled())", env={"PYTHONFAULTHANDLER": "1"})
command("PYTHONFAULTHANDLER: -E", "import faulthandler; print(faulthandler.is_enabled())", "-E", env={"PYTHONFAULTHANDLER": "1"})
row("-X faulthandler: tells of a signal", shell="'{exe}' -X faulthandler -c 'import posix; posix.kill(posix.getpid(), 11)' 2>err.txt; echo $?; grep -c 'Fatal Python error: Segmentation fault' err.txt")
row("-X faulthandler: not given", shell="'{exe}' -c 'import posix; posix.kill(posix.getpid(), 11)' 2>err.txt; echo $?; grep -c 'Fatal Python error: Segmentation fault' err.txt")
command("-X pycache_prefix", "import sys; print(sys.pycache_prefix)", "-X", "pycache_prefix=/tmp/cache")
command("-X pycache_prefix: empty", "import sys; print(sys.pycache_prefix)", "-X", "pycache_prefix=")
command("-X pycache_prefix: no value", "import sys; print(sys.pycache_prefix)", "-X", "pycache_prefix")
command("PYTHONPYCACHEPREFIX", "import sys; print(sys.pycache_prefix)", env={"PYTHONPYCACHEPREFIX": "{dir}/cache"})
command("PYTHONPYCACHEPREFIX: -X wins", "import sys; print(sys.pycache_prefix)", "-X", "pycache_prefix=/tmp/cache", env={"PYTHONPYCACHEPREFIX": "{dir}/cache"})
command("PYTHONPYCACHEPREFIX: -E", "import sys; print(sys.pycache_prefix)", "-E", env={"PYTHONPYCACHEPREFIX": "{dir}/cache"})
command("-X pycache_prefix: where", "import importlib.util as u; print(u.cache_from_source('/a/b.py').rpartition('/')[0], u.cache_from_source('/a/b.py').endswith('.pyc'))", "-X", "pycache_prefix=/tmp/cache")
RANGES = {"ranges.py": "def f(x):\n    return 1 + (x / 0)\n\nprint({p[1:] for p in f.__code__.co_positions()} == {(None, None, None)})\nf(1)\n"}
row("-X no_debug_ranges: carets", "-X", "no_debug_ranges", "ranges.py", files=RANGES)
row("-X no_debug_ranges: not given", "ranges.py", files=RANGES)
row("-X no_debug_ranges: module traceback", "-X", "no_debug_ranges", "-c", "import traceback\nfrom ranges import f", files={"ranges.py": "import traceback\ntry:\n    print(1 +\n      (1/0))\nexcept ZeroDivisionError:\n    traceback.print_exc()\n"})
row("PYTHONNODEBUGRANGES", "ranges.py", files=RANGES, env={"PYTHONNODEBUGRANGES": "1"})
row("PYTHONNODEBUGRANGES: -E", "-E", "ranges.py", files=RANGES, env={"PYTHONNODEBUGRANGES": "1"})
ENCODED = {"e.py": "import io\nopen('show.py').close()\nio.TextIOWrapper(io.BytesIO())\nio.text_encoding(None)\n"}
row("-X warn_default_encoding: warns", "-X", "warn_default_encoding", "e.py", files=ENCODED)
row("-X warn_default_encoding: -W error", "-W", "error", "-X", "warn_default_encoding", "e.py", files=ENCODED)
row("PYTHONWARNDEFAULTENCODING: warns", "e.py", files=ENCODED, env={"PYTHONWARNDEFAULTENCODING": "1"})
row("-X warn_default_encoding: pathlib", "-X", "warn_default_encoding", "-c", "import pathlib\npathlib.Path('show.py').read_text()\nopen('show.py', encoding='locale').close()\nopen('show.py', 'rb').close()")
for value in ("on", "off"):
    command(f"-X frozen_modules={value}", "import sys; print(sys._xoptions)", "-X", f"frozen_modules={value}")
command("-X frozen_modules: wrong", "print(1)", "-X", "frozen_modules=maybe")
command("-X frozen_modules: no value", "print(1)", "-X", "frozen_modules")
TRACED = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"
command("-X tracemalloc", TRACED, "-X", "tracemalloc")
command("-X tracemalloc=5", TRACED, "-X", "tracemalloc=5")
command("-X tracemalloc=0", TRACED, "-X", "tracemalloc=0")
command("-X tracemalloc: wrong", TRACED, "-X", "tracemalloc=many")
command("-X tracemalloc: too large", TRACED, "-X", "tracemalloc=99999")
command("PYTHONTRACEMALLOC=7", TRACED, env={"PYTHONTRACEMALLOC": "7"})
command("PYTHONTRACEMALLOC=0", TRACED, env={"PYTHONTRACEMALLOC": "0"})
command("PYTHONTRACEMALLOC: -X wins", TRACED, "-X", "tracemalloc=2", env={"PYTHONTRACEMALLOC": "7"})
command("PYTHONTRACEMALLOC: -E", TRACED, "-E", env={"PYTHONTRACEMALLOC": "x"})
command("-X showrefcount", "print(1)", "-X", "showrefcount")
command("-X utf8: streams", "import sys; print(sys.stdin.encoding, sys.stdin.errors, sys.stdout.errors)", "-X", "utf8=0")
command("-X int_max_str_digits: before PYTHONINTMAXSTRDIGITS wrong", "print(1)", "-X", "int_max_str_digits=700", env={"PYTHONINTMAXSTRDIGITS": "x"})

# -W.
WARN = "import warnings\nfor c in (UserWarning, DeprecationWarning, BytesWarning, ResourceWarning):\n  warnings.warn('text', c)"
for given in ("error::NoSuch", "error::no_such.Thing", "error:::mod:x", "error:::mod:-1", "error::::", "error:a:b:c:1:e", "i", "a::DeprecationWarning", "x", "", ":", "error::sys", "default::builtins.DeprecationWarning"):
    command(f"-W {given}", "print(1)", "-W", given)
command("-W ignore::UserWarning", WARN, "-W", "ignore::UserWarning")
command("-W always::DeprecationWarning", WARN, "-W", "always::DeprecationWarning")
command("-W error: a text", WARN, "-W", "error:tex")
command("-W error: with spaces", WARN, "-W", " error : text : DeprecationWarning ")
command("-W error: module", WARN, "-W", "error:::__main__")
command("-W error: line", WARN, "-W", "error::::3")
command("-W: the last wins", WARN, "-W", "error", "-W", "ignore")
command("PYTHONWARNINGS: one wrong", WARN, env={"PYTHONWARNINGS": "nonsense,default"})
command("PYTHONWARNINGS: -W wins", WARN, "-W", "ignore", env={"PYTHONWARNINGS": "error"})
command("PYTHONWARNINGS: -E", WARN, "-E", env={"PYTHONWARNINGS": "error"})
command("PYTHONWARNINGS: -I", WARN, "-I", env={"PYTHONWARNINGS": "error"})
command("-W: -b and -X dev", "import sys; print(sys.warnoptions)", "-b", "-W", "ignore", "-X", "dev", env={"PYTHONWARNINGS": "once"})

# sys.path: the entries of the run's folder.
OWN = "import sys; print([p.replace('{dir}', '<dir>') for p in sys.path if not p or p.startswith('{dir}')])"
SITE = {".local/lib/python3.11/site-packages/users.py": "print('of the user')"}
PATHS = {"p.py": OWN, "sub/p.py": OWN, **SITE}
for option in ("-s", "-S", "-P", "-I", "-E", "-sP", "-SE"):
    command(f"sys.path: {option} -c", OWN, option, files=SITE, env={"PYTHONPATH": "{dir}/lib"})
    row(f"sys.path: {option} file", option, "sub/p.py", files=PATHS, env={"PYTHONPATH": "{dir}/lib"})
    row(f"sys.path: {option} -m", option, "-m", "p", files=PATHS, env={"PYTHONPATH": "{dir}/sub"})
command("sys.path: -c", OWN, files=SITE)
row("sys.path: file", "sub/p.py", files=PATHS)
row("sys.path: stdin", stdin=b"import sys; print(sys.path[0] == '')\n")
row("sys.path: -m", "-m", "p", files=PATHS)
command("sys.path: PYTHONNOUSERSITE", OWN, files=SITE, env={"PYTHONNOUSERSITE": "1"})
command("sys.path: a user's module", "import users", files=SITE)
command("sys.path: PYTHONSAFEPATH", OWN, env={"PYTHONSAFEPATH": "1"})

# Variables.
command("PYTHONBREAKPOINT: set by the program", "import os\nos.environ['PYTHONBREAKPOINT'] = '0'\nbreakpoint()\nos.environ['PYTHONBREAKPOINT'] = 'print'\nbreakpoint('called')\nos.environ['PYTHONBREAKPOINT'] = 'no.such'\nbreakpoint()")
command("PYTHONBREAKPOINT: removed by the program", "import os, sys, types\ndel os.environ['PYTHONBREAKPOINT']\npdb = sys.modules['pdb'] = types.ModuleType('pdb')\npdb.set_trace = lambda *a: print('pdb', a)\nbreakpoint(1)", env={"PYTHONBREAKPOINT": "0"})
command("PYTHONBREAKPOINT: empty", "import sys, types\npdb = sys.modules['pdb'] = types.ModuleType('pdb')\npdb.set_trace = lambda *a: print('pdb', a)\nbreakpoint(1)", env={"PYTHONBREAKPOINT": ""})
command("PYTHONBREAKPOINT: a dot", "breakpoint()", env={"PYTHONBREAKPOINT": "."})
command("PYTHONBREAKPOINT: deep", "breakpoint('a', 'b')", env={"PYTHONBREAKPOINT": "os.path.join"})
command("PYTHONHOME: empty", "import sys; print(sys.prefix != '')", env={"PYTHONHOME": ""})
command("PYTHONHOME: -E", "import sys; print(sys.prefix != '/nonexistent')", "-E", env={"PYTHONHOME": "/nonexistent"})
command("PYTHONHOME: two", "print(1)", env={"PYTHONHOME": "/nonexistent:/none"})
command("PYTHONHOME: -c with a path", "print(1)", "-s", "-P", env={"PYTHONHOME": "{dir}/none", "PYTHONPATH": "{dir}/lib:x"})
HOME = "import sys; print(sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, ['{dir}/home/lib/' + p in sys.path for p in ('python311.zip', 'python3.11', 'python3.11/lib-dynload')])"
row("PYTHONHOME: a library is there", shell="mkdir -p home/lib/python3.11/lib-dynload; ln -s /usr/lib/python3.11/* home/lib/python3.11/ 2>/dev/null; test -e home/lib/python3.11/encodings/__init__.py || { rm -rf home/lib/python3.11/encodings; mkdir home/lib/python3.11/encodings; : > home/lib/python3.11/encodings/__init__.py; }; PYTHONHOME='{dir}/home' '{exe}' -c \"$CODE\"", env={"CODE": HOME})
command("PYTHONPLATLIBDIR", "import sys; print(sys.platlibdir)", env={"PYTHONPLATLIBDIR": "lib"})
command("PYTHONCASEOK", "import SHOW", env={"PYTHONCASEOK": "1"})
for value in ("malloc", "pymalloc", "debug", "default", "malloc_debug", "nonsense"):
    command(f"PYTHONMALLOC={value}", "print(1)", env={"PYTHONMALLOC": value})
command("PYTHONMALLOC: -E", "print(1)", "-E", env={"PYTHONMALLOC": "nonsense"})
LOCALE = "import os, sys; print(os.environ.get('LC_CTYPE'), os.environ.get('LC_ALL'), sys.flags.utf8_mode, sys.stdout.encoding, sys.stdout.errors)"
for value in ("0", "1", "warn", "nonsense"):
    command(f"PYTHONCOERCECLOCALE={value}", LOCALE, env={"PYTHONCOERCECLOCALE": value, "LANG": "C"})
    command(f"PYTHONCOERCECLOCALE={value}, LC_ALL", LOCALE, env={"PYTHONCOERCECLOCALE": value, "LC_ALL": "C"})
    command(f"PYTHONCOERCECLOCALE={value}, UTF-8", LOCALE, env={"PYTHONCOERCECLOCALE": value})
command("C locale: LC_CTYPE", LOCALE, env={"LANG": "C"})
command("C locale: none at all", LOCALE, env={"LANG": ""})
command("C locale: -I", LOCALE, "-I", env={"LANG": "C", "PYTHONCOERCECLOCALE": "0"})
command("PYTHONIOENCODING: unknown, -E", "print(1)", "-E", env={"PYTHONIOENCODING": "nonsense"})
command("PYTHONIOENCODING: unknown handler", "print(1)", env={"PYTHONIOENCODING": "utf-8:nonsense"})
command("PYTHONIOENCODING: no text encoding", "print(1)", env={"PYTHONIOENCODING": "base64"})
command("PYTHONIOENCODING: of the library", "import sys; print(sys.stdout.encoding); print('\u20ac')", env={"PYTHONIOENCODING": "cp1252"})
command("PYTHONUSERBASE", "import site; print(site.getuserbase())", env={"PYTHONUSERBASE": "/tmp/base"})
command("-E: all at once", "import sys; print(sys.flags.optimize, sys.flags.verbose, sys.flags.inspect, sys.flags.debug, sys.flags.dev_mode, sys.pycache_prefix)", "-E", env={"PYTHONOPTIMIZE": "2", "PYTHONVERBOSE": "1", "PYTHONINSPECT": "1", "PYTHONDEBUG": "1", "PYTHONDEVMODE": "1", "PYTHONPYCACHEPREFIX": "x", "PYTHONTRACEMALLOC": "x", "PYTHONHOME": "x", "PYTHONIOENCODING": "x", "PYTHONHASHSEED": "x"})
command("-I: all at once", "import sys; print(sys.flags.optimize, sys.flags.verbose, sys.flags.inspect, sys.flags.debug, sys.flags.dev_mode, sys.pycache_prefix)", "-I", env={"PYTHONOPTIMIZE": "2", "PYTHONVERBOSE": "1", "PYTHONINSPECT": "1", "PYTHONDEBUG": "1", "PYTHONDEVMODE": "1", "PYTHONPYCACHEPREFIX": "x", "PYTHONTRACEMALLOC": "x", "PYTHONHOME": "x", "PYTHONIOENCODING": "x", "PYTHONHASHSEED": "x"})
# Which complaint comes first.
command("two complaints", "print(1)", "-X", "int_max_str_digits=x", env={"PYTHONHASHSEED": "x", "PYTHONTRACEMALLOC": "x"})
command("two complaints: memory", "print(1)", "-X", "utf8=x", env={"PYTHONMALLOC": "x"})

# Options in groups and in odd places.
row("options: -- alone", "--", stdin=b"print(1)\n")
row("options: -- and -", "--", "-", stdin=b"print(1)\n")
row("options: -Vh", "-Vh", compare="names")
row("options: -hc without argument", "-hc", compare="names")
row("options: -c wins over -m", "-c", "import sys; print(sys.argv)", "-m", "show")
row("options: -bbb", "-bbb", "-c", "import sys; print(sys.flags.bytes_warning)")
row("options: -OOOc", "-OOOc", "import sys; print(sys.flags.optimize)")
row("options: -W attached", "-Werror", "-c", "import sys; print(sys.warnoptions)")
row("options: -W and = ", "-W=error", "-c", "import sys; print(sys.warnoptions)")
row("options: behind the file", "show.py", "-c", "x", "--help")
row("options: -x with a file of one line", "-x", "one.py", files={"one.py": "print(1)"})
row("options: -x and a syntax error", "-x", "two.py", files={"two.py": "not python at all !\nx = = 1\n"})
row("options: -x and an exception", "-x", "two.py", files={"two.py": "not python at all !\n1/0\n"})
row("options: -x with stdin", "-x", stdin=b"not python\nprint(1)\n")
row("shebang: with an option", shell="printf '#!{exe} -I\\nimport sys\\nprint(sys.flags.isolated, sys.argv)\\n' > run.me; chmod +x run.me; ./run.me a")
row("shebang: with env -S", shell="printf '#!/usr/bin/env -S {exe} -O -q\\nimport sys\\nprint(sys.flags.optimize, sys.flags.quiet, sys.argv)\\n' > run.me; chmod +x run.me; ./run.me -v")
row("stdin: a folder", shell="'{exe}' < lib")
row("stdin: a folder, -c", shell="'{exe}' -c 'print(1)' < lib")
row("stdin: null byte", stdin=b"print(1)\n\0\nprint(2) # x\0 y\nprint(3)\n")
row("stdin: not readable as text", stdin=b"print(1)\nx = '\xff'\n")
row("stdin: -i with a file", "-i", "nonl.py", stdin=b"1/0\n")
