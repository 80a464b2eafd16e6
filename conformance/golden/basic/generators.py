def count(n):
    for i in range(n):
        yield i
print(list(count(4)), sum(count(10)))
g = count(2); print(next(g), next(g), next(g, "end"))
print([x * 2 for x in count(3)], {x for x in count(2)}, {x: x for x in count(2)}, list(x for x in "ab" if x > "a"))
def echo():
    r = None
    while True: r = yield r
e = echo(); next(e); print(e.send("hi"), e.send(5))
def deleg(): yield from count(2); yield from "ab"
print(list(deleg()))
