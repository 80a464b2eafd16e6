"""pickle: the same bytes for the same objects, and what is made of bytes."""

import collections
import copyreg
import io
import pickle
import struct
import sys


class Plain:
    def __init__(self, *args):
        self.args = args

    def __eq__(self, other):
        return type(self) is type(other) and self.__dict__ == other.__dict__


class Slots:
    __slots__ = ("a", "b")


class WithNew:
    def __new__(cls, x, *, y=0):
        made = object.__new__(cls)
        made.x, made.y = x, y
        return made

    def __getnewargs_ex__(self):
        return (self.x,), {"y": self.y}


class WithArgs(int):
    def __getnewargs__(self):
        return (int(self),)


class Stated:
    def __getstate__(self):
        return "state"

    def __setstate__(self, state):
        self.state = state


class Lists(list):
    pass


class Dicts(dict):
    pass


class Reduced:
    def __reduce__(self):
        return Reduced, (), None, iter([1, 2]), iter([("a", 1)])

    def extend(self, items):
        self.items = items

    def __setitem__(self, key, value):
        self.pair = key, value


class Setter:
    def __reduce__(self):
        return Setter, (), {"k": 1}, None, None, set_it


def set_it(object, state):
    object.was_set = state


class Outer:
    class Inner:
        def method(self):
            pass


Point = collections.namedtuple("Point", "x y")
slots = Slots()
slots.a = 1
cyclic = []
cyclic.append((cyclic, {"self": cyclic}))
shared = ["shared"]
objects = [
    None, True, False, 0, 1, 255, 256, 65535, 65536, -1, -129, 2**31 - 1, 2**31, -2**31, -2**31 - 1, 2**63, 2**100, -2**100,
    1 << 3000, 0.0, -1.5, 1e300, float("inf"), 1j, "", "abc", "a\nb\\c\x00\x1a\r", "\xe9\u20ac\U0001f600", "\udc80", "x" * 300,
    b"", b"abc\xff", b"y" * 300, bytearray(b"abc"), bytearray(),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], {}, {"a": 1}, {"a": 1, 2: [3]}, set(), {7}, frozenset(), frozenset([8]),
    [shared, shared], Plain(), Plain(1, [2]), slots, WithNew(1, y=2), WithArgs(5), Stated(), Lists([1, 2, 3]), Dicts(a=1),
    Reduced(), Setter(), Outer.Inner, Outer.Inner.method, Point(1, 2), Plain, len, int, type(None), type(...), type(NotImplemented),
    ..., NotImplemented, collections.OrderedDict(a=1), collections.deque([1, 2], 5), ValueError("x"), range(3), slice(1, 2),
    list(range(1000)), list(range(1001)), dict.fromkeys(range(1000)), dict.fromkeys(range(1001)), print, "".join, [].append,
    struct.error, io.BytesIO, sys.exit,
]
for protocol in range(6):
    for object in objects:
        try:
            data = pickle.dumps(object, protocol)
            again = pickle.loads(data)
        except Exception as problem:
            print(protocol, repr(object)[:50].split(" at 0x")[0], type(problem).__name__, problem)
            continue
        same = type(again) is type(object)
        print(protocol, len(data), data if len(data) < 200 else hash(data[:20]) and data[:60] + data[-20:], same)
data = pickle.dumps(cyclic)
print(data)
again = pickle.loads(data)
print(again[0][0] is again, again[0][1]["self"] is again)
again = pickle.loads(pickle.dumps([shared, shared]))
print(again[0] is again[1])
print(pickle.loads(pickle.dumps(Reduced())).__dict__, pickle.loads(pickle.dumps(Setter())).was_set)
print(pickle.loads(pickle.dumps(Stated())).state, vars(pickle.loads(pickle.dumps(WithNew(3, y=4)))))

# Frames and long data.
for size in (10, 65530, 65536, 70000, 200000):
    for object in (b"z" * size, "z" * size, [b"q" * 40000, "r" * 40000, "s" * size]):
        data = pickle.dumps(object, 4)
        print(size, len(data), data[:14], pickle.loads(data) == object)
many = [str(i) for i in range(30000)]
data = pickle.dumps(many)
print(len(data), data.count(b"\x95"), pickle.loads(data) == many)


class Log:
    def __init__(self):
        self.pieces = []

    def write(self, data):
        self.pieces.append(len(data))


log = Log()
pickle.Pickler(log, 4).dump(many)
print(sum(log.pieces) == len(data))

# Several in one file, with a memo in common or not.
file = io.BytesIO()
pickler = pickle.Pickler(file)
pickler.dump(shared)
pickler.dump(shared)
pickler.clear_memo()
pickler.dump(shared)
print(file.getvalue())
file.seek(0)
unpickler = pickle.Unpickler(file)
print(unpickler.load(), unpickler.load(), unpickler.load(), file.read())


