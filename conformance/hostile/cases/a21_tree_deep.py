# hostile input: syntax trees and constants nested as deep as the recursion limit does not stop
# group compiler; accept RESULT matching ^refused$
import ast
import sys
sys.setrecursionlimit(10 ** 8)
at = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
leaf = ast.Constant(1, **at)
no_args = ast.arguments([], [], None, [], [], None, [])


def nest(make, start, n):
    for _ in range(n):
        start = make(start)
    return start


expressions = [lambda e: ast.UnaryOp(ast.Not(), e, **at), lambda e: ast.BinOp(leaf, ast.Add(), e, **at),
               lambda e: ast.Lambda(no_args, e, **at), lambda e: ast.Tuple([e], ast.Load(), **at),
               lambda e: ast.JoinedStr([ast.FormattedValue(e, -1, None, **at)], **at),
               lambda e: ast.Call(e, [], [], **at), lambda e: ast.Starred(e, ast.Load(), **at),
               lambda e: ast.ListComp(e, [ast.comprehension(ast.Name("a", ast.Store(), **at), leaf, [], 0)], **at)]
trees = [ast.Expression(nest(make, leaf, n)) for make in expressions for n in (3000, 12000, 60000)]
trees += [ast.Expression(ast.Constant(nest(lambda c: (c,), (), n), **at)) for n in (2000, 60000)]
loop = ast.Tuple([], ast.Load(), **at)
loop.elts.append(loop)
trees.append(ast.Expression(loop))
for tree in trees:
    try:
        compile(tree, "<h>", "eval")
    except (RecursionError, MemoryError, SyntaxError):
        pass
print("RESULT refused")
