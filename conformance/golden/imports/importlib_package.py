# Python's own importlib over native imports.
import sys
import colorsys
before = colorsys.__spec__.name
import importlib
import importlib.machinery, importlib.util

names = [getattr(f, "__name__", type(f).__name__) for f in sys.meta_path[-3:]]
print(names, all(f.__module__ in ("_frozen_importlib", "_frozen_importlib_external") for f in sys.meta_path[-3:]))
print(type(colorsys.__spec__) is importlib.machinery.ModuleSpec, colorsys.__spec__.name == before)
print(sys.__spec__, sys.__loader__)
print(importlib._bootstrap is sys.modules["_frozen_importlib"], importlib._bootstrap_external.__name__)

spec = importlib.util.find_spec("keyword")
print(spec.name, spec.has_location, spec.parent == "", spec.origin.endswith("keyword.py"))
keyword = importlib.import_module("keyword")
print(type(keyword.__spec__) is importlib.machinery.ModuleSpec, keyword.iskeyword("if"))
keyword.iskeyword = None
print(importlib.reload(keyword) is keyword, keyword.iskeyword("else"))
print(importlib.util.find_spec("no_such_module_at_all"))
try:
    importlib.import_module("no_such_module_at_all")
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    importlib.import_module(".x")
except TypeError as e:
    print(e)

# A module from a file and one from a source text.
import _lazy
print(type(_lazy.__loader__).__name__, _lazy.__loader__.name, _lazy.__spec__.has_location)
spec = importlib.util.spec_from_file_location("other_name", _lazy.__file__)
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(module.__name__, module.__file__ == _lazy.__file__, "other_name" in sys.modules)


class Loader:
    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec("x = __name__ * 2", module.__dict__)


class Finder:
    asked = []

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        cls.asked.append(name)
        if name == "made_up":
            return importlib.machinery.ModuleSpec(name, Loader(), origin="nowhere")


sys.meta_path.insert(0, Finder)
import made_up
print(made_up.x, made_up.__spec__.origin, made_up.__spec__.name)
import graphlib
print(Finder.asked)
try:
    import made_up.inside
except ModuleNotFoundError as e:
    print(e)
sys.meta_path.remove(Finder)
import nturl2path
print(Finder.asked[-1], nturl2path.__name__)

# Without finders nothing is found.
saved, sys.meta_path[:] = sys.meta_path[:], []
try:
    import rlcompleter
except ModuleNotFoundError as e:
    print(e)
sys.meta_path[:] = saved
