//! The module atexit: functions that are called when the program ends.
//!
//! The program calls `_run_exitfuncs` of the module if it was imported.

use crate::support::{Kwargs, Object, Res, Vm, native, natives};
use std::cell::RefCell;
use taipan_core::native::ModuleDef;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "atexit",
    doc: "Functions that are called, in the reverse order of their registration, when the program ends.",
    functions: natives![register, clear, unregister, run_exitfuncs, ncallbacks],
    ..ModuleDef::EMPTY
};

struct Callback {
    function: Object,
    args: Vec<Object>,
    names: Vec<Object>,
}

/// None: unregistered.
#[derive(Default)]
struct Callbacks(RefCell<Vec<Option<Callback>>>);

/// Register a function to be called when the program ends, with the arguments that follow.
///
/// The function is returned, so that this can serve as a decorator.
#[native("(*args, **kwargs)", no_signature)]
fn register(vm: &Vm, args: &[Object], kwargs: Kwargs) -> Res {
    let Some((function, args)) = args.split_first() else {
        return Err(vm.type_error("register() takes at least 1 argument (0 given)"));
    };
    if !vm.is_callable(function) {
        return Err(vm.type_error("the first argument must be callable"));
    }
    let mut all = args.to_vec();
    let mut names = Vec::new();
    for (name, value) in kwargs.iter() {
        names.push(name.as_object().clone());
        all.push(value.clone());
    }
    let callback = Callback { function: function.clone(), args: all, names };
    vm.interp().state::<Callbacks>().0.borrow_mut().push(Some(callback));
    Ok(function.clone())
}

/// Forget all functions registered.
#[native("()", name = "_clear")]
fn clear(vm: &Vm) {
    let old = vm.interp().state::<Callbacks>().0.take();
    drop(old);
}

/// Forget all registrations of a function.
#[native("(func, /)")]
fn unregister(vm: &Vm, func: &Object) -> Res<()> {
    let state = vm.interp().state::<Callbacks>();
    let mut i = 0;
    loop {
        let known = state.0.borrow().get(i).map(|c| c.as_ref().map(|c| c.function.clone()));
        let Some(known) = known else { return Ok(()) };
        if let Some(known) = known
            && vm.eq(&known, func)?
        {
            let old = state.0.borrow_mut().get_mut(i).and_then(Option::take);
            drop(old);
        }
        i += 1;
    }
}

/// Call all functions registered, the last first, and forget them.
#[native("()", name = "_run_exitfuncs")]
fn run_exitfuncs(vm: &Vm) {
    let state = vm.interp().state::<Callbacks>();
    // What is registered from now on is not called.
    let registered = state.0.borrow().len();
    for place in (0..registered).rev() {
        let callback = state.0.borrow_mut().get_mut(place).and_then(Option::take);
        let Some(callback) = callback else { continue };
        let names = match callback.names.is_empty() {
            true => Ok(None),
            false => vm.tuple(callback.names.clone()).map(Some),
        };
        let result = names
            .and_then(|names| vm.call_with(&callback.function, &callback.args, names.as_ref()));
        if let Err(raised) = result {
            let message = "Exception ignored in atexit callback";
            vm.unraisable_in(raised, message, &callback.function);
        }
    }
    let late = state.0.take();
    drop(late);
}

/// How many functions were registered; those unregistered again count too.
#[native("()", name = "_ncallbacks")]
fn ncallbacks(vm: &Vm) -> usize {
    vm.interp().state::<Callbacks>().0.borrow().len()
}
