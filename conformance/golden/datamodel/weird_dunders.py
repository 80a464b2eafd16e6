# Dunders are looked up on the type, not on the instance.
class A: pass
a = A()
a.__len__ = lambda: 5
a.__add__ = lambda o: 1
a.__iter__ = lambda: iter([1])
a.__str__ = lambda: "inst"
def t(f):
    try: print(f())
    except TypeError as e: print(e)
t(lambda: len(a)); t(lambda: a + 1); t(lambda: iter(a)); t(lambda: str(a)[:18])
A.__len__ = lambda self: 7
t(lambda: len(a))
del A.__len__
t(lambda: len(a))
A.__getitem__ = lambda self, k: k * 2
t(lambda: a[21])
class B(A): pass
t(lambda: B()[4])
A.__getitem__ = lambda self, k: "changed"
t(lambda: B()[4])
B.__getitem__ = None
t(lambda: B()[4])
class C:
    __eq__ = lambda s, o: True
    __len__ = lambda s: 3
    __contains__ = property(lambda s: lambda x: x == "via property")
    __iter__ = staticmethod(lambda: iter("st"))
    __hash__ = classmethod(lambda c: 11)
c = C()
print(c == 5, len(c), "via property" in c, list(c), hash(c))
class D:
    def __init__(self): self.n = 0
    def __bool__(self):
        self.n += 1
        return self.n % 2 == 0
d = D()
print(bool(d), bool(d), not d)
int_add = int.__add__
print(int_add(1, 2), int_add(1, 2.0), (5).__radd__(3), (5).__sub__("x"), "a".__add__("b"), [1].__mul__(2), (2).__pow__(3, 5), (1).__lt__(2), (1).__eq__("x"), {}.__contains__(1))
t(lambda: int.__add__(1)); t(lambda: int.__add__("a", 1)); t(lambda: "a".__add__(1)); t(lambda: int.__add__()); t(lambda: (1).__lt__()); t(lambda: list.__len__(5)); t(lambda: [].__getitem__()); t(lambda: [].__setitem__(1))
print(type(int.__add__).__name__, type((1).__add__).__name__, type(str.upper).__name__, type("".upper).__name__, type(dict.__dict__["fromkeys"]).__name__, type(dict.fromkeys).__name__, type(int.real).__name__, type(A.__dict__["__dict__"]).__name__, type(object.__init__).__name__)
print(int.__add__, (1).__add__.__name__, str.upper, dict.fromkeys.__name__, int.real, A.__dict__["__dict__"])
