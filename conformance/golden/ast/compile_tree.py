"""Trees of ast: parse, change, compile, run."""
import ast
import inspect


def run(tree, **names):
    ast.fix_missing_locations(tree)
    scope = dict(names)
    exec(compile(tree, "<tree>", "exec"), scope)
    return {k: v for k, v in scope.items() if k != "__builtins__" and k not in names}


SOURCE = '''
import os.path as p, sys
from collections import OrderedDict as OD
def f(a, b=1, /, c: int = 2, *args, d, e=3, **kw) -> int:
    "doc of f"
    x = y = a + b
    x += c
    return x, y, args, d, e, kw
class C(dict, metaclass=type):
    a: int = 1
    (b): int
    def m(self):
        n = 0
        def inner():
            nonlocal n
            n += 1
            return __class__.__name__, n
        return inner()
    async def co(self): return 5
def gen():
    x = yield 1
    yield from [x, 2]
try:
    1 / 0
except ZeroDivisionError as error:
    caught = str(error)
else:
    caught = None
finally:
    done = True
try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
except* ValueError as group:
    parts = len(group.exceptions)
except* TypeError:
    pass
def match_it(x):
    match x:
        case 1 | -2 | 1+2j | "s": return "value"
        case None | True: return "singleton"
        case [a, *rest, 3] if a: return "sequence", rest
        case {"k": v, **kw}: return "mapping", v, kw
        case C(a=1) as z: return "class"
        case (x, y): return "pair"
        case _: return "other"
results = [match_it(v) for v in (1, -2, 1+2j, None, [1, 2, 3], {"k": 1, "j": 2}, C(), (1, 2), 9.5)]
a, (b, *c) = 1, (2, 3, 4)
lists = [i * j for i in range(4) if i % 2 for j in (1, 2)], {i for i in "aab"}, {k: v for k, v in [(1, 2)]}
text = f"{a!r:>{a + 3}}|{b=}|{c}" f"{{}}" "tail"
cond = (a if b else c) and not a or ~b
chain = 1 < a + 1 <= 2 != 3, a in c, a not in c, a is not None
sliced = [0, 1, 2, 3, 4][1:4:2], (lambda *a, k=1: (a, k))(*c, **{"k": 2})
star = [*c, *"ab"], {**{1: 2}, 3: 4}, {*c}
total = 0
for i in range(10):
    if i == 2: continue
    if i == 6: break
    total += i
else:
    total = -1
while total > 3: total -= 1
with open(p.devnull) as h, open(p.devnull): name = h.name
assert name, "never"
del i, h
consts = b"\\0a", 1.5, 2j, ..., 10 ** 30, "\\ud800", 'u' 'v', (1, (2, "x"))
if (walrus := 5) > 4: pass
'''
tree = ast.parse(SOURCE)
direct = {}
exec(compile(SOURCE, "<tree>", "exec"), direct)
made = run(ast.parse(SOURCE))
print(sorted(made) == sorted(k for k in direct if k != "__builtins__"))
for key in "caught done parts results a b c lists text cond chain sliced star total name consts walrus".split():
    shown = sorted(made[key][1]) if key == "lists" else made[key]
    print(key, ascii(shown), made[key] == direct[key])
print(made["f"](1, d=4), made["f"](1, 2, 3, 4, 5, d=6, z=7), made["f"].__doc__, inspect.signature(made["f"]))
print(made["C"]().m(), made["C"].__annotations__, list(made["gen"]()))
again = run(ast.parse(ast.unparse(tree)))
print(all(again[k] == made[k] for k in ("results", "lists", "text", "star", "consts")))


class Double(ast.NodeTransformer):
    def visit_Constant(self, node):
        if isinstance(node.value, int):
            return ast.copy_location(ast.Constant(node.value * 2), node)
        return node

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            return ast.copy_location(
                ast.Subscript(ast.Name("data", ast.Load()), ast.Constant(node.id), node.ctx), node)
        return node


expr = Double().visit(ast.parse("foo + 4 * bar", mode="eval"))
ast.fix_missing_locations(expr)
print(eval(compile(expr, "<e>", "eval"), {"data": {"foo": 1, "bar": 10}}), ast.unparse(expr))

# Built by hand.
body = [ast.FunctionDef("g", ast.arguments([], [ast.arg("x")], None, [], [], None, [ast.Constant(3)]),
                        [ast.Return(ast.BinOp(ast.Name("x", ast.Load()), ast.Mult(), ast.Constant(7)))], [])]
print(run(ast.Module(body, []))["g"]())
code = compile(ast.Interactive(ast.parse("1 + 1\n'two'").body), "<i>", "single")
exec(code)
print(eval(compile(ast.fix_missing_locations(ast.Expression(ast.Constant(
    (1, frozenset({2}), "\udc00", (None, ...))))), "", "eval")) == (1, frozenset({2}), "\udc00", (None, ...)))
wrapped = ast.JoinedStr([ast.Constant("<"), ast.FormattedValue(ast.Name("v", ast.Load()), ord("r"), None),
                         ast.FormattedValue(ast.Name("v", ast.Load()), -1, ast.JoinedStr([ast.Constant(">4")]))])
print(eval(compile(ast.fix_missing_locations(ast.Expression(wrapped)), "", "eval"), {"v": "s"}))
only = ast.FormattedValue(ast.Constant(5), -1, ast.JoinedStr([ast.Constant("03")]))
print(eval(compile(ast.fix_missing_locations(ast.Expression(only)), "", "eval")))

# Places are those of the nodes.
tree = ast.parse("def h():\n    return 1 / zero\n")
ast.increment_lineno(tree, 40)
scope = {"zero": 0}
exec(compile(tree, "nowhere.py", "exec"), scope)
try:
    scope["h"]()
except ZeroDivisionError as e:
    tb = e.__traceback__.tb_next
    print(tb.tb_lineno, scope["h"].__code__.co_firstlineno, {p[0] for p in tb.tb_frame.f_code.co_positions()} <= {41, 42})
print(compile(tree, "", "exec", ast.PyCF_ONLY_AST) is tree)
flags = compile(ast.parse("def k(x: nope): pass"), "", "exec", 0x1000000)
exec(flags, scope)
print(scope["k"].__annotations__)
dead = compile(ast.parse("assert 0\n__debug__"), "", "exec", optimize=1)
exec(dead)
