# Tracebacks as text by the module: marks under parts, groups, notes, causes.
import io
import sys
import traceback


def where(x):
    return [1, 2, 3][x] + {'a': 0}['b']


def quotient(a, b):
    return (a + 1) / (b -
                      1)


def deep(n):
    return deep(n - 1) if n else 1 / 0


def shown(function, *args, **options):
    try:
        function(*args)
    except BaseException as e:
        te = traceback.TracebackException.from_exception(e, **options)
        print(''.join(te.format()).replace(__file__, 'here'), end='')
        print('--', [(f.name, f.lineno - f.end_lineno, f.colno, f.end_colno) for f in te.stack[-2:]])


shown(where, 0)
shown(where, 5)
shown(quotient, 1, 1)
shown(deep, 6)
shown(lambda: "é" + 1)
shown(lambda: "a"   +    1)


def group(depth):
    if depth == 0:
        raise ValueError('inner')
    try:
        group(depth - 1)
    except Exception as e:
        e.add_note(f'note {depth}\nof two lines')
        raise ExceptionGroup(f'level {depth}', [e, TypeError(1)])


shown(group, 1)
shown(group, 3)
shown(group, 3, max_group_depth=1)


def wide():
    raise ExceptionGroup('wide', [ValueError(i) for i in range(6)])


shown(wide, max_group_width=3)
shown(wide, max_group_width=5)


def caused():
    try:
        wide()
    except ExceptionGroup as e:
        raise KeyError('k') from e


shown(caused)


def several():
    try:
        caused()
    except KeyError:
        raise ExceptionGroup('last', [OSError(2, 'No such file')])


shown(several)


class Bad(Exception):
    def __str__(self):
        raise RuntimeError


for e in [Bad(), ValueError(), ValueError(''), SyntaxError('bad'), SyntaxError('bad', ('f.py', 3, 5, '    x = = 1\n', 3, 7)),
          SyntaxError('bad', (None, None, None, None))]:
    print(traceback.format_exception_only(e), traceback.format_exception_only(type(e), e))
e = ValueError('noted')
e.__notes__ = 5
print(traceback.format_exception_only(e))
e.__notes__ = ['a', 3]
print(traceback.format_exception_only(e))
for args in [(1,), (None,), (ValueError, ValueError(2), None), (ValueError(1), None), (ValueError(1), ValueError(2))]:
    try:
        print(traceback.format_exception(*args))
    except Exception as e:
        print(type(e).__name__, e)
out = io.StringIO()
traceback.TracebackException(ValueError, ValueError(3), None).print(file=out)
print(repr(out.getvalue()))
f = traceback.FrameSummary('f.py', 1, 'name', line=' x = 1 ', locals={'b': 1, 'a': Bad})
print(f, list(f), len(f), f[1:3], f == ('f.py', 1, 'name', 'x = 1'), f.locals, f.colno)
print(traceback.format_list([f, ('g.py', 2, 'other', None), f, f, f, f, f]))


class Short(traceback.StackSummary):
    def format_frame_summary(self, frame):
        return None if frame.name == 'deep' else frame.name + '\n'


try:
    deep(2)
except ZeroDivisionError as e:
    print(Short.extract(traceback.walk_tb(e.__traceback__)).format())
print(len(traceback.extract_stack(limit=1)), traceback.extract_stack()[-1].name)
