//! The builtin type `int`: slots and methods.

use crate::object::*;

/// The type `int`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::BASETYPE | type_flags::INT | type_flags::MATCH_SELF, ..TypeSpec::new::<Int>("int") };

use crate::vm::{Res, Vm};

/// The exact int of an int or an instance of a subclass.
pub fn exact(vm: &Vm, object: &Object) -> Res {
    match object.downcast::<Int>() {
        Some(i) => vm.bigint(i.0.clone()),
        None => Ok(object.clone()),
    }
}
