import sys
name = "/tmp/_taipan_golden_%d_%d.txt" % (id(sys) % 100000, id(object()) % 99991)
with open(name, "w", encoding="utf-8") as f:
    print(f.write("héllo\n"), f.write("line 2\r\n"), f.tell() > 0)
    f.writelines(["a\n", "b"])
    print("printed", file=f)
with open(name, encoding="utf-8") as f: print(repr(f.read()))
with open(name, encoding="utf-8", newline="") as f: print(f.readlines())
with open(name, encoding="utf-8") as f:
    print(repr(f.readline()), repr(f.readline(3)), repr(f.read(2)), [l for l in f], repr(f.read()), repr(f.readline()))
    f.seek(0); print(repr(f.read(1)), next(f))
with open(name, "rb") as f: print(f.read(7), f.tell(), f.seek(-3, 2), f.read(), f.read(), f.seek(2), f.readline(), f.readinto(bytearray(3)))
with open(name, "ab") as f: print(f.write(b"\xff\xfe"), f.tell() > 10)
with open(name, encoding="utf-8", errors="replace") as f: print(ascii(f.read()[-5:]))
with open(name, encoding="utf-8") as f:
    try: f.read()
    except UnicodeDecodeError as e: print(e.reason, e.start)
with open(name, "r+b") as f: f.write(b"HEL"); f.seek(0); print(f.read(5)); print(f.truncate(4)); f.seek(0); print(f.read())
with open(name, "wb", buffering=0) as f: print(f.write(b"raw"), type(f).__name__)
with open(name, "w") as f:
    try: f.read()
    except Exception as e: print(type(e).__name__, e)
with open(name, "w", newline="\r\n") as f: f.write("a\nb\n")
with open(name, "rb") as f: print(f.read())
try: open(name, "x")
except FileExistsError as e: print(e.errno, e.strerror, e.filename == name)
import posix
posix.unlink(name)
try: open(name)
except FileNotFoundError as e: print(e.errno, e.strerror)
