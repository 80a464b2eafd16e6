//! What the module builtins holds.

pub mod classes;

use crate::vm::{Res, Vm};

/// Make the module and put everything into it.
pub(crate) fn install(vm: &Vm) -> Res<()> {
    let m = vm.new_module("builtins", None)?;
    vm.interp().builtins.set(m.dict.clone().into_object());
    Ok(())
}
