def f(a, b): return a
def g(): raise ValueError("deep inside")
result = f(1,
           g())
