a = 1
b = a + 1
a, b = b, a
print(a, b)
c = d = [1]
c.append(2)
print(d)
x: int = 5
print(x)
del x
try:
    x
except NameError as e:
    print(e)
