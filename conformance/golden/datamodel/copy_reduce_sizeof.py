class A:
    def __init__(self): self.x = 1
a = A()
print(a.__reduce_ex__(2)[1][0].__name__, a.__reduce_ex__(2)[2], a.__reduce_ex__(4)[0].__name__)
print(type(a.__sizeof__()).__name__, a.__dir__() == a.__dir__(), "x" in dir(a), "__init__" in dir(a))
print(object.__doc__ is not None, type(object().__repr__()).__name__)
print(object.__str__(5), object.__repr__(a)[:21], object.__format__(5, ""))
print(object.__eq__(1, 1), object.__eq__(1, 2), object.__ne__(1, 2), object.__lt__(1, 2), object.__hash__("x") is not None)
print(object.__init_subclass__(), object.__subclasshook__(5))
print([1, 2].__reduce_ex__(2)[1:3], (1).__getnewargs__(), "s".__getnewargs__(), (1, 2).__getnewargs__(), (1.5).__getnewargs__(), (1j).__getnewargs__(), b"x".__getnewargs__())
print(range(3).__reduce__(), slice(1, 2).__reduce__(), Ellipsis.__reduce__(), NotImplemented.__reduce__())
print(iter([1, 2]).__reduce__()[1], enumerate("ab").__reduce__()[1][1], {1}.__reduce__()[1], frozenset([1]).__reduce__()[1])
class S:
    __slots__ = ("a",)
s = S(); s.a = 5
print(s.__reduce_ex__(2)[2])
try: s.__reduce_ex__(0)
except TypeError as e: print(e)
print(a.__getstate__(), s.__getstate__(), object().__getstate__())
class G:
    def __getstate__(self): return "state"
print(G().__reduce_ex__(2)[2])
class NA:
    def __getnewargs_ex__(self): return (1,), {"k": 2}
print(NA().__reduce_ex__(2)[0].__name__, NA().__reduce_ex__(2)[1][1:])
for o in (lambda: 0, iter(lambda: 0, 0).__iter__, (x for x in ())):
    try: o.__reduce_ex__(2); print("ok")
    except TypeError as e: print(e)
