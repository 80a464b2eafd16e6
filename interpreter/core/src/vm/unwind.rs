//! Raising, handling and propagating exceptions through frames.
//!
//! **Invariant:** while an exception is in flight it is in `vm.raised`. A frame that is unwound drops its
//! whole window; one that handles drops the temporaries from the handler's `depth` on.
#![expect(unsafe_code, reason = "the value stack")]

use super::frame::{Frame, FrameKind, HANDLES_SAME, Vm, clear_registers};
use super::{Raised, Res, frame_object, function_call, generator, trace};
use crate::bytecode::ops::Op;
use crate::object::object::decref;
use crate::object::*;
use std::cell::Cell;

/// Find the handler of the exception in flight, from the innermost frame outwards. Ok: go on in the
/// innermost frame (its pc is set). Err: the frame that `run` was called for is gone too.
/// `again`: a re-raise, which adds no traceback entry for the first frame.
#[cold]
#[inline(never)]
pub(crate) fn unwind(vm: &Vm, raised: Raised, again: bool) -> Res<()> {
    let mut again = again;
    // SAFETY: frames above the sentinel are live; see dispatch for windows.
    unsafe {
        loop {
            let frame = vm.frame.get();
            if !again {
                add_traceback(vm, frame);
                if vm.flags_set() {
                    trace::exception_in(vm, frame);
                }
            }
            let raised_before = std::mem::replace(&mut again, false);
            let code = &(*(*frame).code).payload;
            let at = (*frame).lasti();
            let row = code.exceptions().iter().find(|r| r.start <= at && at < r.end);
            if let Some(row) = row.filter(|_| !vm.is_stopping()) {
                let from = row.depth as usize;
                let in_flight = vm.raised.take();
                clear_registers(
                    (*frame).fp.add(from),
                    (code.nregs as usize).saturating_sub(from).min(256 - from.min(256)),
                );
                vm.raised.assign(in_flight);
                (*frame).pc.set((code.start() as *const u32).add(row.handler as usize));
                return Ok(());
            }
            if vm.flags_set() {
                trace::exception_out_of(vm, frame);
            }
            if raised_before {
                back_to_raise(vm, frame);
            }
            let in_flight = vm.raised.take();
            function_call::leave_window(vm, frame);
            vm.raised.assign(in_flight);
            vm.frame.set(frame.sub(1));
            match (*frame).kind {
                FrameKind::Call => drop_word(vm, (*frame).fp.sub(1)),
                FrameKind::Init | FrameKind::Getter | FrameKind::Operator => {
                    // The frame was popped: what runs on dropping may overwrite it.
                    let place = (*frame).fp.sub(1);
                    drop_word(vm, (*frame).extra.as_ptr());
                    drop_word(vm, place);
                }
                FrameKind::Entry => {
                    drop_word(vm, (*frame).fp.sub(1));
                    return Err(raised);
                }
                FrameKind::For | FrameKind::Send | FrameKind::SendCall => {
                    generator::convert_stop(vm, code);
                    finish_keeping(vm, frame);
                }
                FrameKind::EntryGenerator | FrameKind::Driven => {
                    generator::convert_stop(vm, code);
                    finish_keeping(vm, frame);
                    return Err(raised);
                }
            }
        }
    }
}

/// The frame ends where the exception was raised in it, not at the end of the handler that let it through: what
/// `f_lineno` says afterwards.
unsafe fn back_to_raise(vm: &Vm, frame: *mut Frame) {
    let reraise = *(*frame).pc.get().sub(1);
    if reraise as u8 != Op::Reraise as u8 || reraise >> 24 != 1 {
        return;
    }
    let exception = vm.raised.get();
    let entry = exception
        .as_ref()
        .and_then(|e| e.downcast::<Exception>())
        .and_then(|e| e.traceback.get_as::<Traceback>());
    if let Some(entry) = entry
        && entry.frame.peek() == (*frame).object()
        && let Ok(lasti) = usize::try_from(entry.lasti.get())
    {
        let start = (*(*frame).code).payload.start() as *const u32;
        (*frame).pc.set(start.add(lasti + 1));
    }
}

unsafe fn drop_word(vm: &Vm, p: *mut Value) {
    let in_flight = vm.raised.take();
    let v = std::mem::replace(&mut *p, Value::NULL);
    decref(v);
    vm.raised.assign(in_flight);
}

unsafe fn finish_keeping(vm: &Vm, frame: *mut Frame) {
    let in_flight = vm.raised.take();
    generator::finish(vm, frame);
    vm.raised.assign(in_flight);
}

