"""_symtable: the scopes of a text."""
import _symtable as st

SOURCE = '''
import sys as system
glob = 42
some: int
class Mine(base):
    x: int = 0
    __private = 1
    def method(self, arg=glob, *rest, **more):
        global bar
        def internal():
            nonlocal local
            return arg, local, self
        local = [i for i in rest if i]
        return lambda k: (k, local)
def gen():
    from os import path
    yield (path := 3)
'''
SCOPES = {st.LOCAL: "local", st.GLOBAL_EXPLICIT: "global", st.GLOBAL_IMPLICIT: "implicit", st.FREE: "free",
          st.CELL: "cell"}
BITS = ("DEF_GLOBAL", "DEF_LOCAL", "DEF_PARAM", "DEF_NONLOCAL", "USE", "DEF_IMPORT", "DEF_ANNOT")


def show(table, indent=""):
    print(f"{indent}{table.name} type={table.type} line={table.lineno} nested={int(table.nested)}",
          sorted(n for n in table.varnames if table.type == st.TYPE_FUNCTION))
    for name, bits in sorted(table.symbols.items()):
        if name.startswith("."):
            continue
        what = [b for b in BITS if bits & getattr(st, b)]
        print(f"{indent}  {name}: {SCOPES[bits >> st.SCOPE_OFF & st.SCOPE_MASK]} {' '.join(what)}")
    for child in table.children:
        show(child, indent + "    ")


show(st.symtable(SOURCE, "<s>", "exec"))
show(st.symtable("a + (lambda b: b)(c)", "<s>", "eval"))
for text, kind in (("def f(", "exec"), ("x", "what"), ("def f(a, a): 0", "exec"), ("1 +", "eval")):
    try:
        st.symtable(text, "<s>", kind)
    except (SyntaxError, ValueError) as e:
        print(type(e).__name__, e)
