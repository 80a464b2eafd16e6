//! Rows that many types have in their tables.

use super::{Obj, Object, Res, Type, Vm};
use taipan_macros::native;

// For `natives![..., class_getitem]` of types that annotations subscript.
/// See PEP 585
#[native("(cls, object, /)", classmethod, name = "__class_getitem__", no_signature)]
pub fn class_getitem(vm: &Vm, cls: &Obj<Type>, object: &Object) -> Res {
    crate::types::generic_alias::of(vm, cls.as_object(), object)
}
