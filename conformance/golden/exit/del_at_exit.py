class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
d = D("global")
def f():
    e = D("local")
f()
print("end of script")
