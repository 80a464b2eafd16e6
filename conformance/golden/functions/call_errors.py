def t(f):
    try: print(f())
    except TypeError as e: print(e)
def z(): pass
def one(a): pass
def two(a, b): pass
def three(a, b, c): pass
def dflt(a, b=1): pass
def kwo(*, k): pass
def kwo2(a, *, k, l, m=1): pass
def po(a, b, /): pass
def po2(a, /, b, *, c): pass
def var(a, *args): pass
def kws(a, **kw): pass
calls = """z(1)
z(1, 2)
z(a=1)
one()
one(1, 2)
one(1, a=2)
one(b=1)
two()
two(1)
two(b=1)
two(1, 2, 3)
two(1, c=3)
three()
three(1)
three(1, 2)
three(a=1)
three(1, 2, 3, 4, 5)
dflt()
dflt(1, 2, 3)
dflt(1, b=2, c=3)
kwo()
kwo(1)
kwo(1, k=2)
kwo(1, 2, k=3)
kwo(j=1)
kwo2()
kwo2(1)
kwo2(1, k=2)
kwo2(1, 2, k=1, l=2)
kwo2(1, 2, 3, 4)
po(a=1, b=2)
po(1, b=2)
po(1)
po()
po(1, 2, 3)
po2(1, b=2)
po2(a=1, b=2, c=3)
po2(1)
var()
var(a=1, b=2)
kws()
kws(1, 2)
kws(1, a=3)
kws(b=3)"""
for c in calls.split("\n"):
    print(c, "->", end=" ")
    t(lambda: eval(c))
class K:
    def m(self, a, b): pass
    @classmethod
    def c(cls, a): pass
    @staticmethod
    def s(a): pass
    def __init__(self, q=1): pass
    def __call__(self, a): pass
for c in ("K().m()", "K().m(1, 2, 3)", "K.m()", "K.m(1)", "K.c()", "K.c(1, 2)", "K().s()", "K.s(1, 2)", "K(1, 2)", "K(z=1)", "K()()", "K()(1, 2)",
          "(lambda x: x)()", "(lambda: 0)(1)", "[f for f in (lambda a, b: 0,)][0](1)"):
    print(c, "->", end=" ")
    t(lambda: eval(c))