/// Put one entry for `frame` in front of the exception's traceback.
pub(crate) unsafe fn add_traceback(vm: &Vm, frame: *mut Frame) {
    let Some(exception) = vm.raised.get() else { return };
    let Some(e) = exception.downcast::<Exception>() else { return };
    let in_flight = vm.raised.take();
    let lasti = (*frame).lasti();
    match frame_object::object_of(vm, frame) {
        Ok(f) => {
            let line = f.line();
            let entry = Traceback {
                next: Slot::from(e.traceback.get()),
                frame: Slot::new(f.into_object()),
                lasti: Cell::new(lasti as i32),
                line: Cell::new(line),
            };
            match vm.alloc(entry) {
                Ok(t) => e.traceback.set(t.into_object()),
                Err(r) => drop(vm.take_raised(r)),
            }
        }
        Err(r) => drop(vm.take_raised(r)),
    }
    vm.raised.assign(in_flight);
}

/// Give the exception in flight an entry for the innermost frame if it has none at all.
pub(crate) fn place_untraced(vm: &Vm) {
    let exception = vm.raised.get();
    let untraced = exception
        .as_ref()
        .and_then(|e| e.downcast::<Exception>())
        .is_some_and(|e| !e.traceback.is_set());
    let frame = vm.frame.get();
    // SAFETY: the innermost frame is live; the sentinel has no code.
    unsafe {
        if untraced && !(*frame).code.is_null() {
            add_traceback(vm, frame);
        }
    }
}

/// PushExc.
#[inline]
pub(crate) unsafe fn push_exc(vm: &Vm, fp: *mut Value, a: usize) {
    let exception = vm.raised.0.replace(Value::NULL);
    crate::object::object::incref(exception);
    let mut before = vm.handled.0.replace(exception);
    let outer = resumers(vm);
    if before == outer || exception == outer {
        before = hide_resumers(vm, exception, outer, before);
    }
    let old = [
        std::mem::replace(&mut *fp.add(a), exception),
        std::mem::replace(&mut *fp.add(a + 1), before),
    ];
    decref(old[0]);
    decref(old[1]);
}

/// What PushExc keeps where the resumer's exception is handled again or was handled last: NULL in place of the
/// resumer's, because another one may resume the generator for the rest of the handler.
unsafe fn hide_resumers(vm: &Vm, exception: Value, outer: Value, mut before: Value) -> Value {
    let frame = &*vm.frame.get();
    let same = frame.marks.get() & HANDLES_SAME != 0;
    if before == outer && !same {
        decref(before);
        before = Value::NULL;
    }
    if exception == outer && frame.kind != FrameKind::Call {
        frame.marks.set(frame.marks.get() | HANDLES_SAME);
    }
    before
}

/// What the resumer of the innermost frame handles; NULL where the frame is no generator's.
unsafe fn resumers(vm: &Vm) -> Value {
    let frame = &*vm.frame.get();
    if frame.kind == FrameKind::Call { Value::NULL } else { frame.outer_handled.get() }
}

/// Handle again what was handled before PushExc: in a generator that may be its resumer's exception.
unsafe fn restore_handled(vm: &Vm, mut before: Value) {
    if before.is_null() {
        before = resumers(vm);
        let frame = &*vm.frame.get();
        frame.marks.set(frame.marks.get() & !HANDLES_SAME);
        crate::object::object::incref(before);
    }
    decref(vm.handled.0.replace(before));
}

/// PopExc.
pub(crate) unsafe fn pop_exc(vm: &Vm, fp: *mut Value, a: usize) {
    let before = std::mem::replace(&mut *fp.add(a + 1), Value::NULL);
    let own = std::mem::replace(&mut *fp.add(a), Value::NULL);
    restore_handled(vm, before);
    decref(own);
}

/// Reraise.
pub(crate) unsafe fn reraise(vm: &Vm, fp: *mut Value, a: usize, b: usize) -> Raised {
    let exception = std::mem::replace(&mut *fp.add(a), Value::NULL);
    let before = std::mem::replace(&mut *fp.add(b + 1), Value::NULL);
    restore_handled(vm, before);
    if exception.is_null() {
        return vm.system_error("nothing to raise again");
    }
    vm.raise(Object::from_owned(exception))
}

pub(crate) fn matches_stop_async(vm: &Vm, exception: &Object) -> bool {
    vm.class_of(exception).is_subtype(&vm.types().exception(Exc::StopAsyncIteration))
}

/// The `raise` statement.
pub(crate) fn raise(vm: &Vm, exception: Option<&Object>, cause: Option<&Object>) -> Raised {
    match exception {
        Some(e) => vm.raise_object(e, cause),
        None => vm.raise_again(),
    }
}

/// The end of `except*`.
pub(crate) fn prep_reraise_star(vm: &Vm, original: &Object, raised: &Object) -> Res {
    let raised = vm.collect(raised)?;
    super::unwind_groups::prepare_reraise(vm, original, &raised)
}
