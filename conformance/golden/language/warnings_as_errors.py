"""Warnings of the compiler where they are errors; what a text of the prompt lacks."""
import codeop
import warnings

warnings.simplefilter("error")
for text in ("x is 1", "assert (1, 2)", "(1)(2)", "'\\e'", "1if 2else 3", "x = 3\ny = 'ab\\e'", "1in x"):
    try:
        compile(text, "<t>", "exec")
    except SyntaxError as e:
        print(repr(text), e.msg, e.lineno, e.offset, (e.text or '').rstrip())
warnings.simplefilter("ignore")
print(f"\{6 * 7}", f"{'{'}\}}", f"{1:\>3}")
for text in ("a @", "if 9==3:\n   pass\nelse:\n   pass", "if 9==3:\n   pass\n", "(9 +", "if x:\n  a b", "x = (1,\n  2)",
             "def f():\n  pass\n#foo", "if True: pass", "'''", "try:\n  a\n", "@x\n", "a = 1"):
    try:
        code = codeop.compile_command(text)
        print(repr(text), "incomplete" if code is None else "complete")
    except SyntaxError:
        print(repr(text), "error")


def not_local():
    (no_such_name): int
    try:
        print(no_such_name)
    except UnboundLocalError as e:
        print("local", e)
    except NameError as e:
        print(e)


not_local()
print(len(eval("f'{not_local.__name__} '" * 2000 * 10)))
for text in ("try:\n pass\nexcept* A:\n pass\nexcept B:\n pass\n", "def f(a=1,/*,b,c):\n   pass", "lambda a=1,d=,c: None",
             "def f(a,*b: int=,c):\n pass", "yield = 1", "match x:\n  case C(z=1, y=2, x):\n    0",
             "match x:\n  case 42 as 1+2:\n    0", "(lambda: x := 1)", "{a: b := 1}", "def f():\n  x, y: int",
             "\\\nif x:\n    y = 1\n  \\\n  foo = 1\n"):
    try:
        compile(text, "<t>", "exec")
    except SyntaxError as e:
        print(repr(text), e.msg, e.lineno, e.offset)


class Booh:
    @property
    def __eq__(self):
        raise AttributeError("booh")


print(Booh() == Booh(), Booh() != Booh())
