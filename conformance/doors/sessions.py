"""Sessions at the prompt that prompt.py types."""

import signal
from dataclasses import dataclass, field
from typing import Callable

UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
HOME, END, TAB, ENTER, BACKSPACE = "\x01", "\x05", "\t", "\r", "\x7f"
INTERRUPT, EOF, SEARCH, UNDO = "\x03", "\x04", "\x12", "\x1f"


def paste(text):
    """What a terminal sends when text is pasted."""
    return f"\x1b[200~{text}\x1b[201~"


@dataclass
class Wait:
    """Until the text has appeared so often."""
    text: str
    count: int = 1


@dataclass
class Resize:
    rows: int
    columns: int


@dataclass
class Kill:
    signal: int


@dataclass
class Check:
    check: Callable


@dataclass
class Spec:
    name: str
    steps: list
    shows: list
    lacks: list
    args: list
    env: dict
    files: dict
    size: tuple
    status: int


SESSIONS = []


def session(name, *steps, shows=(), lacks=(), args=("-q",), env=None, files=None, size=(40, 80), status=0, end=True):
    """Add a session; it begins at the prompt and ends with Ctrl-D unless `end` is false."""
    assert all(name != s.name for s in SESSIONS), name
    steps = [Wait(">>>"), *steps, *([EOF] if end else [])]
    files = files or {}
    SESSIONS.append(Spec(name, steps, list(shows), list(lacks), list(args), env or {}, files, size, status))


def remembers(text):
    """The history file holds the text."""
    def check(s):
        with open(f"{s.folder}/.taipan_history", encoding="utf-8") as file:
            assert text in file.read(), "not in the history"
    return Check(check)


def coloured(*codes):
    def check(s):
        assert set(codes) <= s.screen.colours, f"colours are {s.screen.colours}"
    return Check(check)


def plain(s):
    assert not s.screen.colours - {0}, f"colours are {s.screen.colours}"


LONG = "".join(f"def f{i}(x):\n    if x:\n        return {i}\n\n    return -{i}\n\n" for i in range(33)) + "print(f32(1), f32(0))\n"
assert LONG.count("\n") >= 199

