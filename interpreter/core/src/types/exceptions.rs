//! The builtin exception classes.

use crate::object::*;
use crate::vm::{Res, Vm};

/// Description of BaseException; the others are made from `Exc::ALL`.
pub static SPEC: TypeSpec =
    TypeSpec { flags: type_flags::BASETYPE | type_flags::EXCEPTION, ..TypeSpec::new::<Exception>("BaseException") };

/// Make the classes, in the order of `Exc`.
pub(crate) fn make_classes(vm: &Vm) -> Res<Vec<Obj<Type>>> {
    let mut out: Vec<Obj<Type>> = Vec::new();
    for (kind, name, base) in Exc::ALL {
        let base = if *kind == *base { vm.types().object.clone() } else { out[*base as usize].clone() };
        out.push(super::new_native_type(vm, &SPEC, name, &base)?);
    }
    Ok(out)
}

/// Give the AttributeError in flight its `name` and `obj`.
pub(crate) fn set_attribute_context(_vm: &Vm, _object: &Object, _name: &Obj<Str>) {}
