# Compression: round trips, foreign data, errors.
import zlib


def show(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__module__, type(e).__name__, e)


TEXT = b'hello, hello, hello world ' * 50
BIG = bytes(i * i >> 3 & 255 for i in range(200000))
print(zlib.adler32(b''), zlib.adler32(TEXT), zlib.adler32(BIG, 1 << 40 | 7), zlib.crc32(TEXT), zlib.crc32(b'b', zlib.crc32(b'a')), zlib.crc32(b'', -1))
for data in (b'', b'a', TEXT, bytearray(TEXT), memoryview(BIG)):
    for level in (-1, 0, 1, 6, 9):
        packed = zlib.compress(data, level)
        print(len(data), level, zlib.decompress(packed) == data, len(packed) < len(data) + 100, packed[0] == 0x78)
for wbits in (15, 9, -15, -9, 31, 25):
    c = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = c.compress(BIG[:70000]) + c.flush(zlib.Z_SYNC_FLUSH)
    d = zlib.decompressobj(wbits)
    print(wbits, d.decompress(packed) == BIG[:70000], d.eof)
    packed = c.compress(BIG[70000:]) + c.flush()
    print(d.decompress(packed + b'rest') == BIG[70000:], d.eof, d.unused_data, d.unconsumed_tail, d.flush())
for wbits in (15, 31):
    c = zlib.compressobj(wbits=wbits)
    packed = c.compress(TEXT) + c.flush()
    print(zlib.decompress(packed, 47) == TEXT, zlib.decompressobj(32 + 15).decompress(packed) == TEXT)
packed = zlib.compress(TEXT)
d = zlib.decompressobj()
out, rest = b'', packed
while not d.eof:
    part = d.decompress(rest, 100)
    rest = d.unconsumed_tail
    out += part
print(out == TEXT, rest)
d = zlib.decompressobj()
print(b''.join(d.decompress(packed[i:i + 1]) for i in range(len(packed))) == TEXT, d.eof)
c = zlib.compressobj(zdict=b'hello world')
packed = c.compress(b'hello, world') + c.flush()
print(zlib.decompressobj(zdict=b'hello world').decompress(packed))
show(zlib.decompressobj().decompress, packed)
c = zlib.compressobj(wbits=-15, zdict=b'hello world')
packed = c.compress(b'hello, world') + c.flush()
print(zlib.decompressobj(-15, b'hello world').decompress(packed))
show(c.flush, 9)
show(zlib.decompress, b'')
show(zlib.decompress, b'x')
show(zlib.decompress, b'not compressed')
show(zlib.decompress, zlib.compress(TEXT)[:-2])
show(zlib.decompress, zlib.compress(TEXT)[:-1] + b'x')
show(zlib.decompress, 'text')
show(zlib.compress, 'text')
show(zlib.compress, b'', 10)
show(zlib.compressobj, 11)
show(zlib.compressobj, wbits=99)
show(zlib.decompressobj, 99)
show(zlib.decompressobj().decompress, b'', -1)
show(zlib.decompressobj().flush, 0)
print(zlib.error.__mro__, zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.DEF_BUF_SIZE, zlib.Z_FINISH, type(c), type(d))
