class CM:
    def __enter__(self): print("in"); return 5
    def __exit__(self, *a): print("out", a[0]); return True
with CM() as x: print(x)
with CM(): raise KeyError
print("done")
