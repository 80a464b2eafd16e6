# A package whose own code puts a finder into sys.meta_path, and one of the modules that the finder makes, in one statement.
import os
import sys
import tempfile

CODE = '''
import sys
import types
from importlib.machinery import ModuleSpec

__path__ = []


class Finder:
    def find_spec(self, name, path, target=None):
        if name.startswith(__name__ + ".made"):
            return ModuleSpec(name, self, is_package=not name.endswith("leaf"))

    def create_module(self, spec):
        module = types.ModuleType(spec.name)
        module.VALUE = "made for " + spec.name
        return module

    def exec_module(self, module):
        pass


sys.meta_path.append(Finder())
'''

with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "outer_package"))
    for name, code in (("__init__", ""), ("inner", CODE)):
        with open(os.path.join(folder, "outer_package", name + ".py"), "w") as f:
            f.write(code)
    sys.path.insert(0, folder)
    from outer_package.inner.made.leaf import VALUE
    print(VALUE)
    import outer_package.inner.made
    print(outer_package.inner.made.VALUE, sorted(n for n in sys.modules if n.startswith("outer_package")))
    try:
        import outer_package.inner.other
    except ModuleNotFoundError as e:
        print(e, e.name)
