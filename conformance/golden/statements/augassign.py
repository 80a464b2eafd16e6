# In-place operators: on names, attributes and items; each part evaluated once.
class Log:
    def __init__(self):
        self.__dict__["data"] = {}
    def __getattr__(self, name):
        print("get", name)
        return 10
    def __setattr__(self, name, value):
        print("set", name, value)
    def __getitem__(self, key):
        print("getitem", key)
        return 20
    def __setitem__(self, key, value):
        print("setitem", key, value)

def key():
    print("key once")
    return "k"

g = Log()
g.x += 1
g[key()] -= 1
g[key()] **= 2
x = 7
x += 1; print(x)
x -= 2; print(x)
x *= 3; print(x)
x //= 4; print(x)
x **= 3; print(x)
x %= 50; print(x)
x <<= 2; print(x)
x >>= 1; print(x)
x &= 0b1110; print(x)
x |= 1; print(x)
x ^= 0xff; print(x)
x /= 2; print(x)
a = b = [1]
a += (2, 3)
print(b)
a *= 2
print(b)
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e)
print(t)
class M:
    def __imatmul__(self, o):
        return ("imatmul", o)
m = M()
m @= 4
print(m)
def f():
    try:
        n += 1
    except UnboundLocalError as e:
        print(e)
    n = 0
f()
