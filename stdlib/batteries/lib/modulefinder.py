"""Which modules a program imports, found without running it.

    finder = ModuleFinder()
    finder.run_script("program.py")
    finder.report()
"""

import dis
import importlib._bootstrap_external
import importlib.machinery
import io
import marshal
import os
import sys
import types

try:
    # What this interpreter's code imports; it has instructions of its own.
    from _dis import imports as _imports
except ImportError:
    _imports = None

_SEARCH_ERROR = 0
_PY_SOURCE = 1
_PY_COMPILED = 2
_C_EXTENSION = 3
_PKG_DIRECTORY = 5
_C_BUILTIN = 6
_PY_FROZEN = 7

# Folders that packages look into besides their own (see AddPackagePath).
packagePathMap = {}

# Packages that give themselves another name (see ReplacePackage).
replacePackageMap = {}


def AddPackagePath(packagename, path):
    """Have a package's modules looked for in one more folder, as the package itself arranges when it runs."""
    packagePathMap.setdefault(packagename, []).append(path)


def ReplacePackage(oldname, newname):
    """Take the package `oldname` for the one that it makes itself: `newname`."""
    replacePackageMap[oldname] = newname


def _find_module(name, path=None):
    """(file, path, (suffix, mode, kind)) of a module; ImportError without."""
    importlib.machinery.PathFinder.invalidate_caches()
    spec = importlib.machinery.PathFinder.find_spec(name, path)
    if spec is None:
        raise ImportError("No module named {name!r}".format(name=name), name=name)
    if spec.loader is importlib.machinery.BuiltinImporter:
        return None, None, ("", "", _C_BUILTIN)
    if spec.loader is importlib.machinery.FrozenImporter:
        return None, None, ("", "", _PY_FROZEN)
    file_path = spec.origin
    loader = spec.loader
    if hasattr(loader, "is_package") and loader.is_package(name):
        return None, os.path.dirname(file_path), ("", "", _PKG_DIRECTORY)
    suffix = os.path.splitext(file_path or "")[-1]
    kinds = {".py": _PY_SOURCE, ".so": _C_EXTENSION, ".pyc": _PY_COMPILED, ".pyd": _C_EXTENSION}
    kind = kinds.get(suffix, _SEARCH_ERROR)
    if kind == _SEARCH_ERROR:
        return None, file_path, ("", "", kind)
    if not os.path.exists(file_path) and hasattr(loader, "get_source"):
        # Inside of an archive, as this interpreter's own library is.
        return io.BytesIO((loader.get_source(name) or "").encode()), file_path, (suffix, "rb", kind)
    return io.open_code(file_path), file_path, (suffix, "rb", kind)


class Module:
    """A module that was found."""

    def __init__(self, name, file=None, path=None):
        self.__name__ = name
        self.__file__ = file
        self.__path__ = path
        self.__code__ = None
        # Names that it binds, and modules of whose names it takes all, which were not found.
        self.globalnames = {}
        self.starimports = {}

    def __repr__(self):
        parts = [repr(self.__name__)]
        parts += [repr(part) for part in (self.__file__, self.__path__) if part is not None]
        return "Module(%s)" % ", ".join(parts)


