# Functions made of the code of a module: their names are the globals.
import ast
import types

for source in ("x = 3\nprint(x)", "def f(): return y\ny = 5\nprint(f())", "import math\nclass C: z = math.pi > 3\nprint(C.z)",
               "x = 1\ndel x", "print(undefined)", "for i in range(3): pass\nprint([i * k for k in range(i)])"):
    names = {}
    function = types.FunctionType(compile(source, "<code>", "exec"), names)
    for call in (lambda: function(), lambda: function(*()), lambda: function(**{}), lambda: function(1), lambda: function(a=1)):
        try:
            print(call(), end=" ")
        except (NameError, TypeError) as e:
            print(type(e).__name__, e, end=" ")
    print(sorted(k for k in names if not k.startswith("__")))

names = {}
function = types.FunctionType(compile("_ = 6 * 7", "<code>", "single"), names)
function()
function = types.FunctionType(compile("_ + 1", "<code>", "eval"), names)
print(function(), names["_"])


async def g():
    return 8

names = {"g": g}
code = compile("v = await g()\nw = [await g() for _ in range(2)]", "<code>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
coroutine = types.FunctionType(code, names)()
try:
    coroutine.send(None)
except StopIteration as e:
    print(e.value, names["v"], names["w"])
