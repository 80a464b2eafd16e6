class A: pass
a = A()
a.b = A()
x = a.b.c.d
