log = []
class A:
    def __add__(self, o): log.append("A.add"); return NotImplemented
    def __radd__(self, o): log.append("A.radd"); return NotImplemented
    def __eq__(self, o): log.append("A.eq"); return NotImplemented
    def __lt__(self, o): log.append("A.lt"); return NotImplemented
    def __gt__(self, o): log.append("A.gt"); return NotImplemented
class B(A):
    def __add__(self, o): log.append("B.add"); return NotImplemented
    def __radd__(self, o): log.append("B.radd"); return NotImplemented
    def __eq__(self, o): log.append("B.eq"); return NotImplemented
    def __gt__(self, o): log.append("B.gt"); return NotImplemented
class C(A): pass
class X:
    def __radd__(self, o): log.append("X.radd"); return "x"
def t(f):
    log.clear()
    try: r = f()
    except TypeError as e: r = str(e)
    print(r, log)
a, b, c, x = A(), B(), C(), X()
t(lambda: a + a)
t(lambda: a + b)
t(lambda: b + a)
t(lambda: a + c)
t(lambda: c + a)
t(lambda: a + x)
t(lambda: b + x)
t(lambda: 1 + a)
t(lambda: 1 + x)
t(lambda: a == b)
t(lambda: b == a)
t(lambda: a == a)
t(lambda: a == c)
t(lambda: a < b)
t(lambda: b < a)
t(lambda: a > a)
t(lambda: a < 1)
t(lambda: 1 < a)
class Int(int):
    def __radd__(self, o): return "Int.radd"
    def __rsub__(self, o): return NotImplemented
t(lambda: 5 + Int(1)); t(lambda: Int(1) + 5); t(lambda: 5 - Int(1)); t(lambda: Int(2) + Int(3))
class L(list):
    def __radd__(self, o): return "L.radd"
t(lambda: [1] + L([2])); t(lambda: L([1]) + [2])
class S(str):
    def __rmod__(self, o): return "S.rmod"
    def __radd__(self, o): return "S.radd"
t(lambda: "%s" % S("x")); t(lambda: "a" + S("x"))
class Mul:
    def __rmul__(self, o): return ("rmul", o)
t(lambda: [1] * Mul()); t(lambda: "s" * Mul()); t(lambda: 2 * Mul())
class Idx:
    def __index__(self): return 3
t(lambda: [1] * Idx()); t(lambda: Idx() * "ab"); t(lambda: 2 * Idx())
