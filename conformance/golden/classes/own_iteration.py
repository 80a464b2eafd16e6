# Instances of subclasses of builtin containers say themselves what they give, wherever a plain one would be read directly.
from collections import UserList
import json
class L(UserList, list):
    pass
x = L([1, 2])
print(list(x), [*x], tuple(x), sorted(x), json.dumps(x), sorted(set(x)), sum(x), max(x), len(x), bool(x), list(map(str, x)))
y = []; y.extend(x); print(y); y += x; print(y); y[1:1] = x; print(y)
a, b = x; print(a, b, *x)
print(dict.fromkeys(x), "".join(L(["a", "b"])), b"".join(L([b"a", b"b"])), any(x), all(x), list(zip(x, x)), list(enumerate(x)), list(reversed(x)))
print(json.dumps({"a": x}, indent=1), x == [1, 2], [1, 2] == x, x + [3], [3] + list(x), repr(x), str(x), list(filter(None, x)), bytes(x), bytearray(x), len(frozenset(x)))
print("%s %s" % tuple(x), "{}".format(x), x[0], x[-1:], 1 in x, x.index(2), x.count(1))
from collections import UserDict
class D(UserDict, dict): pass
d = D(a=1)
print(dict(d), list(d), {**d}, json.dumps(d), len(d), d == {"a": 1}, list(d.items()))
def f(*a, **k): return a, k
print(f(*x, **d))
class T(tuple):
    def __iter__(self): return iter(["it"])
t = T((1, 2, 3))
print(list(t), [*t], tuple(t), sorted(t), json.dumps(t), set(t), f(*t), ",".join(T(("a",))))
class S(str):
    def __iter__(self): return iter(["z"])
print(list(S("ab")), tuple(S("ab")), "-".join(S("ab")), set(S("ab")), [*S("ab")])
class LL(list):
    def __iter__(self): return iter(["it"])
    def __len__(self): return 7
l = LL([1, 2])
print(list(l), [*l], tuple(l), sorted(l), json.dumps(l), set(l), f(*l), len(l), bool(l), l + [1], [0] + l, l * 2)
y = []; y.extend(l); y[0:0] = l; print(y)
class DD(dict):
    def __iter__(self): return iter(["k"])
    def keys(self): return ["k"]
    def __getitem__(self, k): return "v"
    def items(self): return [("i", 1)]
dd = DD(a=1)
print(dict(dd), list(dd), {**dd}, f(**dd), json.dumps(dd), set(dd))
u = {}; u.update(dd); print(u); u |= dd; print(u, u | dd)
class BB(bytes):
    def __iter__(self): return iter([9])
print(list(BB(b"ab")), bytes(BB(b"ab")), bytearray(BB(b"ab")), tuple(BB(b"a")))
