# hostile input: syntax trees whose parts are of wrong types, negative, huge, changing or raising
# group compiler; accept RESULT matching ^survived$
import ast
import random
random.seed(5)
source = '''
def f(a, /, b: int = 1, *c, d=2, **e) -> int:
    try: return [x async for x in y if x]
    except* A as g: del g.h, i[1:2]
    finally: z += (yield)
match x:
    case [1, *r] | {"k": -1 + 2j, **m} | C(p, q=None): pass
class K(B, metaclass=M):
    with a as (b, *c): from . import z; global gl
for a.b in f"{x!r:>{w}}": lambda *q: (n := 1)
'''
at = dict(lineno=1, col_offset=0, end_lineno=1, end_col_offset=1)
odd = [None, 5, -1, 2 ** 31, -2 ** 80, "x", "", "None", "\ud800", "\0f", "\0v", b"b", [], [None], [[]], (), {}, object,
       ..., 1.5, True]
kinds = [k for k in vars(ast).values() if isinstance(k, type) and issubclass(k, ast.AST)]
done = 0
for round in range(1500):
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for _ in range(random.randint(1, 3)):
        node = random.choice(nodes)
        names = node._fields + node._attributes
        if not names:
            continue
        name = random.choice(names)
        value = random.choice(odd + [random.choice(nodes), random.choice(nodes)])
        if random.random() < 0.2:
            try:
                value = random.choice(kinds)(**at)
            except Exception:
                pass
        old = getattr(node, name, None)
        if isinstance(old, list) and old and random.random() < 0.7:
            old[random.randrange(len(old))] = value
        else:
            try:
                setattr(node, name, value)
            except Exception:
                pass
    try:
        compile(tree, "<h>", "exec")
    except (SyntaxError, TypeError, ValueError, OverflowError, RecursionError, SystemError):
        pass
    done += 1
print("RESULT", "survived" if done == 1500 else done)
