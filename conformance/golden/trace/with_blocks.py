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

class CM:
    def __enter__(self):
        return 1
    def __exit__(self, *a):
        return True
def withs():
    with CM() as c:
        x = 1
    with CM(), \
         CM():
        1/0
    with CM():
        return 5
run(withs)