# What subclasses change.
class Persistent(pickle.Pickler):
    def persistent_id(self, object):
        return ("id", object.args) if isinstance(object, Plain) else None


class Loading(pickle.Unpickler):
    def persistent_load(self, id):
        return "loaded", id

    def find_class(self, module, name):
        return f"{module}.{name}" if name == "Slots" else super().find_class(module, name)


class Overriding(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[complex] = lambda z: (str, ("complex",))

    def reducer_override(self, object):
        if object is Outer:
            return str, ("outer",)
        return NotImplemented


for protocol in (0, 2, 5):
    file = io.BytesIO()
    Persistent(file, protocol).dump([Plain(1), "other"])
    print(file.getvalue())
    if protocol:
        print(Loading(io.BytesIO(file.getvalue())).load())
    file = io.BytesIO()
    Overriding(file, protocol).dump([Outer, 1j, len])
    print(pickle.loads(file.getvalue()))
print(Loading(io.BytesIO(pickle.dumps(Slots))).load())

# Buffers beside the pickle.
buffers = []
data = pickle.dumps([pickle.PickleBuffer(b"abc"), pickle.PickleBuffer(bytearray(b"def"))], 5, buffer_callback=buffers.append)
print(data, [bytes(b) for b in buffers])
print(pickle.loads(data, buffers=[b"abc", bytearray(b"def")]))
print(pickle.dumps(pickle.PickleBuffer(b"abc"), 5), pickle.dumps(pickle.PickleBuffer(bytearray(b"abc")), 5))

# Extension codes.
copyreg.add_extension(__name__, "Slots", 0xF0)
for protocol in (1, 2, 4):
    data = pickle.dumps(Slots, protocol)
    print(data, pickle.loads(data) is Slots)
copyreg.remove_extension(__name__, "Slots", 0xF0)

# From elsewhere.
for data in [
    b"I01\n.", b"I00\n.", b"I12\n.", b"L12L\n.", b"F1.5\n.", b"S'a\\x41'\n.", b'S"x"\np0\n.', b"U\x03abc.", b"T\x03\x00\x00\x00abc.",
    b"(lp0\nI1\naI2\na.", b"(dp0\nS'a'\nI1\ns.", b"(I1\nI2\nt.", b"c__builtin__\nlist\n.", b"ccopy_reg\n_reconstructor\n.",
    b"(i__main__\nPlain\n.", b"(c__main__\nPlain\nI1\no.", b"\x80\x02]q\x00(K\x01K\x02e.", b"N0N.", b"(1N.", b"K\x012\x86.", b"Vabc\\u20ac\n.",
]:
    print(data, repr(pickle.loads(data)).split(" at ")[0])
for data in [
    b"", b"N", b".", b"K", b"\x80\x09N.", b"\xff", b"z", b"'", b"0.", b"(.", b"1", b"t.", b"e.", b"h\x05.", b"g5\n.", b"cno_such\nname\n.",
    b"c__main__\nmissing\n.", b"Sabc\n.", b"\x8b\xff\xff\xff\xff.", b"\x95\xff\x00\x00\x00\x00\x00\x00\x00N.", b"P1\n.", b"NQ.", b"\x97.",
    b"NNR.", b"N)\x81.", b"Iabc\n.", b"\x82\x01.", b"(K\x01d.", b"}(K\x01u.", b"\x8c\x05ab.", b"NNb.", b"p-1\n.", b"K\x01K\x02\x93.",
]:
    try:
        print(data, pickle.loads(data))
    except Exception as problem:
        print(data, type(problem).__name__, problem if type(problem) is not TypeError else "")


def local():
    class Local:
        pass
    return Local


class Bad:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


class Renamed:
    pass


Renamed.__qualname__ = "Elsewhere"
Gone = type("Gone", (), {"__module__": "no_such_module"})
for object in [local(), lambda: 1, Bad(1), Bad(()), Bad((1, ())), Bad((len, 1)), Bad((len, (), None, 1)), Bad((len, (), None, None, 1)),
               Bad((len, (), None, None, None, 1)), Bad("nowhere"), Renamed, Gone, open(__file__), (i for i in ())]:
    try:
        pickle.dumps(object)
    except Exception as problem:
        print(type(problem).__name__, str(problem).split(" at 0x")[0])
for arguments in [dict(protocol=6), dict(protocol=3, buffer_callback=print)]:
    try:
        pickle.dumps(1, **arguments)
    except ValueError as problem:
        print(problem)
for make in (lambda: pickle.Pickler(1), lambda: pickle.Unpickler(1)):
    try:
        make()
    except TypeError as problem:
        print(problem)
print(pickle.PicklingError.__mro__[1], pickle.PickleError.__module__, pickle.Pickler, pickle.Unpickler)
deep = []
for _ in range(100000):
    deep = [deep]
try:
    pickle.dumps(deep)
except RecursionError as problem:
    print(problem)
while deep:
    deep = deep[0]
