# Data as C has it: sizes, places, values of all types, addresses within the memory of ctypes.
import copy
import ctypes
import pickle
import struct
from ctypes import *


def attempt(function, *args, **names):
    try:
        return function(*args, **names)
    except Exception as failure:
        return "%s: %s" % (type(failure).__name__, failure)


print("simple")
for kind in (c_byte, c_ubyte, c_short, c_ushort, c_int, c_uint, c_long, c_ulong, c_longlong, c_ulonglong, c_int8,
             c_uint16, c_int32, c_uint64, c_float, c_double, c_longdouble, c_char, c_wchar, c_bool, c_size_t, c_ssize_t,
             c_char_p, c_wchar_p, c_void_p, py_object):
    print(kind.__name__, kind._type_, sizeof(kind), alignment(kind))
for value in ("x", 1.5, None, 2**40, -1, b"y", "xy", b""):
    print(repr(value), [attempt(lambda: kind(value).value) for kind in
                        (c_int, c_ubyte, c_double, c_float, c_longdouble, c_char, c_bool, c_wchar)])
print(c_longdouble(1 / 3).value == 1 / 3, c_longdouble(-5e-324).value, c_longdouble(float("-inf")).value,
      bytes(c_longdouble(1.5))[:10].hex())
print(attempt(c_int, 1, 2), attempt(hash, c_int(1)), c_int(1) == c_int(1), bool(c_int()), bool(c_int(3)))
print(c_int(3), c_char(b"x"), c_double(1), c_bool(3), c_char_p(), c_void_p(5), c_ulong(-1 & 0xFFFFFFFF))
print(c_char_p(b"ab\0c").value, c_wchar_p("äb").value, c_char_p(None).value, c_void_p(0).value)
number = c_int(5)
number.value += 1
print(number, attempt(setattr, number, "value", "x"))
print(py_object([1, 2]).value, attempt(lambda: py_object().value))
print(c_int.__ctype_be__.__name__, c_int.__ctype_le__ is c_int, c_ubyte.__ctype_be__ is c_ubyte,
      bytes(c_int.__ctype_be__(258)), c_double.__ctype_be__.from_buffer_copy(struct.pack(">d", 2.5)).value)


class Own(c_int):
    pass


print(repr(Own(3))[:13], Own(3).value)
for names in ({}, {"_type_": "y"}, {"_type_": "ii"}, {"_type_": 3}):
    print(attempt(type(c_int), "X", (ctypes._SimpleCData,), names))

print("structures")


class Mixed(Structure):
    _fields_ = [("a", c_int), ("b", c_char * 4), ("c", c_short, 3), ("d", c_short, 5), ("e", c_double)]


print(Mixed.a, Mixed.b, Mixed.c, Mixed.d, Mixed.e, sizeof(Mixed), alignment(Mixed))
print(attempt(Mixed, 1, b"ab", 1, 2, 3.0, 4), attempt(Mixed, 1, a=2), Mixed(e=2).e)
mixed = Mixed(1, b"abcd", -1, 9, 2.5)
print(mixed.a, mixed.b, mixed.c, mixed.d, mixed.e, bytes(mixed))
for name, value in (("b", b"abcde"), ("b", "x"), ("a", "x"), ("e", "x"), ("c", 77), ("b", b"z")):
    print(attempt(setattr, mixed, name, value), getattr(mixed, name))
print(pickle.loads(pickle.dumps(mixed)).e, copy.copy(c_int(5)), copy.deepcopy(mixed).b)


class Packed(Structure):
    _pack_ = 1
    _fields_ = [("a", c_char), ("b", c_int), ("c", c_longlong), ("d", c_short)]


class More(Mixed):
    _fields_ = [("f", c_byte), ("g", Packed), ("h", Packed * 2)]


print(sizeof(Packed), Packed.b.offset, sizeof(More), More.f, More.g, More.h, More.a.offset)
more = More(1, b"", 2, 3, 4.0, 5, Packed(b"p", 6, 7, 8))
more.h[1].c = 99
more.h[0] = Packed(b"q")
print(more.f, more.g.b, more.g.d, more.h[1].c, more.h[0].a, more.e, bytes(more).hex())
inner = more.g
inner.b = 1000
print(more.g.b, inner._b_base_ is more, more._b_base_)
more.g = (b"t", 1, 2, 3)
print(more.g.a, attempt(setattr, more, "g", (1, 2)), attempt(setattr, more, "g", 3))


class Bits(Structure):
    _fields_ = [("a", c_uint8, 4), ("b", c_uint8, 5), ("c", c_uint32, 20), ("d", c_int64, 40), ("e", c_int64, 1)]


print([getattr(Bits, name) for name in "abcde"], sizeof(Bits))
bits = Bits(15, 31, 0xFFFFF, -5, 1)
print([getattr(bits, name) for name in "abcde"])
bits.b = 33
print(bits.b, bits.a, bits.c)


class Big(BigEndianStructure):
    _fields_ = [("a", c_uint16), ("b", c_uint32, 4), ("c", c_uint32, 12), ("d", c_uint16 * 2)]


