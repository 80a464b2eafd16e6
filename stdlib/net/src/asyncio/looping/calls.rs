//! Calls that the loop is asked for: in the next turn, after some time, at a time.

use super::queue::{Ready, Timer};
use super::{Loop, own};
use crate::asyncio::handle::Handle;
use crate::asyncio::{task, transport};
use crate::support::*;

/// Have a loop of any kind run something in its next turn.
pub(in crate::asyncio) fn soon(vm: &Vm, looop: &Object, item: Ready) -> Res<()> {
    if let Some(native) = looop.downcast::<Loop>()
        && !native.debug.get()
        && native.has_own(vm, looop, own::CALL_SOON)
    {
        native.check_closed(vm)?;
        return native.push(vm, item);
    }
    let (function, argument, context) = match item {
        Ready::Handle(handle) => (vm.getattr_named(handle.as_object(), "_run")?, None, None),
        Ready::Step { task, exception } => {
            (task::step_of(vm, &task, exception)?, None, Some(task::context_of(vm, &task)?))
        }
        Ready::Wake { task, future } => (
            task::wakeup_of(vm, &task)?,
            Some(future.into_object()),
            Some(task::context_of(vm, &task)?),
        ),
        Ready::Done { function, future, context } => {
            (function, Some(future.into_object()), Some(context))
        }
        Ready::Transport { transport, work } => {
            (transport::call_of(vm, &transport, work)?, None, None)
        }
    };
    let method = vm.getattr_named(looop, "call_soon")?;
    let mut args = vec![function];
    args.extend(argument);
    let context = context.unwrap_or_else(Object::none);
    vm.call_named(&method, &args, &[("context", context)]).map(drop)
}

/// `loop.time()`, of a loop of any kind.
pub(in crate::asyncio) fn time_of(vm: &Vm, looop: &Object) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::TIME)) {
        Some(_) => vm.float(monotonic()),
        None => vm.call_method(looop, "time", &[]),
    }
}

/// `loop.call_later(delay, callback, *args)`, of a loop of any kind.
pub(in crate::asyncio) fn call_after(
    vm: &Vm,
    looop: &Object,
    delay: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::CALL_LATER)) {
        Some(native) => Ok(call_later(vm, native, delay, callback, args, None)?.into_object()),
        None => call_with_time(vm, looop, "call_later", delay, callback, args),
    }
}

/// `loop.call_at(when, callback, *args)`, of a loop of any kind.
pub(in crate::asyncio) fn call_when(
    vm: &Vm,
    looop: &Object,
    when: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    match looop.downcast::<Loop>().filter(|native| native.has_own(vm, looop, own::CALL_AT)) {
        Some(native) => Ok(call_at(vm, native, when, callback, args, None)?.into_object()),
        None => call_with_time(vm, looop, "call_at", when, callback, args),
    }
}

fn call_with_time(
    vm: &Vm,
    looop: &Object,
    method: &str,
    time: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    let mut all = vec![time.clone(), callback.clone()];
    all.extend_from_slice(args);
    vm.call_method(looop, method, &all)
}

/// In debug mode: the call must come from the loop's thread, and be of what can be called.
fn check_call(vm: &Vm, this: &Object, callback: &Object, method: &str) -> Res<()> {
    vm.call_method(this, "_check_thread", &[])?;
    let name = vm.str(method)?.into_object();
    vm.call_method(this, "_check_callback", &[callback.clone(), name]).map(drop)
}

