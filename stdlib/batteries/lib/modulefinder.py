"""Which modules a script needs: its imports are read from its syntax tree, and those of what it imports, and so on.

Nothing is run. What a module imports under a condition counts as imported; what it imports by a computed name does not.
"""

import ast
import collections
import importlib.machinery
import importlib.util
import io
import os
import sys

__all__ = ["ModuleFinder", "Module", "AddPackagePath", "ReplacePackage", "packagePathMap", "replacePackageMap"]

# Package name: folders that belong to it as well.
packagePathMap = {}
# Package name: the name of the one that is looked for in its place.
replacePackageMap = {}

# Kinds of what is found, the third of the three that load_module() is told about a file.
_SOURCE, _COMPILED, _NATIVE, _PACKAGE, _BUILT_IN, _FROZEN = 1, 2, 3, 5, 6, 7


def AddPackagePath(packagename, path):
    """Let a package have one more folder."""
    packagePathMap.setdefault(packagename, []).append(path)


def ReplacePackage(oldname, newname):
    """Look for newname where oldname is imported."""
    replacePackageMap[oldname] = newname


class Module:
    """A module that was found. globalnames has what it assigns, starimports what it imports all names of unseen."""

    def __init__(self, name, file=None, path=None):
        self.__name__, self.__file__, self.__path__ = name, file, path
        self.globalnames, self.starimports = {}, {}
        self.__code__ = None

    def __repr__(self):
        given = [self.__name__, self.__file__, self.__path__]
        while given[-1] is None:
            given.pop()
        return f"Module({', '.join(map(repr, given))})"


# An import statement: the absolute name, or that behind the dots; the names after `from`, None without it.
_Import = collections.namedtuple("_Import", "name names level")


class _Reader(ast.NodeVisitor):
    """Collects the imports of a tree, and the names that its module-level statements bind."""

    def __init__(self):
        self.imports = []
        self.bound = []
        self._inside = 0

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.append(_Import(alias.name, None, 0))
            self._bind(alias.asname or alias.name.partition(".")[0])

    def visit_ImportFrom(self, node):
        names = [alias.name for alias in node.names]
        self.imports.append(_Import(node.module or "", names, node.level))
        for alias in node.names:
            if alias.name != "*":
                self._bind(alias.asname or alias.name)

    def visit_Global(self, node):
        self.bound += node.names

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def _definition(self, node):
        self._bind(node.name)
        self._scope(node)

    def _scope(self, node):
        self._inside += 1
        self.generic_visit(node)
        self._inside -= 1

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition
    visit_Lambda = visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _scope

    def _bind(self, name):
        if not self._inside:
            self.bound.append(name)