big = Big(1, 2, 3, (258, 4))
print(bytes(big), Big.a, Big.b, big.a, big.b, big.c, big.d[:])


class Either(Union):
    _fields_ = [("i", c_uint32), ("b", c_ubyte * 4), ("h", c_uint16)]


class Outer(Structure):
    _anonymous_ = ["either"]
    _fields_ = [("k", c_int), ("either", Either)]


either = Either(0x01020304)
print(either.b[:], either.h, sizeof(Either), Either.b)
outer = Outer(1)
outer.h = 513
print(outer.either.b[:], Outer.h, outer.i)


class Node(Structure):
    pass


Node._fields_ = [("next", POINTER(Node)), ("value", c_int), ("name", c_char_p)]
first = Node(None, 3, b"first")
second = Node(pointer(first), 4, b"second")
print(second.next.contents.value, second.next[0].name, bool(first.next), second.name)
second.next.contents.value = 9
print(first.value, second.next.contents._b_base_ is None)
for fields in ([("a", int)], [("a", c_int, 40)], [("a", c_double, 4)], [("a", c_int, 0)], 3, [("a",)]):
    print(attempt(lambda: type("Bad", (Structure,), {"_fields_": fields})))
print(attempt(setattr, Bits, "_fields_", []), type(Mixed).__name__, type(Either).__name__)

print("arrays")
Three = c_int * 3
three = Three(1, 2)
print(Three, Three is c_int * 3, three[0], three[-1], three[:], three[::-1], len(three), list(three), Three._length_)
print(attempt(lambda: three[3]), attempt(Three, 1, 2, 3, 4), attempt(lambda: three["x"]), attempt(lambda: c_int * -1))
three[0:2] = 7, 8
print(three[:], attempt(three.__setitem__, slice(0, 2), [1]), attempt(three.__setitem__, 0, "x"))
rows = (Three * 2)(Three(1, 2, 3), (4, 5, 6))
print(rows[1][2], [row[:] for row in rows], sizeof(rows), attempt(type, "X", (Array,), {}))
text = create_string_buffer(b"ab", 5)
print(text.raw, text.value, len(text), text[0], text[:3], attempt(setattr, text, "value", b"abcdef"),
      attempt(setattr, text, "value", "x"))
text.value = b"xyz"
text[1] = b"Y"
text.raw = b"12"
print(text.raw, attempt(create_string_buffer, "x"), create_string_buffer(3).raw)
wide = create_unicode_buffer("hä")
wide[0] = "H"
print(wide.value, len(wide), wide[:], sizeof(wide))

print("pointers")
target = c_int(4)
p = pointer(target)
p.contents.value = 5
p[0] += 1
print(target, p.contents, type(p).__name__, type(p)._type_, bool(p), bool(POINTER(c_int)()), POINTER(c_int) is type(p))
print(attempt(lambda: POINTER(c_int)().contents), attempt(lambda: POINTER(c_int)()[0]), attempt(POINTER(c_int), 3))
p.contents = c_int(11)
print(p[0], target.value)
walk = cast(three, POINTER(c_int))
print(walk[2], walk[0:3], cast(walk, c_void_p).value == addressof(three), attempt(cast, 3, c_int))
print(cast(pointer(Mixed(7)), POINTER(c_int))[0], cast(create_string_buffer(b"str"), c_char_p).value)
print(c_int.from_address(addressof(three) + 4).value)
print(string_at(b"abc\0d"), string_at(b"abc", 2), string_at(addressof(text), 2), wstring_at("hello", 3))
memset(addressof(three), 1, 5)
print(three[:])
memmove(three, (c_int * 2)(77, 88), 8)
print(three[:])
print(byref(target)._obj is target, attempt(byref, 3), attempt(sizeof, 3), attempt(addressof, 3))

print("memory of others")
data = bytearray(b"\1\0\0\0\2\0\0\0")
both = (c_int * 2).from_buffer(data)
both[1] = 3
print(data, attempt(data.append, 1), c_int.from_buffer(data, 4), bytes(memoryview(both)))
print(attempt(c_int.from_buffer, b"1234"), attempt(c_int.from_buffer, bytearray(2)),
      attempt(c_int.from_buffer_copy, b"12"), c_int.from_buffer_copy(b"\1\0\0\0"), attempt(c_int.from_buffer, data, -1))
grown = c_short(3)
resize(grown, 8)
print(sizeof(grown), grown.value, attempt(resize, grown, 1))
print(struct.unpack("<hhl", struct.pack("<hhl", 1, 2, 3)), io_size := len(bytes(mixed)))

print("calls")
double = CFUNCTYPE(c_int, c_int)(lambda value: value * 2)
print(double(4), attempt(double), attempt(double, "x"))
print(attempt(c_int.from_param, "x"), c_int.from_param(3), attempt(POINTER(c_int).from_param, 3),
      attempt(Mixed.from_param, 3), c_char_p.from_param(None))
print(attempt(CDLL, "libsuch-as-is-not-there.so"))
print(set_errno(3), get_errno(), set_errno(0))
