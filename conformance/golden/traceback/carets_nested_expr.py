def f(): return None
x = (1 + 2) * (f() + 3)
