//! The module _faulthandler: what the library's faulthandler cannot do in Python.

use crate::support::*;
use taipan_core::vm::policy::Access;
use taipan_sys::fatal;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_faulthandler",
    doc: "A last word on signals that end the process.",
    functions: natives![enable, disable, is_enabled],
    ..ModuleDef::EMPTY
};

/// Tell of fatal signals at a descriptor.
#[native("(fd, /)")]
fn enable(vm: &Vm, fd: i32) -> Res<()> {
    vm.ask(|| Access::Signal { function: "faulthandler.enable" })?;
    fatal::enable(fd).map_err(|failure| raise_io(vm, failure))
}

/// Undo enable().
#[native("()")]
fn disable() {
    fatal::disable();
}

/// Whether enable() is in force, for which the program's options may have cared.
#[native("()")]
fn is_enabled() -> bool {
    fatal::is_enabled()
}
