"""The codecs of East Asia: of several bytes for a character, and with escapes between sets of characters.

What the codecs are told by are tables (scripts/dev/multibyte_tables.py makes them): dicts from characters to bytes
and back. Text without errors is done by joining what a dict gives; where that fails, character by character.

A state is an int, 0 at the start of a text. What getstate() gives is of use to setstate() only.
"""

import codecs
import re
from functools import lru_cache

_ILLEGAL = 'illegal multibyte sequence'
_INCOMPLETE = 'incomplete multibyte sequence'


# Tables

def _numbers(data):
    n = 0
    for byte in data:
        n = n << 7 | byte & 0x7f
        if byte < 0x80:
            yield n
            n = 0


def _summed(differences):
    n = 0
    for d in differences:
        n += -(d + 1 >> 1) if d & 1 else d >> 1
        yield n


@lru_cache(maxsize=None)
def _tables():
    """{name: (how many code points, the four parts of the table)}"""
    import zlib
    from _multibyte_tables import tables

    data = memoryview(zlib.decompress(tables()))
    found, at = {}, 0
    while at < len(data):
        end = at
        while data[end] != 10:
            end += 1
        name, *sizes = str(data[at:end], 'ascii').split()
        count, *sizes = map(int, sizes)
        at, parts = end + 1, []
        for size in sizes:
            parts.append(data[at:at + size])
            at += size
        found[name] = count, parts
    return found


