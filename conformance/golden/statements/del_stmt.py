def t(f):
    try:
        f()
    except Exception as e:
        print(type(e).__name__ + ":", e)
a = 1
del a
t(lambda: a)
x, y, z = 1, 2, 3
del x, (y, z)
t(lambda: y)
d = {1: 2, 3: 4}
del d[1]
print(d)
def missing_key():
    del d["no"]
t(missing_key)
l = list(range(10))
del l[0], l[-1], l[2:4], l[::2]
print(l)
def bad_index():
    del l[99]
t(bad_index)
def local():
    v = 1
    del v
    print(v)
t(local)
def twice():
    v = 1
    del v
    del v
t(twice)
class A:
    attr = 1
def attr():
    del A().attr
t(attr)
del A.attr
t(lambda: A.attr)
def tuple_item():
    u = (1, 2)
    del u[0]
t(tuple_item)
def str_item():
    s = "abc"
    del s[0]
t(str_item)
def free():
    v = 5
    def inner():
        return v
    print(inner())
    del v
    inner()
t(free)
def glob():
    global never_there
    del never_there
t(glob)
