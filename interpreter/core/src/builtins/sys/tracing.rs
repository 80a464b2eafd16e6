//! Tracing, profiling and the hooks of coroutines and asynchronous generators.
//!
//! What calls trace and profile functions is vm/trace.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::structseq;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] = natives![
    settrace,
    gettrace,
    setprofile,
    getprofile,
    call_tracing,
    get_asyncgen_hooks,
    set_asyncgen_hooks,
    get_coroutine_origin_tracking_depth,
    set_coroutine_origin_tracking_depth,
];

/// Have a function called for each call in this thread: func(frame, event, arg). What it returns is called
/// for the lines, the return and the exceptions of that frame. None ends it.
#[native("(function, /)")]
fn settrace(vm: &Vm, function: &Object) -> Res<()> {
    vm.audit("sys.settrace", Vec::new())?;
    not_replacing(vm, "trace")?;
    vm.set_trace_function(Some(function.clone()).filter(|f| !f.is_none()));
    Ok(())
}

/// The end of a hook that is replaced must not set another.
fn not_replacing(vm: &Vm, what: &str) -> Res<()> {
    if !vm.is_replacing_hook() {
        return Ok(());
    }
    Err(vm.runtime_error(format_args!(
        "Cannot install a {what} function while another {what} function is being installed"
    )))
}

/// The function of sys.settrace(), or None.
#[native("()")]
fn gettrace(vm: &Vm) -> Option<Object> {
    vm.trace_function()
}

/// Have a function called for each call and return in this thread: func(frame, event, arg). None ends it.
#[native("(function, /)")]
fn setprofile(vm: &Vm, function: &Object) -> Res<()> {
    vm.audit("sys.setprofile", Vec::new())?;
    not_replacing(vm, "profile")?;
    vm.set_profile_function(Some(function.clone()).filter(|f| !f.is_none()));
    Ok(())
}

/// The function of sys.setprofile(), or None.
#[native("()")]
fn getprofile(vm: &Vm) -> Option<Object> {
    vm.profile_function()
}

/// Call func with the tuple's items as arguments, traced although a trace function is running.
#[native("(func, args, /)")]
fn call_tracing(vm: &Vm, func: &Object, args: &Obj<Tuple>) -> Res {
    vm.call_traced(|| vm.call_tuple_dict(func, args, None))
}

structseq! {
    static ASYNCGEN_HOOKS = "asyncgen_hooks", "asyncgen_hooks\n\nHooks of asynchronous generators.", 2, [
        "firstiter": "called when one is first iterated", "finalizer": "called when one dies unfinished"]
}

/// The functions of set_asyncgen_hooks(), as (firstiter, finalizer).
#[native("()")]
fn get_asyncgen_hooks(vm: &Vm) -> Res {
    let hooks = &vm.async_hooks;
    let or_none = |o: Option<Object>| o.unwrap_or_else(Object::none);
    let both = vec![or_none(hooks.firstiter.get()), or_none(hooks.finalizer.get())];
    ASYNCGEN_HOOKS.make(vm, both)
}

/// set_asyncgen_hooks(* [, firstiter] [, finalizer])
///
/// Have asynchronous generators handed to firstiter when they start, and to finalizer when they are
/// dropped unfinished. An event loop sets both, for its thread.
#[native("(firstiter=<unrepresentable>, finalizer=<unrepresentable>)", no_signature)]
fn set_asyncgen_hooks(
    vm: &Vm,
    firstiter: crate::native::Maybe<&Object>,
    finalizer: crate::native::Maybe<&Object>,
) -> Res<()> {
    let check = |o: &Object, what: &str| {
        if o.is_none() || vm.class_of(o).slots().call.is_some() {
            return Ok(());
        }
        Err(vm.type_error(format_args!("callable {what} expected, got {}", vm.type_name(o))))
    };
    let (firstiter, finalizer) = (firstiter.given(), finalizer.given());
    if let Some(f) = finalizer {
        check(f, "finalizer")?;
    }
    if let Some(f) = firstiter {
        check(f, "firstiter")?;
    }
    let keep = |o: &Object| if o.is_none() { None } else { Some(o.clone()) };
    if let Some(f) = finalizer {
        vm.async_hooks.finalizer.assign(keep(f));
    }
    if let Some(f) = firstiter {
        vm.async_hooks.firstiter.assign(keep(f));
    }
    Ok(())
}

/// How many frames of its origin a new coroutine of this thread notes.
#[native("()")]
fn get_coroutine_origin_tracking_depth(vm: &Vm) -> i32 {
    vm.async_hooks.origin_depth.get()
}

/// Have each new coroutine of this thread note in cr_origin who made it: that many frames, 0 for none.
#[native("(depth)")]
fn set_coroutine_origin_tracking_depth(vm: &Vm, depth: i32) -> Res<()> {
    if depth < 0 {
        return Err(vm.value_error("depth must be >= 0"));
    }
    vm.async_hooks.origin_depth.set(depth);
    Ok(())
}
