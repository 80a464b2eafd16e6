"""What the package ctypes stands on: C's types of data, laid out as C does.

All memory is that of buffers of Python's, and it is checked: an address is good for what it was taken from, and as long
as that is there. Libraries that are not Python's cannot be loaded, and there is nothing that C could call.

An object is a part of a root's memory, which starts `_start` bytes in; `_root._kept` has, by place, the objects that
addresses in that memory stand for.
"""
import struct
import weakref
from _ctypes_memory import Memory as _Memory, address_of as _address_of
from bisect import bisect_right, insort

__version__ = "1.1.0"

FUNCFLAG_CDECL, FUNCFLAG_PYTHONAPI, FUNCFLAG_USE_ERRNO, FUNCFLAG_USE_LASTERROR = 1, 4, 8, 16
CTYPES_MAX_ARGCOUNT = 1024
RTLD_LOCAL, RTLD_GLOBAL = 0, 256
SIZEOF_TIME_T = 8

_CODES = "cbBhHiIlLdfuzZqQPXOv?g"
_SIZES = {"c": 1, "b": 1, "B": 1, "?": 1, "h": 2, "H": 2, "v": 2, "i": 4, "I": 4, "f": 4, "u": 4, "g": 16}
_UNSIGNED, _SIGNED = "BHILQ", "bhilqv"
_LETTERS = {1: "b", 2: "h", 4: "i", 8: "q"}
_WORD = struct.Struct("<Q")
_WORD_MASK = (1 << 64) - 1


class ArgumentError(Exception):
    __module__ = "ctypes"


# ---- addresses

# Where memory begins whose address was asked for, and whose it is.
_starts = []
_roots = {}


def _forget(start, reference):
    if _roots.get(start) is reference:
        del _roots[start]
        at = bisect_right(_starts, start) - 1
        if at >= 0 and _starts[at] == start:
            del _starts[at]


def _address(data):
    root = data._root
    start = root._address
    if start is None:
        start = root._address = _address_of(root._view)
        if start not in _roots:
            insort(_starts, start)
        _roots[start] = weakref.ref(root, lambda reference: _forget(start, reference))
    return start + data._start


def _find(address):
    """The root that an address is in, and the place in it."""
    at = bisect_right(_starts, address) - 1
    while at >= 0:
        start = _starts[at]
        root = _roots[start]()
        if root is not None and address <= start + len(root._view):
            return root, address - start
        at -= 1
    if not address:
        raise ValueError("NULL pointer access")
    raise ValueError("address %#x is not in memory of ctypes" % address)


def _bytes_at(address, size):
    root, at = _find(address)
    part = bytes(root._view[at:]) if size < 0 else bytes(root._view[at:at + size])
    if size < 0:
        return part.partition(b"\0")[0]
    if len(part) < size:
        raise ValueError("%d bytes from address %#x on are not all in memory of ctypes" % (size, address))
    return part


