# deque and defaultdict; locals, class building, eval, exec, compile.
def t(f, *a, **k):
    try: print(f(*a, **k))
    except BaseException as e: print(type(e).__name__, e)
from _collections import deque, defaultdict
x = deque([1, 2, 3])
t(deque, 1); t(deque, [], -1); t(deque, [], 'x'); t(deque, [1], 2, 3); t(deque, x=1); t(x.append); t(x.pop, 1); t(x.rotate, 'x'); t(x.remove, 9); t(x.index, 9); t(x.insert, 1); t(lambda: x[9]); t(lambda: x['a']); t(lambda: deque().pop()); t(lambda: x + [1]); t(lambda: x * 2); t(hash, x); t(lambda: x < [1]); t(lambda: x < deque([2])); print(x, deque([1], 5), x == deque([1, 2, 3])); t(lambda: deque([1], 1).insert(0, 1)); y = deque([x]); y.append(y); print(y)
x.rotate(1); print(x); x.rotate(-2); print(x); x.appendleft(0); x.extendleft([7, 8]); print(x, len(x), 7 in x, x.count(7), x.index(7), list(reversed(x)), x.popleft(), x.copy(), x[-1]); del x[0]; x[0] = 99; print(x); x.reverse(); print(x); x += [1]; x *= 2; print(x); d = deque(range(10), maxlen=3); d.append(5); print(d, d.maxlen)
def mut():
    for i in x: x.append(1)
t(mut)
class D(deque): pass
print(D([1]), D([1]).copy(), type(D([1]).copy()).__name__)
d = defaultdict(list); d["a"].append(1); d["b"]; print(d, dict(d), d.default_factory, d.copy(), isinstance(d, dict)); t(lambda: defaultdict()["x"]); t(defaultdict, 5); print(defaultdict(int, a=1) | {"b": 2}, defaultdict(None, {1: 2}))
def h(a, *, b=1): return locals()
print(h(1), sorted(vars(type("T", (), {"q": 1})))[-1:], eval("x", {"x": 3}), dir(type("E", (), {}))[:3])
class M(type):
    def __new__(m, n, b, ns, **k): return super().__new__(m, n, b, ns)
    @classmethod
    def __prepare__(m, n, b, **k): return {"prep": k}
class K(metaclass=M, z=1): w = 2
print(K.prep, K.w, type(K).__name__)
class P:
    def __mro_entries__(self, bases): return (dict,)
class Q(P()): pass
print(Q.__mro__, Q.__orig_bases__[0].__class__.__name__)
t(lambda: type("X", (K, int), {}).__name__)
exec("def z(): return 5"); print(z()); ns = {}; exec("a = 1\nb = a + 1", ns); print(ns["b"]); t(exec, "1 +", {}); t(eval, " 1 + 2"); t(compile, "a\0b", "f", "exec")
code = compile("x + 1", "<s>", "eval"); print(eval(code, {"x": 41})); print(code.co_name, code.co_filename)
