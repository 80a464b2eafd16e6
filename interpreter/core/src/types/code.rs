//! The type code: what introspection sees of compiled code.
//!
//! The bytecode is our own: `co_code` is only a value to compare, and offsets (`co_lines`,
//! `co_positions`) count two for each word of it, as `f_lasti` and `tb_lasti` do.

use crate::bytecode::code::Span;
use crate::native::{Kwargs, getsets, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use std::rc::Rc;
use taipan_macros::{getter, native};

/// The type `code`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A piece of compiled code, as compile() gives it. Arguments become the attributes of their names.",
    flags: type_flags::WEAKREF | type_flags::NO_NEW,
    slots: Slots { repr: Some(repr), richcmp: Some(compare), hash: Some(hash), ..Slots::NONE },
    methods: natives![co_lines, co_positions, replace],
    getsets: getsets![
        co_argcount,
        co_cellvars,
        co_code,
        co_consts,
        co_exceptiontable,
        co_filename,
        co_firstlineno,
        co_flags,
        co_freevars,
        co_kwonlyargcount,
        co_linetable,
        co_lnotab,
        co_name,
        co_names,
        co_nlocals,
        co_posonlyargcount,
        co_qualname,
        co_stacksize,
        co_varnames
    ],
    ..TypeSpec::new::<Code>("code")
};

fn repr(vm: &Vm, this: &Object) -> Res {
    let Some(code) = this.downcast::<Code>() else { return Ok(Object::not_implemented()) };
    let text = format!(
        "<code object {} at {:#x}, file \"{}\", line {}>",
        code.name.to_str_lossy(),
        this.id(),
        code.filename.to_str_lossy(),
        code.first_line
    );
    Ok(vm.str(&text)?.into_object())
}

fn same(vm: &Vm, a: &Obj<Code>, b: &Obj<Code>) -> Res<bool> {
    let texts = |x: &Obj<Str>, y: &Obj<Str>| x.same_text(y);
    let alike = texts(&a.name, &b.name)
        && texts(&a.filename, &b.filename)
        && a.first_line == b.first_line
        && a.flags == b.flags;
    if !alike {
        return Ok(false);
    }
    let (a, b) = (a.unit(vm)?, b.unit(vm)?);
    Ok(Rc::ptr_eq(&a, &b) || *a == *b)
}

fn compare(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    match (a.downcast::<Code>(), b.downcast::<Code>(), op) {
        (Some(a), Some(b), CmpOp::Eq) => Ok(Object::bool(a.is(b) || same(vm, a, b)?)),
        (Some(a), Some(b), CmpOp::Ne) => Ok(Object::bool(!a.is(b) && !same(vm, a, b)?)),
        _ => Ok(Object::not_implemented()),
    }
}

fn hash(vm: &Vm, this: &Object) -> Res<i64> {
    let Some(code) = this.downcast::<Code>() else { return Ok(0) };
    let parts = [i64::from(code.first_line), i64::from(code.argcount), i64::from(code.nregs)];
    let name = vm.str_hash(&code.name);
    Ok(crate::text::numhash::hash_tuple(parts.into_iter().chain([name])))
}

/// A tuple of names.
fn names(vm: &Vm, names: impl Iterator<Item = Obj<Str>>) -> Res<Obj<Tuple>> {
    vm.tuple(names.map(Obj::into_object).collect())
}

/// Number of parameters, `*args` and `**kwargs` included.
fn parameters(code: &Code) -> usize {
    use crate::bytecode::code::flags::{VARARGS, VARKEYWORDS};
    let extra = u32::from(code.flags & VARARGS != 0) + u32::from(code.flags & VARKEYWORDS != 0);
    (code.argcount + code.kwonlyargcount + extra) as usize
}

/// The variables that CPython lists: parameters, and locals that are no cells.
fn listed(code: &Code) -> impl Iterator<Item = Obj<Str>> {
    let parameters = parameters(code);
    code.varnames.iter().enumerate().filter_map(move |(i, name)| {
        let cell = code.cells.contains(&(i as u32));
        (!name.is_empty() && (i < parameters || !cell)).then(|| name.clone())
    })
}

#[getter]
fn co_argcount(this: &Obj<Code>) -> u32 {
    this.argcount
}

#[getter]
fn co_posonlyargcount(this: &Obj<Code>) -> u32 {
    this.posonlyargcount
}

#[getter]
fn co_kwonlyargcount(this: &Obj<Code>) -> u32 {
    this.kwonlyargcount
}

#[getter]
fn co_nlocals(this: &Obj<Code>) -> usize {
    listed(this).count()
}

#[getter]
fn co_stacksize(this: &Obj<Code>) -> u32 {
    this.nregs
}

#[getter]
fn co_flags(this: &Obj<Code>) -> u32 {
    this.flags
}

#[getter]
fn co_name(this: &Obj<Code>) -> Obj<Str> {
    this.name.clone()
}

#[getter]
fn co_qualname(this: &Obj<Code>) -> Obj<Str> {
    this.qualname.clone()
}

#[getter]
fn co_filename(this: &Obj<Code>) -> Obj<Str> {
    this.filename.clone()
}

#[getter]
fn co_firstlineno(this: &Obj<Code>) -> u32 {
    this.first_line
}

