import sys
log = []
def tr(f, e, a):
    log.append((f.f_code.co_name, e, f.f_lineno, a[0].__name__ if e == 'exception' else type(a).__name__))
    return tr
def show():
    sys.settrace(None); sys.setprofile(None)
    for l in log:
        if l[0] != 'show': print(l)
    log.clear(); print('--')
class C:
    def __init__(self, v): self.v = v
    def __add__(self, o): return C(self.v + o.v)
    def __lt__(self, o):
        return self.v < o.v
    @property
    def w(self):
        return self.v
    def __iter__(self):
        return iter([self.v])
    def __getattr__(self, n):
        raise AttributeError(n)
def use():
    c = C(1) + C(2)
    if c < c:
        return 1
    c.w
    x, = c
    hasattr(c, 'zz')
    return [i for i in c]
sys.settrace(tr); use(); show()
def recursive(n):
    return n and recursive(n - 1)
sys.settrace(tr); recursive(2); show()
def nested_trace():
    return sys.call_tracing(recursive, (1,))
sys.settrace(tr); nested_trace(); show()
src = compile("x = 1\nfor i in (1,2):\n    x = i\ndef f(): pass\nf()\n", "<x>", "exec")
sys.settrace(tr); exec(src, {}); show()

def use_iterator():
    return list(It()), tuple(It())
class It:
    n = 0
    def __iter__(self):
        return self
    def __next__(self):
        self.n += 1
        if self.n > 2:
            raise StopIteration
        return self.n
sys.settrace(tr); use_iterator(); show()
