"""Listings of code: the instructions of functions, classes, modules and source texts.

Offsets count two for each word of code, as f_lasti, tb_lasti, co_lines() and co_positions() do.
"""

import collections
import io
import sys
import types

import opcode
from _opcode import exceptions as _exceptions, registers as _registers
from opcode import *

__all__ = ["code_info", "dis", "disassemble", "distb", "disco", "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode", *opcode.__all__]

_FLAGS = """OPTIMIZED NEWLOCALS VARARGS VARKEYWORDS NESTED GENERATOR NOFREE COROUTINE ITERABLE_COROUTINE
            ASYNC_GENERATOR"""
COMPILER_FLAG_NAMES = {1 << bit: name for bit, name in enumerate(_FLAGS.split())}

Positions = collections.namedtuple(
    "Positions", ["lineno", "end_lineno", "col_offset", "end_col_offset"], defaults=[None] * 4)

_Instruction = collections.namedtuple(
    "_Instruction",
    ["opname", "opcode", "arg", "argval", "argrepr", "offset", "starts_line", "is_jump_target", "positions"],
    defaults=[None])

# A row of the exception table: what is raised from start to end (in offsets) goes to target, where temporaries from
# register depth on are gone.
_ExceptionEntry = collections.namedtuple("_ExceptionEntry", "start end target depth")


class Instruction(_Instruction):
    """One instruction, and where it stands.

    opname       its name
    opcode       its number
    arg          its operands as one number, None if it has none
    argval       the name, the constant or the offset that it is about, else the same as arg
    argrepr      all operands, as they are listed
    offset       where it is
    starts_line  the line that begins with it, or None
    is_jump_target  whether something goes on there
    positions    its place in the source
    """

    __slots__ = ()

    @property
    def description(self):
        """What it does, in a few words."""
        return opcode._descriptions.get(self.opcode, "")

    def _line(self, lineno_width=3, mark_as_current=False, offset_width=4):
        parts = []
        if lineno_width:
            parts.append(f"{self.starts_line or '':>{lineno_width}}")
        parts.append("-->" if mark_as_current else "   ")
        parts.append(">>" if self.is_jump_target else "  ")
        parts.append(f"{self.offset:>{offset_width}}")
        parts.append(f"{self.opname:<19}")
        parts.append(self.argrepr)
        return " ".join(parts).rstrip()


def pretty_flags(flags):
    """The names of the bits of co_flags, with commas between them."""
    names = []
    bit = 1
    while flags:
        if flags & bit:
            names.append(COMPILER_FLAG_NAMES.get(bit) or hex(bit))
            flags &= ~bit
        bit <<= 1
    return ", ".join(names) or "0x0"


def _get_code_object(x):
    """The code of a function, method, generator or the like; of a text, what it compiles to."""
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        found = getattr(x, attribute, None)
        if found is not None:
            x = found
            break
    if isinstance(x, str):
        try:
            x = compile(x, "<disassembly>", "eval")
        except SyntaxError:
            x = compile(x, "<disassembly>", "exec")
    if hasattr(x, "co_code"):
        return x
    raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def _words_of(data):
    data = bytes(data)
    if len(data) % 4:
        raise ValueError("code is made of words of four bytes")
    return [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]


