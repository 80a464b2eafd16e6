//! The module `_symtable`: the compiler's scopes as objects, which CPython's module `symtable` shows.

use crate::compile::Mode;
use crate::compile::symbols as table;
use crate::compile::symbols::Table;
use crate::native::{ModuleDef, getsets, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_symtable",
    functions: natives![symtable],
    fill: Some(|vm, module| {
        for (name, value) in NUMBERS {
            module.dict.set_named(vm, name, vm.int(i64::from(*value))?)?;
        }
        Ok(())
    }),
    ..ModuleDef::EMPTY
};

const NUMBERS: &[(&str, u32)] = &[
    ("USE", table::USE),
    ("DEF_GLOBAL", table::DEF_GLOBAL),
    ("DEF_NONLOCAL", table::DEF_NONLOCAL),
    ("DEF_LOCAL", table::DEF_LOCAL),
    ("DEF_PARAM", table::DEF_PARAM),
    ("DEF_IMPORT", table::DEF_IMPORT),
    ("DEF_BOUND", table::DEF_LOCAL | table::DEF_PARAM | table::DEF_IMPORT),
    ("DEF_ANNOT", table::DEF_ANNOT),
    ("TYPE_FUNCTION", table::TableKind::Function as u32),
    ("TYPE_CLASS", table::TableKind::Class as u32),
    ("TYPE_MODULE", table::TableKind::Module as u32),
    ("LOCAL", table::LOCAL),
    ("GLOBAL_EXPLICIT", table::GLOBAL_EXPLICIT),
    ("GLOBAL_IMPLICIT", table::GLOBAL_IMPLICIT),
    ("FREE", table::FREE),
    ("CELL", table::CELL),
    ("SCOPE_OFF", table::SCOPE_OFFSET),
    ("SCOPE_MASK", table::DEF_GLOBAL | table::DEF_LOCAL | table::DEF_PARAM | table::DEF_NONLOCAL),
];

/// The table of one scope.
struct Entry {
    name: Object,
    kind: u32,
    line: u32,
    nested: bool,
    symbols: Object,
    varnames: Object,
    children: Object,
}

impl Payload for Entry {
    const SPEC: Option<&'static TypeSpec> = Some(&ENTRY);
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        for part in [&self.name, &self.symbols, &self.varnames, &self.children] {
            v.visit(part);
        }
    }
}

static ENTRY: TypeSpec = TypeSpec {
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots { repr: Some(repr), ..Slots::NONE },
    getsets: getsets![id, name, symbols, varnames, children, nested, kind, lineno],
    ..TypeSpec::new::<Entry>("symtable entry")
};

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(entry) = this.downcast::<Entry>() else { return Ok(Object::none()) };
    let name = vm.to_str(&entry.name)?.to_string_lossy();
    let text = format!("<symtable entry {name}({}), line {}>", this.id(), entry.line);
    Ok(vm.str(&text)?.into_object())
}

#[getter]
fn id(vm: &Vm, this: &Obj<Entry>) -> Res {
    vm.int_usize(this.as_object().id() as usize)
}

#[getter]
fn name(this: &Obj<Entry>) -> Object {
    this.name.clone()
}

#[getter]
fn symbols(this: &Obj<Entry>) -> Object {
    this.symbols.clone()
}

#[getter]
fn varnames(this: &Obj<Entry>) -> Object {
    this.varnames.clone()
}

#[getter]
fn children(this: &Obj<Entry>) -> Object {
    this.children.clone()
}

#[getter]
fn nested(this: &Obj<Entry>) -> bool {
    this.nested
}

#[getter(name = "type")]
fn kind(this: &Obj<Entry>) -> u32 {
    this.kind
}

#[getter]
fn lineno(this: &Obj<Entry>) -> u32 {
    this.line
}

/// Return symbol and scope dictionaries used internally by compiler.
#[native("(source, filename, startstr, /)")]
fn symtable(vm: &Vm, source: &Object, filename: &Object, startstr: &str) -> Res {
    let Some(bytes) = super::evaluate::source_bytes(vm, source)? else {
        return Err(vm.type_error("symtable() arg 1 must be a string or bytes"));
    };
    let mode = match startstr {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => {
            return Err(vm.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
        }
    };
    let filename = super::evaluate::code_filename(vm, filename)?;
    let filename = String::from_utf8_lossy(&filename.bytes);
    let is_text = source.downcast::<Str>().is_some();
    let read = |bytes: &[u8], is_text| crate::compile::symbols_of(bytes, is_text, mode);
    match super::source::read_with(vm, &bytes, is_text, read)? {
        Ok((tables, warnings)) => {
            for warning in &warnings {
                super::source::warn(vm, warning, &filename)?;
            }
            entries(vm, &tables)
        }
        Err(error) => Err(super::source::raise(vm, &error, &filename, false)),
    }
}

/// The outermost table as an object, the others inside.
fn entries(vm: &Vm, tables: &[Table]) -> Res {
    let mut children: Vec<Vec<Object>> = tables.iter().map(|_| Vec::new()).collect();
    let mut made = Object::none();
    for (at, table) in tables.iter().enumerate().rev() {
        vm.poll()?;
        let symbols = vm.new_dict()?;
        for (name, bits) in &table.symbols {
            symbols.set(vm, &vm.intern(name).into_object(), vm.int(i64::from(*bits))?)?;
        }
        let varnames = table.varnames.iter().map(|name| vm.intern(name).into_object()).collect();
        let mut inner = std::mem::take(&mut children[at]);
        inner.reverse();
        let entry = Entry {
            name: vm.str(&table.name)?.into_object(),
            kind: table.kind as u32,
            line: table.line,
            nested: table.nested,
            symbols: symbols.into_object(),
            varnames: vm.list(varnames)?.into_object(),
            children: vm.list(inner)?.into_object(),
        };
        made = vm.alloc(entry)?.into_object();
        if let Some(siblings) = table.parent.and_then(|parent| children.get_mut(parent)) {
            siblings.push(made.clone());
        }
    }
    Ok(made)
}
