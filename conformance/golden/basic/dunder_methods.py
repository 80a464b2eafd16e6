class V:
    def __init__(self, *x): self.x = x
    def __len__(self): return len(self.x)
    def __getitem__(self, i): return self.x[i]
    def __contains__(self, v): return v in self.x
    def __call__(self, k): return k * 2
    def __bool__(self): return bool(self.x)
    def __hash__(self): return hash(self.x)
    def __eq__(self, o): return self.x == o.x
    def __lt__(self, o): return self.x < o.x
    def __neg__(self): return V(*[-i for i in self.x])
    def __str__(self): return "V" + str(self.x)
    def __getattr__(self, n): return "dyn " + n
v = V(1, 2)
print(len(v), v[0], 2 in v, v(4), bool(V()), hash(v) == hash(V(1, 2)), v == V(1, 2), v < V(3), str(-v), v.foo, list(v), {v: 1}[V(1, 2)], v != V(1))
