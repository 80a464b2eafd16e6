def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__ + ":", e)
print(eval("1 + 2"), eval("x * 2", {"x": 5}), eval("x + y", {"x": 1}, {"y": 2}), eval(" 3"), eval("\t4\n"), eval(b"5"), eval(compile("6", "f", "eval")))
ns = {}; exec("a = 1\ndef f(): return a + 1\nb = f()", ns); print(ns["a"], ns["b"], "__builtins__" in ns, sorted(k for k in ns if k[0] != "_"))
g, l = {"v": 1}, {}; exec("w = v + 1\nglobal q\nq = 5", g, l); print(g["q"], l, "w" in g)
t(lambda: eval("1 +")); t(lambda: eval("x = 1")); t(lambda: eval("")); t(lambda: eval("nope")); t(lambda: eval(5)); t(lambda: eval("1", 5)); t(lambda: eval("1", {}, 5)); t(lambda: exec(5)); t(lambda: exec("1", [])); t(lambda: eval()); t(lambda: compile("1", "f")); t(lambda: compile("1", "f", "bad")); t(lambda: compile(5, "f", "exec")); t(lambda: compile("a b", "file.py", "exec")); t(lambda: eval("1\0")); t(lambda: exec("return 1")); t(lambda: eval("yield")); t(lambda: exec("x: int = 'a'; print(x, __annotations__)")); t(lambda: eval("(lambda: zz)()", {"zz": 9})); t(lambda: eval("[y for x in (1, 2)]", {"y": 3})); t(lambda: compile("1", "f", "exec", flags=2**20).co_name); t(lambda: compile("1", "f", "exec", optimize=5).co_name); t(lambda: compile("1", 5, "exec"))
c = compile("r = 1\nr += 1", "name.py", "exec"); d = {}; print(exec(c, d), d["r"], c.co_filename, c.co_name, c.co_names, c.co_consts[:2], type(c).__name__, c == compile("r = 1\nr += 1", "name.py", "exec"), hash(c) == hash(c))
exec(compile("5 + 5\n'shown'\nNone\n", "s", "single") if False else compile("5 + 5", "s", "single"))
class M(dict):
    def __missing__(self, k):
        if k == "print": raise KeyError(k)
        return "auto_" + k
print(eval("abc + d", {}, M())); exec("z = foo", {}, M())
class Loc:
    def __getitem__(self, k): return k * 2
    def __setitem__(self, k, v): print("set", k, v)
exec("k = ab", {}, Loc())
def free():
    y = 1
    def h(): return y
    return h
try: exec(free().__code__)
except TypeError as e: print(e)
exec(free().__code__, closure=free().__closure__)
try: exec("1", closure=())
except TypeError as e: print(e)
try: exec(compile("1", "f", "exec"), closure=())
except TypeError as e: print(e)
print(eval("__name__"), eval("__name__", {}) if False else eval("len('abc')", {"__builtins__": {"len": lambda s: "fake"}}))
t(lambda: eval("len('a')", {"__builtins__": {}})); t(lambda: eval("print", {"__builtins__": None}))
