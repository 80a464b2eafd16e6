# bz2 and lzma: in pieces, at once, files, archives, and what is no stream.
import bz2
import io
import lzma
import tarfile
import zipfile

DATA = b"".join(b"line %d of some text\n" % (i * i) for i in range(3000))


def shown(f, *args, **kwargs):
    try:
        r = f(*args, **kwargs)
        return r if not isinstance(r, bytes) or len(r) < 60 else len(r)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


packed = bz2.compress(DATA)
print(bz2.decompress(packed) == DATA, packed[:4], len(packed) < len(DATA) // 4)
print(bz2.decompress(packed + packed + b"rest") == DATA * 2)
print(shown(bz2.decompress, b"x" * 50), shown(bz2.decompress, packed[:-5]), shown(bz2.compress, b"", 0))
d = bz2.BZ2Decompressor()
parts = [d.decompress(packed[i : i + 100]) for i in range(0, len(packed), 100)]
print(b"".join(parts) == DATA, d.eof, d.needs_input, d.unused_data, shown(d.decompress, b""))
d = bz2.BZ2Decompressor()
print(d.decompress(packed + b"tail", max_length=50) == DATA[:50], d.needs_input, d.eof)
out = b""
while not d.eof:
    out += d.decompress(b"", max_length=999)
print(DATA[50:] == out, d.unused_data)
c = bz2.BZ2Compressor(1)
print(bz2.decompress(c.compress(DATA) + c.flush()) == DATA, shown(c.flush), shown(c.compress, b""))

# As xz made it.
XZ = bytes.fromhex(
    "fd377a585a000004e6d6b4460200210116000000742fe5a301000468656c"
    "6c6f00000000b137b9dbe5da1e9b00011d05b82d80af1fb6f37d01000000"
    "0004595a")
print(shown(lzma.decompress, XZ))
for options in [{}, {"check": lzma.CHECK_NONE}, {"check": lzma.CHECK_CRC32}, {"check": lzma.CHECK_SHA256},
                {"preset": 0}, {"preset": 9}, {"preset": 6 | lzma.PRESET_EXTREME}, {"format": lzma.FORMAT_ALONE},
                {"filters": [{"id": lzma.FILTER_DELTA, "dist": 5}, {"id": lzma.FILTER_LZMA2, "preset": 3}]},
                {"filters": [{"id": lzma.FILTER_X86}, {"id": lzma.FILTER_LZMA2, "dict_size": 4096}]}]:
    packed = lzma.compress(DATA, **options)
    d = lzma.LZMADecompressor()
    print(options, d.decompress(packed) == DATA, d.check, d.eof, d.unused_data, len(packed) < len(DATA) // 3)
raw = [{"id": lzma.FILTER_LZMA2, "preset": 4}]
packed = lzma.compress(DATA, lzma.FORMAT_RAW, filters=raw)
print(lzma.decompress(packed, lzma.FORMAT_RAW, filters=raw) == DATA)
packed = lzma.compress(DATA)
print(lzma.decompress(packed + packed + b"xx") == DATA * 2)
d = lzma.LZMADecompressor()
out = d.decompress(packed + b"tail", 100)
print(out == DATA[:100], d.needs_input)
while not d.eof:
    out += d.decompress(b"", 5000)
print(out == DATA, d.unused_data, shown(d.decompress, b""))
print(shown(lzma.decompress, b"x" * 60), shown(lzma.decompress, packed[:-9]), shown(lzma.decompress, b""))
damaged = bytearray(packed)
damaged[len(packed) // 2] ^= 0xFF
print(shown(lzma.decompress, bytes(damaged)))
print(shown(lzma.compress, b"", preset=10), shown(lzma.compress, b"", lzma.FORMAT_RAW))
print(shown(lzma.compress, b"", lzma.FORMAT_ALONE, check=lzma.CHECK_CRC64), shown(lzma.LZMACompressor, 99))
print(shown(lzma.compress, b"", filters=[{"id": 77}]), shown(lzma.compress, b"", filters=[{}]))
print(shown(lzma.compress, b"", preset=3, filters=raw), shown(lzma.LZMADecompressor, memlimit=1).__class__)
print(shown(lzma.decompress, packed, memlimit=1 << 16))
print([lzma.is_check_supported(n) for n in range(17)])

f = io.BytesIO()
with lzma.open(f, "wt", encoding="utf-8") as text:
    text.write("erste\nzweite \u20ac\n")
f.seek(0)
print(list(lzma.open(f, "rt", encoding="utf-8")))
f = io.BytesIO()
with lzma.LZMAFile(f, "w") as file:
    print(file.write(DATA), file.tell(), file.writable(), file.readable())
f.seek(0)
with lzma.LZMAFile(f) as file:
    print(file.read(10), file.tell(), file.peek(3)[:3], file.seek(1000), file.readline(), file.seek(-5, 2), file.read())
    print(file.seekable(), shown(file.write, b""))
print(shown(file.read), shown(lzma.open, f, "rz"), shown(lzma.open, f, "rb", encoding="x"), shown(lzma.LZMAFile, 5))
for mode in ["gz", "bz2", "xz"]:
    f = io.BytesIO()
    with tarfile.open(fileobj=f, mode="w:" + mode) as tar:
        info = tarfile.TarInfo("a/b.txt")
        info.size = len(DATA)
        tar.addfile(info, io.BytesIO(DATA))
    f.seek(0)
    with tarfile.open(fileobj=f) as tar:
        print(mode, tar.getnames(), tar.extractfile("a/b.txt").read() == DATA)
for method in [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]:
    f = io.BytesIO()
    with zipfile.ZipFile(f, "w", method) as z:
        z.writestr("x.txt", DATA)
    with zipfile.ZipFile(f) as z:
        print(method, z.namelist(), z.read("x.txt") == DATA, z.testzip())
