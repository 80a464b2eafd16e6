"""Rows about what a program finds when it starts, how an exception that ends it is shown, and programs that break
what the end needs.
"""

from table import command, row

NAMES = "print(sorted(globals()), __name__, __doc__, __package__, __spec__ is None, __builtins__.__name__)"
command("globals: -c", NAMES)
row("globals: stdin", stdin=NAMES.encode())
row("globals: file", "g.py", files={"g.py": NAMES})
row("globals: -m", "-m", "g", files={"g.py": NAMES})
row("globals: folder", "g", files={"g/__main__.py": NAMES})
row("globals: -i", "-i", "-q", stdin=NAMES.encode() + b"\n")
LOADER = "print(__loader__ if isinstance(__loader__, type) else (type(__loader__).__name__, __loader__.name, __loader__.path))"
row("__loader__: -m", "-m", "g", files={"g.py": LOADER})
command("sys at the start", "import sys; print(sys.argv, sys.flags.interactive, hasattr(sys, 'ps1'), sys.dont_write_bytecode, sys.is_finalizing(), sys.exc_info(), sys.gettrace(), sys.getrecursionlimit())", "-B")
command("modules at the start", "import sys; print([n for n in ('sys', 'builtins', '__main__', 'json', 'asyncio', 'socket', 'argparse') if n in sys.modules])")
command("order of sys.modules", "import sys, a\nprint([n for n in sys.modules if n in ('a', 'b', 'c')])", files={"a.py": "import b, c", "b.py": "", "c.py": ""})

# The text of a program.
row("text: form feed and tabs", "t.py", files={"t.py": "\x0cif 1:\n\tprint(1)\n"})
row("text: only a comment", "t.py", files={"t.py": "# nothing"})
row("text: empty", "t.py", files={"t.py": ""})
row("text: backslash at the end", "t.py", files={"t.py": "x = 1 \\"})
row("text: open bracket at the end", "t.py", files={"t.py": "x = (1,\n"})
row("text: open string at the end", "t.py", files={"t.py": "x = '''1\n2"})
row("text: no indented block", "t.py", files={"t.py": "if 1:\n"})
row("text: no indented block, something else", "t.py", files={"t.py": "def f():\nx = 1\n"})
row("text: no indented block, empty lines", "t.py", files={"t.py": "def f():\n  if 1:\n\n\n"})
row("text: tabs and blanks", "t.py", files={"t.py": "if 1:\n        x = 1\n\ty = 2\n"})
row("text: unknown cookie", "t.py", files={"t.py": "# coding: nonsense\nx = 1\n"})
row("text: byte order mark in stdin", stdin=b"\xef\xbb\xbfprint(1)\n")
row("text: return outside", "t.py", files={"t.py": "x = 1\nreturn 2\n"})
row("text: await outside", "-c", "await x")
row("text: future", "-c", "from __future__ import nonsense")
row("text: a warning in a file", "t.py", files={"t.py": "x = 1\nif x is 'a':\n    pass\nprint('\\d')\n"})
row("text: a warning as error", "-W", "error", "t.py", files={"t.py": "x = 1\nif x is 'a':\n    pass\n"})
row("text: a warning once per place", "-B", "-c", "import t\nimport importlib\nimportlib.reload(t)", files={"t.py": "x = 1\nif x is 'a':\n    pass\n"})
command("text: -c with two lines and an error in the second", "x = 1\ny = 2 3")
command("text: -c with an unknown cookie", "# coding: nonsense\nprint(1)")
command("text: -c without an indented block", "if 1:")
command("text: -c with a byte order mark", "\ufeffprint(1)")
row("text: stdin without an indented block", stdin=b"def f():\n  if 1:")
command("text: -c with a null", "x = '\\0'; print(len(x))")

