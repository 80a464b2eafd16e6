import sys

def run(f, *a):
    """Print the events of f and of what it calls in this file, with lines from f's first one."""
    log = []
    def tracer(frame, event, arg):
        if frame.f_code.co_filename == __file__:
            if event == 'exception':
                arg = arg[0].__name__
            elif event == 'return':
                arg = type(arg).__name__
            log.append((frame.f_code.co_name, event, frame.f_lineno - f.__code__.co_firstlineno, arg))
            return tracer
    sys.settrace(tracer)
    try:
        f(*a)
    except Exception as ex:
        log.append(repr(ex))
    finally:
        sys.settrace(None)
    print(f.__name__)
    for l in log:
        print('  ', *l) if type(l) is tuple else print('  ', l)

def doc():
    """doc"""
run(doc)
def doc2():
    """doc"""
    x = 1
run(doc2)
def ps():
    pass
run(ps)
def pss():
    pass
    pass
    x = 1; y = 2
    pass
run(pss)
def cells(a):
    def f():
        return a
    a += 1
    return f()
run(cells, 1)
def star(*a, **k):
    x, *y = a
    return (x,
            y)
run(star, 1, 2)
def matches(v):
    match v:
        case 1:
            return 1
        case [a, b] if a:
            return 2
        case {'k': z}:
            return 3
        case _:
            pass
    return 4
for v in 1, [1, 2], [0, 1], {'k': 1}, 's': run(matches, v)

def nested():
    class X:
        "doc"
        y = 1
        def m(self):
            return super()
    del X
    global gg
    gg = 1
    import sys as s
    lambda: 2
    "string"
    ...
    None
run(nested)
