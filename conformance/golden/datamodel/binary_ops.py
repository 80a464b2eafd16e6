class N:
    def __init__(self, v): self.v = v
    def __repr__(self): return f"N({self.v})"
ops = dict(add="+", sub="-", mul="*", truediv="/", floordiv="//", mod="%", pow="**", matmul="@", lshift="<<", rshift=">>", and_="&", or_="|", xor="^")
for name, sym in ops.items():
    n = name.rstrip("_")
    setattr(N, f"__{n}__", lambda self, o, sym=sym: f"{self} {sym} {o}")
    setattr(N, f"__r{n}__", lambda self, o, sym=sym: f"{o} r{sym} {self}")
for sym in ops.values():
    print(eval(f"N(1) {sym} 2"), "|", eval(f"2 {sym} N(1)"), "|", eval(f"N(1) {sym} N(2)"), "|", eval(f"'s' {sym} N(3)") if sym != "%" else "")
print(divmod(N, 1) if False else "no divmod")
class I(N): pass
for name, sym in ops.items():
    n = name.rstrip("_")
    setattr(I, f"__i{n}__", lambda self, o, sym=sym: f"{self} {sym}= {o}")
for sym in ops.values():
    x = I(1)
    exec(f"x {sym}= 5")
    print(x)
for sym in ops.values():
    x = N(1)
    exec(f"x {sym}= 5")
    print(x, end="; ")
print()
class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "inv"
    def __abs__(self): return "abs"
    def __divmod__(self, o): return ("divmod", o)
    def __rdivmod__(self, o): return ("rdivmod", o)
    def __round__(self, n="none"): return ("round", n)
    def __trunc__(self): return "trunc"
    def __floor__(self): return "floor"
    def __pow__(self, o, m="nomod"): return ("pow", o, m)
    def __rpow__(self, o, m="nomod"): return ("rpow", o, m)
u = U()
print(-u, +u, ~u, abs(u), divmod(u, 1), divmod(1, u), round(u), round(u, 2), pow(u, 2), pow(u, 2, 3), pow(2, u), u ** 4)
import math
print(math.trunc(u), math.floor(u))
try: pow(2, u, 5)
except TypeError as e: print(e)
