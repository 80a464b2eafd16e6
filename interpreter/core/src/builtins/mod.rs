//! What the module builtins holds.
//!
//! The functions are in the files below, by what they are about; types are in `types/`. Adding one is a
//! function and its name in the file's list.

pub mod ast;
mod attributes;
mod bootstrap;
pub mod classes;
mod evaluate;
mod frames;
mod future;
mod imp;
pub mod import;
mod import_lock;
pub mod import_trace;
pub mod importlib;
mod iteration;
pub mod library;
mod marshal;
mod numbers;
pub(crate) mod objects;
mod opcode;
mod output;
pub mod paths;
pub mod source;
mod symtable;
pub mod sys;
pub mod warnings;

use crate::native::NativeDef;
use crate::object::*;
use crate::types::{bytes, iterators, memoryview, range};
use crate::vm::{Res, Vm};

/// The functions' tables.
const FUNCTIONS: &[&[NativeDef]] = &[
    attributes::FUNCTIONS,
    classes::FUNCTIONS,
    evaluate::FUNCTIONS,
    frames::FUNCTIONS,
    import::FUNCTIONS,
    iteration::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    output::FUNCTIONS,
];

/// Classes with a description of their own (the VM's own classes are in `Types`).
const TYPES: &[&TypeSpec] = &[
    &bytes::array::SPEC,
    &memoryview::SPEC,
    &iterators::ENUMERATE,
    &iterators::FILTER,
    &iterators::MAP,
    &iterators::REVERSED,
    &iterators::ZIP,
    &range::SPEC,
];

/// Make the module and put everything into it.
pub(crate) fn install(vm: &Vm) -> Res<()> {
    let doc = "What every module can name without importing it: functions, types, exceptions and constants.";
    let module = vm.new_module("builtins", Some(doc))?;
    let dict = &module.dict;
    for def in FUNCTIONS.iter().copied().flatten() {
        let function = crate::types::builtin::function(vm, def, "builtins")?;
        dict.set_named(vm, def.name, function)?;
    }
    for spec in TYPES {
        dict.set_named(vm, spec.name, vm.type_of_spec(spec)?)?;
    }
    let types = vm.types();
    for class in [
        &types.object,
        &types.type_,
        &types.str,
        &types.dict,
        &types.tuple,
        &types.int,
        &types.bool_,
        &types.float,
        &types.complex,
        &types.bytes,
        &types.list,
        &types.set,
        &types.frozenset,
        &types.slice,
        &types.property,
        &types.classmethod,
        &types.staticmethod,
        &types.super_,
    ] {
        dict.set_named(vm, &class.short_name(), class.clone())?;
    }
    for (kind, name, _) in Exc::ALL {
        dict.set_named(vm, name, types.exception(*kind))?;
    }
    for name in ["EnvironmentError", "IOError"] {
        dict.set_named(vm, name, types.exception(Exc::OSError))?;
    }
    dict.set_named(vm, "None", Object::none())?;
    dict.set_named(vm, "True", Object::bool(true))?;
    dict.set_named(vm, "False", Object::bool(false))?;
    dict.set_named(vm, "NotImplemented", Object::not_implemented())?;
    dict.set_named(vm, "Ellipsis", Object::ellipsis())?;
    dict.set_named(vm, "__debug__", Object::bool(true))?;
    vm.interp().builtins.set(dict.clone().into_object());
    if let Some(modules) = vm.interp().modules.get_as::<Dict>() {
        modules.set_named(vm, "builtins", module)?;
    }
    vm.add_modules(&[&future::MODULE, &warnings::MODULE]);
    vm.add_modules(importlib::MODULES);
    vm.add_modules(&[&imp::MODULE, &marshal::MODULE, &opcode::MODULE, &symtable::MODULE]);
    sys::install(vm)
}
