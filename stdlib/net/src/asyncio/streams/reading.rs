//! How far each kind of read is: what is done now, and what is waited for.
//!
//! A read looks at what has come, waits if that is not enough, and looks again. What was waited for is forgotten by the
//! reader before the read goes on.

use super::reader::{StreamReader, maybe_resume, own, waiter_for};
use crate::asyncio::awaiting::{Awaiting, Came, Kind, Step, plain_future};
use crate::support::*;
use taipan_core::native::buffer::bytes_of;

pub(super) static READ: Kind = Kind { name: "StreamReader.read", step: read_step };
pub(super) static EXACTLY: Kind = Kind { name: "StreamReader.readexactly", step: exactly_step };
pub(super) static UNTIL: Kind = Kind { name: "StreamReader.readuntil", step: until_step };
pub(super) static LINE: Kind = Kind { name: "StreamReader.readline", step: line_step };
/// As [`LINE`], but the end is StopAsyncIteration.
pub(super) static NEXT: Kind = Kind { name: "StreamReader.__anext__", step: next_step };
pub(super) static WAIT_FOR_DATA: Kind =
    Kind { name: "StreamReader._wait_for_data", step: wait_for_data_step };

/// Phases of a read, behind 0.
mod phase {
    /// It looks at what has come, or waits for more.
    pub const LOOKS: u8 = 1;
    /// `read()` gathers everything.
    pub const GATHERS: u8 = 2;
    /// It waits for a method that was replaced.
    pub const READ: u8 = 3;
    pub const READ_UNTIL: u8 = 4;
    pub const READ_LINE: u8 = 5;
}

/// What was waited for is over; the reader forgets it.
#[inline]
fn over(call: &Awaiting, reader: &StreamReader) {
    if let Some(future) = call.other.take() {
        reader.forget_waiter(&future);
    }
}

/// Wait for more.
fn wait(vm: &Vm, call: &Awaiting, reader: &Obj<StreamReader>, name: &str) -> Res<Step> {
    let object = reader.as_object();
    if reader.has_own(vm, object, own::WAIT_FOR_DATA) {
        return wait_here(vm, call, reader, name);
    }
    let name = vm.str(name)?.into_object();
    vm.call_method(object, "_wait_for_data", &[name]).map(Step::Await)
}

fn wait_here(vm: &Vm, call: &Awaiting, reader: &Obj<StreamReader>, name: &str) -> Res<Step> {
    let future = waiter_for(vm, reader, name)?;
    call.other.set(future.clone());
    Ok(match plain_future(vm, &future) {
        Some(future) => Step::Future(future.clone()),
        None => Step::Await(future),
    })
}

fn wait_for_data_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    over(call, &reader);
    came.value(vm)?;
    if call.phase.replace(phase::LOOKS) != 0 {
        return Ok(Step::Done(Object::none()));
    }
    let name = call.item.get().unwrap_or_else(Object::none);
    let name = vm.to_str(&name)?.to_string_lossy();
    wait_here(vm, call, &reader, &name)
}

fn check_exception(vm: &Vm, reader: &StreamReader) -> Res<()> {
    match reader.exception.get() {
        None => Ok(()),
        Some(exception) => Err(vm.raise_object(&exception, None)),
    }
}

/// Take so many bytes; the transport may go on.
fn take(vm: &Vm, reader: &Obj<StreamReader>, n: usize) -> Res<Step> {
    let bytes = reader.with_queue(vm, |queue| queue.take(vm, n))?;
    maybe_resume(vm, reader)?;
    Ok(Step::Done(bytes))
}

/// The size that was given. What is none fails as a comparison with 0 does.
fn size(vm: &Vm, call: &Awaiting) -> Res<i64> {
    let n = call.item.get().unwrap_or_else(Object::none);
    match n.as_small_int() {
        Some(n) => Ok(n),
        None => {
            vm.compare_bool(&n, &Object::small(0), CmpOp::Lt)?;
            vm.index_clamped(&n)
        }
    }
}

