"""The instructions of the machine that runs the code, as the module dis and its users want them.

A word of code is an instruction's number and three operands of a byte each: registers, constants or small numbers;
words with names, far constants and distances may follow it. So an instruction's argument, where one number is asked
for, is its operands taken together, the first one lowest.
"""

from _opcode import instructions as _instructions, stack_effect

__all__ = ["cmp_op", "hasconst", "hasname", "hasjrel", "hasjabs", "haslocal", "hascompare", "hasfree", "hasnargs",
           "opname", "opmap", "HAVE_ARGUMENT", "EXTENDED_ARG", "stack_effect"]

cmp_op = ("<", "<=", "==", "!=", ">", ">=")

# Nop, which is the first, is the only one without an argument that this can tell apart.
HAVE_ARGUMENT = 1
# There are no prefixes: the number is that of no instruction.
EXTENDED_ARG = 255

opname = [f"<{number}>" for number in range(256)]
opmap = {}
hasconst, hasname, hasjrel, haslocal, hascompare, hasfree, hasnargs = [], [], [], [], [], [], []
# (There are only relative jumps.)
hasjabs = []

# By number: the kinds of the three operands, and of the words that follow.
_operands = {}
_words = {}
_descriptions = {}

_COMPARING = {"Lt", "Le", "Eq", "Ne", "Gt", "Ge"}
_OF_FREE = {"LoadFree", "StoreFree", "DelFree", "LoadClosure", "LoadClassFree"}


def _fill():
    for number, (name, description, operands, words) in enumerate(_instructions()):
        if operands is None:
            # The machine writes it in place of another one; no code has it.
            continue
        opname[number] = name
        opmap[name] = number
        _operands[number] = operands
        _words[number] = words
        _descriptions[number] = description
        kinds = {*operands, *words}
        if kinds & {"const", "constlo"}:
            hasconst.append(number)
        if "name" in kinds:
            hasname.append(number)
        if "jump" in kinds:
            hasjrel.append(number)
        if kinds & {"dst", "reg", "base"}:
            haslocal.append(number)
        compared = name.removeprefix("Jump").removesuffix("K")
        if compared in _COMPARING:
            hascompare.append(number)
        if name in _OF_FREE:
            hasfree.append(number)
        if name.startswith("Call"):
            hasnargs.append(number)


_fill()
del _fill
