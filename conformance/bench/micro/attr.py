class P:
    def __init__(self, x, y):
        self.x = x
        self.y = y
        self.next = None
def f(n):
    p = P(1, 2)
    q = P(3, 4)
    p.next = q
    for i in range(n):
        p.x = p.y + i
        p.y = p.x - i
        q.x = p.next.y + 1
        p.next.y = q.x - 1
    return p.x + p.y + q.x + q.y
print(f(20000))
