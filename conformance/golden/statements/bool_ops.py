def v(x):
    print("v", repr(x), end="; ")
    return x
print(v(0) or v("") or v([]) or v("last"))
print(v(1) and v(2) and v(0) and v(3))
print(v(0) and v(1) or v(2))
print(not v(""), not v("x"), not not v([]))
print(v(1) if v(0) else v(2))
print(1 if [] else 2 if {} else 3)
x = None
y = x or {}
y["a"] = 1
print(x, y)
class B:
    def __init__(self, r): self.r = r
    def __bool__(self):
        print("bool", end=" ")
        return self.r
b = B(False)
print((b or 5), (b and 5) is b)
class L:
    def __len__(self): return 0
print(bool(L()), type(L() and 1).__name__)
class Bad:
    def __bool__(self): return 1
try:
    if Bad(): pass
except TypeError as e:
    print(e)
class BadLen:
    def __len__(self): return -1
try:
    not BadLen()
except ValueError as e:
    print(e)
class StrLen:
    def __len__(self): return "x"
try:
    bool(StrLen())
except TypeError as e:
    print(e)
if not (x and y) and not (x or not y):
    print("mixed")
def f(a, b, c): return a and (b or c) and not (a and b and c)
print([f(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)])
