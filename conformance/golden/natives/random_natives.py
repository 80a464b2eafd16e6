import _random
def show(f, *a, **k):
    try: return repr(f(*a, **k))
    except BaseException as e: return '%s: %s' % (type(e).__name__, e)
for s in (0, 1, -1, 2**100 + 3, 12345678901234567890, 1.5, True, (1, 2)):
    r = _random.Random(s); print(s, r.random(), r.random(), [r.getrandbits(k) for k in (0, 1, 5, 31, 32, 33, 64, 100, 257)])
r = _random.Random(5); st = r.getstate(); a = [r.random() for _ in range(1000)]; r.setstate(st); print(a == [r.random() for _ in range(1000)], st[-1], len(st), hash(st) == hash(r.getstate()), sum(a))
print(show(r.getrandbits, -1), show(r.setstate, 3), show(r.setstate, (1,)), show(r.setstate, st[:-1] + (700,)), show(r.setstate, ('a',) * 625), show(r.setstate, st[:-1] + (-1,)), show(_random.Random, 1, 2), show(_random.Random, a=1), show(r.seed, []), show(r.setstate, (-1,) * 625), show(r.getrandbits, 'a'), show(r.getrandbits))
class R(_random.Random):
    def __init__(self, x, y): self.y = y
    def __new__(cls, x, y): return super().__new__(cls, x)
print(R(3, 4).random(), R(3, 4).y, _random.Random().random() != _random.Random().random()); r.seed(); r.seed(None)
