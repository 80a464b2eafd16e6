import _operator as o
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
print(sorted(n for n in dir(o) if not n.startswith('__')))
for n in 'add sub mul matmul floordiv truediv mod lshift rshift and_ or_ xor iadd isub imul imatmul ifloordiv itruediv imod ilshift irshift iand ixor ior concat iconcat pow ipow eq ne lt le gt ge is_ is_not contains indexOf countOf getitem delitem'.split():
    f = getattr(o, n); print(n, [show(f, *a) for a in ((7, 2), ([1, 2], [3]), ('ab', 'a'), ({1: 2}, 1), (1.5, 'a'))], show(f), show(f, 1))
for n in 'neg pos abs inv invert not_ truth index'.split():
    print(n, [show(getattr(o, n), v) for v in (3, -2.5, [], 'a', True)], show(getattr(o, n)))
d = {}; o.setitem(d, 1, 2); print(d, o.length_hint([1]), o.length_hint(iter([1, 2])), o.length_hint(3, 5), o.length_hint(3), show(o.length_hint, 3, 'a'), o.length_hint(3, -1), o.call(dict, a=1), show(o.call))
print(o._compare_digest('a', 'a'), o._compare_digest(b'ab', bytearray(b'ac')), show(o._compare_digest, 'a', b'a'), show(o._compare_digest, '\u1234', 'a'), o._compare_digest('a', 'ab'))
g = o.itemgetter(1); print(g([1, 2]), g((3, 4)), g('ab'), g({1: 5}), show(g, []), show(g), show(g, 1, 2), show(g, x=1), g, o.itemgetter(1, 'a'), o.itemgetter(-1, 0)('abc'), o.itemgetter(slice(1))('abc'), show(o.itemgetter), show(o.itemgetter, x=1), g.__reduce__()[1], o.itemgetter((1,)).__reduce__()[1], o.itemgetter(-1)((1, 2)))
class C: pass
c = C(); c.a = C(); c.a.b = 3; c.d = 4
g = o.attrgetter('a.b'); print(g(c), o.attrgetter('d', 'a.b')(c), show(o.attrgetter('x'), c), g, o.attrgetter('a', 'b.c'), show(o.attrgetter, 3), show(o.attrgetter), show(g), show(o.attrgetter('a..b'), c), g.__reduce__()[1], show(o.attrgetter, 'a', 3))
m = o.methodcaller('split', 'b', maxsplit=1); print(m('abcbd'), m, o.methodcaller('upper'), o.methodcaller('upper')('a'), show(o.methodcaller), show(o.methodcaller, 3), show(m), show(m, 3), o.methodcaller('x', 1).__reduce__()[1])
print(show(type, "G", (o.itemgetter,), {}), sorted([(2, 'a'), (1, 'b')], key=o.itemgetter(0)), o.add.__module__, o.itemgetter.__module__)
l = []; g = o.itemgetter(l); l.append(g); print(g)