# How an exception is shown.
for name, text in {
    "chain": "try:\n  {}['a']\nexcept KeyError:\n  [][0]",
    "chain, from None": "try:\n  {}['a']\nexcept KeyError:\n  raise ValueError from None",
    "str() fails": "class E(Exception):\n  def __str__(s): 1/0\nraise E",
    "str() gives no str": "class E(Exception):\n  def __str__(s): return 1\nraise E",
    "many lines": "raise ValueError('a\\nb\\n\\nc')",
    "surrogate": "raise ValueError('a\\udc80b')",
    "null": "raise ValueError('a\\0b')",
    "empty": "raise ValueError('')",
    "two arguments": "raise ValueError(1, 2)",
    "own module": "class E(Exception): __module__ = 'my.mod'\nraise E(1)",
    "no module": "class E(Exception): __module__ = None\nraise E(1)",
    "nested class": "class A:\n  class E(Exception): pass\nraise A.E(1)",
    "local class": "def f():\n  class E(Exception): pass\n  raise E(1)\nf()",
    "notes": "e = ValueError(1)\ne.__notes__ = ['a', 1, 'b\\nc']\nraise e",
    "notes are no list": "e = ValueError(1)\ne.__notes__ = 5\nraise e",
    "group in a group": "raise ExceptionGroup('a', [ExceptionGroup('b', [ValueError(1)]), KeyError(2)])",
    "group with a cause": "try: 1/0\nexcept Exception as e: raise ExceptionGroup('a', [ValueError(1)]) from e",
    "SyntaxError by hand": "raise SyntaxError('bad', ('f.py', 3, 2, 'abc def', 3, 5))",
    "SyntaxError without a place": "raise SyntaxError('bad')",
    "SyntaxError with a strange place": "raise SyntaxError('bad', ('f.py', 'x', None, 5))",
    "eval": "eval('1 +')",
    "exec in a named text": "exec(compile('\\n\\n1/0', 'there.py', 'exec'))",
    "OSError": "open('nothing')",
    "UnicodeDecodeError": "b'\\xff'.decode()",
    "NameError with a hint": "value = 1\nvalu",
    "AttributeError with a hint": "class A: value = 1\nA.valu",
    "ImportError with a hint": "from sys import exot",
    "StopIteration": "next(iter([]))",
    "raise of no exception": "raise 5",
    "raise of a class that fails": "class E(Exception):\n  def __init__(s): 1/0\nraise E",
    "assertion": "assert 1 == 2, 'text'",
    "cycle of causes": "a, b = ValueError('a'), ValueError('b')\na.__cause__ = b; b.__cause__ = a\nraise a",
    "traceback removed": "try: 1/0\nexcept Exception as e: raise e.with_traceback(None)",
    "tracebacklimit 0": "import sys\nsys.tracebacklimit = 0\n1/0",
    "tracebacklimit 1": "import sys\nsys.tracebacklimit = 1\ndef f(): 1/0\nf()",
    "tracebacklimit negative": "import sys\nsys.tracebacklimit = -1\n1/0",
    "tracebacklimit is no int": "import sys\nsys.tracebacklimit = 'x'\n1/0",
    "MemoryError": "raise MemoryError",
    "KeyError of a str": "raise KeyError('a\\nb')",
    "warning as exception": "raise DeprecationWarning('old')",
    "GeneratorExit": "raise GeneratorExit",
    "BaseException": "raise BaseException('b')",
}.items():
    command(f"shown: {name}", text)
    if "SyntaxError" not in name:
        row(f"shown: {name}, in a file", "t.py", files={"t.py": text + "\n"})

# Programs that break what the end needs.
for name, text in {
    "sys.modules emptied": "import sys\nsys.modules.clear()",
    "sys.modules replaced": "import sys\nsys.modules = None",
    "sys removed": "import sys\ndel sys.modules['sys']\nprint(1)",
    "builtins emptied": "import builtins\nprint(1)\nbuiltins.__dict__.clear()",
    "__import__ removed": "import builtins\ndel builtins.__import__\nimport json",
    "print replaced": "import builtins\nbuiltins.print = None\n1/0",
    "excepthook replaced by a class": "import sys\nclass H:\n  def __call__(s, *a): sys.stderr.write('called\\n')\nsys.excepthook = H()\n1/0",
    "displayhook removed": "import sys\ndel sys.displayhook\nprint(1)",
    "__main__ removed": "import sys\ndel sys.modules['__main__']\nprint(1)",
    "stdout replaced by a file": "import sys\nsys.stdout = open('o.txt', 'w')\nprint('in the file')\nsys.stdout.flush(); sys.stderr.write(open('o.txt').read())",
    "stdout replaced and not closed": "import sys\nsys.stdout = open('o.txt', 'w')\nprint('in the file')",
    "stderr replaced": "import sys, io\nsys.stderr = io.StringIO()\n1/0",
    "stderr is stdout": "import sys\nsys.stderr = sys.stdout\n1/0",
    "stdin closed": "import sys\nsys.stdin.close()\nprint(1)",
    "all descriptors closed": "import os\nprint(1)\nos.closerange(0, 3)",
    "stdout detached": "import sys\nb = sys.stdout.detach()\nb.write(b'raw\\n')",
    "stdout's buffer closed": "import sys\nprint(1)\nsys.stdout.buffer.close()",
    "reconfigured": "import sys\nsys.stdout.reconfigure(encoding='utf-16-le', newline='\\r\\n')\nprint('a')",
    "settrace stays": "import sys\nsys.settrace(lambda *a: None)\nprint(1)",
    "setprofile stays": "import sys\nsys.setprofile(lambda *a: None)\nprint(1)",
    "low recursion limit": "import sys\nsys.setrecursionlimit(10)\n1/0",
    "gc disabled": "import gc\ngc.disable()\nclass A:\n  def __del__(s): print('del')\na = A(); a.a = a; del a",
    "__del__ revives": "class A:\n  def __del__(s):\n    global b\n    b = s\n    print('del')\na = A()\ndel a\nprint(type(b).__name__)",
    "__del__ exits": "import os\nclass A:\n  def __del__(s): os._exit(9)\na = A()",
    "__del__ sees globals": "x = 5\nclass A:\n  def __del__(s): print(x)\na = A()",
    "execv": "import os, sys\nprint('lost')\nos.execv('/bin/echo', ['echo', 'echoed'])",
    "chdir to nowhere": "import os\nos.mkdir('x'); os.chdir('x'); os.rmdir('../x')\nprint(1)",
    "environment emptied": "import os\nos.environ.clear()\nprint(1)",
}.items():
    command(f"broken: {name}", text)
