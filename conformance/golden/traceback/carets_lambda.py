apply = lambda fn, x: fn(x)
apply(lambda v: v.nothing, 5)
