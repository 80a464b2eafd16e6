//! Rows that many types have in their tables.

use super::{NativeSetter, Obj, Object, Res, Type, Vm};
use taipan_macros::native;

// For `natives![..., class_getitem]` of types that annotations subscript.
/// The class with type arguments, as in list[int].
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
pub fn class_getitem(vm: &Vm, cls: &Obj<Type>, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls.as_object(), object)
}

/// The setter of what CPython keeps in a read-only C member: `getsets![start: readonly]`.
#[allow(non_camel_case_types, reason = "named as the functions beside it in a table")]
pub enum readonly {}

impl NativeSetter for readonly {
    const NAME: &'static str = "";
    fn set(vm: &Vm, _: &Object, _: Option<&Object>) -> Res<()> {
        Err(vm.attribute_error("readonly attribute"))
    }
}
