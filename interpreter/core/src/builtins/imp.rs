//! `_imp`: what importlib asks of the interpreter. There are no frozen modules and no extension modules.

use super::import::{describe_builtin, native_module};
use crate::native::{ModuleDef, natives};
use crate::object::*;
use crate::text::siphash::HashKey;
use crate::vm::{Raised, Res, Vm};
use std::cell::Cell;
use std::time::Duration;
use taipan_macros::native;

/// The module.
pub static MODULE: ModuleDef = ModuleDef {
    name: "_imp",
    doc: "What the importer needs from the interpreter: the lock of imports, builtin and frozen modules.",
    functions: natives![
        acquire_lock,
        release_lock,
        lock_held,
        is_builtin,
        create_builtin,
        exec_builtin,
        is_frozen,
        is_frozen_package,
        find_frozen,
        get_frozen_object,
        _override_frozen_modules_for_tests,
        extension_suffixes,
        source_hash,
        _import_at_any_time,
    ],
    fill: Some(|vm, module| module.dict.set_named(vm, "check_hash_based_pycs", vm.str("default")?)),
    ..ModuleDef::EMPTY
};

/// The lock around importlib's tables: thread and how often it was taken.
#[derive(Default)]
struct Lock {
    owner: Cell<u64>,
    depth: Cell<usize>,
}

/// Take the lock of imports for this thread, which may hold it several times over.
#[native("()")]
fn acquire_lock(vm: &Vm) -> Res<()> {
    let lock = vm.interp().state::<Lock>();
    let me = vm.ident();
    // It is held for moments only: importlib has a lock of its own for each module.
    while lock.depth.get() > 0 && lock.owner.get() != me {
        vm.allow_threads(|| std::thread::sleep(Duration::from_micros(100)));
        vm.poll()?;
    }
    lock.owner.set(me);
    lock.depth.set(lock.depth.get() + 1);
    Ok(())
}

/// Give the lock of imports back; RuntimeError if another thread has it, or none.
#[native("()")]
fn release_lock(vm: &Vm) -> Res<()> {
    let lock = vm.interp().state::<Lock>();
    match lock.depth.get().checked_sub(1) {
        Some(left) if lock.owner.get() == vm.ident() => {
            lock.depth.set(left);
            Ok(())
        }
        _ => Err(vm.runtime_error("not holding the import lock")),
    }
}

/// Whether some thread has the lock of imports.
#[native("()")]
fn lock_held(vm: &Vm) -> bool {
    vm.interp().state::<Lock>().depth.get() > 0
}

/// 1 for a module of this program, -1 if it cannot be made a second time, else 0.
#[native("(name, /)")]
fn is_builtin(vm: &Vm, name: &str) -> i32 {
    match name {
        "sys" | "builtins" => -1,
        _ => i32::from(native_module(vm, name).is_some()),
    }
}

/// Create a module of this program.
#[native("(spec, /)")]
fn create_builtin(vm: &Vm, spec: &Object) -> Res {
    let name = vm.getattr(spec, &vm.names().name)?;
    let name = vm.to_str(&name)?.to_string_lossy();
    let known = vm.interp().modules.get_as::<Dict>().and_then(|m| m.get_named(vm, &name));
    if let (Some(module), "sys" | "builtins") = (known, name.as_str()) {
        return Ok(module);
    }
    match native_module(vm, &name) {
        Some(def) => {
            let module = def.build(vm)?;
            describe_builtin(vm, &module, &name)?;
            Ok(module.into_object())
        }
        None => Err(vm.import_error(format_args!("no built-in module named {name}"))),
    }
}

/// Initialise a module of this program: it is complete.
#[native("(mod, /)")]
fn exec_builtin(_module: &Object) -> i32 {
    0
}

/// Whether there is a frozen module of this name: never.
#[native("(name, /)")]
fn is_frozen(_name: &str) -> bool {
    false
}

#[cold]
fn no_frozen(vm: &Vm, name: &str) -> Raised {
    let class = vm.types().exception(Exc::ImportError).into_object();
    let make = || {
        let text = vm.str(&format!("No such frozen object named {name}"))?.into_object();
        vm.call_named(&class, &[text], &[("name", vm.str(name)?.into_object())])
    };
    match make() {
        Ok(exception) => vm.raise_with_context(exception),
        Err(raised) => raised,
    }
}

/// Whether a frozen module is a package; there are none.
#[native("(name, /)")]
fn is_frozen_package(vm: &Vm, name: &str) -> Res {
    Err(no_frozen(vm, name))
}

/// None: there are no frozen modules.
#[native("(name, /, *, withdata=False)")]
fn find_frozen(_name: &str, _withdata: bool) {}

/// Raises ImportError: the interpreter has no frozen modules.
#[native("(name, data=None, /)")]
fn get_frozen_object(vm: &Vm, name: &str, _data: Option<&Object>) -> Res {
    Err(no_frozen(vm, name))
}

/// Has no effect: with no frozen modules, importlib always looks for the source.
#[native("(override, /)")]
fn _override_frozen_modules_for_tests(_value: i32) {}

/// Endings of the names of extension modules: none are loaded.
#[native("()")]
fn extension_suffixes(vm: &Vm) -> Res<Obj<List>> {
    vm.new_list()
}

/// The module of this full name, also at the end of the program, when statements import nothing any more.
///
/// For what the library imports late where CPython's does so at once.
#[native("(name, /)")]
fn _import_at_any_time(vm: &Vm, name: &str) -> Res {
    let state = vm.interp().state::<super::sys::State>();
    let ending = state.finalizing.replace(false);
    let module = vm.import(name);
    state.finalizing.set(ending);
    module
}

/// The hash of a source text that a .pyc file may hold.
#[native("(key, source)")]
fn source_hash(vm: &Vm, key: i64, source: &[u8]) -> Res<Obj<Bytes>> {
    let key = HashKey::from_bytes(u128::from(key as u64).to_le_bytes());
    vm.bytes(&key.sip13(source).to_le_bytes())
}
