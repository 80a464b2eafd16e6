//! What scripts may touch, asked by every module of this crate before it reaches outside the interpreter.
//!
//! The rules are the host's ([`taipan_core::vm::policy`]); these are the words in which this crate asks.

use taipan_core::vm::policy::Access;
use taipan_core::vm::{Res, Vm};

/// Flags of open(2) with which a file can be changed, made or truncated.
const ACCESS_MODE: i32 = 3;

/// Opening a file by its path; `flags` are `O_*`.
pub fn open(vm: &Vm, path: &[u8], flags: i32) -> Res<()> {
    use taipan_sys::consts::POSIX;
    let flag = |name: &str| POSIX.iter().find(|row| row.0 == name).map_or(0, |row| row.1 as i32);
    vm.ask(|| {
        let changes = flag("O_CREAT") | flag("O_TRUNC") | flag("O_APPEND");
        Access::Open { path, writes: flags & (ACCESS_MODE | changes) != 0 }
    })
}

/// Changing or looking at what lies at a path.
pub fn path(vm: &Vm, path: &[u8]) -> Res<()> {
    vm.ask(|| Access::Path { path })
}

/// Starting, becoming or signalling a process, or changing this one.
pub fn process(vm: &Vm, function: &str) -> Res<()> {
    vm.ask(|| Access::Process { function })
}

/// Changing a variable of the environment.
pub fn set_variable(vm: &Vm, name: &[u8]) -> Res<()> {
    vm.ask(|| Access::Environment { name: Some(name), writes: true })
}

/// Whether scripts see this variable of the environment.
pub fn sees_variable(vm: &Vm, name: &[u8]) -> bool {
    vm.is_allowed(&Access::Environment { name: None, writes: false })
        && vm.is_allowed(&Access::Environment { name: Some(name), writes: false })
}
