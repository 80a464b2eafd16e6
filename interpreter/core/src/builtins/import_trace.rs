//! What `-v` and `-X importtime` tell of imports on standard error, in CPython's form.
//!
//! **Invariant:** without these options nothing here is called but [`is_on`], and that only for modules that are
//! not imported yet.

use crate::object::*;
use crate::types::traceback::uncaught;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use std::time::{Duration, Instant};

/// What is told, and where the account of time stands.
#[derive(Default)]
struct Trace {
    verbose: Cell<i32>,
    times: Cell<bool>,
    /// How many imports are under way.
    level: Cell<usize>,
    /// What the imports inside of the innermost one took.
    inner: Cell<Duration>,
}

/// From now on tell of imports.
pub(super) fn begin(vm: &Vm, verbose: i32, times: bool) {
    let trace = vm.interp().state::<Trace>();
    trace.verbose.set(verbose);
    trace.times.set(times);
    super::import::trace(vm);
    if times {
        write(vm, "import time: self [us] | cumulative | imported package\n");
    }
}

/// Past Python: this also works while `sys` is being made.
fn write(vm: &Vm, text: &str) {
    match vm.host() {
        Some(host) => drop(host.write_error(text.as_bytes())),
        None => uncaught::write_error(vm, text),
    }
}

/// Import a module by `load`, and tell how long that took.
pub(super) fn timed(vm: &Vm, name: &str, load: impl FnOnce() -> Res) -> Res {
    let trace = vm.interp().state::<Trace>();
    if !trace.times.get() {
        return load();
    }
    let level = trace.level.get();
    trace.level.set(level + 1);
    let outer = trace.inner.replace(Duration::ZERO);
    let start = Instant::now();
    let result = load();
    let whole = start.elapsed();
    let own = whole.saturating_sub(trace.inner.get());
    trace.level.set(level);
    trace.inner.set(outer + whole);
    let line = format!(
        "import time: {:9} | {:10} | {:indent$}{name}\n",
        microseconds(own),
        microseconds(whole),
        "",
        indent = level * 2
    );
    write(vm, &line);
    result
}

fn microseconds(time: Duration) -> u128 {
    time.as_nanos().div_ceil(1000)
}

/// Say something under `-v`, given so many times.
pub(super) fn say(vm: &Vm, level: i32, text: impl FnOnce() -> String) {
    if vm.interp().state::<Trace>().verbose.get() >= level {
        uncaught::write_error(vm, &(text() + "\n"));
    }
}

/// A module is there: what loaded it.
pub(super) fn imported(vm: &Vm, name: &str, module: &Object) -> Res<()> {
    if vm.interp().state::<Trace>().verbose.get() == 0 {
        return Ok(());
    }
    let spec = vm.getattr_opt(module, &vm.names().__spec__)?;
    let loader = match spec {
        Some(spec) => vm.getattr_opt(&spec, &vm.intern("loader"))?,
        None => None,
    };
    let loader = match loader.filter(|loader| !loader.is_none()) {
        Some(loader) => vm.repr_string(&loader)?,
        None => "<class '_frozen_importlib.BuiltinImporter'>".to_owned(),
    };
    let name = vm.repr_string(vm.str(name)?.as_object())?;
    say(vm, 1, || format!("import {name} # {loader}"));
    Ok(())
}

/// The end of the program: the modules are about to be dropped.
pub fn dropped(vm: &Vm) {
    let trace = vm.interp().state::<Trace>();
    let Some(modules) = vm.interp().modules.get_as::<Dict>() else { return };
    if trace.verbose.get() == 0 {
        return;
    }
    for (name, module) in modules.snapshot() {
        if let (Some(name), Some(_)) = (name.downcast::<Str>(), module.downcast::<Module>()) {
            let name = name.to_string_lossy();
            say(vm, 1, || format!("# cleanup[2] removing {name}"));
        }
    }
}
