def v(x):
    print("v", x)
    return x
print(v(1) < v(2) < v(3))
print(v(1) > v(2) < v(3))
print(1 < 3 > 2 == 2 != 5)
print(1 in [1] == True, (1 in [1]) == True)
one = 1
print(0 < one is True)
class C:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        print("lt", self.n, o.n)
        return [] if self.n == 2 else "truthy"
print(C(1) < C(2) < C(3))
print(C(1) < C(2), C(2) < C(3))
print(None is None is not False)
print("a" in "ab" in "xab")
print(not 1 == 2, not (1 == 2) == False)
if v(5) <= v(5) <= v(4):
    print("no")
else:
    print("else")
while v(1) > v(2) > v(3):
    pass
x = 3
print([i for i in range(10) if 2 < i < 7 != 5])
def f(a, b, c):
    return a < b < c
print(f(1, 2, 3), f(3, 2, 1), f("a", "b", "c"))
try:
    1 < 2 < "x"
except TypeError as e:
    print(e)
