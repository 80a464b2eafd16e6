log = []
def deco(tag):
    log.append("make " + tag)
    def apply(fn):
        log.append("apply " + tag)
        def wrapped(*a, **k):
            return (tag, fn(*a, **k))
        return wrapped
    return apply
@deco("outer")
@deco("inner")
def f(x): return x
print(f(1), log)
class Count:
    def __init__(self, fn): self.fn, self.n = fn, 0
    def __call__(self, *a):
        self.n += 1
        return self.fn(*a)
@Count
def g(): return "g"
g(); g()
print(g.n)
@(lambda fn: fn.__name__)
def h(): pass
print(h)
class R:
    decos = [lambda fn: "from list"]
@R.decos[0]
def i(): pass
print(i)
@(w := lambda fn: 5)
def j(): pass
print(j, w(0))
def cls_deco(cls):
    cls.added = 1
    return cls
@cls_deco
class K: pass
print(K.added)
class M:
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(): return "static"
    @property
    def p(self): return "prop"
    @p.setter
    def p(self, v): log.append(v)
print(M.c(), M.s(), M().p)
M().p = "set"
print(log[-1])
def none(fn): return None
@none
def gone(): pass
print(gone)
try:
    @5
    def bad(): pass
except TypeError as e: print(e)
