//! The builtin type `traceback`: slots and methods.

use crate::object::*;

/// The type `traceback`.
pub static SPEC: TypeSpec = TypeSpec { flags: 0, ..TypeSpec::new::<Traceback>("traceback") };

use crate::vm::Vm;

/// Print an exception that could not be raised.
pub fn report_unraisable(vm: &Vm, exception: &Object, _object: Option<&Object>) {
    eprintln!("Exception ignored: {}", vm.type_name(exception));
}
