class P:
    __slots__ = ("x",)
p = P(); p.x = 1
print(p.x)
try: p.y = 1
except AttributeError as e: print(e)
class D:
    def __get__(self, o, t): return "got"
    def __set__(self, o, v): print("set", v)
class C: d = D()
c = C(); print(c.d); c.d = 5
