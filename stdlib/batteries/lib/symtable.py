"""What the compiler knows about the names of a program: its scopes, and in each the symbols."""

import weakref

import _symtable
from _symtable import (
    USE, DEF_GLOBAL, DEF_NONLOCAL, DEF_LOCAL, DEF_PARAM, DEF_IMPORT, DEF_BOUND, DEF_ANNOT, SCOPE_OFF, SCOPE_MASK,
    FREE, LOCAL, GLOBAL_IMPLICIT, GLOBAL_EXPLICIT, CELL,
)

__all__ = ["symtable", "SymbolTable", "Class", "Function", "Symbol"]


def symtable(code, filename, compile_type):
    """The table of a program's outermost scope; compile_type is as for compile()."""
    return _newSymbolTable(_symtable.symtable(code, filename, compile_type), filename)


class SymbolTableFactory:
    """Makes tables; as long as one is in use, the same scope gives the same one."""

    def __init__(self):
        self._in_use = weakref.WeakValueDictionary()

    def new(self, table, filename):
        known = self._in_use.get((table, filename))
        if known is None:
            kind = {_symtable.TYPE_FUNCTION: Function, _symtable.TYPE_CLASS: Class}.get(table.type, SymbolTable)
            known = self._in_use[table, filename] = kind(table, filename)
        return known

    __call__ = new


_newSymbolTable = SymbolTableFactory()


def _scope_of(flags):
    return (flags >> SCOPE_OFF) & SCOPE_MASK


class SymbolTable:
    """The names of a scope."""

    def __init__(self, raw_table, filename):
        self._table, self._filename = raw_table, filename
        # Those that were asked for.
        self._symbols = {}

    def __repr__(self):
        kind = "" if self.__class__ is SymbolTable else self.__class__.__name__ + " "
        where = ""
        if self._table.name == "top":
            what = "module " + self._filename
        else:
            what, where = self._table.name, " in " + self._filename
        return "<%sSymbolTable for %s%s>" % (kind, what, where)

    def get_type(self):
        """What has the scope: "module", "function" or "class"."""
        kinds = {
            _symtable.TYPE_MODULE: "module",
            _symtable.TYPE_FUNCTION: "function",
            _symtable.TYPE_CLASS: "class",
        }
        return kinds[self._table.type]

    def get_lineno(self):
        """The line in which the scope begins; 0 for a module."""
        return self._table.lineno

    def get_name(self):
        """The name of the function or class; "top" for a module."""
        return self._table.name

    def get_id(self):
        """A number that no other table has."""
        return self._table.id

    def is_optimized(self):
        """Whether its local variables are found by position: those of a function."""
        return self._table.type == _symtable.TYPE_FUNCTION

    def is_nested(self):
        """Whether a function is around it."""
        return bool(self._table.nested)

    def get_identifiers(self):
        """The names."""
        return self._table.symbols.keys()

    def lookup(self, name):
        """The symbol of a name; KeyError if the scope does not mention it."""
        if name not in self._symbols:
            flags = self._table.symbols[name]
            inside = [child for child in self._table.children if child.name == name]
            tables = [_newSymbolTable(child, self._filename) for child in inside]
            self._symbols[name] = Symbol(name, flags, tables, module_scope=self._table.name == "top")
        return self._symbols[name]

    def get_symbols(self):
        """All symbols."""
        return [self.lookup(name) for name in self.get_identifiers()]

    def has_children(self):
        """Whether there are scopes inside."""
        return bool(self._table.children)

    def get_children(self):
        """The tables of the scopes inside."""
        return [_newSymbolTable(child, self._filename) for child in self._table.children]


class Function(SymbolTable):
    """The names of a function, lambda or comprehension."""

    def _named(self, is_wanted):
        return tuple(name for name, flags in self._table.symbols.items() if is_wanted(flags))

    def get_parameters(self):
        """Names of the parameters."""
        return self._named(lambda flags: flags & DEF_PARAM)

    def get_locals(self):
        """Names of the local variables, parameters too."""
        return self._named(lambda flags: _scope_of(flags) in (LOCAL, CELL))

    def get_globals(self):
        """Names that are found in the module or the builtins."""
        return self._named(lambda flags: _scope_of(flags) in (GLOBAL_IMPLICIT, GLOBAL_EXPLICIT))

    def get_nonlocals(self):
        """Names that are declared as nonlocal."""
        return self._named(lambda flags: flags & DEF_NONLOCAL)

    def get_frees(self):
        """Names that belong to a function around this one."""
        return self._named(lambda flags: _scope_of(flags) == FREE)


class Class(SymbolTable):
    """The names of a class."""

    def get_methods(self):
        """Names of what has a scope of its own in the class."""
        return tuple(dict.fromkeys(child.name for child in self._table.children))


class Symbol:
    """A name in a scope, and what is known of it there."""

    def __init__(self, name, flags, namespaces=None, *, module_scope=False):
        self._name = name
        self._flags = flags
        self._tables = namespaces or ()
        # In a module, what is bound is local and global.
        self._is_both = module_scope and bool(flags & DEF_BOUND)

    def __repr__(self):
        return "<symbol %r>" % (self._name,)

    def get_name(self):
        """The name."""
        return self._name

    # What the compiler noted in the flags, one bit each.

    def _has(self, flag):
        return self._flags & flag != 0

    def is_annotated(self):
        """Whether it has an annotation."""
        return self._has(DEF_ANNOT)

    def is_assigned(self):
        """Whether it is bound in the scope."""
        return self._has(DEF_LOCAL)

    def is_imported(self):
        """Whether an import binds it."""
        return self._has(DEF_IMPORT)

    def is_nonlocal(self):
        """Whether it is declared as nonlocal."""
        return self._has(DEF_NONLOCAL)

    def is_parameter(self):
        """Whether it is a parameter."""
        return self._has(DEF_PARAM)

    def is_referenced(self):
        """Whether its value is used in the scope."""
        return self._has(USE)

    # Whose variable it is.

    def _is_of(self, *scopes):
        return _scope_of(self._flags) in scopes

    def is_local(self):
        """Whether it is a variable of this scope."""
        return self._is_both or self._is_of(LOCAL, CELL)

    def is_global(self):
        """Whether it is a variable of the module."""
        return self._is_both or self._is_of(GLOBAL_IMPLICIT, GLOBAL_EXPLICIT)

    def is_declared_global(self):
        """Whether it is declared as global."""
        return self._is_of(GLOBAL_EXPLICIT)

    def is_free(self):
        """Whether it is a variable of a function around this scope."""
        return self._is_of(FREE)

    # What it is bound to.

    def get_namespaces(self):
        """The tables of what it is bound to."""
        return self._tables

    def is_namespace(self):
        """Whether it is bound to a function or class (there may be other values, too)."""
        return len(self._tables) > 0

    def get_namespace(self):
        """The one table of what it is bound to; ValueError if there is none or more."""
        if len(self._tables) == 1:
            return self._tables[0]
        problem = "bound to multiple" if self._tables else "not bound to any"
        raise ValueError(f"name is {problem} namespaces")


if __name__ == "__main__":
    import sys

    with open(sys.argv[0]) as file:
        table = symtable(file.read(), sys.argv[0], "exec")
    for name in table.get_identifiers():
        symbol = table.lookup(name)
        print(symbol, symbol.is_local(), symbol.is_namespace())