class ModuleFinder:
    """Finds modules along a path. `modules` has what was found, by name; `badmodules` what was not, with the names of
    those that wanted it."""

    def __init__(self, path=None, debug=0, excludes=None, replace_paths=None):
        self.path = sys.path if path is None else path
        self.excludes = [] if excludes is None else excludes
        self.replace_paths = [] if replace_paths is None else replace_paths
        self.modules, self.badmodules = {}, {}
        self.debug, self.indent = debug, 0
        # Modules whose imports are still to be followed.
        self._waiting = collections.deque()

    def msg(self, level, text, *args):
        """Print something if the finder is that talkative."""
        if level <= self.debug:
            print("   " * self.indent, text, *map(repr, args))

    # ---- where it begins

    def run_script(self, pathname):
        """Find what a script needs; it is the module __main__."""
        self.load_file(pathname, "__main__")

    def load_file(self, pathname, name=None):
        """Find what a file needs, which is a module of its name."""
        if name is None:
            name = os.path.splitext(os.path.basename(pathname))[0]
        with io.open_code(pathname) as file:
            self.load_module(name, file, pathname, ("", "r", _SOURCE))
        self._follow()

    def import_hook(self, name, caller=None, fromlist=None, level=0):
        """Do what an import statement of the module `caller` does; ImportError if there is no such module."""
        module = self._import(_Import(name, fromlist, max(level, 0)), caller)
        self._follow()
        return module

    # ---- following imports

    def _follow(self):
        while self._waiting:
            module, wanted = self._waiting.popleft()
            self.indent += 1
            for statement in wanted:
                self._try(statement, module)
            self.indent -= 1

    def _try(self, statement, module):
        try:
            target = self._import(statement, module)
        except (ImportError, SyntaxError) as problem:
            self.msg(2, "not imported:", str(problem))
            if statement.names and "*" in statement.names:
                module.starimports[statement.name] = 1
            return
        if statement.names and "*" in statement.names:
            module.globalnames.update(target.globalnames)
            module.starimports.update(target.starimports)
            if target.__code__ is None:
                module.starimports[statement.name] = 1

    def _absolute(self, statement, caller):
        if not statement.level:
            return statement.name
        package = caller.__name__ if caller is not None else ""
        up = statement.level - (caller is not None and caller.__path__ is not None)
        for _ in range(up):
            package, dot, _ = package.rpartition(".")
            if not dot:
                raise ImportError("relative import beyond the outermost package")
        return f"{package}.{statement.name}" if statement.name else package

    def _import(self, statement, caller):
        try:
            name = self._absolute(statement, caller)
        except ImportError:
            self._missing(statement.name or "." * statement.level, caller)
            raise
        try:
            module = self._module(name)
        except (ImportError, SyntaxError):
            self._missing(name, caller)
            raise
        if statement.names and module.__path__ is not None:
            for part in statement.names:
                # (What `*` brings in depends on __all__, which only running the package would tell.)
                if part != "*" and not hasattr(module, part):
                    try:
                        self._module(f"{name}.{part}")
                    except (ImportError, SyntaxError):
                        self._missing(f"{name}.{part}", caller)
        return module

    def _missing(self, name, caller):
        by = caller.__name__ if caller is not None else "-"
        self.badmodules.setdefault(name, {})[by] = 1

    def _module(self, name):
        """The module of an absolute name, with the packages above it."""
        parent = None
        module = None
        for end in [i for i, c in enumerate(name) if c == "."] + [len(name)]:
            module = self._one(name[:end], parent)
            if parent is not None:
                setattr(parent, name[:end].rpartition(".")[2], module)
            parent = module
        if module is None:
            raise ImportError("no name")
        return module

    def _one(self, name, parent):
        if name in self.modules:
            return self.modules[name]
        if parent is not None and parent.__path__ is None:
            raise ImportError(f"No module named {name!r}; {parent.__name__!r} is not a package", name=name)
        path = None if parent is None else parent.__path__
        file, pathname, info = self.find_module(name.rpartition(".")[2], path, parent)
        try:
            module = self.load_module(name, file, pathname, info)
        finally:
            if file is not None:
                file.close()
        return module

    # ---- finding and loading one module

    def find_module(self, name, path, parent=None):
        """(file, path name, (suffix, mode, kind)) of a module; ImportError if there is none. `path` is that of the
        package it is in, None outside of packages."""
        full = name if parent is None else f"{parent.__name__}.{name}"
        if full in self.excludes:
            raise ImportError(f"No module named {full!r}", name=full)
        nothing = (None, None)
        if path is None:
            if name in sys.builtin_module_names:
                return *nothing, ("", "", _BUILT_IN)
            path = self.path
        importlib.machinery.PathFinder.invalidate_caches()
        spec = importlib.machinery.PathFinder.find_spec(full, path)
        if spec is None:
            spec = self._elsewhere(full, parent)
        if spec is None:
            raise ImportError(f"No module named {full!r}", name=full)
        if spec.submodule_search_locations is not None:
            folders = list(spec.submodule_search_locations)
            return None, folders[0] if folders else full, ("", "", _PACKAGE)
        if spec.origin in ("built-in", "frozen"):
            return *nothing, ("", "", _BUILT_IN if spec.origin == "built-in" else _FROZEN)
        suffix = os.path.splitext(spec.origin or "")[1]
        if isinstance(spec.loader, importlib.machinery.ExtensionFileLoader):
            return None, spec.origin, (suffix, "rb", _NATIVE)
        if isinstance(spec.loader, importlib.machinery.SourcelessFileLoader):
            return io.open_code(spec.origin), spec.origin, (suffix, "rb", _COMPILED)
        if isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            return io.open_code(spec.origin), spec.origin, (suffix, "r", _SOURCE)
        source = self._source(spec)
        if source is None:
            return None, spec.origin, (suffix, "rb", _NATIVE)
        return io.BytesIO(source.encode()), spec.origin, (suffix, "r", _SOURCE)

    def _elsewhere(self, name, parent):
        """What the other finders know: modules that are neither built in nor on the path."""
        if parent is not None or self.path is not sys.path:
            return None
        for finder in sys.meta_path:
            find = getattr(finder, "find_spec", None)
            spec = find(name, None) if find is not None else None
            if spec is not None:
                return spec
        return None

    def _source(self, spec):
        get = getattr(spec.loader, "get_source", None)
        try:
            return get(spec.name) if get is not None else None
        except ImportError:
            return None

    def load_module(self, fqname, fp, pathname, file_info):
        """Take in what find_module() found."""
        _, _, kind = file_info
        self.msg(2, "load", fqname, pathname)
        if kind == _PACKAGE:
            return self.load_package(fqname, pathname)
        if kind == _SOURCE:
            data = fp.read()
            tree = ast.parse(data if isinstance(data, bytes) else data.encode(), pathname)
            reader = _Reader()
            reader.visit(tree)
            code = compile(tree, self._shown_path(pathname), "exec")
            module = self.add_module(fqname)
            module.__code__ = code
            module.globalnames.update(dict.fromkeys(reader.bound, 1))
            self._waiting.append((module, reader.imports))
        elif kind == _COMPILED:
            raise ImportError(f"{fqname!r} has no source: its imports cannot be read", name=fqname)
        else:
            module = self.add_module(fqname)
        module.__file__ = pathname
        return module

    def load_package(self, fqname, pathname):
        """Take in a package in a folder."""
        fqname = replacePackageMap.get(fqname, fqname)
        module = self.add_module(fqname)
        module.__path__ = [pathname, *packagePathMap.get(fqname, [])]
        spec = importlib.machinery.PathFinder.find_spec(fqname, [os.path.dirname(pathname)])
        source = self._source(spec) if spec is not None else None
        if source is not None:
            try:
                self.load_module(fqname, io.BytesIO(source.encode()), spec.origin, (".py", "r", _SOURCE))
            except SyntaxError:
                del self.modules[fqname]
                raise
        return module

    def add_module(self, fqname):
        """The module of that name, made if there is none."""
        return self.modules.setdefault(fqname, Module(fqname))

    def _shown_path(self, pathname):
        """The file name for code, by replace_paths."""
        for old, new in self.replace_paths:
            if pathname.startswith(old):
                changed = new + pathname[len(old):]
                self.msg(2, f"co_filename {pathname!r} changed to {changed!r}")
                return changed
        if self.replace_paths:
            self.msg(2, f"co_filename {pathname!r} remains unchanged")
        return pathname

    # ---- results

    def report(self):
        """Print what was found and what was not."""
        print()
        print(f"  {'Name':<25} File")
        print(f"  {'----':<25} ----")
        for name in sorted(self.modules):
            module = self.modules[name]
            print("P" if module.__path__ else "m", f"{name:<25}", module.__file__ or "")
        missing, maybe = self.any_missing_maybe()
        for names, title in ((missing, "Missing modules:"), (maybe, "Submodules that appear to be missing, but could "
                                                             "also be global names in the parent packages:")):
            if names:
                print()
                print(title)
                for name in names:
                    by = ", ".join(sorted(self.badmodules[name]))
                    print("?", name, "imported from", by)

    def any_missing(self):
        """The names that were not found, those that may be no modules included."""
        missing, maybe = self.any_missing_maybe()
        return missing + maybe

    def any_missing_maybe(self):
        """Two lists: names that were not found, and names that a package may have from elsewhere."""
        missing, maybe = [], []
        for name, wanted_by in self.badmodules.items():
            if name in self.excludes:
                continue
            above, _, last = name.rpartition(".")
            package = self.modules.get(above)
            if package is None or above in wanted_by:
                # No package, or one that should know itself what it has.
                missing.append(name)
            elif last in package.globalnames:
                continue
            else:
                (maybe if package.starimports else missing).append(name)
        return sorted(missing), sorted(maybe)


def _main():
    import argparse
    parser = argparse.ArgumentParser(prog="python -m modulefinder")
    parser.add_argument("-d", action="count", default=0, dest="debug", help="tell more")
    parser.add_argument("-p", default="", dest="path", help="folders to look in first")
    parser.add_argument("-x", action="append", default=[], dest="excludes", help="a module to leave out")
    parser.add_argument("script")
    parser.add_argument("modules", nargs="*")
    args = parser.parse_args()
    path = [*filter(None, args.path.split(os.pathsep)), os.path.dirname(args.script), *sys.path[1:]]
    finder = ModuleFinder(path, args.debug, args.excludes)
    for name in args.modules:
        finder.import_hook(name)
    finder.run_script(args.script)
    finder.report()


if __name__ == "__main__":
    _main()
