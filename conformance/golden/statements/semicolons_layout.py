a = 1; b = 2; print(a, b);
if a: print("one line"); print("same suite")
for i in (1, 2): print(i, end=" "); c = i
print(c)
while a < 3: a += 1; print("w", a)
class E: x = 1; y = 2
print(E.x, E.y)
def f(): pass; return 3
print(f())
x = (1 +
     2
     # a comment inside

     + 3)
print(x)
y = 1 + \
    2
print(y)
s = ("joined "
     'adjacent' " parts"
     r"\n" "")
print(s)
if True:
        print("eight")
        if True:
         print("one more")
	
def g(
    a,
    b=2,
    *,
    c=3,
):
    return a, b, c
print(g(
    1,
    c=4,
))
l = [
    1,
    2,
]
print(l, len(l))
try: 1/0
except ZeroDivisionError: print("zde")
finally: print("fin")
with open.__class__ and type("C", (), {"__enter__": lambda s: 1, "__exit__": lambda *a: None})() as q: print(q)