/// Call a function in the next turn, after what was added before. context: the context to call it in, None for a
/// copy of the current one. Returns a Handle.
#[native("(self, callback, *args, context=None)")]
pub(super) fn call_soon(
    vm: &Vm,
    this: &Obj<Loop>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let debug = this.debug.get();
    if debug {
        check_call(vm, object, callback, "call_soon")?;
    }
    let handle = Handle::with(vm, object, callback, args, context, false)?;
    if debug {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    this.push(vm, Ready::Handle(handle.clone()))?;
    Ok(handle)
}

/// The same from any thread: the loop is woken if it waits.
#[native("(self, callback, *args, context=None)")]
pub(super) fn call_soon_threadsafe(
    vm: &Vm,
    this: &Obj<Loop>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let handle = Handle::with(vm, object, callback, args, context, false)?;
    if this.debug.get() {
        let name = vm.str("call_soon_threadsafe")?.into_object();
        vm.call_method(object, "_check_callback", &[callback.clone(), name])?;
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    this.push(vm, Ready::Handle(handle.clone()))?;
    vm.call_method(object, "_write_to_self", &[])?;
    Ok(handle)
}

/// Call a function after so many seconds. Returns a TimerHandle, by which it can be cancelled.
#[native("(self, delay, callback, *args, context=None)")]
pub(super) fn call_later(
    vm: &Vm,
    this: &Obj<Loop>,
    delay: &Object,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    if delay.is_none() {
        return Err(vm.type_error("delay must not be None"));
    }
    let now = now(vm, this)?;
    let when = now + to_f64(vm, delay)?;
    schedule(vm, this, when, None, callback, args, context)
}

/// Call a function at a time of the loop's clock. Returns a TimerHandle.
#[native("(self, when, callback, *args, context=None)")]
pub(super) fn call_at(
    vm: &Vm,
    this: &Obj<Loop>,
    when: &Object,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    if when.is_none() {
        return Err(vm.type_error("when cannot be None"));
    }
    let seconds = to_f64(vm, when)?;
    schedule(vm, this, seconds, Some(when), callback, args, context)
}

fn schedule(
    vm: &Vm,
    this: &Obj<Loop>,
    when: f64,
    shown: Option<&Object>,
    callback: &Object,
    args: &[Object],
    context: Option<&Object>,
) -> Res<Obj<Handle>> {
    this.check_closed(vm)?;
    let object = this.as_object();
    let debug = this.debug.get();
    if debug {
        check_call(vm, object, callback, "call_at")?;
    }
    let handle = Handle::with(vm, object, callback, args, context, true)?;
    handle.set_time(when, shown);
    if debug {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc_of(&this.timer_class(vm)?, handle)?;
    let number = this.timer_number.get();
    this.timer_number.set(number + 1);
    let mut timers = this.timers.borrow_mut();
    if timers.try_reserve(1).is_err() {
        drop(timers);
        return Err(vm.no_memory(NoMemory));
    }
    timers.push(Timer { when, number, handle: handle.clone() });
    drop(timers);
    handle.scheduled.set(true);
    Ok(handle)
}

/// Now, in seconds of the loop's clock.
pub(super) fn now(vm: &Vm, this: &Obj<Loop>) -> Res<f64> {
    if this.has_own(vm, this.as_object(), own::TIME) {
        return Ok(monotonic());
    }
    to_f64(vm, &vm.call_method(this.as_object(), "time", &[])?)
}

fn monotonic() -> f64 {
    taipan_sys::time::monotonic_nanos() as f64 * 1e-9
}

/// The loop's clock, in seconds: time.monotonic().
#[native("(self, /)")]
pub(super) fn time(_this: &Obj<Loop>) -> f64 {
    monotonic()
}

/// Have the next turn run a handle, unless it is cancelled.
#[native("(self, handle)", name = "_add_callback")]
pub(super) fn add_callback(vm: &Vm, this: &Obj<Loop>, handle: &Object) -> Res<()> {
    let Some(handle) = handle.downcast::<Handle>() else {
        return Err(vm.type_error("a Handle was expected"));
    };
    if handle.cancelled.get() {
        return Ok(());
    }
    this.push(vm, Ready::Handle(handle.clone()))
}

/// A timer of this loop is cancelled.
#[native("(self, handle)", name = "_timer_handle_cancelled")]
pub(super) fn timer_handle_cancelled(this: &Obj<Loop>, handle: &Object) {
    if let Some(handle) = handle.downcast::<Handle>() {
        this.timer_cancelled(handle);
    }
}
