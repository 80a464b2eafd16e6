//! Functions that look at the caller's frame: globals, locals.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![globals, locals];

/// The variables of the module whose code is running, as the dict itself: a change of it is a change
/// of the variables.
#[native("()")]
fn globals(vm: &Vm) -> Res<Obj<Dict>> {
    vm.current_globals().ok_or_else(|| vm.system_error("frame does not exist"))
}

/// The variables that can be seen in the running function, class body or module, as a dict.
///
/// In a function it is a snapshot: changing it need not change the variables.
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
