class Counter:
    def __init__(self, step):
        self.n = 0
        self.step = step
    def inc(self, k):
        self.n = self.n + k * self.step
        return self.n
def f(n):
    c = Counter(2)
    t = 0
    for i in range(n):
        t = t + c.inc(i)
        if t > 1000000:
            t = 0
    return t
print(f(30000))
