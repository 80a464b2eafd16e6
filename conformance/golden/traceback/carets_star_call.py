def f(*a): raise ValueError(a)
args = (1, 2)
f(*args, *[3])
