//! From nothing to an interpreter that has the standard library.

use crate::host::SystemHost;
use std::rc::Rc;
use taipan_core::builtins::paths::PathFinder;
use taipan_core::compile::CompileOptions;
use taipan_core::native::ModuleDef;
use taipan_core::object::{Dict, List, Obj, Object};
use taipan_core::vm::start::HashSeed;
use taipan_core::vm::{Res, Vm};

pub use taipan_core::vm::start::HashSeed as Seed;

/// Native stack that an embedded interpreter may use: threads have two megabytes unless told otherwise.
pub(crate) const EMBEDDED_STACK: usize = 1 << 20;

/// The tables of all native modules.
pub fn standard_modules() -> Vec<&'static [&'static ModuleDef]> {
    vec![taipan_stdlib::MODULES, taipan_net::MODULES]
}

/// An interpreter on the calling thread, of whose stack it may use `native_stack` bytes.
pub fn start(seed: HashSeed, native_stack: usize) -> Result<Box<Vm>, String> {
    start_with(seed, native_stack, CompileOptions::default())
}

pub(crate) fn start_with(
    seed: HashSeed,
    native_stack: usize,
    options: CompileOptions,
) -> Result<Box<Vm>, String> {
    let vm = taipan_core::vm::start::start(seed, native_stack)?;
    *vm.interp().host.borrow_mut() = Some(Rc::new(SystemHost));
    for table in standard_modules() {
        vm.add_modules(table);
    }
    vm.add_finder(PathFinder { options });
    Ok(vm)
}

/// Whether the library that is written in Python lies in this program.
pub const HAS_LIBRARY: bool = cfg!(feature = "batteries");

/// The library's entry on `sys.path` where the program's own path is not known.
pub(crate) const NAMELESS_LIBRARY: &str = "<taipan>";

/// Make the library inside the program importable; `root` is the entry of `sys.path` that stands for it.
#[cfg(feature = "batteries")]
pub(crate) fn mount_library(vm: &Vm, root: &str) {
    vm.set_library(root, Rc::new(taipan_batteries::Batteries));
}

#[cfg(not(feature = "batteries"))]
pub(crate) fn mount_library(_vm: &Vm, _root: &str) {}

/// Put an entry at the end of `sys.path`.
pub(crate) fn append_path(vm: &Vm, entry: &str) -> Res<()> {
    let path = vm.interp().sys.get_as::<Dict>().and_then(|sys| sys.get_named(vm, "path"));
    match path.as_ref().and_then(|p| p.downcast::<List>()) {
        Some(list) => list.push(vm.str(entry)?.into_object()).map_err(|e| vm.no_memory(e)),
        None => Ok(()),
    }
}

/// Make the module `__main__` and give its namespace.
pub(crate) fn main_module(vm: &Vm) -> Res<Obj<Dict>> {
    let module = vm.new_module("__main__", None)?;
    let dict = module.dict.clone();
    dict.set_named(vm, "__annotations__", vm.new_dict()?)?;
    if let Some(modules) = vm.interp().modules.get_as::<Dict>() {
        if let Some(builtins) = modules.get_named(vm, "builtins") {
            dict.set_named(vm, "__builtins__", builtins)?;
        }
        modules.set_named(vm, "__main__", Object::from(module))?;
    }
    Ok(dict)
}