fn empty(vm: &Vm) -> Res<Step> {
    Ok(Step::Done(vm.bytes(b"")?.into_object()))
}

fn read_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    over(call, &reader);
    let came = came.value(vm)?;
    match call.phase.get() {
        0 => {
            check_exception(vm, &reader)?;
            let n = if call.item.is_set() { size(vm, call)? } else { -1 };
            if n == 0 {
                return empty(vm);
            }
            if n < 0 {
                call.item.set(vm.new_list()?.into_object());
                return gather(vm, call, &reader, None);
            }
            call.number.set(n);
            call.phase.set(phase::LOOKS);
            if !reader.eof.get() && reader.with_queue(vm, |queue| Ok(queue.is_empty()))? {
                return wait(vm, call, &reader, "read");
            }
        }
        phase::GATHERS => return gather(vm, call, &reader, None),
        phase::READ => return gather(vm, call, &reader, Some(came)),
        _ => {}
    }
    take(vm, &reader, usize::try_from(call.number.get()).unwrap_or(0))
}

/// Everything up to the end, as blocks are read; they are kept in a list. `block`: what a `read()` gave that was
/// replaced.
fn gather(
    vm: &Vm,
    call: &Awaiting,
    reader: &Obj<StreamReader>,
    block: Option<Object>,
) -> Res<Step> {
    if let Some(block) = block {
        if !vm.truth(&block)? {
            return gathered(vm, call);
        }
        keep(vm, call, block)?;
    }
    let object = reader.as_object();
    if !reader.has_own(vm, object, own::READ) {
        call.phase.set(phase::READ);
        let limit = vm.getattr_named(object, "_limit")?;
        return vm.call_method(object, "read", &[limit]).map(Step::Await);
    }
    call.phase.set(phase::GATHERS);
    loop {
        check_exception(vm, reader)?;
        let all = reader.with_queue(vm, |queue| match queue.is_empty() {
            true => Ok(None),
            false => queue.take(vm, usize::MAX).map(Some),
        })?;
        match all {
            Some(all) => keep(vm, call, all)?,
            None if reader.eof.get() => return gathered(vm, call),
            None => return wait(vm, call, reader, "read"),
        }
        maybe_resume(vm, reader)?;
    }
}

fn keep(vm: &Vm, call: &Awaiting, block: Object) -> Res<()> {
    match call.item.get_as::<List>() {
        Some(blocks) => blocks.push(block).map_err(|none| vm.no_memory(none)),
        None => Ok(()),
    }
}

fn gathered(vm: &Vm, call: &Awaiting) -> Res<Step> {
    let blocks = call.item.take().unwrap_or_else(Object::none);
    let only = blocks.downcast::<List>().filter(|l| l.len() == 1).and_then(|l| l.get(0));
    if let Some(only) = only.filter(|only| only.downcast_exact::<Bytes>().is_some()) {
        return Ok(Step::Done(only));
    }
    let none = vm.bytes(b"")?.into_object();
    vm.call_method(&none, "join", &[blocks]).map(Step::Done)
}

fn exactly_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    over(call, &reader);
    came.value(vm)?;
    if call.phase.get() == 0 {
        let n = size(vm, call)?;
        if n < 0 {
            return Err(vm.value_error("readexactly size can not be less than zero"));
        }
        check_exception(vm, &reader)?;
        if n == 0 {
            return empty(vm);
        }
        call.number.set(n);
        call.phase.set(phase::LOOKS);
    }
    let n = usize::try_from(call.number.get()).unwrap_or(0);
    if reader.with_queue(vm, |queue| Ok(queue.len() >= n))? {
        return take(vm, &reader, n);
    }
    if !reader.eof.get() {
        return wait(vm, call, &reader, "readexactly");
    }
    let partial = reader.with_queue(vm, |queue| queue.take(vm, usize::MAX))?;
    let expected = call.item.get().unwrap_or_else(Object::none);
    Err(raise(vm, "IncompleteReadError", &[partial, expected]))
}

