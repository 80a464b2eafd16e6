"""What compile() says about trees that no text gives."""
import ast
import re

AT = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
LOAD, STORE = ast.Load(), ast.Store()


def name(id="a", ctx=LOAD):
    return ast.Name(id, ctx, **AT)


def tell(tree, mode="exec"):
    try:
        compile(tree, "<t>", mode)
        print("fine")
    except Exception as e:
        print(type(e).__name__, re.sub("0x[0-9a-f]+", "0x", str(e)))


def stmts(*body):
    tell(ast.Module(list(body), []))


def expr(e):
    tell(ast.Expression(e), "eval")


def changed(source, **fields):
    tree = ast.parse(source)
    for key, value in fields.items():
        setattr(tree.body[0], key, value)
    tell(tree)


def changed_expr(source, **fields):
    tree = ast.parse(source, mode="eval")
    for key, value in fields.items():
        setattr(tree.body, key, value)
    tell(tree, "eval")


PASS = ast.Pass(**AT)
# kinds of trees
tell(ast.Expression(name()))
tell(ast.Module([], []), "eval")
tell(ast.Module([], []), "single")
tell(name())
tell(ast.AST())
tell(ast.Module("x", []))
tell(ast.Module((PASS,), []))
tell(ast.Module([], [5]))
tell(ast.Module())
# fields
stmts(ast.Pass())
stmts(None)
stmts(5)
stmts("x")
stmts(ast.Expr(None, **AT))
stmts(name())
expr(name(5))
expr(name("None"))
expr(name(ctx=STORE))
expr(name(ctx=None))
expr(name(ctx=ast.Add()))
expr(ast.Name("a", **AT))
expr(ast.Constant([1], **AT))
expr(ast.Constant((1, {}), **AT))
expr(ast.Constant(type("I", (int,), {})(3), **AT))
expr(ast.Constant(1, kind=5, **AT))
expr(ast.Call(name(), [], [None], **AT))
expr(ast.Compare(name(), [None], [name()], **AT))
expr(ast.BinOp(name(), ast.And(), name(), **AT))
# places
expr(ast.Constant(1, lineno=1))
expr(ast.Constant(1, lineno=1, col_offset=0))
expr(ast.Constant(1, lineno="a", col_offset=0))
expr(ast.Constant(1, lineno=None, col_offset=0))
expr(ast.Constant(1, lineno=2 ** 40, col_offset=0))
expr(ast.Constant(1, lineno=-1, col_offset=-1))
expr(ast.Constant(1, lineno=0, col_offset=0))
expr(ast.Constant(1, lineno=2 ** 31 - 1, col_offset=2 ** 31 - 1))
expr(ast.Constant(1, lineno=4, col_offset=0, end_lineno=3, end_col_offset=0))
expr(ast.Constant(1, lineno=4, col_offset=5, end_lineno=4, end_col_offset=2))
expr(ast.Constant(1, lineno=4, col_offset=-5, end_lineno=4, end_col_offset=2))
expr(ast.Constant(1, lineno=-4, col_offset=5, end_lineno=4, end_col_offset=2))
# statements
changed("def f(): 0", body=[])
changed("def f(): 0", name=None)
changed("def f(): 0", args=None)
changed("def f(): 0", decorator_list=[None])
changed("def f(): 0", returns=name(ctx=STORE))
changed("class f: 0", body=[])
changed("class f: 0", bases=[name(ctx=STORE)])
changed("class f(a=1, b=2): 0", keywords=[ast.keyword("a", name(), **AT)] * 2)
changed("del a", targets=[])
changed("del a", targets=[name()])
changed("a = 1", targets=[])
changed("a = 1", targets=[ast.Call(name(), [], [], **AT)])
changed("a = 1", targets=[ast.Starred(name("b", STORE), STORE, **AT)])
changed("a = 1", value=None)
changed("a += 1", target=ast.Tuple([], STORE, **AT))
changed("a: 1", target=ast.Attribute(name(), "b", STORE, **AT))
changed("a: 1", target=ast.List([], STORE, **AT), simple=0)
changed("for a in b: 0", body=[])
changed("while a: 0", body=[])
changed("if a: 0", body=[])
changed("if a: 0", orelse=[None])
changed("with a: 0", items=[])
changed("with a: 0", items=[None])
changed("raise", cause=name())
changed("try: 0\nfinally: 0", finalbody=[])
changed("try: 0\nfinally: 0", orelse=[PASS])
changed("try: 0\nexcept* A: 0", handlers=[])
changed("try: 0\nexcept A: 0", handlers=[ast.ExceptHandler(None, None, [], **AT)])
changed("import a", names=[])
changed("from a import b", names=[])
changed("from a import b", level=-1)
changed("from a import b", level="x")
changed("from a import b", level=None, module=None)
changed("global a", names=[])
changed("nonlocal a", names=[])
changed("global a", names=[5])
changed("assert a", test=name(ctx=STORE))
changed("return", value=name())
changed("pass", lineno=None)
stmts(ast.Break(**AT))
stmts(ast.Nonlocal(["x"], **AT))
# expressions
changed_expr("a and b", values=[])
changed_expr("a and b", values=[name(), None])
changed_expr("a < b", comparators=[])
changed_expr("a < b", ops=[])
changed_expr("{1: 2}", keys=[])
changed_expr("{1: 2}", keys=[None])
changed_expr("{1: 2}", values=[None])
changed_expr("[a for a in b]", generators=[])
changed_expr("[a for a in b]", elt=name(ctx=STORE))
changed_expr("f(a)", args=5)
changed_expr("f(a)", keywords=[ast.keyword("k", name(), **AT)] * 2)
changed_expr("a.b", attr=5)
changed_expr("a[b]", slice=name(ctx=STORE))
changed_expr("(a, b)", elts=[name(ctx=STORE)])
changed_expr("f'{a}'", values=[ast.FormattedValue(name(), 7, None, **AT)])
expr(ast.Starred(name(), LOAD, **AT))
expr(ast.Yield(None, **AT))
expr(ast.Await(name(), **AT))
tree = ast.parse("lambda a, b=1, *c, d, e=2, **f: 0", mode="eval")
for fields in (dict(args=[]), dict(kw_defaults=[]), dict(defaults=[None]), dict(vararg=5), dict(args=[None]),
               dict(kwonlyargs=None)):
    tree = ast.parse("lambda a, b=1, *c, d, e=2, **f: 0", mode="eval")
    for key, value in fields.items():
        setattr(tree.body.args, key, value)
    tell(tree, "eval")
