//! The builtin type `bool`: what differs from int.

use super::number::at_most_one;
use crate::object::*;
use crate::vm::{Res, Vm};

/// The type `bool`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "bool(x) -> bool\n\nOne of the two truth values: what x counts as where a condition is wanted.",
    flags: 0,
    slots: Slots {
        and: Some(and),
        or: Some(or),
        xor: Some(xor),
        repr: Some(repr),
        new: Some(new),
        ..Slots::NONE
    },
    ..TypeSpec::new::<Int>("bool")
};

macro_rules! bitwise {
    ($name:ident, $op:tt) => {
        fn $name(vm: &Vm, a: &Object, b: &Object) -> Res {
            if a.is_bool() && b.is_bool() {
                return Ok(Object::bool(a.is_true_singleton() $op b.is_true_singleton()));
            }
            super::int::$name(vm, a, b)
        }
    };
}
bitwise!(and, &);
bitwise!(or, |);
bitwise!(xor, ^);

fn repr(vm: &Vm, a: &Object) -> Res {
    Ok(vm.intern(if a.is_true_singleton() { "True" } else { "False" }).into_object())
}

fn new(vm: &Vm, _class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    match at_most_one(vm, "bool", args, names)? {
        Some(x) => Ok(Object::bool(vm.truth(x)?)),
        None => Ok(Object::bool(false)),
    }
}
