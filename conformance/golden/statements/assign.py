# Assignment in all its forms, and the order in which the parts are evaluated.
def log(x):
    print("eval", x)
    return x

a = b = c = 5
print(a, b, c)
x, y = 1, 2
x, y = y, x
print(x, y)
(p, q), [r, s] = (1, 2), [3, 4]
print(p, q, r, s)
first, *rest = range(5)
print(first, rest)
*init, last = "abcd"
print(init, last)
h, *mid, t = (1, 2)
print(h, mid, t)
[m, (n, *o)] = [1, "xyz"]
print(m, n, o)

class Box:
    def __setitem__(self, k, v):
        print("setitem", k, v)
    def __setattr__(self, k, v):
        print("setattr", k, v)

box = Box()
box[log("key")] = log("value")
box.attr = box[1:2] = box[..., 3] = 9
box[log(1)], box[log(2)] = log(10), log(20)
d = {}
d[log("k1")], d[log("k2")] = [log("v1"), log("v2")]
print(d)
lst = [0, 1, 2, 3, 4]
i = 0
i, lst[i] = 2, 99
print(i, lst)
lst[1:3] = "ab"
print(lst)
lst[::2] = (None,) * 3
print(lst)