#[getter]
fn co_varnames(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Tuple>> {
    names(vm, listed(this))
}

#[getter]
fn co_cellvars(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Tuple>> {
    names(vm, this.cells.iter().filter_map(|i| this.varnames.get(*i as usize).cloned()))
}

#[getter]
fn co_freevars(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Tuple>> {
    names(vm, this.freevars.iter().cloned())
}

#[getter]
fn co_names(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Tuple>> {
    vm.load_body(this)?;
    names(vm, this.names().iter().cloned())
}

#[getter]
fn co_consts(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Tuple>> {
    vm.load_body(this)?;
    vm.tuple_from(this.consts())
}

#[getter]
fn co_code(vm: &Vm, this: &Obj<Code>) -> Res<Obj<Bytes>> {
    let bytes: Vec<u8> = this.unit(vm)?.words.iter().flat_map(|word| word.to_le_bytes()).collect();
    vm.bytes(&bytes)
}

/// Empty: the table is no part of what is shown; see co_lines and co_positions.
#[getter]
fn co_linetable(vm: &Vm, _this: &Obj<Code>) -> Res<Obj<Bytes>> {
    vm.bytes(b"")
}

#[getter]
fn co_lnotab(vm: &Vm, _this: &Obj<Code>) -> Res<Obj<Bytes>> {
    vm.bytes(b"")
}

#[getter]
fn co_exceptiontable(vm: &Vm, _this: &Obj<Code>) -> Res<Obj<Bytes>> {
    vm.bytes(b"")
}

/// The ends of the table's ranges, in words, with their places.
fn ranges(code: &Code) -> Vec<(u32, u32, Span)> {
    let end = code.words_len();
    let nexts = code.lines().iter().skip(1).map(|l| l.0).chain([end]);
    code.lines()
        .iter()
        .zip(nexts)
        .map(|((start, span), next)| (*start, next, *span))
        .filter(|r| r.0 < r.1)
        .collect()
}

/// Ranges of offsets with their lines.
#[native("(self, /)", no_signature)]
fn co_lines(vm: &Vm, this: &Obj<Code>) -> Res {
    vm.load_body(this)?;
    let mut rows: Vec<(u32, u32, u32)> = Vec::new();
    for (start, end, span) in ranges(this) {
        match rows.last_mut() {
            Some(last) if last.2 == span.line => last.1 = end * 2,
            _ => rows.push((start * 2, end * 2, span.line)),
        }
    }
    let mut all = Vec::new();
    for (start, end, line) in rows {
        let row = [start, end, line].map(|n| vm.int(i64::from(n)));
        let [start, end, line] = row;
        all.push(vm.tuple(vec![start?, end?, line?])?.into_object());
    }
    vm.iter(vm.list(all)?.as_object())
}

/// Line, end line, column and end column of each word.
#[native("(self, /)", no_signature)]
fn co_positions(vm: &Vm, this: &Obj<Code>) -> Res {
    vm.load_body(this)?;
    let hidden = crate::builtins::sys::hides_columns(vm);
    let mut all = Vec::new();
    for (start, end, span) in ranges(this) {
        let numbers = [span.line, span.end_line, span.col, span.end_col];
        let mut row = Vec::new();
        for (i, n) in numbers.into_iter().enumerate() {
            row.push(if i > 1 && hidden { Object::none() } else { vm.int(i64::from(n))? });
        }
        let row = vm.tuple(row)?.into_object();
        all.try_reserve((end - start) as usize).map_err(|_| vm.no_memory(NoMemory))?;
        all.extend((start..end).map(|_| row.clone()));
    }
    vm.iter(vm.list(all)?.as_object())
}

/// A new code object that differs in the attributes given.
///
/// The bytecode and its tables cannot be replaced.
#[native("(self, /, **changes)", no_signature)]
fn replace(vm: &Vm, this: &Obj<Code>, changes: Kwargs) -> Res<Obj<Code>> {
    vm.load_body(this)?;
    let mut unit = (*this.unit(vm)?).clone();
    let text = |value: &Object, field: &str| match value.downcast::<Str>() {
        Some(text) => Ok(vm.utf8(text)?.into_owned()),
        None => Err(vm.type_error(format_args!(
            "replace() argument '{field}' must be str, not {}",
            vm.type_name(value)
        ))),
    };
    let number = |value: &Object| {
        let n = vm.index_size(value)?;
        u32::try_from(n).map_err(|_| vm.value_error("code: a number is out of range"))
    };
    let mut consts = None;
    for (field, value) in changes.iter() {
        let field = field.to_str_lossy();
        match &*field {
            "co_name" => unit.name = text(value, &field)?,
            "co_qualname" => unit.qualname = text(value, &field)?,
            "co_filename" => unit.filename = text(value, &field)?,
            "co_firstlineno" => unit.first_line = number(value)?,
            "co_flags" => unit.flags = number(value)?,
            "co_consts" => {
                let given = value.downcast::<Tuple>().cloned();
                let fits = given.as_ref().is_some_and(|t| t.len() == this.consts().len());
                if !fits {
                    return Err(
                        vm.value_error("code: co_consts must be a tuple of the same length")
                    );
                }
                consts = given;
            }
            _ => {
                let own = vm.getattr_opt(this.as_object(), &vm.intern(&field))?;
                let Some(own) = own.filter(|_| field.starts_with("co_")) else {
                    return Err(vm.type_error(format_args!(
                        "'{field}' is an invalid keyword argument for replace()"
                    )));
                };
                if !vm.eq(&own, value)? {
                    return Err(vm.value_error(format_args!(
                        "code: {field} is part of the compiled bytecode and cannot be replaced"
                    )));
                }
            }
        }
    }
    let made = crate::vm::code::load(vm, Rc::new(unit))?;
    let Some(consts) = consts else { return Ok(made) };
    crate::vm::code::with_consts(vm, &made, consts.as_slice())
}
