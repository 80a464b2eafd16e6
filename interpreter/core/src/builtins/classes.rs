//! isinstance, issubclass.

use crate::object::*;
use crate::vm::{Res, Vm};

/// See `Vm::is_instance`.
pub fn is_instance(vm: &Vm, object: &Object, class: &Object) -> Res<bool> {
    match class.downcast::<Type>() {
        Some(t) => Ok(vm.is_exact_instance(object, t)),
        None => Err(vm.type_error("isinstance() arg 2 must be a type, a tuple of types, or a union")),
    }
}

/// See `Vm::is_subclass`.
pub fn is_subclass(vm: &Vm, derived: &Object, class: &Object) -> Res<bool> {
    match (derived.downcast::<Type>(), class.downcast::<Type>()) {
        (Some(d), Some(t)) => Ok(d.is_subtype(t)),
        (None, _) => Err(vm.type_error("issubclass() arg 1 must be a class")),
        _ => Err(vm.type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union")),
    }
}