def _bytes_of(code):
    return code.to_bytes((code.bit_length() + 7) // 8, 'big')[1:]


class _Table:
    """How one set of characters is encoded and decoded."""

    def __init__(self, name):
        count, (encoding, pairs, decoding, states) = _tables()[name]
        numbers = list(_numbers(encoding))
        codes = map(_bytes_of, _summed(numbers[count:]))
        self.encoding = dict(zip(map(chr, _summed(numbers[:count])), codes))
        pairs = iter(list(_numbers(pairs)))
        self.pairs = {chr(first) + chr(second): _bytes_of(code) for first, second, code in zip(pairs, pairs, pairs)}
        self.decoding = {code: text for texts in (self.encoding, self.pairs) for text, code in texts.items()}
        changes = _numbers(decoding)
        for code in changes:
            text = ''.join(chr(next(changes)) for _ in range(next(changes)))
            if text == '\0':
                self.decoding.pop(_bytes_of(code), None)
            else:
                self.decoding[_bytes_of(code)] = text
        self.states = bytes(states[:256])
        prefixes = bytes(states[256:])
        self.longer = {prefixes[i:i + 2] for i in range(0, len(prefixes), 2)}


@lru_cache(maxsize=None)
def _table(name):
    return _Table(name)


class _Beyond(dict):
    """Of gb18030: what is beyond the first 65,536 code points follows from its number."""

    def __missing__(self, key):
        if isinstance(key, str):
            n = ord(key) - 0x10000
            if n < 0:
                raise KeyError(key)
            n, fourth = divmod(n, 10)
            n, third = divmod(n, 126)
            first, second = divmod(n, 10)
            return bytes([0x90 + first, 0x30 + second, 0x81 + third, 0x30 + fourth])
        if len(key) == 4 and key[0] >= 0x90 and all(0x30 <= byte <= 0x39 for byte in key[1::2]) and 0x81 <= key[2] <= 0xfe:
            n = ((key[0] - 0x90) * 10 + key[1] - 0x30) * 1260 + (key[2] - 0x81) * 10 + key[3] - 0x30
            if n < 0x100000:
                return chr(0x10000 + n)
        raise KeyError(key)


# Codecs

def _bytes_like(data):
    try:
        return bytes(memoryview(data))
    except TypeError:
        raise TypeError(f"a bytes-like object is required, not '{type(data).__name__}'") from None


class MultibyteCodec:
    """What getcodec() gives: encode() and decode() for whole texts."""

    def __init__(self, name):
        self._name = name

    def encode(self, input, errors=None):
        """Give (bytes, how many characters they are of)."""
        text = input if isinstance(input, str) else str(input)
        return self._encode(text, errors or 'strict', 0, True)[0], len(text)

    def decode(self, input, errors=None):
        """Give (text, how many bytes it is of)."""
        data = _bytes_like(input)
        return self._decode(data, errors or 'strict', 0, True)[0], len(data)

    def _mend(self, error, errors, length):
        """What an error handler puts in the place of an error, and where to go on."""
        if errors == 'strict':
            raise error
        text, at = codecs.lookup_error(errors)(error)
        at = at + length if at < 0 else at
        if not 0 <= at <= length:
            raise IndexError(f"position {at} from error handler out of bounds")
        return text, at

    def _decode(self, data, errors, state, final):
        """(text, state, how many bytes it is of): all of them if this is the end."""
        out, at = [], 0
        while at < len(data):
            text, state, end = self._next(data, at, state)
            if end > at:
                out.append(text)
                at = end
                continue
            # text is None if more bytes are wanted, else end is -(how many are in error).
            if text is None:
                if not final:
                    break
                error = UnicodeDecodeError(self._name, data, at, len(data), _INCOMPLETE)
            else:
                error = UnicodeDecodeError(self._name, data, at, at - end, _ILLEGAL)
            text, at = self._mend(error, errors, len(data))
            if not isinstance(text, str):
                raise TypeError("decoding error handler must return (str, int) tuple")
            out.append(text)
        return ''.join(out), state, at

    def _encode(self, text, errors, state, final):
        """(bytes, state, how many characters they are of): all of them if this is the end."""
        out, at = [], 0
        while at < len(text):
            data, state, end = self._code(text, at, state, final)
            if end == at:
                break
            if data is not None:
                out.append(data)
                at = end
                continue
            error = UnicodeEncodeError(self._name, text, at, end, _ILLEGAL)
            data, at = self._mend(error, errors, len(text))
            if isinstance(data, str):
                data, state, _ = self._encode(data, 'strict', state, False)
            elif not isinstance(data, bytes):
                raise TypeError("encoding error handler must return (str/bytes, int) tuple")
            out.append(data)
        if final:
            end, state = self._end(state)
            out.append(end)
        return b''.join(out), state, at

    def _end(self, state):
        return b'', state


class _Plain(MultibyteCodec):
    """A codec without a state."""

    # How long what has a prefix of two bytes is.
    _LONGER = {'gb18030': 4, 'euc_kr': 8}

    def __init__(self, name):
        super().__init__(name)
        table = _table(name)
        self._table = table
        self._encoding, self._decoding = table.encoding, table.decoding
        if name == 'gb18030':
            self._encoding, self._decoding = _Beyond(table.encoding), _Beyond(table.decoding)
        self._longer = self._LONGER.get(name, 3)
        self._firsts = {pair[0] for pair in table.pairs}
        lead = b''.join(b'\\x%02x' % i for i, state in enumerate(table.states) if state == ord('m'))
        more = b'.' * (self._longer - 2)
        longer = b''.join(b'%s%s|' % (re.escape(prefix), more) for prefix in sorted(table.longer))
        if name == 'gb18030':
            longer = b'[%s][0-9]..|' % lead
        elif len(table.longer) == 256:
            longer = b'\x8f..|'
        self._units = re.compile(b'%s[%s].|.' % (longer, lead), re.DOTALL).findall

    def _decode(self, data, errors, state, final):
        try:
            return ''.join(map(self._decoding.__getitem__, self._units(data))), state, len(data)
        except KeyError:
            return super()._decode(data, errors, state, final)

    def _encode(self, text, errors, state, final):
        if self._firsts.isdisjoint(text):
            try:
                return b''.join(map(self._encoding.__getitem__, text)), state, len(text)
            except KeyError:
                pass
        return super()._encode(text, errors, state, final)

    def _next(self, data, at, state):
        kind = self._table.states[data[at]]
        length = 1
        if kind == ord('m'):
            length = self._longer if data[at:at + 2] in self._table.longer else 2
            if at + length > len(data):
                return None, state, at
        try:
            return self._decoding[data[at:at + length]], state, at + length
        except KeyError:
            return '', state, -1

    def _code(self, text, at, state, final):
        c = text[at]
        if c in self._firsts:
            if at + 1 == len(text) and not final:
                # The next one may belong to it.
                return None, state, at
            pair = self._table.pairs.get(text[at:at + 2])
            if pair is not None:
                return pair, state, at + 2
        try:
            return self._encoding[c], state, at + 1
        except KeyError:
            return None, state, at + 1


class _Hz(MultibyteCodec):
    """ASCII with GB 2312 between ~{ and ~}; the state is whether we are there."""

    def _next(self, data, at, state):
        byte = data[at]
        if byte == ord('~'):
            if at + 1 == len(data):
                return None, state, at
            known = {b'~~': ('~', 0), b'~{': ('', 1), b'~\n': ('', 0)} if not state else {b'~}': ('', 0)}
            text, state = known.get(data[at:at + 2], (None, state))
            return ('', state, -1) if text is None else (text, state, at + 2)
        if byte >= 0x80:
            return '', state, -1
        if not state:
            return chr(byte), state, at + 1
        if at + 1 == len(data):
            return None, state, at
        text = _table('gb2312_80').decoding.get(data[at:at + 2])
        return ('', state, -1) if text is None else (text, state, at + 2)

    def _code(self, text, at, state, final):
        c = text[at]
        if c < '\x80':
            return b'~}' * state + (b'~~' if c == '~' else c.encode('ascii')), 0, at + 1
        code = _table('gb2312_80').encoding.get(c)
        if code is None:
            return None, state, at + 1
        return (code if state else b'~{' + code), 1, at + 1

    def _end(self, state):
        return b'~}' * state, 0


class _Set:
    """A set of characters that an escape makes the present one."""

    def __init__(self, escape, table=None, length=1, codec=None):
        self.escape, self.length = escape, length
        self._name, self._codec = table, codec

    @property
    def encoding(self):
        return _table(self._name).encoding if self._name else _halves(self._codec)[0]

    @property
    def decoding(self):
        return _table(self._name).decoding if self._name else _halves(self._codec)[1]


@lru_cache(maxsize=None)
def _halves(codec):
    """The upper half of a codec of single bytes, as it stands after a single shift."""
    if codec is None:
        both = [(chr(i), bytes([i])) for i in range(0x80)]
    else:
        texts = [(bytes([i]).decode(codec, 'replace'), bytes([i - 0x80])) for i in range(0xa0, 0x100)]
        both = [(text, code) for text, code in texts if text != '\ufffd']
    return dict(both), {code: text for text, code in both}


# A state has the number of the present set in its last 8 bits, that of the single shift's in the next, then whether
# the other set is designated and whether we are in it (of iso2022_kr).
_ASCII = 0
_SETS = [
    _Set(b'\x1b(B'),
    _Set(b'\x1b$B', 'jisx0208', 2),
    _Set(b'\x1b(J', 'jisx0201_r'),
    _Set(b'\x1b$@', 'jisx0208', 2),
    _Set(b'\x1b$(D', 'jisx0212', 2),
    _Set(b'\x1b$(C', 'ksx1001', 2),
    _Set(b'\x1b$(A', 'gb2312_80', 2),
    _Set(b'\x1b(I', 'jisx0201_k'),
    _Set(b'\x1b.A', codec='iso8859-1'),
    _Set(b'\x1b.F', codec='iso8859-7'),
    _Set(b'\x1b$)C', 'ksx1001', 2),
]
_SHIFTED, _DESIGNATED = 0x20000, 0x10000
_SINGLE = {8, 9}
_KOREAN = 10
# Which sets a codec has, in the order in which it looks for a character.
_OF_CODEC = {
    'iso2022_jp': [1, 2, 3],
    'iso2022_jp_1': [1, 4, 2, 3],
    'iso2022_jp_2': [1, 4, 5, 6, 2, 3, 8, 9],
    'iso2022_jp_ext': [1, 4, 2, 7, 3],
    'iso2022_kr': [10],
}


class _Iso2022(MultibyteCodec):
    def __init__(self, name):
        super().__init__(name)
        self._sets = _OF_CODEC[name]
        self._escapes = {_SETS[i].escape: i for i in [_ASCII, *self._sets]}
        # Other ways to say the same.
        for escape, number in [(b'\x1b$A', 6), (b'\x1b$(B', 1), (b'\x1b$(@', 3)]:
            if number in self._sets:
                self._escapes[escape] = number

    def _next(self, data, at, state):
        byte = data[at]
        if byte == 0x1b:
            return self._escape(data, at, state)
        if _KOREAN in self._sets:
            if byte in b'\x0e\x0f':
                return '', state & ~_SHIFTED | (_SHIFTED if byte == 0x0e else 0), at + 1
            if byte == 10:
                state &= ~_SHIFTED
        if byte < 0x20:
            return chr(byte), state, at + 1
        if byte >= 0x80:
            return '', state, -1
        if state & _SHIFTED:
            number = _KOREAN if state & _DESIGNATED else _ASCII
        else:
            number = state & 0xff
        present = _SETS[number]
        if at + present.length > len(data):
            return None, state, at
        text = present.decoding.get(data[at:at + present.length])
        return ('', state, -present.length) if text is None else (text, state, at + present.length)

    def _escape(self, data, at, state):
        if at + 1 == len(data):
            return None, state, at
        single = state >> 8 & 0xff
        if data[at + 1] == ord('N') and not _SINGLE.isdisjoint(self._sets):
            if at + 2 == len(data):
                return None, state, at
            text = _SETS[single].decoding.get(data[at + 2:at + 3]) if single else None
            return ('', state, -1) if text is None else (text, state, at + 3)
        if data[at + 1] not in b'()$.&':
            # No escape that is known: both as they are.
            return '\x1b' + chr(data[at + 1]), state, at + 2
        end = re.compile(rb'[A-Z@]').search(data, at + 1, at + 16)
        if end is None:
            return ('', state, -1) if len(data) >= at + 16 else (None, state, at)
        number = self._escapes.get(data[at:end.end()])
        if number is None:
            return '', state, at - end.end()
        if number == _KOREAN:
            state |= _DESIGNATED
        elif number in _SINGLE:
            state = state & ~0xff00 | number << 8
        else:
            state = state & ~0xff | number
        return '', state, end.end()

    def _code(self, text, at, state, final):
        c = text[at]
        if c < '\x80':
            before, state = self._end(state)
            if c == '\n':
                state &= ~0xff00
            return before + c.encode('ascii'), state, at + 1
        for number in self._sets:
            if number in _SINGLE:
                # (They are only read.)
                continue
            code = _SETS[number].encoding.get(c)
            if code is None:
                continue
            escape = _SETS[number].escape
            if number == _KOREAN:
                before = b'' if state & _DESIGNATED else escape
                before += b'' if state & _SHIFTED else b'\x0e'
                return before + code, state | _DESIGNATED | _SHIFTED, at + 1
            before = b'' if state & 0xff == number else escape
            return before + code, state & ~0xff | number, at + 1
        return None, state, at + 1

    def _end(self, state):
        end = b'\x0f' if state & _SHIFTED else b''
        if state & 0xff:
            end += _SETS[_ASCII].escape
        return end, state & ~(_SHIFTED | 0xff)


@lru_cache(maxsize=None)
def _codec(name):
    if name == 'hz':
        return _Hz(name)
    return (_Iso2022 if name in _OF_CODEC else _Plain)(name)


def _getcodec(names):
    """The function getcodec() of a module that has these codecs."""
    def getcodec(name, /):
        if not isinstance(name, str):
            raise TypeError("encoding name must be a string.")
        if name not in names:
            raise LookupError("no such codec is supported.")
        return _codec(name)

    return getcodec


# What encodings makes its classes of; they have the attribute codec.

class MultibyteIncrementalEncoder:
    errors = 'strict'

    def __init__(self, errors='strict'):
        self.errors = errors
        self._state, self._waiting = 0, ''

    def encode(self, input, final=False):
        if not isinstance(input, str):
            raise TypeError("couldn't convert the object to str.")
        text = self._waiting + input
        data, self._state, end = self.codec._encode(text, self.errors, self._state, final)
        self._waiting = text[end:]
        return data

    def reset(self):
        self._state, self._waiting = 0, ''

    def getstate(self):
        waiting = self._waiting.encode('utf-8', 'surrogatepass')
        return self._state | int.from_bytes(waiting, 'big') << 24

    def setstate(self, state, /):
        if not isinstance(state, int):
            raise TypeError(f"setstate() argument must be int, not {type(state).__name__}")
        waiting = state >> 24
        waiting = waiting.to_bytes((waiting.bit_length() + 7) // 8, 'big')
        self._state, self._waiting = state & 0xffffff, waiting.decode('utf-8', 'surrogatepass')


class MultibyteIncrementalDecoder:
    errors = 'strict'

    def __init__(self, errors='strict'):
        self.errors = errors
        self._state, self._waiting = 0, b''

    def decode(self, input, final=False):
        data = self._waiting + _bytes_like(input)
        text, self._state, end = self.codec._decode(data, self.errors, self._state, final)
        self._waiting = data[end:]
        return text

    def reset(self):
        self._state, self._waiting = 0, b''

    def getstate(self):
        return self._waiting, self._state

    def setstate(self, state, /):
        waiting, number = state
        if not isinstance(waiting, bytes) or not isinstance(number, int):
            raise TypeError("setstate(): illegal state argument")
        self._waiting, self._state = waiting, number


class MultibyteStreamReader:
    stream, errors = None, 'strict'

    def __init__(self, stream, errors='strict'):
        self.stream, self.errors = stream, errors
        self._state, self._waiting = 0, b''

    def _read(self, method, size):
        if size is not None and not isinstance(size, int):
            raise TypeError("arg 1 must be an integer")
        if size == 0:
            return ''
        while True:
            read = getattr(self.stream, method)
            new = read() if size is None or size < 0 else read(size)
            if not isinstance(new, bytes):
                raise TypeError(f"stream function returned a non-bytes object ({type(new).__name__})")
            data = self._waiting + new
            # At the end of the stream, or when all of it was asked for, nothing may be left.
            final = not new or size is None or size < 0
            text, self._state, end = self.codec._decode(data, self.errors, self._state, final)
            self._waiting = data[end:]
            if text or final:
                return text
            size = 1

    def read(self, size=None, /):
        return self._read('read', size)

    def readline(self, size=None, /):
        return self._read('readline', size)

    def readlines(self, sizehint=None, /):
        return self._read('read', sizehint).splitlines(True)

    def reset(self):
        self._state, self._waiting = 0, b''


class MultibyteStreamWriter:
    stream, errors = None, 'strict'

    def __init__(self, stream, errors='strict'):
        self.stream, self.errors = stream, errors
        self._state, self._waiting = 0, ''

    def _write(self, text, final=False):
        text = self._waiting + text
        data, self._state, end = self.codec._encode(text, self.errors, self._state, final)
        self._waiting = text[end:]
        self.stream.write(data)

    def write(self, strobj, /):
        self._write(strobj)

    def writelines(self, lines, /):
        for line in lines:
            self._write(line)

    def reset(self):
        text, self._waiting = self._waiting, ''
        data, self._state, _ = self.codec._encode(text, self.errors, self._state, True)
        if data:
            self.stream.write(data)