def _text_at(address, size):
    root, at = _find(address)
    units = bytes(root._view[at:])
    units = units[:len(units) // 4 * 4] if size < 0 else _bytes_at(address, size * 4)
    return _text(units, size < 0)


def _text(units, ends):
    characters = struct.unpack("<%dI" % (len(units) // 4), units)
    if ends and 0 in characters:
        characters = characters[:characters.index(0)]
    return "".join(map(chr, characters))


def _units(text):
    return struct.pack("<%dI" % len(text), *map(ord, text))


# ---- types

class _CDataType(type):
    """What the classes of all types have in common."""

    _size = None

    def __mul__(cls, length):
        if length < 0:
            raise ValueError("Array length must be >= 0, not %d" % length)
        key = cls, length
        made = _arrays.get(key)
        if made is None:
            made = PyCArrayType("%s_Array_%d" % (cls.__name__, length), (Array,),
                                {"_type_": cls, "_length_": length})
            made.__module__ = _caller()
            _arrays[key] = made
        return made

    __rmul__ = __mul__

    def from_buffer(cls, source, offset=0, /):
        _concrete(cls)
        view = memoryview(source)
        if view.readonly:
            raise TypeError("underlying buffer is not writable")
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        view = view.cast("B") if view.nbytes else view
        _check_room(cls, view, offset)
        made = _over(cls, view[offset:offset + cls._size])
        made._kept = {-1: source}
        return made

    def from_buffer_copy(cls, source, offset=0, /):
        _concrete(cls)
        view = memoryview(source)
        if not view.c_contiguous:
            raise TypeError("underlying buffer is not C contiguous")
        view = view.cast("B") if view.nbytes else view
        _check_room(cls, view, offset)
        made = _over(cls, None)
        made._view[:] = view[offset:offset + cls._size]
        return made

    def from_address(cls, address, /):
        _concrete(cls)
        root, at = _find(address)
        return _part(cls, root, at)

    def in_dll(cls, library, name, /):
        return cls.from_address(dlsym(library._handle, name))

    def from_param(cls, value, /):
        if isinstance(value, cls):
            return value
        if isinstance(value, CArgObject) and isinstance(value._obj, cls):
            return value
        if hasattr(value, "_as_parameter_"):
            return cls.from_param(value._as_parameter_)
        raise TypeError("expected %s instance instead of %s" % (cls.__name__, type(value).__name__))


def _caller():
    """The name of the module that a type is made in."""
    import sys
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals is globals():
        frame = frame.f_back
    return frame.f_globals.get("__name__", __name__)


def _concrete(cls):
    if cls._size is None:
        raise TypeError("abstract class")
    if hasattr(cls, "_fields_"):
        cls._final = True


def _check_room(cls, view, offset):
    if offset < 0:
        raise ValueError("offset cannot be negative")
    if len(view) < offset + cls._size:
        raise ValueError("Buffer size too small (%d instead of at least %d bytes)" % (len(view), offset + cls._size))


def _over(cls, view):
    """A new root over this memory, or over its own."""
    made = cls.__new__(cls)
    if view is not None:
        made._view = view
        made._share(view)
    return made


def _part(cls, root, at):
    """An object of this class in a root's memory."""
    made = _Memory.__new__(cls)
    view = root._view[at:at + cls._size]
    if len(view) < cls._size:
        raise ValueError("an object of %d bytes does not fit there" % cls._size)
    made._root, made._start, made._view, made._address = root, at, view, None
    made._share(view)
    return made


class _CData(_Memory):
    """What objects of all types have in common."""

    _kept = None

    def __new__(cls, *args, **names):
        _concrete(cls)
        made = _Memory.__new__(cls)
        made._view = view = memoryview(bytearray(cls._size))
        made._root, made._start, made._address = made, 0, None
        made._share(view)
        return made

    @property
    def _b_base_(self):
        return None if self._root is self else self._root

    @property
    def _b_needsfree_(self):
        return int(self._root is self)

    @property
    def _objects(self):
        return self._root._kept

    def __hash__(self):
        raise TypeError("unhashable type")

    def __reduce__(self):
        if type(self)._has_pointers:
            raise ValueError("ctypes objects containing pointers cannot be pickled")
        own = {name: value for name, value in self.__dict__.items() if name not in _HIDDEN}
        return _unpickle, (type(self), (own, bytes(self._view)))

    def __setstate__(self, state):
        own, data = state
        self._view[:len(data)] = data
        self.__dict__.update(own)

    def __ctypes_from_outparam__(self):
        return self

    def _keep(self, thing, at=0):
        root = self._root
        if root._kept is None:
            root._kept = {}
        root._kept[self._start + at] = thing


_HIDDEN = {"_root", "_start", "_view", "_address", "_kept"}


def _unpickle(cls, state):
    made = cls.__new__(cls)
    made.__setstate__(state)
    return made


def _copy(target, source):
    """Assign what an object holds, with what it keeps."""
    target._view[:] = source._view
    if type(source)._has_pointers:
        target._keep(source)


# ---- simple types

class PyCSimpleType(_CDataType):
    def __new__(meta, name, bases, names):
        cls = type.__new__(meta, name, bases, names)
        code = getattr(cls, "_type_", None)
        if code is None:
            if bases == (_CData,):
                return cls
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(code, str):
            raise TypeError("class must define a '_type_' string attribute")
        if len(code) != 1:
            raise ValueError("class must define a '_type_' attribute which must be a string of length 1")
        if code not in _CODES:
            raise AttributeError("class must define a '_type_' attribute which must be\n"
                                 "a single character string containing one of '%s'." % _CODES)
        cls._size = cls._align = _SIZES.get(code, 8)
        cls._has_pointers = code in "zZPO"
        cls._is_plain = _SimpleCData in bases
        if cls._is_plain and code in "zZP":
            # It can be had from the class itself.
            cls.from_param = classmethod(meta.from_param)
        cls._order = "<"
        if cls._is_plain and "_swapped" not in names:
            cls.__ctype_le__ = cls.__ctype_be__ = cls
            if cls._size > 1 and code in "hHiIlLqQfd":
                swapped = meta(name + "_be", bases, dict(names, _swapped=True))
                swapped._order = ">"
                cls.__ctype_be__ = swapped.__ctype_be__ = swapped
                swapped.__ctype_le__ = cls
        return cls

    def from_param(cls, value, /):
        if isinstance(value, cls):
            return value
        code = cls._type_
        if code in "zZP" and (value is None or _is_address(cls, value)):
            return value if value is None else CArgObject(code, value, value)
        if code not in "zZP":
            try:
                return CArgObject(code, cls(value), value)
            except (TypeError, ValueError):
                pass
        if hasattr(value, "_as_parameter_"):
            return cls.from_param(value._as_parameter_)
        if code in "zZP":
            kind = {"z": "bytes or integer address", "Z": "unicode string or integer address"}.get(code)
            if kind and not isinstance(value, int):
                raise TypeError("'%s' object cannot be interpreted as ctypes.%s" % (type(value).__name__, cls.__name__))
        raise TypeError("wrong type")


def _is_address(cls, value):
    code = cls._type_
    if isinstance(value, (Array, _Pointer)):
        item = getattr(type(value)._type_, "_type_", None)
        return code == "P" or item == {"z": "c", "Z": "u"}[code]
    if isinstance(value, CArgObject):
        return True
    if code == "P":
        return isinstance(value, (int, bytes, str, _SimpleCData, CFuncPtr))
    return isinstance(value, bytes if code == "z" else str)


def _integer(value):
    try:
        return value.__index__()
    except AttributeError:
        raise TypeError("'%s' object cannot be interpreted as an integer" % type(value).__name__) from None


def _number(value):
    if not hasattr(value, "__float__") and not hasattr(value, "__index__"):
        raise TypeError("must be real number, not " + type(value).__name__)
    return float(value)


def _encode(cls, value):
    """The bytes of a value, and what must be kept for them."""
    code, size = cls._type_, cls._size
    if code in _UNSIGNED or code in _SIGNED:
        if code == "v":
            value = -bool(value)
        order = "big" if cls._order == ">" else "little"
        return (_integer(value) & (1 << 8 * size) - 1).to_bytes(size, order), None
    if code in "fd":
        return struct.pack(cls._order + code, _number(value)), None
    if code == "g":
        return _extended(_number(value)), None
    if code == "?":
        return (b"\1" if value else b"\0"), None
    if code == "c":
        if isinstance(value, (bytes, bytearray)) and len(value) == 1:
            return bytes(value), None
        if isinstance(value, int) and 0 <= value < 256:
            return bytes([value]), None
        raise TypeError("one character bytes, bytearray or integer expected")
    if code == "u":
        if not isinstance(value, str):
            raise TypeError("unicode string expected instead of %s instance" % type(value).__name__)
        if len(value) != 1:
            raise TypeError("one character unicode string expected")
        return _units(value), None
    if code == "O":
        return _WORD.pack(id(value) & _WORD_MASK), (value,)
    if value is None:
        return bytes(8), None
    if isinstance(value, int):
        return _WORD.pack(value & _WORD_MASK), None
    if code == "P":
        raise TypeError("cannot be converted to pointer")
    kind, called = (bytes, "bytes") if code == "z" else (str, "unicode string")
    if not isinstance(value, kind):
        raise TypeError("%s or integer address expected instead of %s instance" % (called, type(value).__name__))
    held = _chars(value)
    return _WORD.pack(_address(held)), held


def _chars(value):
    """C's string of bytes or text."""
    if isinstance(value, bytes):
        held = (_character() * (len(value) + 1))()
        held._view[:len(value)] = value
    else:
        held = (_wide_character() * (len(value) + 1))()
        held._view[:4 * len(value)] = _units(value)
    return held


def _character():
    from ctypes import c_char
    return c_char


def _wide_character():
    from ctypes import c_wchar
    return c_wchar


def _decode(cls, view, data):
    code = cls._type_
    if code in _UNSIGNED or code in _SIGNED:
        value = int.from_bytes(view, "big" if cls._order == ">" else "little", signed=code in _SIGNED)
        return bool(value) if code == "v" else value
    if code in "fd":
        return struct.unpack(cls._order + code, view)[0]
    if code == "g":
        return _from_extended(bytes(view))
    if code == "?":
        return view[0] != 0
    if code == "c":
        return bytes(view)
    if code == "u":
        return _text(bytes(view), False)
    address = _WORD.unpack(view)[0]
    if code == "O":
        kept = data._root._kept or {}
        if data._start not in kept or not address:
            raise ValueError("PyObject is NULL")
        return kept[data._start][0]
    if not address:
        return None
    if code == "z":
        return _bytes_at(address, -1)
    return _text_at(address, -1) if code == "Z" else address


def _extended(value):
    """A float as x87 has it, in 16 bytes."""
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    sign, exponent, fraction = bits >> 63, bits >> 52 & 0x7ff, bits & (1 << 52) - 1
    if exponent == 0x7ff:
        exponent, mantissa = 0x7fff, 1 << 63 | fraction << 11
    elif exponent:
        exponent, mantissa = exponent + 15360, 1 << 63 | fraction << 11
    elif fraction:
        shift = 64 - fraction.bit_length()
        exponent, mantissa = 15372 - shift, fraction << shift
    else:
        mantissa = 0
    return struct.pack("<QHHI", mantissa, sign << 15 | exponent, 0, 0)


def _from_extended(data):
    mantissa, head = struct.unpack_from("<QH", data)
    sign = -1.0 if head >> 15 else 1.0
    exponent = head & 0x7fff
    if exponent == 0x7fff:
        return sign * (float("nan") if mantissa << 1 & _WORD_MASK else float("inf"))
    import math
    try:
        return sign * math.ldexp(mantissa, exponent - 16446)
    except OverflowError:
        return sign * float("inf")


class _SimpleCData(_CData, metaclass=PyCSimpleType):
    def __init__(self, *value):
        if len(value) > 1:
            raise TypeError("__init__ expected at most 1 argument, got %d" % len(value))
        if value:
            _set_value(self, value[0])

    @property
    def value(self):
        """current value"""
        return _decode(type(self), self._view, self)

    @value.setter
    def value(self, value):
        _set_value(self, value)

    def __bool__(self):
        return any(self._view)

    def __repr__(self):
        cls = type(self)
        if not cls._is_plain:
            return "<%s object at %#x>" % (cls.__name__, id(self))
        if cls._type_ in "zZ":
            return "%s(%r)" % (cls.__name__, _WORD.unpack(self._view)[0] or None)
        return "%s(%r)" % (cls.__name__, self.value)


def _set_value(data, value):
    encoded, held = _encode(type(data), value)
    data._view[:] = encoded
    if held is not None:
        data._keep(held)


# ---- reading and writing parts

def _get(cls, root, at):
    """What a part of this type is for Python."""
    data = _part(cls, root, at)
    if isinstance(cls, PyCSimpleType) and cls._is_plain:
        return _decode(cls, data._view, data)
    if isinstance(cls, PyCArrayType) and cls._characters:
        return data.value
    return data


def _set(cls, root, at, value):
    data = _part(cls, root, at)
    if isinstance(value, cls):
        return _copy(data, value)
    if isinstance(cls, PyCSimpleType):
        return _set_value(data, value)
    if isinstance(cls, PyCArrayType) and cls._characters:
        data._fill(value, True)
        return
    if isinstance(cls, PyCPointerType):
        if value is None:
            data._view[:] = bytes(8)
            return
        if isinstance(value, cls._type_) or isinstance(value, Array) and issubclass(type(value)._type_, cls._type_):
            return data._point(value)
    elif isinstance(value, tuple):
        try:
            made = cls(*value)
        except Exception as failed:
            raise RuntimeError("(%s) %s: %s" % (cls.__name__, type(failed), failed)) from None
        return _copy(data, made)
    elif isinstance(cls, PyCFuncPtrType) and isinstance(value, CFuncPtr):
        return _copy(data, value)
    if not isinstance(value, _CData):
        raise TypeError("expected %s instance, got %s" % (cls.__name__, type(value).__name__))
    raise TypeError("incompatible types, %s instance instead of %s instance" % (type(value).__name__, cls.__name__))


# ---- structures and unions

class CField:
    """Structure/Union member"""

    def __init__(self, kind, offset, bits=None, shift=0):
        self._kind, self.offset, self._bits, self._shift = kind, offset, bits, shift

    @property
    def size(self):
        return self._kind._size if self._bits is None else self._bits << 16 | self._shift

    def __repr__(self):
        name = self._kind.__name__
        if self._bits is None:
            return "<Field type=%s, ofs=%d, size=%d>" % (name, self.offset, self._kind._size)
        return "<Field type=%s, ofs=%d:%d, bits=%d>" % (name, self.offset, self._shift, self._bits)

    def __get__(self, data, cls=None):
        if data is None:
            return self
        value = _get(self._kind, data._root, data._start + self.offset)
        if self._bits is None:
            return value
        if self._kind._type_ == "?":
            return bool(int(value) >> self._shift & 1)
        value = value >> self._shift & (1 << self._bits) - 1
        if self._kind._type_ in _SIGNED and value >> self._bits - 1:
            value -= 1 << self._bits
        return value

    def __set__(self, data, value):
        at = data._start + self.offset
        if self._bits is not None:
            mask = (1 << self._bits) - 1 << self._shift
            whole = int(_get(self._kind, data._root, at))
            value = whole & ~mask | _integer(value) << self._shift & mask
        _set(self._kind, data._root, at, value)


class _AggregateType(_CDataType):
    def __new__(meta, name, bases, names):
        names = dict(names)
        # They are set as any that come later: classes between may see to them.
        fields = None if bases == (_CData,) else names.pop("_fields_", None)
        cls = type.__new__(meta, name, bases, names)
        if bases == (_CData,):
            return cls
        base = cls.__mro__[1]
        cls._size, cls._align = base._size or 0, base._align
        cls._has_pointers = base._has_pointers
        cls._members = list(base._members)
        cls._final = False
        if fields is not None:
            cls._fields_ = fields
        elif "_fields_" in base.__dict__:
            base._final = True
        return cls

    def __setattr__(cls, name, value):
        if name == "_fields_":
            if cls._final or "_fields_" in cls.__dict__:
                raise AttributeError("_fields_ is final")
            _lay_out(cls, value)
        type.__setattr__(cls, name, value)


class PyCStructType(_AggregateType):
    pass


class UnionType(_AggregateType):
    pass


def _lay_out(cls, fields):
    if not isinstance(fields, (list, tuple)):
        raise TypeError("'_fields_' must be a sequence of pairs")
    pack = getattr(cls, "_pack_", 0)
    if not isinstance(pack, int) or pack < 0:
        raise ValueError("_pack_ must be a non-negative integer")
    swapped = hasattr(cls, "_swappedbytes_")
    is_union = isinstance(cls, UnionType)
    place, size, align = (0 if is_union else cls._size), cls._size, cls._align
    used = unit = 0
    for number, field in enumerate(fields):
        if not isinstance(field, tuple) or len(field) not in (2, 3) or not isinstance(field[0], str):
            raise TypeError("'_fields_' must be a sequence of (name, C type) pairs")
        name, kind, bits = field if len(field) == 3 else (*field, None)
        if not isinstance(kind, _CDataType) or kind._size is None:
            raise TypeError("second item in _fields_ tuple (index %d) must be a C type" % number)
        if isinstance(kind, _AggregateType):
            kind._final = True
        kind_bits = kind._size * 8
        if bits is not None:
            code = getattr(kind, "_type_", None)
            if not isinstance(kind, PyCSimpleType) or code not in "bBhHiIlLqQ?c" or code == "c":
                raise TypeError("bit fields not allowed for type " + kind.__name__)
            if not 0 < bits <= kind_bits:
                raise ValueError("number of bits invalid for bit field")
        cls._has_pointers = cls._has_pointers or kind._has_pointers
        kind_align = min(pack, kind._align) if pack else kind._align
        if is_union:
            place = used = unit = 0
        if bits and used and kind_bits <= unit and used + bits <= unit:
            # It goes on in the unit of the last one.
            offset, shift = place - kind._size, used
        elif bits and used and kind_bits >= unit and used + bits <= kind_bits:
            # So it does, in a wider one.
            grown = kind._size - unit // 8
            place, size, unit = place + grown, max(size, place + grown), kind_bits
            offset, shift = place - kind._size, used
        else:
            used, shift, unit = 0, 0, (kind_bits if bits else 0)
            offset = -(-place // kind_align) * kind_align if kind_align else place
            place = offset + kind._size
            size = max(size, place)
            align = max(align, kind_align)
        if bits:
            used = shift + bits
            if swapped:
                shift = unit - shift - bits
        member = CField(kind, offset, bits, shift)
        type.__setattr__(cls, name, member)
        cls._members.append(name)
    cls._size = -(-size // align) * align if align else size
    cls._align = align
    for name in getattr(cls, "_anonymous_", ()):
        _lift(cls, name)


def _lift(cls, name):
    """Members of an unnamed part are members of the whole."""
    part = cls.__dict__.get(name)
    if not isinstance(part, CField):
        raise AttributeError("'%s' is specified in _anonymous_ but not in _fields_" % name)
    for inner in part._kind._members + [n for n in dir(part._kind) if isinstance(getattr(part._kind, n, None), CField)]:
        found = getattr(part._kind, inner)
        if inner not in cls.__dict__:
            type.__setattr__(cls, inner, CField(found._kind, part.offset + found.offset, found._bits, found._shift))


def _initialise(self, *values, **named):
    members = type(self)._members
    if len(values) > len(members):
        raise TypeError("too many initializers")
    for name, value in zip(members, values):
        if name in named:
            raise TypeError("duplicate values for field %r" % name)
        setattr(self, name, value)
    for name, value in named.items():
        setattr(self, name, value)


class Structure(_CData, metaclass=PyCStructType):
    """Structure base class"""
    _size, _align, _has_pointers, _members, _final = None, 1, False, (), False
    __init__ = _initialise


class Union(_CData, metaclass=UnionType):
    """Union base class"""
    _size, _align, _has_pointers, _members, _final = None, 1, False, (), False
    __init__ = _initialise


# ---- arrays

_arrays = weakref.WeakValueDictionary()


class PyCArrayType(_CDataType):
    def __new__(meta, name, bases, names):
        cls = type.__new__(meta, name, bases, names)
        if bases == (_CData,):
            return cls
        length = getattr(cls, "_length_", None)
        if length is None:
            raise AttributeError("class must define a '_length_' attribute")
        if not isinstance(length, int):
            raise TypeError("The '_length_' attribute must be an integer")
        if length < 0:
            raise ValueError("The '_length_' attribute must not be negative")
        item = getattr(cls, "_type_", None)
        if item is None:
            raise AttributeError("class must define a '_type_' attribute")
        if not isinstance(item, _CDataType) or item._size is None:
            raise TypeError("_type_ must have storage info")
        if isinstance(item, _AggregateType):
            item._final = True
        if length * item._size >= 1 << 63:
            raise OverflowError("array too large")
        cls._size, cls._align, cls._has_pointers = length * item._size, item._align, item._has_pointers
        code = getattr(item, "_type_", None) if isinstance(item, PyCSimpleType) and item._is_plain else None
        cls._characters = code if code in ("c", "u") else ""
        if cls._characters:
            cls.value = property(Array._string, Array._fill)
        if code == "c":
            cls.raw = property(lambda self: bytes(self._view), Array._fill_raw)
        return cls

    def from_param(cls, value, /):
        if cls._characters and isinstance(value, bytes if cls._characters == "c" else str):
            if len(value) > cls._length_:
                raise ValueError("Invalid length")
            made = cls()
            made.value = value
            return made
        if isinstance(value, tuple):
            return cls(*value)
        return super().from_param(value)


class Array(_CData, metaclass=PyCArrayType):
    """Abstract base class for arrays."""

    def __init__(self, *values):
        for number, value in enumerate(values):
            self[number] = value

    def __len__(self):
        return self._length_

    def _place(self, index):
        length = self._length_
        if index < 0:
            index += length
        if not 0 <= index < length:
            raise IndexError("invalid index")
        return self._start + index * self._type_._size

    def __getitem__(self, index):
        if isinstance(index, slice):
            items = [self[i] for i in range(*index.indices(self._length_))]
            kind = type(self)._characters
            return items if not kind else (b"" if kind == "c" else "").join(items)
        if not hasattr(index, "__index__"):
            raise TypeError("indices must be integers")
        return _get(self._type_, self._root, self._place(index.__index__()))

    def __setitem__(self, index, value):
        if isinstance(index, slice):
            places = range(*index.indices(self._length_))
            if len(places) != len(value):
                raise ValueError("Can only assign sequence of same size")
            for i, item in zip(places, value):
                self[i] = item
            return
        if not hasattr(index, "__index__"):
            raise TypeError("indices must be integers")
        try:
            place = self._place(index.__index__())
        except IndexError:
            raise IndexError("invalid index") from None
        _set(self._type_, self._root, place, value)

    def __delitem__(self, index):
        raise TypeError("Array does not support item deletion")

    def _string(self):
        """string value"""
        data = bytes(self._view)
        return data.partition(b"\0")[0] if type(self)._characters == "c" else _text(data, True)

    def _fill(self, value, is_part=False):
        length = self._length_
        if type(self)._characters == "c":
            if not isinstance(value, bytes):
                if is_part:
                    raise TypeError("expected bytes, %s found" % type(value).__name__)
                raise TypeError("bytes expected instead of %s instance" % type(value).__name__)
            if len(value) > length:
                if is_part:
                    raise ValueError("bytes too long (%d, maximum length %d)" % (len(value), length))
                raise ValueError("byte string too long")
            data = value
        else:
            if not isinstance(value, str):
                raise TypeError("unicode string expected instead of %s instance" % type(value).__name__)
            if len(value) > length:
                raise ValueError("string too long (%d, maximum length %d)" % (len(value), length) if is_part
                                 else "string too long")
            data = _units(value)
        if len(value) < length:
            data += bytes(self._type_._size)
        self._view[:len(data)] = data

    def _fill_raw(self, value):
        data = bytes(memoryview(value))
        if len(data) > len(self._view):
            raise ValueError("byte string too long")
        self._view[:len(data)] = data


# ---- pointers

class PyCPointerType(_CDataType):
    def __new__(meta, name, bases, names):
        cls = type.__new__(meta, name, bases, names)
        cls._size, cls._align, cls._has_pointers = (None if bases == (_CData,) else 8), 8, True
        kind = names.get("_type_")
        if kind is not None and not isinstance(kind, _CDataType):
            raise TypeError("_type_ must have storage info")
        return cls

    def set_type(cls, kind, /):
        if not isinstance(kind, _CDataType):
            raise TypeError("_type_ must have storage info")
        cls._type_ = kind

    def from_param(cls, value, /):
        if value is None:
            return value
        if isinstance(value, cls._type_):
            return byref(value)
        if isinstance(value, (_Pointer, Array)) and issubclass(type(value)._type_, cls._type_):
            return value
        return super().from_param(value)


class _Pointer(_CData, metaclass=PyCPointerType):
    """Abstract base class for pointers"""

    _type_ = None

    def __new__(cls, *args):
        if cls._type_ is None:
            raise TypeError("Cannot create instance: has no _type_")
        return super().__new__(cls)

    def __init__(self, *target):
        if target:
            self.contents = target[0]

    def _at(self):
        address = _WORD.unpack(self._view)[0]
        if not address:
            raise ValueError("NULL pointer access")
        return address

    def _point(self, target):
        self._view[:] = _WORD.pack(_address(target))
        self._keep(target)

    @property
    def contents(self):
        """the object this pointer points to (read-write)"""
        return _part(self._type_, *_find(self._at()))

    @contents.setter
    def contents(self, target):
        if not isinstance(target, self._type_):
            raise TypeError("expected %s instead of %s" % (self._type_.__name__, type(target).__name__))
        self._point(target)

    def __bool__(self):
        return any(self._view)

    def _item(self, index):
        root, at = _find(self._at())
        at += index * self._type_._size
        if at < 0 or at + self._type_._size > len(root._view):
            raise ValueError("item %d is not in memory of ctypes" % index)
        return root, at

    def __getitem__(self, index):
        if isinstance(index, slice):
            start, stop, step = index.start, index.stop, index.step
            if step is None:
                step = 1
            if start is None:
                if step < 0:
                    raise ValueError("slice start is required for step < 0")
                start = 0
            if stop is None:
                raise ValueError("slice stop is required")
            items = [self[i] for i in range(start, stop, step)]
            code = getattr(self._type_, "_type_", None)
            return b"".join(items) if code == "c" else "".join(items) if code == "u" else items
        if not hasattr(index, "__index__"):
            raise TypeError("Pointer indices must be integer")
        return _get(self._type_, *self._item(index.__index__()))

    def __setitem__(self, index, value):
        _set(self._type_, *self._item(index.__index__()), value)

    def __delitem__(self, index):
        raise TypeError("Pointer does not support item deletion")


_pointer_type_cache = {}


def POINTER(kind, /):
    made = _pointer_type_cache.get(kind)
    if made is None:
        if isinstance(kind, str):
            made = PyCPointerType("LP_" + kind, (_Pointer,), {})
            _pointer_type_cache[id(made)] = made
        elif isinstance(kind, type):
            made = PyCPointerType("LP_" + kind.__name__, (_Pointer,), {"_type_": kind})
            _pointer_type_cache[kind] = made
        else:
            raise TypeError("must have a ctypes type")
        made.__module__ = _caller()
    return made


def pointer(data, /):
    return POINTER(type(data))(data)


# ---- what is passed and called

class CArgObject:
    """What stands for an argument."""

    def __init__(self, code, data, value, offset=0):
        self._code, self._obj, self._value, self._offset = code, data, value, offset

    def __repr__(self):
        if self._code == "P":
            return "<cparam 'P' (%#x)>" % id(self)
        return "<cparam %r (%s)>" % (self._code, self._value)


def byref(data, offset=0, /):
    if not isinstance(data, _CData):
        raise TypeError("byref() argument must be a ctypes instance, not %r" % type(data).__name__)
    return CArgObject("P", data, data, offset)


def addressof(data, /):
    if not isinstance(data, _CData):
        raise TypeError("invalid type")
    return _address(data)


def sizeof(data, /):
    size = len(data._view) if isinstance(data, _CData) else data._size if isinstance(data, _CDataType) else None
    if size is None:
        raise TypeError("this type has no size")
    return size


def alignment(data, /):
    kind = data if isinstance(data, _CDataType) else type(data)
    if not isinstance(kind, _CDataType) or kind._size is None:
        raise TypeError("no alignment info")
    return kind._align


def resize(data, size, /):
    if not isinstance(data, _CData):
        raise TypeError("excepted ctypes instance")
    if size < type(data)._size:
        raise ValueError("minimum size is %d" % type(data)._size)
    if data._root is not data:
        raise ValueError("Memory cannot be resized because this object doesn't own it")
    view = memoryview(bytearray(size))
    kept = min(size, len(data._view))
    view[:kept] = data._view[:kept]
    if data._address is not None:
        _forget(data._address, _roots.get(data._address))
    data._view, data._address = view, None
    data._share(view)


def buffer_info(data, /):
    kind = data if isinstance(data, _CDataType) else type(data)
    shape = ()
    while isinstance(kind, PyCArrayType):
        shape += kind._length_,
        kind = kind._type_
    code = getattr(kind, "_type_", "B")
    return "<" + (code if isinstance(code, str) else "B"), len(shape), shape


_errno = 0


def get_errno():
    return _errno


def set_errno(value, /):
    global _errno
    before, _errno = _errno, value
    return before


def dlopen(name, flags=0, /):
    if name is None:
        return 1
    import os
    name = os.fsdecode(name)
    if os.path.exists(name) if "/" in name else ".so" in name and any(
            os.path.exists(os.path.join(folder, name)) for folder in _folders()):
        raise OSError("%s: libraries that are not Python's cannot be loaded" % name)
    raise OSError("%s: cannot open shared object file: No such file or directory" % name)


def _folders():
    import os
    machine = os.uname().machine
    return ["%s/lib%s" % (a, b) for a in ("", "/usr") for b in ("", "64", "/%s-linux-gnu" % machine)]


def dlsym(handle, name, /):
    import sys
    raise OSError("%s: undefined symbol: %s" % (sys.executable, name))


def dlclose(handle, /):
    pass


class PyCFuncPtrType(_CDataType):
    def __new__(meta, name, bases, names):
        cls = type.__new__(meta, name, bases, names)
        cls._size, cls._align, cls._has_pointers = (None if bases == (_CData,) else 8), 8, True
        if bases != (_CData,) and not isinstance(getattr(cls, "_flags_", None), int):
            raise TypeError("class must define _flags_ which must be an integer")
        return cls


class CFuncPtr(_CData, metaclass=PyCFuncPtrType):
    """Function Pointer"""

    _function = errcheck = None
    _restype_ = _argtypes_ = None

    def __init__(self, *target):
        if not target:
            return
        target = target[0]
        if isinstance(target, tuple):
            name, library = target[:2]
            try:
                dlsym(library._handle, name)
            except OSError as failed:
                raise AttributeError(str(failed)) from None
        elif isinstance(target, int):
            self._function = _functions.get(target)
            self._view[:] = _WORD.pack(target & _WORD_MASK)
        elif callable(target):
            self._function = target
            self._is_script = True
            self._view[:] = _WORD.pack(id(target) & _WORD_MASK)
        else:
            raise TypeError("argument must be callable or integer function address")

    _is_script = False

    @property
    def restype(self):
        """specify the result type"""
        return self.__dict__.get("_result", self._restype_)

    @restype.setter
    def restype(self, kind):
        if kind is not None and not isinstance(kind, _CDataType) and not callable(kind):
            raise TypeError("restype must be a type, a callable, or None")
        self._result = kind

    @property
    def argtypes(self):
        """specify the argument types"""
        return self.__dict__.get("_arguments", self._argtypes_)

    @argtypes.setter
    def argtypes(self, kinds):
        self._arguments = None if kinds is None else tuple(kinds)

    def __bool__(self):
        return self._function is not None or any(self._view)

    def __call__(self, *args):
        if self._function is None:
            raise ValueError("NULL function pointer called" if not any(self._view)
                             else "functions that are not Python's cannot be called")
        kinds = self.argtypes
        if kinds is not None:
            if len(args) < len(kinds):
                raise TypeError("this function takes at least %d argument%s (%d given)"
                                % (len(kinds), "" if len(kinds) == 1 else "s", len(args)))
            if self._is_script:
                args = [_passed(kind, value, number) for number, (kind, value) in enumerate(zip(kinds, args))]
        result = self._function(*args)
        kind = self.restype
        if self._is_script:
            if kind is None:
                result = None
            elif isinstance(kind, PyCSimpleType) and kind._is_plain:
                result = kind(result).value
        if self.errcheck is not None:
            result = self.errcheck(result, self, args)
        return result

    def __repr__(self):
        return "<%s object at %#x>" % (type(self).__name__, id(self))


def _passed(kind, value, number):
    try:
        kind.from_param(value)
    except Exception as failed:
        raise ArgumentError("argument %d: %s: %s" % (number + 1, type(failed).__name__, failed)) from None
    if isinstance(kind, PyCSimpleType) and kind._is_plain:
        return value.value if isinstance(value, kind) else kind(value).value
    return value._obj if isinstance(value, CArgObject) else value


# ---- the functions that the package calls by their addresses

def _where(value):
    """The address that an argument is; what has none gets one, and is given with it."""
    if value is None:
        return 0, None
    if isinstance(value, int):
        return value, None
    if isinstance(value, (bytes, str)):
        held = _chars(value)
        return _address(held), held
    if isinstance(value, CArgObject):
        if isinstance(value._obj, _CData):
            return _address(value._obj) + value._offset, value._obj
        return _where(value._value)
    if isinstance(value, Array):
        return _address(value), value
    if isinstance(value, (_Pointer, CFuncPtr)) or isinstance(value, _SimpleCData) and value._type_ in "zZP":
        return _WORD.unpack(value._view)[0], value
    if hasattr(value, "_as_parameter_"):
        return _where(value._as_parameter_)
    raise ArgumentError("argument 1: TypeError: wrong type")


def _part_of(target, size):
    root, at = _find(target)
    if size < 0 or at + size > len(root._view):
        raise ValueError("%d bytes from address %#x on are not all in memory of ctypes" % (size, target))
    return root._view[at:at + size]


def _move(target, source, size):
    address, held = _where(source)
    data = _bytes_at(address, size) if size else b""
    place, _ = _where(target)
    if size:
        _part_of(place, size)[:] = data
    return place


def _fill(target, byte, size):
    place, _ = _where(target)
    if size:
        _part_of(place, size)[:] = bytes([byte & 255]) * size
    return place


def _string(source, size=-1):
    if isinstance(source, bytes) and 0 <= size <= len(source):
        return source[:size]
    address, held = _where(source)
    return _bytes_at(address, size)


def _wide_string(source, size=-1):
    address, held = _where(source)
    return _text_at(address, size)


def _cast(source, again, kind):
    if not (isinstance(kind, (PyCPointerType, PyCFuncPtrType))
            or isinstance(kind, PyCSimpleType) and kind._type_ in "zZP"):
        name = kind.__name__ if isinstance(kind, type) else type(kind).__name__
        raise TypeError("cast() argument 2 must be a pointer type, not " + name)
    address, held = _where(source)
    made = kind()
    made._view[:] = _WORD.pack(address & _WORD_MASK)
    if held is not None:
        made._keep(held)
    if isinstance(made, CFuncPtr) and isinstance(source, CFuncPtr):
        made._function, made._is_script = source._function, source._is_script
    return made


_memmove_addr, _memset_addr, _string_at_addr, _wstring_at_addr, _cast_addr = range(-5, 0)
_functions = {_memmove_addr: _move, _memset_addr: _fill, _string_at_addr: _string, _wstring_at_addr: _wide_string,
              _cast_addr: _cast}


def call_function(address, arguments, /):
    return _functions[address](*arguments)


call_cdeclfunction = call_function


def Py_INCREF(thing, /):
    return thing


def Py_DECREF(thing, /):
    return thing


def PyObj_FromPtr(address, /):
    raise ValueError("objects have no address in memory of ctypes")