/// An exception of `asyncio.exceptions`.
#[cold]
fn raise(vm: &Vm, class: &str, args: &[Object]) -> Raised {
    match make(vm, class, args) {
        Ok(exception) => vm.raise_object(&exception, None),
        Err(raised) => raised,
    }
}

fn make(vm: &Vm, class: &str, args: &[Object]) -> Res {
    let class = vm.getattr_named(&vm.import("asyncio.exceptions")?, class)?;
    vm.call(&class, args)
}

/// Where a separator was looked for.
enum Found {
    /// It ends there.
    Until(usize),
    /// More must come first.
    NotYet,
    /// Nothing more comes.
    Never,
    /// It is there, or not before there, which is behind the limit.
    TooFar { at: usize, is_there: bool },
}

/// The separator was not in the first `call.number` bytes.
fn look(vm: &Vm, call: &Awaiting, reader: &StreamReader, separator: &[u8]) -> Res<Found> {
    let from = usize::try_from(call.number.get()).unwrap_or(0);
    reader.with_queue(vm, |queue| {
        if queue.len().saturating_sub(from) >= separator.len() {
            if let Some(at) = queue.find(separator, from) {
                return Ok(match at > reader.limit() {
                    true => Found::TooFar { at, is_there: true },
                    false => Found::Until(at + separator.len()),
                });
            }
            let at = queue.len() + 1 - separator.len();
            call.number.set(at as i64);
            if at > reader.limit() {
                return Ok(Found::TooFar { at, is_there: false });
            }
        }
        Ok(if reader.eof.get() { Found::Never } else { Found::NotYet })
    })
}

fn look_for(vm: &Vm, call: &Awaiting, reader: &StreamReader) -> Res<Found> {
    let Some(separator) = call.item.get() else { return look(vm, call, reader, b"\n") };
    if let Some(bytes) = separator.downcast_exact::<Bytes>() {
        check_separator(vm, bytes.as_slice().len())?;
        return look(vm, call, reader, bytes.as_slice());
    }
    check_separator(vm, vm.len(&separator)?)?;
    if vm.class_of(&separator).slots().buffer.is_none() {
        let class = vm.type_name(&separator);
        return Err(vm.type_error(format_args!(
            "argument should be integer or bytes-like object, not '{class}'"
        )));
    }
    let bytes = bytes_of(vm, &separator)?;
    check_separator(vm, bytes.len())?;
    look(vm, call, reader, &bytes)
}

fn check_separator(vm: &Vm, len: usize) -> Res<()> {
    if len == 0 {
        return Err(vm.value_error("Separator should be at least one-byte string"));
    }
    Ok(())
}

const IS_THERE: &str = "Separator is found, but chunk is longer than limit";
const IS_NOT_THERE: &str = "Separator is not found, and chunk exceed the limit";

fn overrun(is_there: bool) -> &'static str {
    if is_there { IS_THERE } else { IS_NOT_THERE }
}

fn until_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    over(call, &reader);
    came.value(vm)?;
    if call.phase.replace(phase::LOOKS) == 0 {
        if let Some(separator) = call.item.get() {
            check_separator(vm, vm.len(&separator)?)?;
        }
        check_exception(vm, &reader)?;
    }
    match look_for(vm, call, &reader)? {
        Found::Until(end) => take(vm, &reader, end),
        Found::NotYet => wait(vm, call, &reader, "readuntil"),
        Found::Never => {
            let partial = reader.with_queue(vm, |queue| queue.take(vm, usize::MAX))?;
            Err(raise(vm, "IncompleteReadError", &[partial, Object::none()]))
        }
        Found::TooFar { at, is_there } => {
            let text = vm.str(overrun(is_there))?.into_object();
            Err(raise(vm, "LimitOverrunError", &[text, vm.int_usize(at)?]))
        }
    }
}

