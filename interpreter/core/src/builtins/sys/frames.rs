//! Frames and exceptions of the running thread, as sys shows them.

use crate::native::{NativeDef, natives};
use crate::object::*;
use crate::vm::frame_object::FrameObject;
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![_getframe, _current_frames, _current_exceptions, exc_info, exception];

/// Return a frame object from the call stack.
///
/// If optional integer depth is given, return the frame object that many
/// calls below the top of the stack.  If that is deeper than the call
/// stack, ValueError is raised.  The default for depth is zero, returning
/// the frame at the top of the call stack.
#[native("(depth=0, /)")]
fn _getframe(vm: &Vm, depth: i32) -> Res<Obj<FrameObject>> {
    match vm.frame_at(depth.max(0) as usize)? {
        Some(frame) => Ok(frame),
        None => Err(vm.value_error("call stack is not deep enough")),
    }
}

/// Return a dict mapping each thread's id to its current stack frame.
#[native("()")]
fn _current_frames(vm: &Vm) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    if let Some(frame) = vm.frame_at(0)? {
        dict.set(vm, &vm.int_u64(vm.ident())?, frame.into_object())?;
    }
    Ok(dict)
}

/// Return a dict mapping each thread's id to the exception that it handles.
#[native("()")]
fn _current_exceptions(vm: &Vm) -> Res<Obj<Dict>> {
    let dict = vm.new_dict()?;
    dict.set(vm, &vm.int_u64(vm.ident())?, exc_info(vm)?)?;
    Ok(dict)
}

fn handled(vm: &Vm) -> Option<Object> {
    vm.handled.get().filter(|e| !e.is_none())
}

/// Return current exception information: (type, value, traceback).
///
/// Return information about the most recent exception caught by an except
/// clause in the current stack frame or in an older stack frame.
#[native("()")]
fn exc_info(vm: &Vm) -> Res {
    let Some(e) = handled(vm) else {
        return Ok(vm.tuple(vec![Object::none(), Object::none(), Object::none()])?.into_object());
    };
    let class = vm.class_of(&e).clone().into_object();
    let traceback = e.downcast::<Exception>().and_then(|e| e.traceback.get());
    Ok(vm.tuple(vec![class, e, traceback.unwrap_or_else(Object::none)])?.into_object())
}

/// Return the current exception.
///
/// Return the most recent exception caught by an except clause
/// in the current stack frame or in an older stack frame, or None
/// if no such clause exists.
#[native("()")]
fn exception(vm: &Vm) -> Option<Object> {
    handled(vm)
}
