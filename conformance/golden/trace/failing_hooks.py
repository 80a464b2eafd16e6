import sys
def bad(f, e, a):
    if f.f_code.co_name == 'target' and e == WHEN: raise RuntimeError(WHEN)
    return bad
def target():
    try:
        x = 1
        raise KeyError
    except KeyError:
        x = 2
    return x
for WHEN in 'call', 'line', 'exception', 'return':
    sys.settrace(bad)
    try:
        print(target())
    except RuntimeError as e:
        print('got', e, sys.gettrace(), e.__context__)
        tb = e.__traceback__; l = []
        while tb:
            # The frame of the event may be there twice.
            entry = tb.tb_frame.f_code.co_name, tb.tb_lineno
            if entry not in l:
                l.append(entry)
            tb = tb.tb_next
        print(l)
    sys.settrace(None)