# Typing.
session("expression", "1 + 1\r", Wait("\n2"))
session("statement", "x = 20\r", "x * 2 + 2\r", Wait("\n42"))
session("nothing", "\r", "\r", "'on'\r", Wait("\n'on'"))
session("comment", "# nothing\r", "'on'\r", Wait("\n'on'"))
session("underscore", "5\r", "_ + 1\r", Wait("\n6"), "None\r", "_ * 2\r", Wait("\n12"))
session("block", "for i in range(3):\r", "print(i * 10)\r", "\r", Wait("\n20"))
session("block in a block", "for i in range(2):\r", "if i:\r", "print('one')\r", BACKSPACE, BACKSPACE, "\r", Wait("\none"))
session("auto-indent after return", "def f():\r", "return 7\r", "\r", "f()\r", Wait("\n7"))
session("backspace takes a step of blanks", "if 1:\r", "a = 1\r", BACKSPACE, "else: a = 2\r", "\r", "a\r", Wait("\n1"))
session("tab makes blanks", "if 1:\r", BACKSPACE, TAB, "b = 3\r", "\r", "b\r", Wait("\n3"))
session("bracket over lines", "f = [1,\r", "2,\r", "3]\r", "sum(f)\r", Wait("\n6"))
session("triple quotes over lines", "s = '''a\r", "b'''\r", "s\r", Wait("'a\\nb'"))
session("backslash", "1 + \\\r", "2\r", Wait("\n3"))
session("unbalanced bracket", "f(1))\r", Wait("SyntaxError: unmatched ')'"), "'on'\r", Wait("\n'on'"))
session("bracket never closed, given up", "f(1,\r", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"))
session("edit in the middle", "prnt(5)", HOME, RIGHT, RIGHT, "i", "\r", Wait("\n5"))
session("edit an earlier line of the block", "for i in range(2):\r", "print(i)", UP, END, LEFT, LEFT, BACKSPACE, "4", DOWN, END, "\r", "\r", Wait("\n3"))
session("long line wraps", "'" + "x" * 100 + "'\r", Wait("xxx'"), size=(24, 40))
session("Unicode: wide", "'日本語' + '中'\r", Wait("\n'日本語中'"))
session("Unicode: wide, edited", "'日本語'", LEFT, LEFT, BACKSPACE, "x", "\r", Wait("\n'日x語'"))
session("Unicode: combining", "len('e\u0301')\r", Wait("\n2"))
session("Unicode: combining, erased as one", "'ae\u0301'", LEFT, BACKSPACE, "\r", Wait("\n'a'"))
session("Unicode: names", "größe = 3\r", "größe\r", Wait("\n3"))
session("Unicode: emoji", "'😀'\r", Wait("\n'😀'"))

# Pasting.
session("paste: one statement", paste("1 + 2"), "\r", Wait("\n3"))
session("paste: several statements", paste("a = 1\nb = 2\na + b\n'last'\n"), "\r", Wait("\n3"), Wait("\n'last'"))
session("paste: blank lines in a function", paste("def f():\n    a = 1\n\n    return a\n"), "\r", "f()\r", Wait("\n1"))
session("paste: 200 lines", paste(LONG), "\r", Wait("32 -32"))
session("paste: does not indent again", paste("if 1:\n    if 2:\n        print('deep')\n"), "\r", Wait("\ndeep"))
session("paste: CR LF", paste("x = 1\r\nx + 1\r\n"), "\r", Wait("\n2"))
session("paste: an error stops it", paste("print('one')\n1/0\nprint('three')\n"), "\r", Wait("ZeroDivisionError"), shows=["line 2, in <module>"], lacks=["\nthree"])
session("paste: tabs", paste("if 1:\n\tprint('tab')\n"), "\r", Wait("\ntab"))

# Interrupts and ends.
session("Ctrl-C: line", "abc", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"))
session("Ctrl-C: nothing typed", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"))
session("Ctrl-C: block", "if 1:\r", "print('no')\r", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"), lacks=["\nno"])
session("Ctrl-C: running loop", "while True: pass\r", "\r", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"))
session("Ctrl-C: sleeping", "import time\r", "time.sleep(30)\r", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\r", Wait("\n'on'"))
session("Ctrl-C: caught", "try: time = __import__('time').sleep(30)\rexcept KeyboardInterrupt: print('caught')\r\r", INTERRUPT, Wait("caught", 2))
session("Ctrl-D: end", "'last'\r", Wait("\n'last'"))
session("Ctrl-D: a line is typed", "'ab'", LEFT, LEFT, EOF, "\r", Wait("\n'a'"))
session("Ctrl-D: at a continuation", "if 1:\r", "print('block')", EOF, Wait("\nblock"), "'on'\r", Wait("\n'on'"))
session("Ctrl-D: continuation without body", "if 1:", "\r", BACKSPACE, EOF, Wait("IndentationError"), "'on'\r", Wait("\n'on'"))
session("SIGTERM ends it", Kill(signal.SIGTERM), end=False, status=-15)
session("exit()", "exit()\r", end=False)
session("exit with code", "exit(3)\r", end=False, status=3)
session("bare exit", "exit\r", end=False)
session("bare quit", "quit\r", end=False)
session("exit is the user's", "exit = 5\r", "exit\r", Wait("\n5"))
session("sys.exit with text", "import sys; sys.exit('bye')\r", end=False, status=1, shows=["\nbye"])
session("raise SystemExit", "raise SystemExit(4)\r", end=False, status=4)
session("bare help", "help\r", Wait("help>"), "quit\r", Wait("leaving help"))
session("bare copyright", "copyright\r", Wait("Copyright"))
session("bare credits", "credits\r", Wait("Taipan"))
session("bare license", "license\r", Wait("licence"))
session("a thread runs on while the prompt waits", "import _thread, time\r", "def late():\r", "time.sleep(0.3); print('from the thread')\r", "\r", "_ = _thread.start_new_thread(late, ())\r", Wait("from the thread", 2))

# Tracebacks.
session("traceback", "1/0\r", Wait("ZeroDivisionError: division by zero"), shows=['File "<python-input-0>", line 1, in <module>', "    ~^~"])
session("traceback: function of an earlier block", "def f(x):\r", "return x[0]\r", "\r", "f(5)\r", Wait("not subscriptable"), shows=['File "<python-input-0>", line 2, in f', "    return x[0]"])
session("traceback: suggestion", "value = 1\r", "valu\r", Wait("Did you mean: 'value'?"))
session("traceback: syntax error", "x = = 1\r", Wait("SyntaxError: invalid syntax"), shows=["        ^"])
session("traceback: last_value", "1/0\r", "import sys; sys.last_value\r", Wait("\nZeroDivisionError('division by zero')"))
session("colours", "x = 'text' if True else 1\r", "1/0\r", Wait("ZeroDivisionError"), coloured(34, 32, 35, 31), env={"NO_COLOR": "-"})
session("NO_COLOR", "x = 'text' if True else 1\r", "1/0\r", Wait("ZeroDivisionError"), Check(plain))

# What is typed before its prompt is there.
session("typed ahead", "a = 1; b = 2\ra\rb\r", Wait("\n2"))
session("typed ahead: after a completion", "s = 'y'\rs.upp" + TAB + "()\r", Wait("\n'Y'"))

# History and completion.
session("history: last line", "40 + 2\r", UP, "\r", Wait("\n42", 2))
session("history: a block comes back whole", "for i in range(2):\r", "print('n', i)\r", "\r", Wait("\nn 1"), UP, END, "\r", Wait("\nn 1", 2), shows=["\nn 0"])
session("history: of an earlier session", UP, "\r", Wait("\nfrom file"), files={".taipan_history": "if 1:\\n    print('from file')\\n\n"})
session("history: is kept", "'kept'\r", "if 1:\r", "2\r", "\r", Wait("\n2"), remembers("'kept'\nif 1:\\n    2\\n\n"))
session("history: another file", "'elsewhere'\r", Check(lambda s: open(f"{s.folder}/own").read().index("elsewhere")), env={"TAIPAN_HISTORY": "{dir}/own"})
session("history: search", "alpha = 1\r", "beta = 2\r", SEARCH, "alp", "\r", "alpha\r", Wait("\n1"))
session("completion: one attribute", "'x'.upp", TAB, "\r", "s = 'y'\r", "s.upp", TAB, "()\r", Wait("\n'Y'"))
session("completion: list of attributes", "s = 'y'\r", "s.isal", TAB, Wait("s.isalpha"), "pha()\r", Wait("\nTrue"), shows=["s.isalnum"])
session("completion: name", "wonderful = 8\r", "wonder", TAB, "\r", Wait("\n8"))
session("completion: builtin", "sort", TAB, "([2, 1])\r", Wait("\n[1, 2]"))
session("completion: module", "import itert", TAB, "\r", "itertools\r", Wait("<module 'itertools'"))
session("completion: module of the folder", "import sho", TAB, INTERRUPT, Wait("import show"))
session("completion: name in a module", "from itertools import perm", TAB, "\r", "permutations\r", Wait("itertools.permutations"))
session("completion: keyword argument", "def f(first, timeout=3): return timeout\r\r", "f(1, time", TAB, "4)\r", Wait("\n4"))
session("completion: path", "open('sho", TAB, "').read()[:10]\r", Wait("'import sys"))
session("completion: runs no property", "class A:\r", "@property\r", "def p(self): print('RAN')\r\r", "a = A()\r", "a.p.x", TAB, INTERRUPT, lacks=["\nRAN"])
session("completion: nothing found", "nosuchname", TAB, "\r", Wait("NameError"))

# Settings.
session("ps1 and ps2", "import sys; sys.ps1 = 'in: '\r", Wait("in: "), "1\r", Wait("\n1"))
session("ps1 is asked each time", paste("import sys\nclass P:\n    n = 0\n    def __str__(self):\n        P.n += 1\n        return f'<{P.n}> '\n\nsys.ps1 = P()\n"), "\r", Wait("<1>"), "'a'\r", Wait("<2>"))
session("displayhook", "import sys; sys.displayhook = lambda v: print('<', v, '>')\r", "7\r", Wait("\n< 7 >"))
session("excepthook", "import sys; sys.excepthook = lambda *a: print('hook', a[1])\r", "1/0\r", Wait("\nhook division by zero"))
session("PYTHONSTARTUP", "x_start\r", Wait("\n5"), env={"PYTHONSTARTUP": "{dir}/startup.py"}, shows=["started"])
session("banner", args=[], shows=['Type "help", "copyright", "credits" or "license" for more information.'])
session("-i after a program", "sys.argv\r", Wait("nonl.py"), args=["-i", "nonl.py"])
session("PYTHONINSPECT", "y\r", Wait("\n3"), args=["-c", "y = 3"], env={"PYTHONINSPECT": "1"})
session("input()", "name = input('name? ')\r", Wait("name?", 2), "me\n", "name\r", Wait("\n'me'"))
session("window is resized", "x = 'before'\r", Resize(20, 40), "'" + "y" * 50 + "'", Wait("yyy'"), "\r", Wait("yyy'", 2))
session("window is resized in a block", "if 1:\r", Resize(20, 30), "print('after')\r\r", Wait("\nafter"))
session("clear", "'gone'\r", Wait("\n'gone'"), "clear\r", "'on'\r", Wait("'on'", 2))

# Terminals that cannot be edited on.
session("dumb terminal", "1 + 1\n", Wait("\n2"), "for i in range(2):\n", Wait("..."), "    print('n', i)\n", "\n", Wait("\nn 1"), env={"TERM": "dumb"})
session("dumb terminal: error", "1/0\n", Wait("ZeroDivisionError"), "x = = 1\n", Wait("SyntaxError"), env={"TERM": "dumb"}, shows=['File "<stdin>", line 1'])
session("dumb terminal: Ctrl-C", "abc", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\n", Wait("\n'on'"), env={"TERM": "dumb"})
session("dumb terminal: Ctrl-C in a block", "if 1:\n", Wait("..."), INTERRUPT, Wait("KeyboardInterrupt"), "'on'\n", Wait("\n'on'"), env={"TERM": "dumb"})
session("dumb terminal: Ctrl-C while running", "while True: pass\n\n", INTERRUPT, Wait("KeyboardInterrupt"), "'on'\n", Wait("\n'on'"), env={"TERM": "dumb"})
session("dumb terminal: Ctrl-D at a continuation", "if 1:\n", Wait("..."), "  print('block')\n", EOF, Wait("\nblock"), env={"TERM": "dumb"})
session("dumb terminal: bare exit", "exit\n", Wait("Use exit()"), "exit(2)\n", env={"TERM": "dumb"}, end=False, status=2)
session("PYTHONBASICREPL", "1 + 1\n", Wait("\n2"), env={"PYTHONBASICREPL": "1"})
