def t(f, /, *a, **k):
    try: print(f(*a, **k))
    except TypeError as e: print(e)
def four(a, b, c, d): pass
t(four); t(four, 1); t(four, 1, 2); t(four, 1, 2, 3); t(four, d=1)
t(four, *range(10))
def kk(*, a, b, c, d): pass
t(kk); t(kk, a=1); t(kk, a=1, b=1); t(kk, a=1, b=1, c=1)
def mix(a, b, /, c, d=4, *, e, f=6): pass
t(mix); t(mix, 1); t(mix, 1, 2); t(mix, 1, 2, 3); t(mix, 1, 2, c=3); t(mix, a=1, b=2, c=3, e=5)
t(mix, 1, 2, 3, 4, 5); t(mix, 1, 2, 3, 4, 5, e=1); t(mix, 1, 2, 3, e=1, g=2); t(mix, 1, 2, 3, 4, c=5, e=1)
t(mix, 1, 2, 3, 4, 5, 6, e=1, f=2)
t(mix, b=1)
def d2(a=1, b=2): pass
t(d2, 1, 2, 3)
def d1(a=1): pass
t(d1, 1, 2); t(d1, 1, 2, 3)
def kd(*, k=1): pass
t(kd, 1); t(kd, 1, k=2)
t(d2, **{"a b": 1}); t(d2, **{"": 1})
t(d2, 5, **{"a": 2})
try: d2(**{1: 2})
except TypeError as e: print(e)
try: four(1, *5)
except TypeError as e: print(e)
try: four(**None)
except TypeError as e: print(e)
try: four(a=1, **{"a": 2})
except TypeError as e: print(e)
for v in (None, 5, "s", [], {}, ..., 1.5, (), NotImplemented):
    try: v()
    except TypeError as e: print(e)
class C:
    class D:
        def deep(self, a): pass
        @staticmethod
        def st(): pass
t(C.D().deep); t(C.D.st, 1); t(C.D, 1); t(object, 1); t(C, x=1)
