# The quick half of the package json.
import _json


class Context:
    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int = float, int
    parse_constant = {'NaN': 'nan!', 'Infinity': 'inf!', '-Infinity': '-inf!'}.get


def show(f, *args):
    try:
        print(ascii(f(*args)))
    except Exception as e:
        print(type(e).__name__, e)


scan = _json.make_scanner(Context)
for text in ['1', '-0', '01', '-', '1.5e3', '1e', '1.', '12345678901234567890', '1E-2x', 'nul', 'null', 'true', 'false', 'NaN', '-Infinity',
             'Infinity', '[]', '[1, [2, "x"], {}]', '{"a": 1, "b": {"a": [null]}}', '', '"\\u00e9\\n\\/\\ud83d\\ude00\\ud83d"', '"é\U0001f600"',
             ' 1', '{ "a" :1 ,"a":2}', '1 2']:
    show(scan, text, 0)
show(scan, '[1]', -1)
show(scan, '[1]', 9)
show(scan, b'[1]', 0)
show(scan, '[1]')
show(_json.scanstring, 'x"ab\\tc"d', 2)
show(_json.scanstring, 'x"ab\tc"d', 2, False)
show(_json.scanstring, '"x"', 9)
show(_json.scanstring, 1, 1)


class Hooks(Context):
    object_hook = staticmethod(lambda d: sorted(d.items()))
    parse_int = staticmethod(lambda s: 'i' + s)
    parse_float = staticmethod(lambda s: 'f' + s)
    strict = False


show(_json.make_scanner(Hooks), '{"b": 1.5, "a": [-3, "\t"]}', 0)
Hooks.object_pairs_hook = staticmethod(lambda p: p)
show(_json.make_scanner(Hooks), '{"b": 1.5, "a": {}, "a": {"x": 1}}', 0)

for text in ['', 'abc', 'a"b\\c/', '\x00\x08\t\n\x0c\r\x1f\x7f', 'é', '€\U0001f600\ud800', 'aé"b']:
    print(ascii(_json.encode_basestring(text)), _json.encode_basestring_ascii(text))
show(_json.encode_basestring, b'x')
show(_json.encode_basestring_ascii, 1)


class Int(int):
    def __repr__(self):
        return 'no'


class Float(float):
    def __repr__(self):
        return 'no'


def encode(o, markers={}, default=repr, encoder=_json.encode_basestring_ascii, sort=False, skip=False, nan=True):
    e = _json.make_encoder(markers, default, encoder, None, ': ', ', ', sort, skip, nan)
    return ''.join(e(o, 0))


loop = [1]
loop.append({'x': loop})
for o in [None, True, False, 0, -5, 1 << 70, 1.5, 1e300, float('nan'), -float('inf'), 'aé', [], (), {}, [1, (2, [3])], {'a': 1, 2: 3, 1.5: 4, None: 5, True: 6},
          Int(3), Float(2.5), {Int(3): Float(1.0)}, {1, }, [range(3)], {b'x': 1}, loop]:
    show(encode, o)
show(encode, {'b': 1, 'a': {'d': 1, 'c': 2}}, {}, repr, _json.encode_basestring, True)
show(encode, {b'x': 1, 'y': 2, (): 3}, {}, repr, str, False, True)
show(encode, ['x'], None, repr, lambda s: '<' + s + '>')
show(encode, ['x'], None, repr, lambda s: 1)
show(encode, [float('inf')], None, repr, str, False, False, False)
show(encode, [object], None, lambda o: 1 / 0)
show(_json.make_encoder, 1, repr, str, None, ':', ',', False, False, False)
