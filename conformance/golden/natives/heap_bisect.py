import _heapq as h, _bisect as b
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
x = [(i * 7919) % 101 for i in range(60)]
y = x[:]; h.heapify(y); print(y)
o = []
while y: o.append(h.heappop(y))
print(o == sorted(x))
for v in x: h.heappush(y, v)
print(y, h.heappushpop(y, 50), h.heappushpop(y, -1), h.heapreplace(y, 200), y[0])
h._heapify_max(y); print(y, h._heappop_max(y), h._heapreplace_max(y, 3), y[0])
print(show(h.heappop, []), show(h.heapreplace, [], 1), show(h.heappush, (), 1), show(h.heappushpop, [], 3), show(h._heappop_max, []), show(h.heapify, [1, 'a']), show(h.heapify, 3), show(h.heappop), show(h.heappush, [], 1, 2))
z = ['b', 'a', 'c']; h.heapify(z); print(z, h.heappop(z)); z = [2.5, 1.5, .5]; h.heapify(z); print(z)
class E:
    def __lt__(self, o): l.clear(); return True
l = [E() for _ in range(5)]; print(show(h.heapify, l))
l = [E() for _ in range(5)]; print(show(h.heappush, l, E()))
for f in (b.bisect_left, b.bisect_right):
    print([f([1, 2, 2, 3], i) for i in range(5)], f([1, 2, 2, 3], 2, 1, 2), f([1, 2, 2, 3], 2, hi=2), f('abc', 'b'), f([3, 2, 1], -2, key=lambda v: -v), show(f, [1], 2, -1), show(f, [1], 'a'), show(f, 3, 1), show(f, [1, 2], 3, 0, 9), show(f), f(range(100), 40), show(f, [1], 1, 'a'))
for f in (b.insort_left, b.insort_right):
    l = [1.0, 2.0, 2.0, 3.0]; f(l, 2); print(l); l = ['bb', 'a']; f(l, 'ccc', key=len); print(l)
class L(list):
    def insert(self, i, v): print('insert', i, v); super().insert(i, v)
l = L([1, 3]); b.insort_right(l, 2); print(l)
