def show(src, mode="exec"):
    try: compile(src, "<src>", mode)
    except SyntaxError as e: print(repr(src), type(e).__name__, e.msg, e.filename, e.lineno, e.offset, repr(e.text), e.end_lineno, e.end_offset)
for s in ("x = (", "a b", "if 1:\npass", "  x = 1", "def f(:\n pass", "x = 'abc", "1 +", "f(a=1, 2)", "return", "x = 5 5", "for", "class", "é = = 1", "import", "from x import", "lambda", "a = b = ", "print 'x'", "while True\n pass", "def f()\n pass", "x[", "{1:2, 3}", "x = 0777", "'''abc", "f(**a, b)", "(a, b) = 1 = 2", "else: pass", "\tx", "if x:\n\ty\n  z", "'\\N{x}'", "async def f():\n  await"): show(s)
show("x = 1", "eval"); show("x; y", "eval"); show("", "eval"); show("for x in y: pass\nz", "single"); show("1\n2", "single"); show("x +", "eval")
