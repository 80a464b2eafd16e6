//! Descriptors that a program has the loop watch.

use super::Loop;
use crate::asyncio::handle::{self, Handle};
use crate::asyncio::watching::{Side, Watcher};
use crate::support::*;

/// Call a function when a descriptor can be read.
#[native(
    "(self, fd, callback, *args)",
    name = "_add_reader",
    python = "BaseSelectorEventLoop._add_reader"
)]
pub(super) fn add_reader(
    vm: &Vm,
    this: &Obj<Loop>,
    fd: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    watch(vm, this, Side::Read, fd, callback, args)
}

/// Call a function when a descriptor can be written.
#[native(
    "(self, fd, callback, *args)",
    name = "_add_writer",
    python = "BaseSelectorEventLoop._add_writer"
)]
pub(super) fn add_writer(
    vm: &Vm,
    this: &Obj<Loop>,
    fd: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    watch(vm, this, Side::Write, fd, callback, args)
}

/// Take the function for reading a descriptor back; whether there was one.
#[native("(self, fd)", name = "_remove_reader", python = "BaseSelectorEventLoop._remove_reader")]
pub(super) fn remove_reader(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    forget(vm, this, Side::Read, fd)
}

/// Take the function for writing a descriptor back; whether there was one.
#[native("(self, fd)", name = "_remove_writer", python = "BaseSelectorEventLoop._remove_writer")]
pub(super) fn remove_writer(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    forget(vm, this, Side::Write, fd)
}

fn watch(
    vm: &Vm,
    this: &Obj<Loop>,
    side: Side,
    fd: &Object,
    callback: &Object,
    args: &[Object],
) -> Res {
    let poller = this.waits_with();
    let Some(poller) = poller else {
        let name = match side {
            Side::Read => "_selector_add_reader",
            Side::Write => "_selector_add_writer",
        };
        let mut all = vec![fd.clone(), callback.clone()];
        all.extend_from_slice(args);
        return vm.call_method(this.as_object(), name, &all);
    };
    this.check_closed(vm)?;
    let fd = file_number(vm, fd)?;
    let handle = Handle::with(vm, this.as_object(), callback, args, None, false)?;
    if this.debug.get() {
        handle.note_origin(vm)?;
    }
    let handle = vm.alloc(handle)?;
    let before = poller.watch(vm, fd, side, Some(handle.clone()))?;
    if let Some(Watcher::Handle(before)) = before {
        handle::cancel_handle(vm, &before)?;
    }
    Ok(handle.into_object())
}

fn forget(vm: &Vm, this: &Obj<Loop>, side: Side, fd: &Object) -> Res {
    let poller = this.waits_with();
    let Some(poller) = poller else {
        let name = match side {
            Side::Read => "_selector_remove_reader",
            Side::Write => "_selector_remove_writer",
        };
        return vm.call_method(this.as_object(), name, std::slice::from_ref(fd));
    };
    if this.closed.get() {
        return Ok(Object::bool(false));
    }
    let before = poller.watch(vm, file_number(vm, fd)?, side, None)?;
    if let Some(Watcher::Handle(handle)) = &before {
        handle::cancel_handle(vm, handle)?;
    }
    Ok(Object::bool(before.is_some()))
}

/// The transport of ours that uses a descriptor, or None.
#[native("(self, fd)", name = "_transport_at")]
pub(super) fn transport_at(this: &Obj<Loop>, fd: i32) -> Option<Object> {
    this.waits_with()?.transport_at(fd)
}

/// The descriptor of a file, ValueError if it has none.
fn file_number(vm: &Vm, file: &Object) -> Res<i32> {
    let number = match vm.class_of(file).has(type_flags::INT) {
        true => Ok(file.clone()),
        false => vm.call_method(file, "fileno", &[]).and_then(|n| vm.index(&n)),
    };
    let number = match number {
        Ok(number) => vm.as_i64(&number).and_then(|n| i32::try_from(n).ok()),
        Err(raised) => {
            let exception = vm.take_raised(raised);
            let expected = [Exc::AttributeError, Exc::TypeError, Exc::ValueError];
            let is_expected = expected
                .into_iter()
                .any(|kind| vm.class_of(&exception).is_subtype(&vm.types().exception(kind)));
            if !is_expected {
                return Err(vm.raise(exception));
            }
            let shown = vm.repr_string(file)?;
            return Err(vm.value_error(format_args!("Invalid file object: {shown}")));
        }
    };
    match number {
        Some(number) if number >= 0 => Ok(number),
        _ => {
            let shown = vm.repr_string(file)?;
            Err(vm.value_error(format_args!("Invalid file descriptor: {shown}")))
        }
    }
}

/// Whether a loop without a selector watches a descriptor for reading, and for writing.
#[native("(self, fd)", name = "_watches")]
pub(super) fn watches(vm: &Vm, this: &Obj<Loop>, fd: &Object) -> Res {
    let poller = this.waits_with();
    let fd = file_number(vm, fd)?;
    let (reads, writes) = poller.map_or((false, false), |poller| poller.watches(fd));
    Ok(vm.tuple(vec![Object::bool(reads), Object::bool(writes)])?.into_object())
}
