def make(k):
    count = 0
    def add(x, y=1):
        nonlocal count
        count = count + 1
        return x + y + k
    def total():
        return count
    return add, total
def f(n):
    r = make(3)
    add = r[0]
    total = r[1]
    s = 0
    for i in range(n):
        s = s + add(i, 2)
        s = s + add(i)
    return s + total()
print(f(15000))
