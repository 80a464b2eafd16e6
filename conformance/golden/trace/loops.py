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

def whiles():
    i = 0
    while i < 3:
        i += 1
        if i == 2:
            continue
    else:
        i = 9
    while True:
        i += 1
        if i > 11:
            break
    while 1:
        if i > 13: break
        i += 1
    return i
run(whiles)
def fors():
    for i in range(3):
        if i == 1:
            continue
        x = i
    else:
        x = 1
    for i in []:
        x = 2
    for a, b in [(1, 2),
                 (3, 4)]:
        x = a
    for i in range(2): pass
    for i in (1, 2): x = i
    for i in range(2):
        for j in range(2):
            x = i
            if j:
                break
run(fors)
