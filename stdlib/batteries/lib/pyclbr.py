"""What classes and functions a module defines, from its source alone: nothing of it is run.

readmodule_ex() gives a dict from names to Class and Function objects, each with what is defined inside of it
(`children`); a package's has the folders for its modules under "__path__".
"""

import ast
import importlib.util
import sys

__all__ = ["readmodule", "readmodule_ex", "Class", "Function"]

# Results of before, by the full name of the module.
_modules = {}


class _Object:
    """What is defined somewhere."""

    def __init__(self, module, name, file, lineno, end_lineno, parent):
        self.module, self.file = module, file
        self.lineno, self.end_lineno = lineno, end_lineno
        self.name, self.children = name, {}
        self.parent = parent
        if parent is not None:
            parent._take(self)

    def _take(self, inner):
        """Something is defined in here."""
        self.children[inner.name] = inner


class Function(_Object):
    """A function or method."""

    def __init__(self, module, name, file, lineno, parent=None, is_async=False, *, end_lineno=None):
        self.is_async = is_async
        super().__init__(module, name, file, lineno, end_lineno, parent)


class Class(_Object):
    """A class. `super` lists its bases: Class objects, and names of what is not known; `methods` maps to lines."""

    def __init__(self, module, name, super_, file, lineno, parent=None, *, end_lineno=None):
        self.methods = {}
        self.super = super_ or []
        super().__init__(module, name, file, lineno, end_lineno, parent)

    def _take(self, inner):
        super()._take(inner)
        if isinstance(inner, Function):
            self.methods[inner.name] = inner.lineno


def _nest_function(ob, func_name, lineno, end_lineno, is_async=False):
    """A function inside of something."""
    return Function(ob.module, func_name, ob.file, lineno, ob, is_async, end_lineno=end_lineno)


def _nest_class(ob, class_name, lineno, end_lineno, super=None):
    """A class inside of something."""
    return Class(ob.module, class_name, super, ob.file, lineno, ob, end_lineno=end_lineno)


def readmodule(module, path=None):
    """The classes of a module's outermost level, by name; `path` is searched before sys.path."""
    found = _readmodule(module, path or [])
    return {name: value for name, value in found.items() if isinstance(value, Class)}


def readmodule_ex(module, path=None):
    """The classes and functions of a module's outermost level, by name; `path` is searched before sys.path."""
    return _readmodule(module, path or [])


def _readmodule(module, path, inpackage=None):
    """As readmodule_ex(), for a module inside of the package `inpackage`, whose folders are `path`."""
    full = module if inpackage is None else "%s.%s" % (inpackage, module)
    if full in _modules:
        return _modules[full]
    if module in sys.builtin_module_names and inpackage is None:
        _modules[module] = {}
        return _modules[module]
    package, dot, inner = module.rpartition(".")
    if dot:
        outer = _readmodule(package, path, inpackage)
        if inpackage is not None:
            package = "%s.%s" % (inpackage, package)
        if "__path__" not in outer:
            raise ImportError("No package named {}".format(package))
        return _readmodule(inner, outer["__path__"], package)
    # (The finders are asked for the full name, in the folders of the package.)
    folders = path if inpackage is not None else path + sys.path
    spec = importlib.util._find_spec(full, folders)
    if spec is None:
        raise ModuleNotFoundError(f"no module named {full!r}", name=full)
    tree = _modules[full] = {}
    if spec.submodule_search_locations is not None:
        tree["__path__"] = spec.submodule_search_locations
    try:
        source = spec.loader.get_source(full)
    except (AttributeError, ImportError):
        # It is not written in Python.
        return tree
    if source is None:
        return tree
    return _create_tree(full, path, spec.loader.get_filename(full), source, tree, inpackage)


def _create_tree(fullmodule, path, fname, source, tree, inpackage):
    """Put what a source defines into the dict `tree`."""
    _Reader(fullmodule, path, fname, tree, inpackage).visit(ast.parse(source))
    return tree


class _Reader(ast.NodeVisitor):
    """Goes through a module and fills its dict."""

    def __init__(self, module, path, file, tree, inpackage):
        self.module = module
        self.path = path
        self.file = file
        self.tree = tree
        self.inpackage = inpackage
        # The definitions that we are inside of.
        self.around = []

    def _enter(self, node, made):
        if not self.around:
            self.tree[node.name] = made
        self.around.append(made)
        self.generic_visit(node)
        self.around.pop()

    def _bases(self, nodes):
        """Base classes as the list of bases has them."""
        for node in nodes:
            name = ast.unparse(node)
            words = name.split(".")
            if name in self.tree:
                yield self.tree[name]
            elif len(words) == 1:
                yield name
            elif words[-2] in _modules:
                # "module.Class", of a module that was read; of others nothing is said.
                yield _modules[words[-2]].get(words[-1], name)

    def visit_ClassDef(self, node):
        made = Class(
            self.module,
            node.name,
            list(self._bases(node.bases)),
            self.file,
            node.lineno,
            self.around[-1] if self.around else None,
            end_lineno=node.end_lineno,
        )
        self._enter(node, made)

    def visit_FunctionDef(self, node, *, is_async=False):
        parent = self.around[-1] if self.around else None
        made = Function(
            self.module, node.name, self.file, node.lineno, parent, is_async, end_lineno=node.end_lineno
        )
        self._enter(node, made)

    def visit_AsyncFunctionDef(self, node):
        self.visit_FunctionDef(node, is_async=True)

    def _read_other(self, name, is_relative):
        """The dict of a module that is imported here: of our package, or of any."""
        if is_relative or self.inpackage is not None:
            try:
                return _readmodule(name, self.path, self.inpackage)
            except ImportError:
                if is_relative:
                    raise
        return _readmodule(name, [])

    def visit_Import(self, node):
        if self.around:
            return
        for alias in node.names:
            try:
                self._read_other(alias.name, False)
            except (ImportError, SyntaxError):
                # It is missing here, or not for this version: nothing is known of it.
                continue

    def visit_ImportFrom(self, node):
        if self.around:
            return
        name = "." * node.level + (node.module or "")
        try:
            if node.level:
                name = importlib.util.resolve_name(name, self._package())
                other = _readmodule(name, [])
            else:
                other = self._read_other(name, False)
        except (ImportError, SyntaxError):
            return
        for alias in node.names:
            if alias.name in other:
                self.tree[alias.asname or alias.name] = other[alias.name]
            elif alias.name == "*":
                shown = {key: value for key, value in other.items() if not key.startswith("_")}
                self.tree.update(shown)

    def _package(self):
        return self.module if "__path__" in self.tree else self.module.rpartition(".")[0]


def _main():
    """Show what a module, or a file, defines."""
    import os

    what = sys.argv[1] if len(sys.argv) > 1 else __file__
    path = []
    if os.path.exists(what):
        path = [os.path.dirname(what)]
        what = os.path.basename(what).removesuffix(".py")
    shown = [(value, 0) for value in _in_order(readmodule_ex(what, path).values())]
    while shown:
        made, depth = shown.pop(0)
        shown[:0] = [(value, depth + 2) for value in _in_order(made.children.values())]
        indent = " " * depth
        if isinstance(made, Class):
            print("{}class {} {} {}".format(indent, made.name, made.super, made.lineno))
        else:
            print("{}def {} {}".format(indent, made.name, made.lineno))


def _in_order(values):
    return sorted((value for value in values if isinstance(value, _Object)), key=lambda value: value.lineno)


if __name__ == "__main__":
    _main()
