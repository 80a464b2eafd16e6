//! Waiting for time, and for several things at once: sleep, wait, wait_for, gather, ensure_future.
//!
//! What is told of a future's end is a native object that can be called, so that loops of any kind can do it; callbacks
//! run in the turn in which CPython's would.

mod deadline;
mod gathering;
mod groups;
mod shielding;
mod sleeping;
mod taskgroup;
mod timeouts;

pub(super) use deadline::wait_for;
pub(super) use gathering::gather;
pub(super) use groups::wait;
pub(super) use shielding::shield;
pub(super) use sleeping::sleep;
pub(super) use taskgroup::SPEC as TASK_GROUP;
pub(super) use timeouts::{SPEC as TIMEOUT, timeout, timeout_at};

use super::awaiting::{is_native_coroutine, plain_future};
use super::future::{Future, Stage};
use super::looping::new_task;
use super::running::{loop_for, running};
use super::state::state;
use crate::support::*;

/// `iscoroutine(object)`.
fn is_coroutine(vm: &Vm, object: &Object) -> Res<bool> {
    if object.downcast::<Future>().is_some() {
        return Ok(false);
    }
    if object.downcast_exact::<Generator>().is_some_and(|g| g.is_coroutine())
        || is_native_coroutine(object)
    {
        return Ok(true);
    }
    let check = state(vm).is_coroutine(vm)?;
    vm.truth(&vm.call(&check, std::slice::from_ref(object))?)
}

/// `isfuture(object)`.
fn is_future(vm: &Vm, object: &Object) -> Res<bool> {
    if object.downcast::<Future>().is_some() {
        return Ok(true);
    }
    let check = state(vm).is_future(vm)?;
    vm.truth(&vm.call(&check, std::slice::from_ref(object))?)
}

/// A future for something that can be awaited: itself, or a task.
#[native("(coro_or_future, *, loop=None)", python)]
pub(super) fn ensure_future(vm: &Vm, coro_or_future: &Object, r#loop: Option<&Object>) -> Res {
    if let Some(future) = plain_future(vm, coro_or_future) {
        if r#loop.is_some_and(|given| !future.looop.get().is_some_and(|its| its.is(given))) {
            return Err(vm.value_error(
                "The future belongs to a different loop than the one specified as the loop argument",
            ));
        }
        return Ok(coro_or_future.clone());
    }
    let is_ours = coro_or_future.downcast_exact::<Generator>().is_some_and(|g| g.is_coroutine())
        || is_native_coroutine(coro_or_future);
    if is_ours {
        let looop = r#loop.map_or_else(|| loop_for(vm), |given| Ok(given.clone()))?;
        if let Some(task) = new_task(vm, &looop, coro_or_future)? {
            return Ok(task);
        }
    }
    let general = state(vm).ensure_future(vm)?;
    let looop = r#loop.cloned().unwrap_or_else(Object::none);
    vm.call_named(&general, std::slice::from_ref(coro_or_future), &[("loop", looop)])
}

/// The loop that was given as in 3.6, if none runs: what is called in a loop runs in that one.
fn given_loop(vm: &Vm, given: Option<&Object>) -> Option<Object> {
    given.filter(|_| running(vm).is_none()).cloned()
}

/// The exception of a future that is done and was not cancelled; it counts as seen.
fn exception_of(vm: &Vm, future: &Object) -> Res<Option<Object>> {
    match plain_future(vm, future) {
        Some(native) if native.stage.get() == Stage::Finished => {
            native.unseen.set(false);
            Ok(native.exception.get())
        }
        _ => {
            let exception = vm.call_method(future, "exception", &[])?;
            Ok(Some(exception).filter(|e| !e.is_none()))
        }
    }
}

/// `future.add_done_callback(function, context=context)`.
fn tell(vm: &Vm, future: &Object, function: &Object, context: &Object) -> Res<()> {
    if let Some(native) = plain_future(vm, future) {
        return native.when_done(vm, native, function, context);
    }
    let method = vm.getattr_named(future, "add_done_callback")?;
    vm.call_named(&method, std::slice::from_ref(function), &[("context", context.clone())])
        .map(drop)
}
