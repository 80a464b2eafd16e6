//! The module _csv: records of fields that are separated by a character.
//!
//! A reader takes lines from any iterator of strings and keeps its place between them, because a field
//! in quotes may span lines; a writer hands each record to a `write` as one string. The names of dialects
//! belong to the interpreter.

mod dialect;
mod reader;
mod writer;

use crate::support::{
    Dict, Kwargs, Maybe, Module, Obj, Object, Raised, Res, Str, Vm, exception_class, native,
    natives,
};
use std::cell::{Cell, RefCell};
use taipan_core::native::ModuleDef;
use taipan_core::object::{Exc, List};

pub use dialect::Dialect;
use dialect::{DIALECT, Quoting};

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_csv",
    doc: "Rows of text and their values, both ways: the working parts of the module csv.",
    functions: natives![
        reader::reader,
        writer::writer,
        list_dialects,
        register_dialect,
        unregister_dialect,
        get_dialect,
        field_size_limit
    ],
    types: &[&DIALECT],
    fill: Some(fill),
};

fn fill(vm: &Vm, module: &Obj<Module>) -> Res<()> {
    let reader = vm.type_of_spec(&reader::READER)?;
    module.dict.set_named(vm, "Reader", reader.into_object())?;
    let writer = vm.type_of_spec(&writer::WRITER)?;
    module.dict.set_named(vm, "Writer", writer.into_object())?;
    module.dict.set_named(vm, "__version__", vm.str("1.0")?)?;
    for (name, quoting) in Quoting::NAMES {
        module.dict.set_named(vm, name, vm.int(*quoting as i64)?)?;
    }
    let error = exception_class(vm, "_csv", "Error", Exc::Exception)?;
    module.dict.set_named(vm, "Error", error.clone())?;
    let state = vm.interp().state::<State>();
    state.error.replace(Some(error));
    module.dict.set_named(vm, "_dialects", dialects(vm)?)
}

/// What an interpreter keeps for this module.
struct State {
    error: RefCell<Option<Object>>,
    dialects: RefCell<Option<Obj<Dict>>>,
    limit: Cell<i64>,
}

impl Default for State {
    fn default() -> Self {
        let limit = Cell::new(128 * 1024);
        State { error: RefCell::default(), dialects: RefCell::default(), limit }
    }
}

/// Dialects by their names.
fn dialects(vm: &Vm) -> Res<Obj<Dict>> {
    let state = vm.interp().state::<State>();
    if let Some(known) = state.dialects.borrow().clone() {
        return Ok(known);
    }
    let made = vm.new_dict()?;
    state.dialects.replace(Some(made.clone()));
    Ok(made)
}

/// _csv.Error.
fn error(vm: &Vm, message: &str) -> Raised {
    let class = vm.interp().state::<State>().error.borrow().clone();
    let Some(class) = class else { return vm.value_error(message) };
    match vm.str(message).and_then(|message| vm.call(&class, &[message.into_object()])) {
        Ok(exception) => vm.raise(exception),
        Err(raised) => raised,
    }
}

/// The dialect of a name.
fn named(vm: &Vm, name: &Object) -> Res {
    match dialects(vm)?.get(vm, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(error(vm, "unknown dialect")),
    }
}

/// The one or two arguments that functions with format parameters take in order.
fn one_or_two(vm: &Vm, args: &[Object]) -> Res<(Object, Option<Object>)> {
    match args {
        [] => Err(vm.type_error(" expected at least 1 argument, got 0")),
        [one] => Ok((one.clone(), None)),
        [one, two] => Ok((one.clone(), Some(two.clone()))),
        more => {
            let message = format!(" expected at most 2 arguments, got {}", more.len());
            Err(vm.type_error(message))
        }
    }
}

/// The names of all registered dialects, in a list.
#[native("()")]
fn list_dialects(vm: &Vm) -> Res<Obj<List>> {
    let names = dialects(vm)?.snapshot().into_iter().map(|(name, _)| name).collect();
    vm.list(names)
}

/// Give a dialect a name: one like another, with the changes that keywords make.
#[native("(*args, **fmtparams)", no_signature)]
fn register_dialect(vm: &Vm, args: &[Object], fmtparams: Kwargs) -> Res<()> {
    let (name, like) = one_or_two(vm, args)?;
    if name.downcast::<Str>().is_none() {
        return Err(vm.type_error("dialect name must be a string"));
    }
    let made = dialect::make(vm, like.as_ref(), &fmtparams)?;
    dialects(vm)?.set(vm, &name, made)
}

/// Forget the dialect of this name.
#[native("(name)")]
fn unregister_dialect(vm: &Vm, name: &Object) -> Res<()> {
    let known = dialects(vm)?;
    if !known.contains(vm, name)? {
        return Err(error(vm, "unknown dialect"));
    }
    vm.delitem(known.as_object(), name)
}

/// The dialect of this name.
#[native("(name)")]
fn get_dialect(vm: &Vm, name: &Object) -> Res {
    named(vm, name)
}

/// How long a field may be that a reader accepts; with an argument, change that.
///
/// The limit before the call is returned.
#[native("(new_limit=<unrepresentable>)")]
fn field_size_limit(vm: &Vm, new_limit: Maybe<&Object>) -> Res {
    let state = vm.interp().state::<State>();
    let old = state.limit.get();
    if let Maybe::Given(new) = new_limit {
        if !vm.class_of(new).as_object().is(vm.types().int.as_object()) {
            return Err(vm.type_error("limit must be an integer"));
        }
        let Some(new) = vm.as_i64(new) else {
            return Err(vm.overflow_error("Python int too large to convert to C long"));
        };
        state.limit.set(new);
    }
    vm.int(old)
}
