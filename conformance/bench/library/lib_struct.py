# bench: name=struct args=250000
# pack, unpack, unpack_from, pack_into, iter_unpack, by function and by Struct.
import struct
import sys

HEADER = struct.Struct("!HBBIQ")
POINT = struct.Struct("<ddf")
RECORD = struct.Struct("<10sih?x")


def run(n):
    check = 0
    buffer = bytearray(HEADER.size * 4)
    for i in range(n):
        data = HEADER.pack(i & 0xFFFF, i & 255, 7, i * 3, i << 20)
        a, b, c, d, e = HEADER.unpack(data)
        check += a + b + c + d + (e >> 20)
        x, y, z = POINT.unpack(POINT.pack(i, i / 2, 0.25))
        check += int(x + y)
        HEADER.pack_into(buffer, HEADER.size * (i & 3), 1, 2, 3, i, i)
        check += HEADER.unpack_from(buffer, HEADER.size * (i & 3))[3]
        length, kind = struct.unpack(">IB", struct.pack(">IB", i, i & 127))
        check += length + kind
        check += len(RECORD.pack(b"name%d" % (i % 100), -i, i & 0x7FFF, True))
    block = b"".join(RECORD.pack(b"record", i, i & 99, i % 2 == 0) for i in range(n))
    for name, number, small, flag in RECORD.iter_unpack(block):
        check += number + small + flag + len(name)
    for (value,) in struct.iter_unpack("<i", struct.pack("<%di" % n, *range(n))):
        check += value
    check += sum(struct.unpack("<%dh" % (n // 2), b"\x01\x00" * (n // 2)))
    return check + struct.calcsize("<10sih?x")


print(run(int(sys.argv[1])))
