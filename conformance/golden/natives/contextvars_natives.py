from _contextvars import ContextVar, Context, copy_context, Token
import gc, _thread
def show(f, *a, **k):
    try: r = repr(f(*a, **k))
    except BaseException as e: r = '%s: %s' % (type(e).__name__, e)
    return '0x'.join(p.lstrip('0123456789abcdef') for p in r.split('0x'))
v = ContextVar('v'); w = ContextVar('w', default=3)
print(show(v.get), v.get(1), w.get(), w.get(9), show(lambda: v), show(lambda: w), v.name, show(setattr, v, 'name', 3))
t = v.set(5); print(v.get(), t.old_value, t.var is v, show(lambda: t)); v.reset(t); print(show(v.get), show(lambda: t), show(v.reset, t))
t = v.set(1); print(show(w.reset, t), show(v.reset, 3)); c = copy_context(); print(show(c.run, v.reset, t), c[v], v in c, w in c, len(c), list(c) == [v], list(c.items()) == [(v, 1)], list(c.values()), show(lambda: c[w]), c.get(w), c.get(w, 7))
def f(a, k=0):
    v.set(v.get() + a); return v.get(), k, show(c.run, f, 1)
print(c.run(f, 10, k=2), v.get(), c[v], c == copy_context(), c == c.copy(), c != c.copy(), show(hash, c), show(lambda: c[3]), show(lambda: 3 in c), show(Context, 1), show(c.run), show(Token), show(ContextVar, 3), Token.MISSING, ContextVar[int], Token[int])
def boom(): v.set(99); raise ValueError('x')
print(show(c.run, boom), c[v], v.get())
many = [ContextVar(str(i)) for i in range(50)]
def g():
    for i, m in enumerate(many): m.set(i)
    return copy_context()
d = Context().run(g); print(sorted(d.values()), len(copy_context()), [d[m] for m in many] == list(range(50)))
try:
    class X(ContextVar): pass
except TypeError as e: print(e)
out = []; l = _thread.allocate_lock(); l.acquire()
def th(): out.append(v.get('none')); v.set(1000); l.release()
_thread.start_new_thread(th, ()); l.acquire(); print(out, v.get())
class Q: pass
q = Q(); x = ContextVar('x'); cc = Context(); q.c = cc; cc.run(x.set, q); del q, cc; gc.collect()
print(show(t.var.set), Context.__name__, Token.__name__)
