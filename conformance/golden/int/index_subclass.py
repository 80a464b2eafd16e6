"""Conversions to int through buffers that are parts, and through __index__ that gives no exact int."""
import gc
import operator
import warnings

print(int(memoryview(b'123')[1:]), float(memoryview(b'12.3')[1:]), int(memoryview(b'x12x')[1:3]))


class Digits(bytearray):
    pass


print(int(Digits(b'11'), 2), int(Digits(b'11')))


class Bad:
    def __index__(self):
        return True


warnings.simplefilter('always')
with warnings.catch_warnings(record=True) as caught:
    print(int(Bad()), operator.index(Bad()), [4, 5][Bad()])
for w in caught:
    print(w.category.__name__, w.message)
try:
    UnicodeDecodeError('ascii', memoryview(b'abc')[1:], 0, 1, 'why').object.decode()
except TypeError as e:
    print(e)
print(UnicodeDecodeError('ascii', memoryview(b'abc')[1:], 0, 1, 'why').object)
print([gc.is_tracked(x) for x in (type, int, object, object(), Bad, Bad(), [], 1)])
