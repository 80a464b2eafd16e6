//! Tracing, profiling and the hooks of coroutines and asynchronous generators.
//!
//! What calls trace and profile functions is vm/trace.

use super::State;
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

/// Set the global debug tracing function.
///
/// It will be called on each function call.
#[native("(function, /)")]
fn settrace(vm: &Vm, function: &Object) -> Res<()> {
    vm.audit("sys.settrace", Vec::new())?;
    vm.set_trace_function(Some(function.clone()).filter(|f| !f.is_none()));
    Ok(())
}

/// Return the global debug tracing function set with sys.settrace.
#[native("()")]
fn gettrace(vm: &Vm) -> Option<Object> {
    vm.trace_function()
}

/// Set the profiling function.
///
/// It will be called on each function call and return.
#[native("(function, /)")]
fn setprofile(vm: &Vm, function: &Object) -> Res<()> {
    vm.audit("sys.setprofile", Vec::new())?;
    vm.set_profile_function(Some(function.clone()).filter(|f| !f.is_none()));
    Ok(())
}

/// Return the profiling function set with sys.setprofile.
#[native("()")]
fn getprofile(vm: &Vm) -> Option<Object> {
    vm.profile_function()
}

/// Call func(*args), while tracing is enabled.
///
/// The tracing state is saved, and restored afterwards.
#[native("(func, args, /)")]
fn call_tracing(vm: &Vm, func: &Object, args: &Obj<Tuple>) -> Res {
    vm.call_traced(|| vm.call_tuple_dict(func, args, None))
}

structseq! {
    static ASYNCGEN_HOOKS = "sys.asyncgen_hooks", "sys.asyncgen_hooks\n\nHooks of asynchronous generators.", 2, [
        "firstiter": "called when one is first iterated", "finalizer": "called when one dies unfinished"]
}

/// Return the installed asynchronous generators hooks.
///
/// This returns a namedtuple of the form (firstiter, finalizer).
#[native("()")]
fn get_asyncgen_hooks(vm: &Vm) -> Res {
    let state = vm.interp().state::<State>();
    let or_none = |o: Option<Object>| o.unwrap_or_else(Object::none);
    ASYNCGEN_HOOKS.make(
        vm,
        vec![or_none(state.asyncgen_firstiter.get()), or_none(state.asyncgen_finalizer.get())],
    )
}

/// set_asyncgen_hooks(* [, firstiter] [, finalizer])
///
/// Set a finalizer for async generators objects.
#[native("(firstiter=<unrepresentable>, finalizer=<unrepresentable>)", no_signature)]
fn set_asyncgen_hooks(
    vm: &Vm,
    firstiter: crate::native::Maybe<&Object>,
    finalizer: crate::native::Maybe<&Object>,
) -> Res<()> {
    let state = vm.interp().state::<State>();
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
        state.asyncgen_finalizer.set(keep(f));
    }
    if let Some(f) = firstiter {
        state.asyncgen_firstiter.set(keep(f));
    }
    Ok(())
}

/// Check status of origin tracking for coroutine objects in this thread.
#[native("()")]
fn get_coroutine_origin_tracking_depth(vm: &Vm) -> i32 {
    vm.interp().state::<State>().coroutine_origin_depth.get()
}

/// Enable or disable origin tracking for coroutine objects in this thread.
///
/// Coroutine objects will track 'depth' frames of traceback information
/// about where they came from, available in their cr_origin attribute.
///
/// Set a depth of 0 to disable.
#[native("(depth)")]
fn set_coroutine_origin_tracking_depth(vm: &Vm, depth: i32) -> Res<()> {
    if depth < 0 {
        return Err(vm.value_error("depth must be >= 0"));
    }
    vm.interp().state::<State>().coroutine_origin_depth.set(depth);
    Ok(())
}
