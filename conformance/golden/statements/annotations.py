x: int = 3
y: "str"
z: list[int] = []
print(__annotations__)
print("y" in globals())
def f(a: int, b: "text" = 2, /, c: 1 + 1 = 3, *args: tuple, d: None = None, **kw: dict) -> "ret":
    local: undefined_thing = 5
    other: also_undefined
    return local
print(f(1))
print(f.__annotations__)
class C:
    attr: float = 1.5
    only: bytes
    print(__annotations__)
    def m(self, q: C2 if False else 3): pass
print(C.__annotations__, C.m.__annotations__)
class D(C): pass
print(D.__annotations__ is C.__annotations__, D.__annotations__)
class O: pass
o = O()
o.v: int = 4
d = {}
d["k"]: str = "item"
print(o.v, d)
(paren): int = 8
print(paren, "paren" in __annotations__)
def g():
    print("evaluated")
    return int
v: g() = 1
def no_eval():
    w: g() = 1
    return w
print(no_eval())
f.__annotations__ = {"a": 1}
print(f.__annotations__)
try:
    f.__annotations__ = 3
except TypeError as e:
    print(e)
del f.__annotations__
print(f.__annotations__)
