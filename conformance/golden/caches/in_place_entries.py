# In-place entries, caches and their invalidation.
class A:
    count = 0
    def __init__(self, v): self.v = v; A.count += 1
    def __add__(self, o): return A(self.v + o.v)
    def __sub__(self, o): return NotImplemented
    def __lt__(self, o): return NotImplemented if self.v > 10 else self.v < o.v
    def __gt__(self, o): print("gt"); return self.v > o.v
    def __eq__(self, o): return [] if self.v != o.v else [1]
    def __iadd__(self, o): self.v += o.v; return self
    def __repr__(self): return f"A({self.v})"
    @classmethod
    def make(cls, v): return cls(v)
    @classmethod
    def gen(cls):
        yield cls
class B(A):
    def __init__(self, v):
        super().__init__(v)
        self.w = v
    def __add__(self, o):
        return super().__add__(o)
    def __sub__(self, o):
        return super().__sub__(o)
def t(f):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
a, b = A(1), A(2)
for _ in range(3):
    t(lambda: a + b); t(lambda: a - b); t(lambda: a < b); t(lambda: A(11) < b); t(lambda: a > b)
    t(lambda: a == b); t(lambda: a != b); t(lambda: a <= b); t(lambda: a * b)
    if a == b: print("eq")
    else: print("not eq")
    if a < b: print("lt")
    if A(20) < A(30): print("reflected lt")
    else: print("no")
    t(lambda: B(1) + B(2)); t(lambda: B(1) - B(2)); t(lambda: B(1) + A(2)); t(lambda: A(1) + B(5))
    c = a; c += b; print(a, A.count)
    t(lambda: A.make(5)); t(lambda: B.make(6).w); t(lambda: list(B.gen())[0].__name__)
    a = A(1)
def isub(x, y):
    x -= y
    return x
t(lambda: isub(a, b))
# class attributes replaced between runs
class C:
    k = 1
    def m(self): return 'm1'
def read(o): return o.k
def call(o): return o.m()
o = C()
for v in (1, 2.5, 'x', None, [3], len, 7):
    C.k = v
    print(read(o) is v or read(o) == v, read(o) if v is not len else 'len')
C.k = property(lambda s: 'prop'); print(read(o))
C.k = 5; print(read(o)); o.k = 9; print(read(o)); del o.k; print(read(o)); del C.k
t(lambda: read(o))
C.k = 1; C.k2 = 2; C.k = 3; print(read(o))
print(call(o)); C.m = lambda s: 'm2'; print(call(o)); C.m = classmethod(lambda c: c.__name__); print(call(o))
class D(C): pass
d = D(); C.k = 10; print(read(d)); C.k = 11; print(read(d)); D.k = 12; print(read(d)); C.k = 13; print(read(d)); del D.k; print(read(d))
cm = classmethod(lambda c: 'first')
class E_: f = cm
def callf(): return E_.f()
print(callf(), callf()); cm.__init__(lambda c: 'second'); print(callf()); cm.__init__(print); callf()
print(int.from_bytes(b'\x01\x02', 'big'), dict.fromkeys('ab'))
class I(int): pass
print(type(I.from_bytes(b'\x05', 'little')).__name__)
class M(type):
    def make(cls): return 'meta'
class N(metaclass=M):
    pass
print(N.make()); N.make = classmethod(lambda c: 'class'); print(N.make())
# generators and coroutines made without frames
def g(a, b=2):
    x = yield a
    yield (a, b, x)
it = g(1); print(next(it), it.send('s'))
try: it.send(None)
except StopIteration as e: print('stop', e.value, e.args)
def r():
    yield 1
    return 'ret'
it = r(); next(it)
try: print(it.send(None))
except StopIteration as e: print('stop', e.value, e.args)
it = r()
try: it.send(3)
except TypeError as e: print(e)
def bad():
    yield 1
    raise StopIteration('x')
it = bad(); it.send(None)
try: it.send(None)
except RuntimeError as e: print(e, repr(e.__cause__))
import sys
def cellgen(n):
    def inner(): return n
    yield inner
    n += 1
    yield inner
print([f() for f in cellgen(3)])
class Aw:
    def __await__(self):
        x = yield 'aw'
        return x
async def co(): return (await Aw()), (await Aw())
c = co(); print(c.send(None), c.send(1))
try: c.send(2)
except StopIteration as e: print(e.value)
# unpacked calls
def f(a, b=2, *args, c=3, **kw): return a, b, args, c, sorted(kw.items())
def plain(a, b, c=5): return a, b, c
d = {'b': 7, 'c': 8}
print(f(1, **d), f(*(1, 2, 3), **{'z': 1}), plain(1, **d), plain(*(1, 2)), plain(*[1, 2, 3]))
t(lambda: plain(1, **{'zz': 1})); t(lambda: plain(1, **{'a': 1})); t(lambda: plain(*(1,))); t(lambda: plain(1, 2, 3, *(4,)))
t(lambda: f(1, **{1: 2})); t(lambda: f(**5)); t(lambda: f(1, **d, **d)); t(lambda: plain(**d)); t(lambda: plain(*5))
class Mp:
    def keys(self): return ['b']
    def __getitem__(self, k): return k * 2
print(plain(1, **Mp()))
print(plain(1, **{'b' + ''.join([]): 3}), plain(1, **{chr(98): 4}))
# slices and items
for s in (b'hello', bytearray(b'hello'), 'héllo', [1, 2, 3, 4, 5], (1, 2, 3, 4, 5), range(5)):
    print(s[1:3], s[:], s[-2:], s[:-2], s[10:], s[3:1], s[0], s[-1], s[None:2])
    t(lambda: s[9]); t(lambda: s['a':]); t(lambda: s[1.5])
class S:
    def __getitem__(self, k): return k
print(S()[1:2], S()[:], S()['a':'b'], S()[1:2:3])
ba = bytearray(b'abc'); ba[0] = 65; ba[-1] ^= 1; print(ba)
t(lambda: ba.__setitem__(0, 256))
def bset(v, i=0): ba[i] = v
t(lambda: bset(256)); t(lambda: bset(-1)); t(lambda: bset(1, 10)); t(lambda: bset('a')); t(lambda: bset(True))
l = [1, 2, 3]; l[0] += 5; l[-1] = 'z'; x = l[1] = 9; print(l, x)
t(lambda: l.__setitem__(5, 1))
def lset(i): l[5] = i
t(lambda: lset(1))
dd = {'a': 1}; dd['a'] += 1; dd['b'] = dd['c'] = 3; print(dd)
