//! The builtin types' methods, one file each, and how native types come to be.

pub mod anext;
pub mod bool;
pub mod builtin;
pub mod bytes;
pub mod cell;
pub mod class_methods;
pub mod code;
pub mod codecs;
pub mod complex;
pub mod context;
pub mod descriptors;
pub mod dict;
pub mod exceptions;
pub mod float;
pub mod frame;
pub mod function;
pub mod generator;
pub mod generic_alias;
pub mod int;
pub mod iterators;
pub mod list;
pub mod mappingproxy;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub(crate) mod number;
pub mod object;
pub mod property;
pub mod range;
mod reduce;
pub(crate) mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub(crate) mod slicing;
pub mod str;
pub mod structseq;
pub mod super_;
pub mod traceback;
pub mod tuple;
pub mod type_;
pub mod union;
pub mod weakref;

mod make;

pub(crate) use make::{ensure_filled, finish_boot, new_native_type};

/// `warnings.warn(message, category)`.
pub(crate) fn warn(
    vm: &crate::vm::Vm,
    category: &crate::object::Obj<crate::object::Type>,
    message: &str,
) -> crate::vm::Res<()> {
    use crate::object::Dict;
    let modules = vm.interp().modules.get_as::<Dict>();
    let Some(module) = modules.and_then(|m| m.get_named(vm, "_warnings")) else { return Ok(()) };
    let arguments = [vm.str(message)?.into_object(), category.clone().into_object()];
    vm.call_method(&module, "warn", &arguments).map(drop)
}
