//! The builtin type `builtin_function_or_method`: slots and methods.

use crate::object::*;

/// The type `builtin_function_or_method`.
pub static SPEC: TypeSpec = TypeSpec { flags: type_flags::WEAKREF, ..TypeSpec::new::<Builtin>("builtin_function_or_method") };
/// The type `method_descriptor`.
pub static METHOD_DESCRIPTOR: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Builtin>("method_descriptor") };

use crate::native::NativeDef;
use crate::vm::{Res, Vm};

/// A method of a native type, as its dict holds it.
pub(crate) fn method(vm: &Vm, def: &'static NativeDef, owner: &Obj<Type>) -> Res {
    let payload = Builtin { def, owner: Slot::new(owner.clone().into_object()), receiver: Slot::empty(), module: Slot::empty() };
    Ok(vm.alloc_typed(&vm.types().method_descriptor, payload, 0)?.into_object())
}

/// A function of a module.
pub fn function(vm: &Vm, def: &'static NativeDef, module: &str) -> Res {
    let module = Slot::new(vm.intern(module).into_object());
    let payload = Builtin { def, owner: Slot::empty(), receiver: Slot::empty(), module };
    Ok(vm.alloc_typed(&vm.types().builtin, payload, 0)?.into_object())
}
