# More positional arguments than any mask of bits has room for.
def only(*args, width=3): return width
def both(a, b=2, *args, width=3, other, **kw): return a, b, len(args), width, other, kw
for n in (0, 1, 2, 3, 31, 32, 33, 62, 63, 64, 65, 66, 100, 255, 256, 1000):
    numbers = range(n)
    print(n, only(*numbers), only(*numbers, width=n), (lambda *a, w=1: (lambda: w)())(*numbers), end=" ")
    try:
        print(both(*numbers, other=7), both(*numbers, other=8, width=9, x=1))
    except TypeError as e:
        print(e)
    try:
        both(*numbers)
    except TypeError as e:
        print(e)

names = ["p%d" % i for i in range(64)]
for count in (62, 63, 64):
    scope = {}
    exec("def f(%s): return p0, p%d" % (", ".join(names[:count]), count - 1), scope)
    f = scope["f"]
    print(f(*range(count)), f(**dict(zip(names, range(count)))), f(1, **dict(zip(names[1:count], range(count)))))
    for args, kwargs in ((range(count - 1), {}), ((), {"p0": 1}), (range(3), {"p5": 1}), (range(count), {"p0": 1})):
        try:
            print(f(*args, **kwargs))
        except TypeError as e:
            print(e)
