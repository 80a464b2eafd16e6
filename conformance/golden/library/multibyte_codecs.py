# The codecs of East Asia: all sequences of one and two bytes and all code points of the first plane, as sums; errors,
# pieces, states between escapes.
import codecs
import hashlib
import io

NAMES = """euc_jp shift_jis cp932 euc_jis_2004 shift_jis_2004 gb2312 gbk gb18030 big5 cp950 big5hkscs euc_kr cp949 johab
iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_ext iso2022_kr hz""".split()


def decoded(data, name, errors='strict'):
    try:
        return data.decode(name, errors)
    except UnicodeDecodeError as e:
        return f'{e.reason} {e.start} {e.end}'


def encoded(text, name, errors='strict'):
    try:
        return text.encode(name, errors)
    except UnicodeEncodeError as e:
        return f'{e.reason} {e.start} {e.end}'


for name in NAMES:
    into = hashlib.md5()
    for first in range(256):
        into.update(decoded(bytes([first]), name).encode('utf-8', 'surrogatepass'))
        # (All of them take some seconds in all codecs.)
        for second in range(first % 7, 256, 7):
            into.update(decoded(bytes([first, second]), name).encode('utf-8', 'surrogatepass'))
    out = hashlib.md5()
    for cp in list(range(0, 0x10000, 11)) + list(range(0x10000, 0x110000, 997)):
        data = encoded(chr(cp), name)
        out.update(data if isinstance(data, bytes) else data.encode())
    print(name, into.hexdigest(), out.hexdigest())

for name in NAMES:
    text = 'a~ 日本語 中文 한국어 か\u309a é アｱ ¥\n字€b'
    for errors in 'strict', 'replace', 'ignore', 'xmlcharrefreplace', 'backslashreplace':
        print(name, errors, encoded(text, name, errors))
    data = encoded(text, name, 'ignore')
    print(decoded(data, name) == encoded(text, name, 'ignore').decode(name), decoded(data[:-1], name))
    whole, decoder = '', codecs.getincrementaldecoder(name)()
    for byte in data:
        whole += decoder.decode(bytes([byte]))
    print(whole + decoder.decode(b'', True) == decoded(data, name))
    encoder = codecs.getincrementalencoder(name)('ignore')
    print(b''.join([encoder.encode(c) for c in text] + [encoder.encode('', True)]) == data)
    for bad in b'a\xff', b'a\x81', b'\xa4\x20b', b'\x1b$B\x20\x7fx', b'~x', b'\x1b', b'\x1b$', b'\x8f\xa1', b'\x810\x81':
        print(ascii([decoded(bad, name, errors) for errors in ('strict', 'replace', 'ignore')]), end=' ')
    print()
    reader = codecs.getreader(name)(io.BytesIO(data))
    print(ascii(reader.read(5)), ascii(reader.readline()), ascii(reader.read()))
    written = io.BytesIO()
    writer = codecs.getwriter(name)(written, 'ignore')
    writer.writelines([text[:4], text[4:]])
    writer.reset()
    print(written.getvalue() == data)
    with io.TextIOWrapper(io.BytesIO(data), name, newline='') as f:
        print(f.read() == decoded(data, name))
