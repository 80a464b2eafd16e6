print(isinstance(1, int), isinstance(True, int), isinstance(1, (str, int)), isinstance(1, (str, (float, (int,)))), issubclass(bool, int))
print(isinstance(1, int | str), isinstance(None, int | None), issubclass(bool, int | str), isinstance([], list | dict))
def t(f):
    try: print(f())
    except TypeError as e: print(e)
t(lambda: isinstance(1, 5))
t(lambda: isinstance(1, (str, 5)))
t(lambda: isinstance(1, [int]))
t(lambda: issubclass(1, int))
t(lambda: issubclass(int, 5))
t(lambda: issubclass(int, (str, 5)))
t(lambda: isinstance(1, list[int]))
t(lambda: issubclass(int, list[int]))
t(lambda: isinstance(1, int | list[int]))
t(lambda: isinstance(1))
t(lambda: isinstance(1, "int"))
class Duck:
    @property
    def __class__(self): return int
d = Duck()
print(isinstance(d, int), type(d).__name__, isinstance(d, Duck))
class Fake:
    __bases__ = ()
    def __init__(self, *b): self.__bases__ = b
f = Fake(); g = Fake(f)
print(issubclass(g, f), issubclass(f, g))
class O:
    __class__ = g
print(isinstance(O(), f))
class M(type):
    def __instancecheck__(c, o): return "truthy"
    def __subclasscheck__(c, o): return []
class K(metaclass=M): pass
print(isinstance(1, K), issubclass(int, K), isinstance(K(), K))
class MErr(type):
    def __instancecheck__(c, o): raise ZeroDivisionError
class KE(metaclass=MErr): pass
print(isinstance(KE(), KE))
try: isinstance(1, KE)
except ZeroDivisionError: print("check raised")
print(isinstance(int, type), isinstance(type, object), isinstance(object, type), issubclass(type, object), type(type) is type)
