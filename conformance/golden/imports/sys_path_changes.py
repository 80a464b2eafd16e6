import sys
here = sys.path[0]
sys.path.insert(0, here + "/_extra")
import _only_in_extra
print(_only_in_extra.v, _only_in_extra.__file__[len(here):])
sys.path.remove(here + "/_extra")
del sys.modules["_only_in_extra"]
try: import _only_in_extra
except ModuleNotFoundError as e: print(e)
sys.path[:] = []
try: import _pk
except ModuleNotFoundError as e: print(e)
import itertools
print(itertools.__name__)
class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        print("asked for", name, path)
        return None
sys.meta_path.insert(0, Finder)
try: import whatever_else
except ImportError as e: print(e)
sys.meta_path.pop(0)
