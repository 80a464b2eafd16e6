from array import array, typecodes, ArrayType, _array_reconstructor
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
print(typecodes, ArrayType is array, array('i'), array('u', 'ab\u20ac'), array('d', [1, 2.5]), array('b', b'ab\xff'), array('i', array('b', [1, 2])), array('h', (i for i in range(3))))
print(show(array), show(array, 'x'), show(array, 3), show(array, 'ii'), show(array, 'i', 'a'), show(array, 'i', array('u', 'a')), show(array, 'i', 3), show(array, 'i', [], 3), show(array, 'i', x=3), show(array, 'i', b'abc'), show(array, 'u', [3]))
for c in 'bBhHiIlLqQ':
    a = array(c, [0]); n = a.itemsize * 8; r = []
    for v in (-1, 1 << n, -(1 << n), (1 << n) - 1, 1 << (n - 1), -(1 << (n - 1)) - 1, 1 << 90, -(1 << 90), 1.5, 'a', None, True):
        try: a[0] = v; r.append(a[0])
        except BaseException as e: r.append('%s: %s' % (type(e).__name__, e))
    print(c, a.itemsize, r)
print(show(array, 'f', ['a']), array('f', [0.1, 1e300]), array('d', [0.1]))
a = array('i', range(10)); b = a[:]; print(a[2:5], a[::-1], a[::3], a[-1], show(lambda: a[10]), show(lambda: a['a']), a[5:2])
b[2:4] = array('i', [9, 9, 9]); print(b); b[::2] = array('i', [0] * 6); print(b); del b[::3]; print(b); del b[0]; del b[-2:]; print(b)
print(show(b.__setitem__, slice(0, 1), [1]), show(b.__setitem__, slice(0, 4, 2), array('i', [1])), show(b.__setitem__, slice(0, 1), array('b')), show(b.__setitem__, 99, 1), show(b.__delitem__, 99), show(b.__setitem__, 'a', 1))
a = array('i', [3, 1, 2, 3]); print(a.count(3), a.index(3), a.index(3, 1), show(a.index, 9), show(a.index, 3, 1, 3), a.pop(), a.pop(0), show(a.pop, 9), show(array('i').pop), a, show(a.remove, 77)); a.remove(1); a.insert(0, 5); a.insert(-1, 6); a.insert(99, 7); a.append(8); a.reverse(); print(a, 5 in a, 55 in a)
a.extend([1, 2]); a.extend(array('i', [4])); print(a, show(a.extend, array('b')), show(a.extend, 3), show(a.fromlist, (1,)), show(a.fromlist, [1, 'a']), a, a.tolist(), a.tobytes()[:8])
a.frombytes(b'\1\0\0\0'); a.byteswap(); print(a[-1], show(a.frombytes, b'abc'), show(a.frombytes, 'a'), show(a.tounicode), show(a.fromunicode, 'a')); u = array('u', 'ab'); u.fromunicode('c\U0001F600'); print(u.tounicode(), u[3], show(u.append, 3), show(u.append, 'ab'), len(u))
print(a + a == a * 2, show(lambda: a + [1]), show(lambda: a + array('b')), a * 0, -1 * a, show(lambda: a * 'a')); a += array('i', [1]); a *= 2; print(len(a), show(a.__iadd__, [1]))
print(array('i', [1, 2]) == array('d', [1, 2]), array('i', [1, 2]) < array('i', [1, 3]), array('b', [1]) < array('b', [1, 0]), array('b') == [], array('b', [2]) != array('i', [3]), show(lambda: array('b') < []), show(hash, a))
m = memoryview(a); print(m.format, m.itemsize, m.nbytes, m[0] == a[0], show(a.append, 1), show(a.pop), show(a.extend, [1]), show(a.__delitem__, 0), show(a.__setitem__, slice(0, 1), array('i'))); m[0] = 77; print(a[0]); m.release(); a.append(1)
it = iter(a); next(it); print(it.__reduce__()[2], show(it.__setstate__, 5), next(it) == a[5], it.__reduce__()[2], list(iter(array('b'))), array('b', [1]).__reduce_ex__(2), array('h', [1, 2]).__reduce_ex__(4)[1:], array('b').__reduce_ex__(0))
for code, data in ((0, b'\x01\xff'), (1, b'\x01\xff'), (2, b'\x01\x02'), (3, b'\x01\x02'), (5, b'\xff\xfe'), (7, b'\0\0\1\2'), (9, b'\xff\0\0\0'), (11, b'\0' * 7 + b'\5'), (13, b'\xff' * 8), (12, b'\xff' * 8)):
    print(code, show(_array_reconstructor, array, 'q', code, data))
print(_array_reconstructor(array, 'd', 15, b'\x3f\x80\0\0'), _array_reconstructor(array, 'f', 17, b'\x3f\xf0' + b'\0' * 6), _array_reconstructor(array, 'u', 19, b'\0a\0b'), show(_array_reconstructor, 3, 'i', 1, b''), show(_array_reconstructor, int, 'i', 1, b''), show(_array_reconstructor, array, 'x', 1, b''), show(_array_reconstructor, array, 'i', 99, b''), show(_array_reconstructor, array, 'i', 1, 'a'), show(_array_reconstructor, array, 'i', 3, b'a'))
class F:
    def __init__(self, d): self.d = d; self.o = []
    def read(self, n): return self.d[:n]
    def write(self, b): self.o.append(bytes(b))
a = array('h'); print(show(a.fromfile, F(b'abcd'), 2), a, show(a.fromfile, F(b'ab'), 3), a, show(a.fromfile, F('a'), 1), show(a.fromfile, F(b''), -1)); f = F(b''); a.tofile(f); print(f.o)
class A(array):
    def __init__(self, *a, **k): self.k = k
x = A('i', [1, 2], z=3); print(x, x.k, x[:1], x + x, x.__copy__(), type(x.__copy__()).__name__, x.__reduce_ex__(4)[2])
print(a.__deepcopy__({}) == a, a.typecode, show(setattr, a, 'typecode', 3), [r for r in reversed(array('b', [1, 2]))], show(bytes, array('h', [1])), bytearray(array('B', [65])))
match array('b', [1, 2]):
    case [p, q]: print('seq', p, q)
