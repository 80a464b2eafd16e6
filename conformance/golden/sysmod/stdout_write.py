import sys
print(sys.stdout.write("abc\n"), sys.stdout.writable(), sys.stdout.readable(), sys.stdout.isatty(), sys.stdout.fileno(), sys.stdin.fileno(), sys.stderr.fileno(), sys.stdout.name, sys.stdout.mode, sys.stdin.name)
sys.stdout.writelines(["x", "y\n"]); sys.stdout.flush()
sys.stdout.buffer.write(b"bytes\n"); sys.stdout.buffer.flush(); print("héllo 日本 😀")
for bad in (5, b"x", None):
    try: sys.stdout.write(bad)
    except TypeError as e: print(e)
try: print("\ud800")
except UnicodeEncodeError as e: print(e.encoding, e.reason)
class Out:
    def __init__(self): self.b = []
    def write(self, s): self.b.append(s); return len(s)
    def flush(self): self.b.append("<flush>")
o, real = Out(), sys.stdout
sys.stdout = o; print("captured", 1, flush=True); sys.stdout = real; print(o.b)
sys.stdout = None; print("to nowhere"); sys.stdout = real
del sys.stdout
try: print("x")
except RuntimeError as e: sys.stdout = real; print(e)
print(sys.__stdout__ is real, sys.stdin.read())
