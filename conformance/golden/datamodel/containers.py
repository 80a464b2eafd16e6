class Cont:
    def __getitem__(self, k): print("get", k); return k
    def __setitem__(self, k, v): print("set", k, v)
    def __delitem__(self, k): print("del", k)
c = Cont()
c[1]; c["a"]; c[1, 2]; c[1:2]; c[1:2, 3, ...]; c[()]; c[:]; c[::]; c[1:2:3]; c[::-1]; c[(1,)]; c[[1]]; c[None]; c[1:]; c[*[1, 2], 3]
c[1] = 2; c[1:2] = 3; c[..., 1] = 4
del c[1], c[2:3]
class D(dict):
    def __missing__(self, k): return f"missing {k}"
d = D(a=1)
print(d["a"], d["b"], d.get("b"), "b" in d, len(d))
class E(dict):
    def __getitem__(self, k): return "over " + k
e = E(x=1)
print(e["q"], e.get("x"), list(e.values()), "%(z)s" % e, "{z}".format_map(e))
class L(list):
    def __getitem__(self, i): return ("item", i)
    def __len__(self): return 99
l = L([1, 2])
print(l[0], l[0:1], len(l), list(l), [*l], sum(l))
class NoSet:
    def __getitem__(self, k): return 1
def t(f):
    try: f()
    except Exception as x: print(type(x).__name__ + ":", x)
def a(): NoSet()[0] = 1
def b(): del NoSet()[0]
def f(): object()[0]
def g(): object()[0] = 1
def h(): del object()[0]
def i(): object[0]
def j(): (1, 2)[0] = 1
def k(): "abc"[0] = "x"
def m(): b"abc"[0] = 1
def n(): range(3)[0] = 1
def o(): set()[0]
def p(): list()[1, 2]
def q(): [1, 2][5] = 1
def r(): del [1][3]
def s(): [1]["a"] = 1
for fn in (a, b, f, g, h, i, j, k, m, n, p, q, r, s): t(fn)
print(c.__class__.__getitem__(c, 5))
s = slice(1, 2, 3)
print(s, s.start, s.stop, s.step, s.indices(10), slice(None).indices(5), slice(5) == slice(None, 5, None))
