class D:
    def __del__(self): print("del")
d = D(); d = None
print("after")
