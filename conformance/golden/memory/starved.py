# What needs much memory while little is left fails as MemoryError, whoever asks for it, and all goes on.
import pickle
import resource

SIZE = 60_000_000
zeros = bytearray(SIZE)
escaped = b"\xff\0" * (SIZE // 2)
wide = "\u20ac" * (SIZE // 2)


def attempt(name, f):
    try:
        f()
        print(name, "done")
    except Exception as e:
        print(name, type(e).__name__)


with open("/proc/self/statm") as f:
    now = int(f.read().split()[0]) * resource.getpagesize()
before = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (now + 30_000_000, before[1]))
attempt("repr of a bytearray", lambda: repr(zeros))
attempt("reduce", lambda: zeros.__reduce__())
attempt("repr of bytes", lambda: repr(escaped))
attempt("pickle, protocol 0", lambda: pickle.dumps(wide, 0))
attempt("pickle, protocol 4", lambda: pickle.dumps(wide, 4))
attempt("int.from_bytes", lambda: int.from_bytes(escaped, "big"))
attempt("compile", lambda: compile(wide, "f", "exec"))
attempt("format", lambda: format(1, wide))
attempt("open", lambda: open(wide))
attempt("import", lambda: __import__(wide))
attempt("encode", lambda: wide.encode())
attempt("encode, idna", lambda: wide.encode("idna"))
attempt("copies", lambda: [bytes(zeros), zeros + zeros])
attempt("a little", lambda: [n for n in range(1000)])
resource.setrlimit(resource.RLIMIT_AS, before)
attempt("encode", lambda: wide.encode())
attempt("repr of a bytearray", lambda: repr(zeros[:100_000]))
