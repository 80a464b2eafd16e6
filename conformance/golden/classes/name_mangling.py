class A:
    __private = 1
    def __init__(self): self.__inst = 2
    def get(self): return self.__private, self.__inst, A.__private
    def __meth(self): return "meth"
    def call(self): return self.__meth()
    __dunder__ = 3
    def kw(self, __arg=5): return __arg
    def loc(self):
        __v = 1
        def inner(): return __v
        return inner(), sorted(locals())
    def glob(self):
        global __g
        __g = 7
    def imp(self):
        try: __undefined
        except NameError as e: return str(e)
a = A()
print(a.get(), a.call(), a.__dict__, a._A__private, a.__dunder__, a.kw(_A__arg=6), a.loc(), a.imp())
a.glob(); print(_A__g)
try: a.__private
except AttributeError as e: print(e)
class _Under:
    __x = 1
    def f(self): return self.__x
print(sorted(n for n in vars(_Under) if n.endswith("x")), _Under().f())
class __:
    __y = 2
print([n for n in vars(__) if n.endswith("y")])
class B(A):
    __private = "B's own"
    def both(self): return self.__private, self._A__private
print(B().both())
def f():
    class In:
        __z = 1
        class In2:
            __z = 2
        def q(self): return self.__z, self.In2._In2__z
    return In().q()
print(f())
class Attr:
    def s(self, o):
        o.__t = 1
        del o.__t
        o.__t = 2
        return o.__dict__
print(Attr().s(a) is a.__dict__, a._Attr__t)