class _Listing:
    """What instructions' operands stand for; without a code object, numbers."""

    def __init__(self, words, code=None):
        self.words = words
        self.names = self.consts = self.variables = self.free = ()
        self.near = 0
        self.rows = []
        self.spans = []
        self.starts = {}
        if code is not None:
            self.names, self.consts, self.free = code.co_names, code.co_consts, code.co_freevars
            self.variables, self.near = _registers(code)
            self.rows = [_ExceptionEntry(start * 2, end * 2, target * 2, depth)
                         for start, end, target, depth in _exceptions(code)]
            self.spans = list(code.co_positions())
            self.starts = dict(findlinestarts(code))

    def steps(self):
        """Index and number of each instruction."""
        at = 0
        while at < len(self.words):
            number = self.words[at] & 0xFF
            yield at, number
            at += 1 + len(opcode._words.get(number, ()))

    def targets(self):
        """The offsets at which something goes on."""
        found = {row.target for row in self.rows}
        for at, number in self.steps():
            for i, kind in enumerate(opcode._words.get(number, ()), at + 1):
                if kind == "jump" and i < len(self.words):
                    found.add(2 * self.target(i))
        return found

    def target(self, at):
        distance = self.words[at]
        return at + (distance - (1 << 32) if distance >> 31 else distance)

    def register(self, number):
        name = self.variables[number] if number < min(self.near, len(self.variables)) else ""
        return f"r{number}:{name}" if name else f"r{number}"

    def constant(self, index):
        return (True, self.consts[index]) if index < len(self.consts) else (False, index)

    def operands(self, at, number):
        """(argval, argrepr) of an instruction."""
        word = self.words[at]
        fields = [word >> 8 & 0xFF, word >> 16 & 0xFF, word >> 24]
        shown = []
        # What it is about: the first of these that it has.
        about = {}
        for kind, value in zip(opcode._operands.get(number, ()), fields):
            if kind in ("dst", "reg", "base"):
                shown.append(self.register(value))
            elif kind == "imm":
                shown.append(str(value))
            elif kind == "simm":
                shown.append(str(value - 256 if value > 127 else value))
                about.setdefault("number", int(shown[-1]))
            elif kind in ("const", "constlo"):
                known, value = self.constant(value if kind == "const" else fields[1] | fields[2] << 8)
                shown.append(repr(value) if known else f"constant {value}")
                about.setdefault("const", value)
        for i, kind in enumerate(opcode._words.get(number, ()), at + 1):
            if i >= len(self.words):
                break
            value = self.words[i]
            if kind == "name":
                name = self.names[value] if value < len(self.names) else f"name {value}"
                shown.append(name)
                about.setdefault("name", name)
            elif kind == "const":
                known, value = self.constant(value)
                shown.append(repr(value) if known else f"constant {value}")
                about.setdefault("const", value)
            elif kind == "jump":
                shown.append(f"to {2 * self.target(i)}")
                about["jump"] = 2 * self.target(i)
            elif kind == "num":
                shown.append(str(value))
        if opname[number] in ("LoadFree", "LoadClosure", "StoreFree", "DelFree"):
            which = fields[1] if opname[number].startswith("Load") else fields[0]
            if which < len(self.free):
                shown.append(f"({self.free[which]})")
                about["name"] = self.free[which]
        for kind in ("name", "jump", "const", "number"):
            if kind in about:
                return about[kind], ", ".join(shown)
        return None, ", ".join(shown)

    def instructions(self, line_offset=0):
        targets = self.targets()
        for at, number in self.steps():
            word = self.words[at]
            has_operands = any(opcode._operands.get(number, ()))
            has_words = any(kind != "cache" for kind in opcode._words.get(number, ()))
            arg = word >> 8 if has_operands or has_words or number not in opcode._operands else None
            argval, argrepr = self.operands(at, number)
            if argval is None and not (argrepr and "const" in opcode._operands.get(number, ())):
                argval = arg if number != opmap["LoadNone"] else None
            line = self.starts.get(2 * at)
            span = Positions(*self.spans[at]) if at < len(self.spans) else Positions()
            yield Instruction(opname[number], number, arg, argval, argrepr, 2 * at,
                              None if line is None else line + line_offset, 2 * at in targets, span)


def _listing_of(code):
    return _Listing(_words_of(code.co_code), code)


def get_instructions(x, *, first_line=None, show_caches=False, adaptive=False):
    """The instructions of a function, a method, a text of source or a code object, one after the other.

    first_line is the number to count lines from. The other two change nothing: caches are parts of instructions, and
    what the machine makes of them while it runs is not shown.
    """
    code = _get_code_object(x)
    offset = 0 if first_line is None else first_line - code.co_firstlineno
    return _listing_of(code).instructions(offset)


def findlinestarts(code):
    """(offset, line) of each place where another line begins."""
    before = None
    for start, _, line in code.co_lines():
        if line and line != before:
            before = line
            yield start, line


def findlabels(code):
    """The offsets that jumps in a string of code go to."""
    return sorted(_Listing(_words_of(code)).targets())


def _print_listing(listing, lasti, line_offset, file):
    numbers = [line + line_offset for line in listing.starts.values()]
    width = max([3, *(len(str(n)) for n in numbers)]) if numbers else 0
    offset_width = max(4, len(str(2 * len(listing.words))))
    began = False
    for instruction in listing.instructions(line_offset):
        if began and instruction.starts_line is not None:
            print(file=file)
        began = True
        current = lasti >= 0 and instruction.offset <= lasti < instruction.offset + 2 * (
            1 + len(opcode._words.get(instruction.opcode, ())))
        print(instruction._line(width, current, offset_width), file=file)
    if listing.rows:
        print("ExceptionTable:", file=file)
        for row in listing.rows:
            print(f"  {row.start} to {row.end - 2} -> {row.target} [r{row.depth}]", file=file)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False):
    """List a code object; lasti is the offset that gets an arrow."""
    _print_listing(_listing_of(co), lasti, 0, file)


