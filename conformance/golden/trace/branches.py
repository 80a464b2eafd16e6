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

def ifs(x):
    if x > 1:
        y = 1
    elif x == 1:
        y = 2
    else:
        y = 3
    if not x and y:
        pass
    return y
run(ifs, 0); run(ifs, 1); run(ifs, 2)
def asserts(x):
    assert x, "no"
    assert x == 2, \
        "bad"
run(asserts, 2); run(asserts, 3)
