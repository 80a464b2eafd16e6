def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0=10, b1=11, b2=12, *args, c0=20, c1=21, c2=22, **kw):
    return a0 + a9 + b0 + b2 + sum(args) + c0 + c2 + len(kw)
print(many(*range(10)), many(*range(20), c0=0, z=1))
src = "def big():\n" + "".join(f"    v{i} = {i}\n" for i in range(400)) + "    return " + " + ".join(f"v{i}" for i in range(400)) + "\n"
ns = {}; exec(src, ns); print(ns["big"]())
src = "def nest(x):\n" + "".join("    " * (i + 1) + f"if x > {i}:\n" for i in range(18)) + "    " * 19 + "return 'deep'\n    return 'shallow'\n"
exec(src, ns); print(ns["nest"](17), ns["nest"](18))
print(eval("+".join(["1"] * 1000)), eval("(" * 50 + "1" + ")" * 50), eval("[" * 40 + "]" * 40), len(eval("[" + "0," * 5000 + "]")), eval("-" * 50 + "1"), eval("not " * 51 + "1"))
exec("d = {" + ",".join(f"'k{i}': {i}" for i in range(1000)) + "}", ns); print(len(ns["d"]), ns["d"]["k999"])
exec("def f(" + ",".join(f"p{i}={i}" for i in range(300)) + "): return p0 + p299", ns); print(ns["f"](), ns["f"](p299=0), ns["f"](*range(300)))
exec("def g():\n" + "\n".join(f"    x{i} = [{i}]" for i in range(260)) + "\n    def h(): return x0, x259\n    return h()", ns); print(ns["g"]())
exec("t = 0\n" + "for i in range(2):\n" + "".join(f"    t += {i}\n" for i in range(500)), ns); print(ns["t"])
exec("def chain(x):\n    if x == 0: return 0\n" + "".join(f"    elif x == {i}: return {i * i}\n" for i in range(1, 300)) + "    else: return -1", ns); print(ns["chain"](299), ns["chain"](500))
exec("def k(**kw): return len(kw)", ns); print(eval("k(" + ",".join(f"a{i}={i}" for i in range(300)) + ")", ns))
exec("def c(*a): return len(a)", ns); print(eval("c(" + ",".join(str(i) for i in range(500)) + ")", ns), eval("max(" + ",".join(str(i) for i in range(500)) + ")"))
s = "x" * 70000; print(len(eval(repr(s))), eval(f"len({s!r})"))
exec("class C:\n" + "".join(f"    def m{i}(self): return {i}\n" for i in range(300)), ns); print(ns["C"]().m299())
