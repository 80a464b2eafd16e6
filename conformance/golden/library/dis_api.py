"""dis and opcode: what does not depend on whose bytecode it is; and modulefinder."""

import dis
import io
import opcode
import os
import sys
import tempfile
import modulefinder


def example(a, b=2, *, c=3):
    """Text."""
    for i in a:
        print(i, b, c)
    return [x for x in a if x > b]


async def waits(x):
    await x


def generates():
    yield 1


for function in (example, waits, generates):
    for line in dis.code_info(function).splitlines():
        if line.startswith(("Name:", "Argument", "Positional", "Kw-only", "Number", "Flags")):
            print(line)
first = example.__code__.co_firstlineno
lines = [line - first for _, line in dis.findlinestarts(example.__code__)]
print(sorted({line for line in lines if line > 0}))
instructions = list(dis.get_instructions(example))
print(all(a.offset < b.offset for a, b in zip(instructions, instructions[1:])))
print({i.positions.lineno - first for i in instructions if i.positions.lineno} - {0})
print(any(i.is_jump_target for i in instructions), all(opcode.opmap[i.opname] == i.opcode for i in instructions))
print("print" in [i.argval for i in instructions])
shifted = [i.starts_line for i in dis.get_instructions(example, first_line=100) if i.starts_line]
print(min(line for line in shifted if line > 100), max(shifted))
code = dis.Bytecode("x = y + 1")
print(repr(code), code.first_line, code.codeobj.co_name, code.current_offset)
print({"x", "y"} <= {i.argval for i in code})
text = io.StringIO()
dis.dis(example, file=text)
listing = text.getvalue()
print(listing.count("Disassembly of"), "listcomp" in listing, "print" in listing)
text = io.StringIO()
dis.dis(example, file=text, depth=0)
print(text.getvalue().count("Disassembly of"))
for bad in (3, None.__class__(), object()):
    try:
        dis.code_info(bad)
    except TypeError as problem:
        print(problem)
try:
    dis.distb()
except RuntimeError as problem:
    print(problem)
try:
    [][1]
except IndexError as problem:
    where = dis.Bytecode.from_traceback(problem.__traceback__)
    print(where.codeobj.co_name, where.current_offset == problem.__traceback__.tb_lasti, "-->" in where.dis())
for arguments in ((999, 1),):
    try:
        dis.stack_effect(*arguments)
    except ValueError as problem:
        print(problem)
print(dis.pretty_flags(3), dis.pretty_flags(0), dis.pretty_flags(0x22), dis.COMPILER_FLAG_NAMES[128])
print(opcode.cmp_op, len(opcode.opname), dis.opmap is opcode.opmap)

with tempfile.TemporaryDirectory() as folder:
    def write(name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path

    write("pack/__init__.py", "from .one import *\nVALUE = 1\n")
    write("pack/one.py", "from . import two, VALUE\nimport pack.sub.deep\nfrom ..above import x\n")
    write("pack/two.py", "def f():\n    import helper\n    from pack.sub import deep, gone\n")
    write("pack/sub/__init__.py", "from unknown import *\n")
    write("pack/sub/deep.py", "import absent.inside\n")
    write("helper.py", "import sys\n")
    script = write("script.py", "import pack\nimport helper as h\nimport excluded\n")
    finder = modulefinder.ModuleFinder([folder], excludes=["excluded"])
    finder.run_script(script)
    print(sorted(finder.modules))
    print(finder.any_missing_maybe())
    print({name: sorted(by) for name, by in sorted(finder.badmodules.items()) if "VALUE" not in name})
    print("VALUE" in finder.modules["pack"].globalnames, finder.modules["helper"].__file__ == os.path.join(folder, "helper.py"))
    print(finder.modules["sys"], [os.path.relpath(p, folder) for p in finder.modules["pack"].__path__])
