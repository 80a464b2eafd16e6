# hostile input: a syntax tree of 40 objects that stands for one of 2**40 nodes
# group compiler; accept RESULT matching ^MemoryError$
import ast
at = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
x = ast.Constant(1, **at)
for _ in range(40):
    x = ast.BinOp(x, ast.Add(), x, **at)
try:
    compile(ast.Expression(x), "<h>", "eval")
    print("RESULT value")
except Exception as e:
    print("RESULT", type(e).__name__)
