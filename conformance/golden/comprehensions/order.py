def log(tag, v):
    print(tag, end=" ")
    return v
r = {log("k%d" % i, i): log("v%d" % i, i) for i in log("iter", range(2))}
print(r)
r = [log("e", (i, j)) for i in log("outer", [1, 2]) if log("if1", i) for j in log("inner", [3]) if log("if2", j)]
print(r)
g = (log("body", i) for i in log("first iterable is evaluated at once", [1]))
print("| made")
print(next(g))
try:
    (i for i in undefined_iterable)
except NameError as e:
    print(e)
g = (j for i in [1] for j in undefined_later)
try:
    next(g)
except NameError as e:
    print("late", e)
try:
    (i for i in 5)
except TypeError as e:
    print(e)
def gen():
    print("gen starts")
    yield 1
    print("gen ends")
print([x for x in gen()])
print(type((i for i in ())).__name__, (i for i in ()).__name__, (lambda: (i for i in ()))().__qualname__)