def disco(co, lasti=-1, **options):
    """Another name of disassemble()."""
    disassemble(co, lasti, **options)


def _disassemble_nested(code, file, depth):
    disassemble(code, file=file)
    if depth is not None and depth <= 0:
        return
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            print(file=file)
            print(f"Disassembly of {constant!r}:", file=file)
            _disassemble_nested(constant, file, None if depth is None else depth - 1)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False):
    """List classes, methods, functions, generators, code, texts of source or raw code; without an argument, the last
    traceback.

    depth says how far to go into code within code: all the way if it is None.
    """
    if x is None:
        distb(file=file)
        return
    x = getattr(x, "__func__", x)
    for attribute in ("__code__", "gi_code", "ag_code", "cr_code"):
        if getattr(x, attribute, None) is not None:
            x = getattr(x, attribute)
            break
    if hasattr(x, "co_code"):
        _disassemble_nested(x, file, depth)
    elif hasattr(x, "__dict__"):
        listed = (types.MethodType, types.FunctionType, types.CodeType, classmethod, staticmethod, type)
        for name, member in sorted(vars(x).items()):
            if isinstance(member, listed):
                print(f"Disassembly of {name}:", file=file)
                try:
                    dis(member, file=file, depth=depth)
                except TypeError as problem:
                    print("Sorry:", problem, file=file)
                print(file=file)
    elif isinstance(x, (bytes, bytearray)):
        _print_listing(_Listing(_words_of(x)), -1, 0, file)
    elif isinstance(x, str):
        _disassemble_nested(compile(x, "<dis>", "exec"), file, depth)
    else:
        raise TypeError(f"don't know how to disassemble {type(x).__name__} objects")


def distb(tb=None, *, file=None, show_caches=False, adaptive=False):
    """List the innermost code of a traceback, by default the last one, with an arrow where it was."""
    if tb is None:
        last = getattr(sys, "last_traceback", None)
        if last is None:
            raise RuntimeError("no last traceback to disassemble")
        tb = last
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file)


def code_info(x):
    """What a code object says of itself, as a text of several lines."""
    code = _get_code_object(x)
    lines = [
        ("Name", code.co_name),
        ("Filename", code.co_filename),
        ("Argument count", code.co_argcount),
        ("Positional-only arguments", code.co_posonlyargcount),
        ("Kw-only arguments", code.co_kwonlyargcount),
        ("Number of locals", code.co_nlocals),
        ("Stack size", code.co_stacksize),
        ("Flags", pretty_flags(code.co_flags)),
    ]
    text = [f"{label + ':':<18} {value}" for label, value in lines]
    tables = [
        ("Constants", map(repr, code.co_consts)),
        ("Names", code.co_names),
        ("Variable names", code.co_varnames),
        ("Free variables", code.co_freevars),
        ("Cell variables", code.co_cellvars),
    ]
    for title, items in tables:
        rows = [f"{number:>4}: {item}" for number, item in enumerate(items)]
        if rows:
            text += [f"{title}:", *rows]
    return "\n".join(text)


def show_code(co, *, file=None):
    """Print code_info() of it."""
    print(code_info(co), file=file)


class Bytecode:
    """The code of something: iterating gives its Instructions, dis() the listing as a text."""

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False, adaptive=False):
        self.codeobj = code = _get_code_object(x)
        self.first_line = code.co_firstlineno if first_line is None else first_line
        self._line_offset = self.first_line - code.co_firstlineno
        self._original_object = x
        self.current_offset = current_offset
        self._listing = _listing_of(code)
        self.exception_entries = self._listing.rows
        self.show_caches = show_caches
        self.adaptive = adaptive

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """That of the innermost frame, with the place where it was."""
        while (inner := tb.tb_next) is not None:
            tb = inner
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def __iter__(self):
        return self._listing.instructions(self._line_offset)

    def __repr__(self):
        return f"{type(self).__name__}({self._original_object!r})"

    def info(self):
        """What code_info() says of it."""
        return code_info(self.codeobj)

    def dis(self):
        """The listing."""
        lasti = -1 if self.current_offset is None else self.current_offset
        with io.StringIO() as text:
            _print_listing(self._listing, lasti, self._line_offset, text)
            return text.getvalue()


def _main():
    import argparse
    parser = argparse.ArgumentParser()
    parser.add_argument("infile", type=argparse.FileType("rb"), nargs="?", default="-")
    args = parser.parse_args()
    with args.infile as file:
        source = file.read()
    dis(compile(source, args.infile.name, "exec"))


if __name__ == "__main__":
    _main()
