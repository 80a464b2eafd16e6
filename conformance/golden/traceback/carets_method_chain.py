class Q:
    def a(self): return self
    def b(self): raise RuntimeError("in b")
q = Q()
q.a().a().b().a()