fn line_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    over(call, &reader);
    let came = match came {
        Came::Raised(exception) if call.phase.get() == phase::READ_UNTIL => {
            until_failed(vm, &reader, exception)?
        }
        came => came.value(vm)?,
    };
    match call.phase.get() {
        0 => {
            let object = reader.as_object();
            if !reader.has_own(vm, object, own::READ_UNTIL) {
                call.phase.set(phase::READ_UNTIL);
                let separator = vm.bytes(b"\n")?.into_object();
                return vm.call_method(object, "readuntil", &[separator]).map(Step::Await);
            }
            check_exception(vm, &reader)?;
            call.phase.set(phase::LOOKS);
        }
        phase::READ_UNTIL => return Ok(Step::Done(came)),
        _ => {}
    }
    match look(vm, call, &reader, b"\n")? {
        Found::Until(end) => take(vm, &reader, end),
        Found::NotYet => wait(vm, call, &reader, "readuntil"),
        Found::Never => reader.with_queue(vm, |queue| queue.take(vm, usize::MAX)).map(Step::Done),
        Found::TooFar { at, is_there } => {
            let text = vm.str(overrun(is_there))?.into_object();
            let overrun = make(vm, "LimitOverrunError", &[text.clone(), vm.int_usize(at)?])?;
            Err(too_long(vm, &reader, at, text, overrun))
        }
    }
}

fn next_step(vm: &Vm, call: &Obj<Awaiting>, came: Came) -> Res<Step> {
    let reader = call.target_as::<StreamReader>(vm)?;
    let object = reader.as_object();
    let step = if call.phase.get() == phase::READ_LINE {
        Step::Done(came.value(vm)?)
    } else if call.phase.get() == 0 && !reader.has_own(vm, object, own::READ_LINE) {
        call.phase.set(phase::READ_LINE);
        Step::Await(vm.call_method(object, "readline", &[])?)
    } else {
        line_step(vm, call, came)?
    };
    if let Step::Done(line) = &step {
        let is_end = match line.downcast_exact::<Bytes>() {
            Some(bytes) => bytes.as_slice().is_empty(),
            None => vm.eq(line, &vm.bytes(b"")?.into_object())?,
        };
        if is_end {
            return Err(vm.raise_args(Exc::StopAsyncIteration, Vec::new()));
        }
    }
    Ok(step)
}

/// A `readuntil()` that was replaced has raised something.
fn until_failed(vm: &Vm, reader: &Obj<StreamReader>, exception: Object) -> Res {
    let exceptions = vm.import("asyncio.exceptions")?;
    let incomplete = vm.getattr_named(&exceptions, "IncompleteReadError")?;
    if vm.given_exception_matches(&exception, &incomplete) {
        return vm.getattr_named(&exception, "partial");
    }
    let overrun = vm.getattr_named(&exceptions, "LimitOverrunError")?;
    if !vm.given_exception_matches(&exception, &overrun) {
        return Err(vm.raise(exception));
    }
    let consumed = vm.index(&vm.getattr_named(&exception, "consumed")?)?;
    let at = vm.as_i64(&consumed).and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let args = vm.getattr_named(&exception, "args")?;
    let text = vm.getitem(&args, &Object::small(0))?;
    Err(too_long(vm, reader, at, text, exception))
}

/// ValueError for a line behind the limit. If its end is there it is dropped, else everything.
fn too_long(
    vm: &Vm,
    reader: &Obj<StreamReader>,
    at: usize,
    text: Object,
    overrun: Object,
) -> Raised {
    let dropped = reader.with_queue(vm, |queue| {
        match queue.as_slice().get(at) {
            Some(b'\n') => queue.skip(vm, at + 1),
            _ => queue.clear(vm),
        }
        Ok(())
    });
    let made = dropped
        .and_then(|()| maybe_resume(vm, reader))
        .and_then(|()| vm.new_exception(&vm.types().exception(Exc::ValueError), vec![text]));
    match made {
        Ok(exception) => {
            if let Some(e) = exception.downcast::<Exception>() {
                e.context.set(overrun);
            }
            vm.raise(exception)
        }
        Err(raised) => raised,
    }
}
