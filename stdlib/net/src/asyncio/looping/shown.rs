//! The state of a loop, as programs see and set it.

use super::queue::Ready;
use super::{Loop, native};
use crate::support::*;
use taipan_core::text::order::sort_seldom_by;

/// Whether the loop runs.
#[native("(self, /)")]
pub(super) fn is_running(this: &Obj<Loop>) -> bool {
    this.thread.get() != 0
}

/// Whether close() was called.
#[native("(self, /)")]
pub(super) fn is_closed(this: &Obj<Loop>) -> bool {
    this.closed.get()
}

/// Whether the loop is in debug mode.
#[native("(self, /)")]
pub(super) fn get_debug(this: &Obj<Loop>) -> bool {
    this.debug.get()
}

/// Whether a loop of any kind is in debug mode.
pub(in crate::asyncio) fn is_debug(vm: &Vm, looop: &Object) -> Res<bool> {
    match looop.downcast::<Loop>() {
        Some(native) if native.has_own_debug(vm, looop) => Ok(native.debug.get()),
        _ => vm.truth(&vm.call_method(looop, "get_debug", &[])?),
    }
}

macro_rules! flags {
    ($($name:ident $set:ident $field:ident;)*) => {$(
        #[getter]
        pub(super) fn $name(_vm: &Vm, this: &Obj<Loop>) -> Res<bool> {
            Ok(this.$field.get())
        }

        #[setter]
        pub(super) fn $set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            let value = value.is_some_and(|v| !v.is_none()).then_some(value).flatten();
            let value = value.map_or(Ok(false), |v| vm.truth(v))?;
            native(vm, this)?.$field.set(value);
            Ok(())
        }
    )*};
}

flags! {
    _stopping set_stopping stopping;
    _closed set_closed closed;
    _debug set_debug_flag debug;
}

macro_rules! objects {
    ($($name:ident $set:ident $field:ident;)*) => {$(
        #[getter]
        pub(super) fn $name(_vm: &Vm, this: &Obj<Loop>) -> Res<Option<Object>> {
            Ok(this.$field.get())
        }

        #[setter]
        pub(super) fn $set(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
            native(vm, this)?.$field.assign(value.filter(|v| !v.is_none()).cloned());
            Ok(())
        }
    )*};
}

objects! {
    _task_factory set_task_factory task_factory;
    _current_handle set_current_handle current_handle;
    _selector set_selector selector;
}

#[getter]
pub(super) fn slow_callback_duration(vm: &Vm, this: &Obj<Loop>) -> Res {
    this.slow.get().map_or_else(|| vm.float(0.1), Ok)
}

#[setter]
pub(super) fn set_slow_callback_duration(
    vm: &Vm,
    this: &Object,
    value: Option<&Object>,
) -> Res<()> {
    native(vm, this)?.slow.assign(value.cloned());
    Ok(())
}

#[getter]
pub(super) fn _thread_id(vm: &Vm, this: &Obj<Loop>) -> Res<Option<Object>> {
    match this.thread.get() {
        0 => Ok(None),
        id => vm.int_u64(id).map(Some),
    }
}

#[setter]
pub(super) fn set_thread_id(vm: &Vm, this: &Object, value: Option<&Object>) -> Res<()> {
    let id = match value.filter(|v| !v.is_none()) {
        Some(value) => vm.as_i64(value).unwrap_or(-1) as u64,
        None => 0,
    };
    native(vm, this)?.thread.set(id);
    Ok(())
}

/// The calls in the queue as handles: a copy, for who looks from outside.
#[getter]
pub(super) fn _ready(vm: &Vm, this: &Obj<Loop>) -> Res {
    let mut handles = Vec::new();
    for item in this.ready.borrow().iter() {
        if let Ready::Handle(handle) = item {
            handles.push(handle.as_object().clone());
        }
    }
    Ok(vm.list(handles)?.into_object())
}

/// The timers: a copy.
#[getter]
pub(super) fn _scheduled(vm: &Vm, this: &Obj<Loop>) -> Res {
    let mut timers: Vec<(f64, u64, Object)> = this
        .timers
        .borrow()
        .iter()
        .map(|t| (t.when, t.number, t.handle.as_object().clone()))
        .collect();
    sort_seldom_by(&mut timers, &|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).is_lt());
    Ok(vm.list(timers.into_iter().map(|t| t.2).collect())?.into_object())
}
