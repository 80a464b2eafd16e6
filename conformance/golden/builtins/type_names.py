import sys
objs = [None, ..., NotImplemented, 1, 1.5, 1j, "s", b"b", bytearray(), memoryview(b""), [], (), {}, set(), frozenset(), range(1), slice(1), len, [].append, lambda: 0, print, object(), type, int, property(), classmethod(len), staticmethod(len), super(int), sys, (x for x in ()), iter([]), iter(()), iter({}), iter({}.values()), iter({}.items()), iter(set()), iter(""), iter("é"), iter(range(1)), iter(range(2**70)), iter(b""), enumerate([]), zip(), map(len, []), filter(None, []), reversed([]), reversed(()), {}.keys(), {}.values(), {}.items(), int.__add__, (1).__add__, int.real, str.join, dict.fromkeys, int | str, list[int], sys._getframe(), sys._getframe().f_code, Exception(), type.__dict__["__mro__"], sys.flags, sys.version_info, sys.float_info, sys.implementation, iter(int, 0), sys.stdout, (lambda: (lambda: objs))().__closure__, type.__dict__]
for o in objs: print(type(o), type(o).__name__, type(o).__module__, type(type(o)).__name__)
async def co(): pass
async def ag(): yield
c = co(); print(type(c)); c.close(); a = ag(); print(type(a), type(a.__anext__()), type(a.asend(1)), type(a.athrow(ValueError)), type(a.aclose()))
try: 1 / 0
except ZeroDivisionError as e: print(type(e.__traceback__))
def f():
    x = 1
    return lambda: x
print(type(f().__closure__[0]), type(f), type(f.__code__), type(int.__dict__["from_bytes"]), type(object.__dict__["__class__"]))
class S: __slots__ = "a"
print(type(S.a), type(S().__init__), type(S.__init__), type(S.__new__), type(S.__init_subclass__))
