//! The type `traceback`, and the display of exceptions (in the files below).

pub(crate) mod carets;
pub mod print;
pub(crate) mod source;
pub(crate) mod suggest;
mod syntax_error;
pub mod uncaught;

use crate::native::getsets;
use crate::object::*;
use crate::vm::frame_object::FrameObject;
use crate::vm::{Res, Vm};
use std::cell::Cell;
use taipan_macros::{getter, native, setter};

pub use uncaught::report_unraisable;

/// The type `traceback`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nOne step of the way that an exception took: the frame, with the place in it, and the next step inwards.",
    slots: Slots { new: Some(<new as crate::native::NativeConstructor>::new), ..Slots::NONE },
    getsets: getsets![tb_next: set_tb_next, tb_frame, tb_lasti, tb_lineno],
    ..TypeSpec::new::<Traceback>("traceback")
};

/// Create a traceback entry.
#[native("(cls, tb_next, tb_frame, tb_lasti, tb_lineno)", name = "TracebackType", constructor)]
fn new(
    vm: &Vm,
    class: &Obj<Type>,
    tb_next: &Object,
    tb_frame: &Object,
    tb_lasti: i32,
    tb_lineno: i32,
) -> Res {
    if tb_frame.downcast::<FrameObject>().is_none() {
        return Err(vm.type_error(format_args!(
            "TracebackType() argument 'tb_frame' must be frame, not {}",
            vm.type_name(tb_frame)
        )));
    }
    let next = match tb_next {
        n if n.is_none() => Slot::empty(),
        n if n.downcast::<Traceback>().is_some() => Slot::new(n.clone()),
        n => {
            return Err(vm.type_error(format_args!(
                "expected traceback object or None, got '{}'",
                vm.type_name(n)
            )));
        }
    };
    let entry = Traceback {
        next,
        frame: Slot::new(tb_frame.clone()),
        lasti: Cell::new(tb_lasti / 2),
        line: Cell::new(tb_lineno.max(0) as u32),
    };
    Ok(vm.alloc_of(class, entry)?.into_object())
}

#[getter]
fn tb_next(_vm: &Vm, this: &Obj<Traceback>) -> Option<Object> {
    this.next.get()
}

#[setter]
fn set_tb_next(vm: &Vm, this: &Obj<Traceback>, value: Option<&Object>) -> Res<()> {
    let Some(value) = value else { return Err(vm.type_error("can't delete tb_next attribute")) };
    if value.is_none() {
        drop(this.next.take());
        return Ok(());
    }
    let Some(next) = value.downcast::<Traceback>() else {
        return Err(
            vm.type_error(format_args!("expected traceback object, got '{}'", vm.type_name(value)))
        );
    };
    let mut at = Some(next.clone());
    while let Some(t) = at {
        if t.is(this) {
            return Err(vm.value_error("traceback loop detected"));
        }
        at = t.next.get_as::<Traceback>();
    }
    this.next.set(value.clone());
    Ok(())
}

#[getter]
fn tb_frame(_vm: &Vm, this: &Obj<Traceback>) -> Option<Object> {
    this.frame.get()
}

/// In halves of words, so that `co_positions` has the entry `tb_lasti // 2`.
#[getter]
fn tb_lasti(_vm: &Vm, this: &Obj<Traceback>) -> i64 {
    this.lasti.get() as i64 * 2
}

#[getter]
fn tb_lineno(_vm: &Vm, this: &Obj<Traceback>) -> i64 {
    this.line.get() as i64
}
