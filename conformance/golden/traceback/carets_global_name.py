def f():
    return undefined_thing(1, 2)
f()