class ModuleFinder:
    """`modules` maps the names of what was found; `badmodules` maps others to who wanted them."""

    def __init__(self, path=None, debug=0, excludes=None, replace_paths=None):
        self.path = sys.path if path is None else path
        self.modules = {}
        self.badmodules = {}
        self.debug = debug
        self.indent = 0
        self.excludes = [] if excludes is None else excludes
        self.replace_paths = [] if replace_paths is None else replace_paths
        self.processed_paths = []

    # What is told on the way.

    def msg(self, level, str, *args):
        if level <= self.debug:
            print("   " * self.indent + " " * (self.indent > 0), end="")
            print(str, *map(repr, args), "")

    def msgin(self, *args):
        if args[0] <= self.debug:
            self.indent += 1
            self.msg(*args)

    def msgout(self, *args):
        if args[0] <= self.debug:
            self.indent -= 1
            self.msg(*args)

    # Where it starts.

    def run_script(self, pathname):
        """Look at a program."""
        self.msg(2, "run_script", pathname)
        with io.open_code(pathname) as file:
            self.load_module("__main__", file, pathname, ("", "rb", _PY_SOURCE))

    def load_file(self, pathname):
        """Look at a file as a module of its name."""
        name, suffix = os.path.splitext(os.path.basename(pathname))
        with io.open_code(pathname) as file:
            self.load_module(name, file, pathname, (suffix, "rb", _PY_SOURCE))

    # Names to modules.

    def import_hook(self, name, caller=None, fromlist=None, level=-1):
        """As `import` in a module would, but that nothing runs."""
        self.msg(3, "import_hook", name, caller, fromlist, level)
        parent = self.determine_parent(caller, level=level)
        package, tail = self.find_head_package(parent, name)
        module = self.load_tail(package, tail)
        if not fromlist:
            return package
        if module.__path__:
            self.ensure_fromlist(module, fromlist)
        return None

    def determine_parent(self, caller, level=-1):
        """The package that a name is relative to; None if it is absolute."""
        self.msgin(4, "determine_parent", caller, level)
        parent = self._parent_of(caller, level)
        self.msgout(4, "determine_parent ->", parent)
        return parent

    def _parent_of(self, caller, level):
        if not caller or level == 0:
            return None
        name = caller.__name__
        if level > 0:
            # A package counts as inside of itself.
            up = level - 1 if caller.__path__ else level
            words = name.split(".")
            if up >= len(words):
                raise ImportError("relative importpath too deep")
            return self.modules[".".join(words[: len(words) - up])]
        if caller.__path__:
            return self.modules[name]
        package, dot, _ = name.rpartition(".")
        return self.modules[package] if dot else None

    def find_head_package(self, parent, name):
        """The module of a name's first word, and the other words."""
        self.msgin(4, "find_head_package", parent, name)
        head, _, tail = name.partition(".")
        full = "%s.%s" % (parent.__name__, head) if parent else head
        found = self.import_module(head, full, parent)
        if found is None and parent:
            # It is none of the package's.
            full = head
            found = self.import_module(head, head, None)
        if found is None:
            self.msgout(4, "raise ImportError: No module named", full)
            raise ImportError("No module named " + full)
        self.msgout(4, "find_head_package ->", (found, tail))
        return found, tail

    def load_tail(self, q, tail):
        """The module that is reached from another by the words of a dotted name."""
        self.msgin(4, "load_tail", q, tail)
        module = q
        for word in tail.split(".") if tail else ():
            full = "%s.%s" % (module.__name__, word)
            module = self.import_module(word, full, module)
            if module is None:
                self.msgout(4, "raise ImportError: No module named", full)
                raise ImportError("No module named " + full)
        self.msgout(4, "load_tail ->", module)
        return module

    def ensure_fromlist(self, m, fromlist, recursive=0):
        """Load what is imported from a package, where it is a module."""
        self.msg(4, "ensure_fromlist", m, fromlist, recursive)
        for name in fromlist:
            if name == "*":
                if not recursive:
                    everything = self.find_all_submodules(m)
                    if everything:
                        self.ensure_fromlist(m, everything, 1)
            elif not hasattr(m, name):
                full = "%s.%s" % (m.__name__, name)
                if self.import_module(name, full, m) is None:
                    raise ImportError("No module named " + full)

    def find_all_submodules(self, m):
        """Names of all modules in a package's folders."""
        if not m.__path__:
            return None
        suffixes = importlib.machinery.all_suffixes()
        names = {}
        for folder in m.__path__:
            try:
                files = os.listdir(folder)
            except OSError:
                self.msg(2, "can't list directory", folder)
                continue
            for file in files:
                suffix = next((suffix for suffix in suffixes if file.endswith(suffix)), None)
                if suffix is not None and file != "__init__" + suffix:
                    names[file.removesuffix(suffix)] = None
        return names.keys()

    def import_module(self, partname, fqname, parent):
        """A module, loaded if it was not; None if there is none."""
        self.msgin(3, "import_module", partname, fqname, parent)
        if fqname in self.modules:
            module = self.modules[fqname]
            self.msgout(3, "import_module ->", module)
            return module
        if fqname in self.badmodules or parent and parent.__path__ is None:
            self.msgout(3, "import_module -> None")
            return None
        try:
            file, pathname, kind = self.find_module(partname, parent and parent.__path__, parent)
        except ImportError:
            self.msgout(3, "import_module ->", None)
            return None
        try:
            module = self.load_module(fqname, file, pathname, kind)
        finally:
            if file:
                file.close()
        if parent:
            setattr(parent, partname, module)
        self.msgout(3, "import_module ->", module)
        return module

    def load_module(self, fqname, fp, pathname, file_info):
        """Load what find_module() found; what it imports is looked for, too."""
        _, _, kind = file_info
        self.msgin(2, "load_module", fqname, fp and "fp", pathname)
        if kind == _PKG_DIRECTORY:
            module = self.load_package(fqname, pathname)
            self.msgout(2, "load_module ->", module)
            return module
        code = None
        if kind == _PY_SOURCE:
            code = compile(fp.read(), pathname, "exec")
        elif kind == _PY_COMPILED:
            try:
                data = fp.read()
                importlib._bootstrap_external._classify_pyc(data, fqname, {})
            except ImportError as e:
                self.msgout(2, "raise ImportError: " + str(e), pathname)
                raise
            code = marshal.loads(memoryview(data)[16:])
        module = self.add_module(fqname)
        module.__file__ = pathname
        if code:
            if self.replace_paths:
                code = self.replace_paths_in_code(code)
            module.__code__ = code
            self.scan_code(code, module)
        self.msgout(2, "load_module ->", module)
        return module

    def load_package(self, fqname, pathname):
        """Load a package: a folder."""
        self.msgin(2, "load_package", fqname, pathname)
        fqname = replacePackageMap.get(fqname, fqname)
        module = self.add_module(fqname)
        module.__file__ = pathname
        # (Copied: others that add to it mean what they add to.)
        module.__path__ = [pathname] + packagePathMap.get(fqname, [])
        file, path, kind = self.find_module("__init__", module.__path__)
        try:
            self.load_module(fqname, file, path, kind)
            self.msgout(2, "load_package ->", module)
            return module
        finally:
            if file:
                file.close()

    def add_module(self, fqname):
        """The Module of a name, made if there was none."""
        if fqname not in self.modules:
            self.modules[fqname] = Module(fqname)
        return self.modules[fqname]

    def find_module(self, name, path, parent=None):
        """(file, path, (suffix, mode, kind)) of a module; ImportError without. May be overridden."""
        full = name if parent is None else parent.__name__ + "." + name
        if full in self.excludes:
            self.msgout(3, "find_module -> Excluded", full)
            raise ImportError(name)
        if path is None:
            if name in sys.builtin_module_names:
                return None, None, ("", "", _C_BUILTIN)
            path = self.path
        return _find_module(name, path)

    # Code.

    def _add_badmodule(self, name, caller):
        self.badmodules.setdefault(name, {})[caller.__name__ if caller else "-"] = 1

    def _safe_import_hook(self, name, caller, fromlist, level=-1):
        """import_hook() that notes what is missing."""
        if name in self.badmodules:
            self._add_badmodule(name, caller)
            return
        try:
            self.import_hook(name, caller, level=level)
        except ImportError as e:
            self.msg(2, "ImportError:", str(e))
            self._add_badmodule(name, caller)
            return
        except SyntaxError as e:
            self.msg(2, "SyntaxError:", str(e))
            self._add_badmodule(name, caller)
            return
        for part in fromlist or ():
            full = name + "." + part
            if full in self.badmodules:
                self._add_badmodule(full, caller)
                continue
            try:
                self.import_hook(name, caller, [part], level=level)
            except ImportError as e:
                self.msg(2, "ImportError:", str(e))
                self._add_badmodule(full, caller)

    def scan_opcodes(self, co):
        """What code does that matters: ("store", (name,)), ("absolute_import", (names, module)),
        ("relative_import", (level, names, module))."""
        for what, *rest in _imports(co) if _imports else _imports_by_dis(co):
            if what == "store":
                yield "store", tuple(rest)
                continue
            level, names, module = rest
            if level == 0:
                yield "absolute_import", (names, module)
            else:
                yield "relative_import", (level, names, module)

    def scan_code(self, co, m):
        """Look for the modules that code imports."""
        for what, args in self.scan_opcodes(co):
            if what == "store":
                m.globalnames[args[0]] = 1
            elif what == "absolute_import":
                self._scan_absolute(m, *args)
            elif what == "relative_import":
                self._scan_relative(m, *args)
            else:
                raise RuntimeError(what)
        for constant in co.co_consts:
            if isinstance(constant, type(co)):
                self.scan_code(constant, m)

    def _scan_absolute(self, m, fromlist, name):
        names = [part for part in fromlist or () if part != "*"]
        self._safe_import_hook(name, m, names, level=0)
        if fromlist is None or "*" not in fromlist:
            return
        # All names of the other module are this one's, too.
        other = None
        if m.__path__:
            other = self.modules.get(m.__name__ + "." + name)
        if other is None:
            other = self.modules.get(name)
        if other is None:
            m.starimports[name] = 1
            return
        m.globalnames.update(other.globalnames)
        m.starimports.update(other.starimports)
        if other.__code__ is None:
            # (Its names are not known.)
            m.starimports[name] = 1

    def _scan_relative(self, m, level, fromlist, name):
        if name:
            self._safe_import_hook(name, m, fromlist, level=level)
        else:
            parent = self.determine_parent(m, level=level)
            self._safe_import_hook(parent.__name__, None, fromlist, level=0)

    # What came out.

    def report(self):
        """Print what was found and what was not."""
        print()
        print("  %-25s %s" % ("Name", "File"))
        print("  %-25s %s" % ("----", "----"))
        for name in sorted(self.modules):
            module = self.modules[name]
            print("P" if module.__path__ else "m", "%-25s" % name, module.__file__ or "")
        missing, maybe = self.any_missing_maybe()

        def show(names):
            for name in names:
                print("?", name, "imported from", ", ".join(sorted(self.badmodules[name])))

        if missing:
            print()
            print("Missing modules:")
            show(missing)
        if maybe:
            print()
            print("Submodules that appear to be missing, but could also be global names in the parent package:")
            show(maybe)

    def any_missing(self):
        """Names of modules that are missing, or may be."""
        missing, maybe = self.any_missing_maybe()
        return missing + maybe

    def any_missing_maybe(self):
        """Names of modules that are missing, and of those that may be no modules but names in one."""
        missing, maybe = [], []
        for name in self.badmodules:
            if name in self.excludes:
                continue
            package, dot, inner = name.rpartition(".")
            owner = self.modules.get(package) if dot else None
            if owner is None:
                missing.append(name)
            elif inner in self.badmodules[name]:
                # The package itself wants its module.
                missing.append(name)
            elif inner in owner.globalnames:
                # It is a name there.
                pass
            elif owner.starimports:
                # It may have come with all names of a module that we do not know.
                maybe.append(name)
            else:
                missing.append(name)
        return sorted(missing), sorted(maybe)

    def replace_paths_in_code(self, co):
        """Code with another file name, as replace_paths wants it."""
        old = new = os.path.normpath(co.co_filename)
        for start, other in self.replace_paths:
            if old.startswith(start):
                new = other + old[len(start) :]
                break
        if self.debug and old not in self.processed_paths:
            if new != old:
                self.msgout(2, "co_filename %r changed to %r" % (old, new))
            else:
                self.msgout(2, "co_filename %r remains unchanged" % (old,))
            self.processed_paths.append(old)
        constants = [
            self.replace_paths_in_code(constant) if isinstance(constant, type(co)) else constant
            for constant in co.co_consts
        ]
        return co.replace(co_consts=tuple(constants), co_filename=new)


