class V:
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def add(self, o):
        return V(self.x + o.x, self.y + o.y)
def f(n):
    a = V(0.5, 1.5)
    d = V(0.25, 0.125)
    for i in range(n):
        a = a.add(d)
        t = [a, d, i]
        if t[2] > 100000000:
            return t
    return a.x + a.y
print(f(12000))
