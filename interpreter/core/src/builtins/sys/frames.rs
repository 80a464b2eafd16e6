//! Frames and exceptions of the running thread, as sys shows them.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::frame_object::FrameObject;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![_getframe, _current_frames, _current_exceptions, exc_info, exception];

/// A frame of this thread: at depth 0 the caller's own, at 1 that of the code which called it, and so on.
///
/// ValueError if the stack is not so deep.
#[native("(depth=0, /)")]
fn _getframe(vm: &Vm, depth: i32) -> Res<Obj<FrameObject>> {
    match vm.frame_at(depth.max(0) as usize)? {
        Some(frame) => Ok(frame),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

/// Where each thread is now: a dict from thread ids to frames.
#[native("()")]
fn _current_frames(vm: &Vm) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    if let Some(frame) = vm.frame_at(0)? {
        dict.set(vm, &vm.int_u64(vm.ident())?, frame.into_object())?;
    }
    Ok(dict)
}

/// What each thread is handling now: a dict from thread ids to exceptions, or None where there is none.
#[native("()")]
fn _current_exceptions(vm: &Vm) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    dict.set(vm, &vm.int_u64(vm.ident())?, exc_info(vm)?)?;
    Ok(dict)
}

fn handled(vm: &Vm) -> Option<Object> {
    vm.handled.get().filter(|e| !e.is_none())
}

/// (type, value, traceback) of the exception that is being handled, or three times None.
#[native("()")]
fn exc_info(vm: &Vm) -> Res {
    let Some(e) = handled(vm) else {
        return Ok(vm.tuple(vec![Object::none(), Object::none(), Object::none()])?.into_object());
    };
    let class = vm.class_of(&e).clone().into_object();
    let traceback = e.downcast::<Exception>().and_then(|e| e.traceback.get());
    Ok(vm.tuple(vec![class, e, traceback.unwrap_or_else(Object::none)])?.into_object())
}

/// The exception that is being handled, None outside of any `except` and `finally` for one.
#[native("()")]
fn exception(vm: &Vm) -> Option<Object> {
    handled(vm)
}
