# What finalisers see while the program ends: modules, functions and classes are still there.
import io
import os


class Noted:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        stream = io.BytesIO(b"data")
        print(self.name, helper(self), os.path.join("a", "b"), Noted.__name__, LIMIT, stream.read())


def helper(noted):
    return noted.name * 2


LIMIT = 3
first = Noted("x")
_private = Noted("y")
