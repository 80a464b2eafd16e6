# Warnings: files that nobody closed, and encodings that nobody named.
import gc
import io
import os
import sys
import tempfile
import warnings

name = os.path.join(tempfile.mkdtemp(), "file")


def told(*kinds):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for make in kinds:
            make()
        gc.collect()
    for w in caught:
        text = str(w.message).replace(os.path.dirname(name), "DIR")
        print(w.category.__name__, text, type(w.source).__name__)


told(lambda: open(name, "w", encoding="utf-8"), lambda: open(name, "rb"), lambda: open(name, "rb", buffering=0),
     lambda: open(name, "r+b"), lambda: io.FileIO(name))


def closed():
    with open(name, encoding="latin-1"):
        pass


told(closed, lambda: io.BytesIO(b"x"), lambda: open(os.open(name, os.O_RDONLY), closefd=False, encoding="ascii"))


def cycle(make):
    def knot():
        f = make()
        f.f = f
    return knot


told(cycle(lambda: io.FileIO(name)))

# As an error, it is told of and no more.
sys.unraisablehook = lambda info: print(info.exc_type.__name__, type(info.object).__name__)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    open(name, "rb")

for arguments in (("utf-8",), (None,), (None, 1)):
    print(io.text_encoding(*arguments))

# A cycle is found and its file closed.
class Odd(io.FileIO):
    def close(self):
        print("close", self.fileno() >= 0)
        super().close()


warnings.simplefilter("ignore")
f = Odd(name)
f.me = f
del f
gc.collect()
os.unlink(name)
os.rmdir(os.path.dirname(name))