tree = ast.parse("def f(a, b): 0")
tree.body[0].args.args[1].arg = "a"
tell(tree)


# patterns
def pattern(p):
    changed("match a:\n case 1: 0", cases=[ast.match_case(p, None, [PASS])])


changed("match a:\n case 1: 0", cases=[])
ONE = ast.MatchValue(ast.Constant(1, **AT), **AT)
WILD = ast.MatchAs(None, None, **AT)
pattern(ast.MatchValue(name(), **AT))
pattern(ast.MatchValue(ast.Constant(None, **AT), **AT))
pattern(ast.MatchValue(ast.BinOp(ast.Constant(1, **AT), ast.Add(), ast.Constant(2, **AT), **AT), **AT))
pattern(ast.MatchSingleton(1, **AT))
pattern(ast.MatchStar("a", **AT))
pattern(ast.MatchOr([ONE], **AT))
pattern(ast.MatchAs(ONE, None, **AT))
pattern(ast.MatchAs(ONE, "_", **AT))
pattern(ast.MatchSequence([ast.MatchStar("a", **AT)] * 2, **AT))
pattern(ast.MatchMapping([ast.Constant(1, **AT)], [], None, **AT))
pattern(ast.MatchMapping([name()], [WILD], None, **AT))
pattern(ast.MatchMapping([], [], "_", **AT))
pattern(ast.MatchClass(ast.Constant(1, **AT), [], [], [], **AT))
pattern(ast.MatchClass(name(), [], ["x"], [], **AT))
pattern(ast.MatchClass(name(), [], ["None"], [WILD], **AT))
# trees without end
e = ast.BinOp(None, ast.Add(), name(), **AT)
e.left = e
expr(e)
m = ast.Module([], [])
m.body.append(ast.If(name(), m.body, [], **AT))
try:
    compile(m, "", "exec")
except RecursionError:
    print("RecursionError")


class Shrinks(ast.Name):
    @property
    def id(self):
        SHRUNK.clear()
        return "a"


SHRUNK = []
SHRUNK.extend([Shrinks(ctx=LOAD, **AT), PASS])
expr(ast.Tuple(SHRUNK, LOAD, **AT))


class Raises(ast.Pass):
    @property
    def lineno(self):
        raise KeyError("lineno")


stmts(Raises())
