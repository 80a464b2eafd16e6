# Trees of texts with all their places.
import _ast


def dump(node):
    if isinstance(node, _ast.AST):
        fields = ", ".join(f"{name}={dump(getattr(node, name))}" for name in node._fields)
        place = ":".join(str(getattr(node, name)) for name in node._attributes)
        return f"{type(node).__name__}@{place}({fields})"
    if isinstance(node, list):
        return "[" + ", ".join(map(dump, node)) + "]"
    return ascii(node)


def show(text, mode="exec"):
    print(text)
    try:
        tree = compile(text, "<text>", mode, _ast.PyCF_ONLY_AST)
    except Exception as e:
        print(type(e).__name__, e)
    else:
        for statement in getattr(tree, "body", tree) if mode != "eval" else [tree]:
            print("   ", dump(statement))


for text in (
        "x = y = 1; z: int = 2; (w): str; a.b: 'c' = d; u += v @ 3",
        "def f(a, /, b: int = 1, *c: str, d, e=2, **g) -> h:\n    'doc'\n    return a, *c",
        "@deco(1)\n@other  # why\nasync def g():\n    await x\n    async for i in y: pass\n"
        "    async with a as b, c: yield",
        "@d\n\n# comment def no\nclass C(B, *M, metaclass=T, **k):\n    pass",
        "lambda: 0; lambda x, *y, z=1: x if y else z",
        "for a, b in c:\n    break\nelse:\n    continue_ = 1\nwhile x:\n    continue",
        "if a:\n    b\nelif c:\n    d\nelse:\n    e",
        "try:\n    a\nexcept (B, C) as d:\n    e\nexcept:\n    f\nelse:\n    g\nfinally:\n    h",
        "try:\n    a\nexcept* B:\n    raise C from d",
        "import a.b as c, d; from . import (e as f, g); from ..h import *",
        "assert a, b; del c, d[0], e.f; global g; nonlocal h; pass",
        "with (a as b, c): d",
        "a and b or not c; -x ** +y; ~z; a < b <= c is not d not in e; (y := 5)",
        "[*a, b]; {c, *d}; {e: f, **g}; (h,); (); [i for j in k if l if m]; {n: o for p in q}; {r for s in t}",
        "(a for b in c); f(x for x in y); f(a, *b, c=d, **e); a[1:2, ::3, ...]; a[:]; (yield); (yield from x)",
        "'a' 'b'; b'c'; u'd'; 1j; 1.5; 10 ** 20; 123456789012345678901234567890; True; None; ...; '\\ud800'",
        "f'a{b}c{d!r:>{e}}f'; f'{x=}'; f'' 'y'; 'p' f'{q}' 'r'; f'{{}}'; f'{a!s}{b!a}'",
        "é = 'ü' + ñ; ('ö', x)",
        "match a:\n    case 1 | -2 | 'x': pass\n    case None: pass\n    case [b, *_, c] if d: pass\n"
        "    case {'k': v, **rest}: pass\n    case P(1, q=R.s) as t: pass\n    case _: pass\n"
        "    case (u): pass\n    case (): pass\n    case 1+2j: pass"):
    show(text)
show("a + (b)", "eval")
show(" a", "eval")
show("x = 1; y", "single")
show("a = 1\nb", "single")
show("(", "exec")
show("1 = 2")
show("x", "func_types")
for source in (b"\xef\xbb\xbfx\r\ny", b"# coding: latin-1\n'\xe9'"):
    print(dump(compile(source, "<text>", "exec", _ast.PyCF_ONLY_AST)))
