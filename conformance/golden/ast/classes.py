# The classes of the nodes.
import _ast
import copy
import pickle


def attempt(f, *args, **named):
    try:
        return f(*args, **named)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


for name in sorted(dir(_ast)):
    c = getattr(_ast, name)
    if isinstance(c, type) and issubclass(c, _ast.AST):
        print(name, c.__mro__, c._fields, c._attributes, c.__match_args__, c.__module__)
        print(c.__doc__)
        print({f: getattr(c, f, "-") for f in c._fields + c._attributes})
    elif not name.startswith("__"):
        print(name, c)
n = _ast.Name("x", ctx=_ast.Load())
n.lineno = 3
print(n.id, n._fields, sorted(vars(n)), n.end_lineno)
print(attempt(_ast.Name, 1, 2, 3))
print(attempt(_ast.Return, 1, 2))
print(attempt(_ast.Name, "a", id="b"))
print(attempt(getattr, _ast.Name(), "id"))
print(vars(_ast.Name(other=5)), _ast.Constant(5).kind)
print(_ast.AST()._fields, attempt(_ast.AST, 1))
c = copy.deepcopy(n)
print(type(c), c.id, c.lineno, type(c.ctx))
print(n.__reduce__()[0], sorted(n.__reduce__()[2]))


class Mine(_ast.Name):
    _fields = ("id", "ctx", "more")


m = Mine(1, 2, 3)
print(m.more, isinstance(m, _ast.expr))
match n:
    case _ast.Name(i, _ast.Load()):
        print("matched", i)
tree = compile("a; b", "", "exec", _ast.PyCF_ONLY_AST)
print(tree.body[0].value.ctx is tree.body[1].value.ctx, type(tree.body), tree.type_ignores)
