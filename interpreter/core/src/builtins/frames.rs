//! Functions that look at the caller's frame: globals, locals.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![globals, locals];

/// Return the dictionary containing the current scope's global variables.
///
/// NOTE: Updates to this dictionary *will* affect name lookups in the current
/// global scope and vice-versa.
#[native("()")]
fn globals(vm: &Vm) -> Res<Obj<Dict>> {
    vm.current_globals().ok_or_else(|| vm.system_error("frame does not exist"))
}

/// Return a dictionary containing the current scope's local variables.
///
/// NOTE: Whether or not updates to this dictionary will affect name lookups in
/// the local scope and vice-versa is *implementation dependent* and not
/// covered by any backwards compatibility guarantees.
#[native("()")]
fn locals(vm: &Vm) -> Res {
    locals_of_caller(vm)
}

/// What `locals()` gives in the innermost Python frame.
pub(super) fn locals_of_caller(vm: &Vm) -> Res {
    match vm.frame_at(0)? {
        Some(frame) => vm.getattr_named(frame.as_object(), "f_locals"),
        None => Err(vm.system_error("frame does not exist")),
    }
}
