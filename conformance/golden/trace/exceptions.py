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

def tries():
    try:
        x = 1
    except ValueError:
        x = 2
    else:
        x = 3
    finally:
        x = 4
    try:
        raise ValueError('a')
    except KeyError:
        pass
    except (TypeError, ValueError) as e:
        x = e
    try:
        try:
            int('z')
        finally:
            x = 5
    except ValueError:
        pass
run(tries)
def rets():
    for i in range(3):
        try:
            if i == 1:
                return i
        finally:
            i = 7
run(rets)
def fails():
    try:
        raise KeyError
    except ValueError:
        pass
run(fails)
def inner():
    raise ValueError('q')
def outer():
    inner()
run(outer)

def stars():
    try:
        raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
    except* ValueError as e:
        x = 1
    except* TypeError:
        x = 2