def _imports_by_dis(co):
    """What `_dis.imports` gives, from the instructions of other interpreters."""
    loaded = []
    for instruction in dis.get_instructions(co):
        name = instruction.opname
        if name == "IMPORT_NAME":
            level, names = loaded[-2:]
            yield "import", level, names, instruction.argval
        elif name in ("STORE_NAME", "STORE_GLOBAL"):
            yield "store", instruction.argval
        elif name == "LOAD_CONST":
            loaded.append(instruction.argval)


def test():
    """`python -m modulefinder [-d] [-m] [-p path] [-q] [-x exclude]... script|module...`"""
    import getopt

    options, words = getopt.getopt(sys.argv[1:], "dmp:qx:")
    debug, as_modules, folders, excludes = 1, False, [], []
    for option, value in options:
        if option == "-d":
            debug += 1
        elif option == "-m":
            as_modules = True
        elif option == "-p":
            folders += value.split(os.pathsep)
        elif option == "-q":
            debug = 0
        else:
            excludes.append(value)
    script, *others = words or ["hello.py"]
    path = sys.path[:]
    path[0] = os.path.dirname(script)
    path = folders + path
    if debug > 1:
        print("path:")
        for item in path:
            print("   ", repr(item))
    finder = ModuleFinder(path, debug, excludes)
    for word in others:
        if word == "-m":
            as_modules = True
        elif not as_modules:
            finder.load_file(word)
        elif word.endswith(".*"):
            finder.import_hook(word[:-2], None, ["*"])
        else:
            finder.import_hook(word)
    finder.run_script(script)
    finder.report()
    return finder


if __name__ == "__main__":
    try:
        test()
    except KeyboardInterrupt:
        print("\n[interrupted]")
