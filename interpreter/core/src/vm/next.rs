//! Where the loop goes on after something out of line.
//!
//! **Invariant:** a `Next` is the state of the innermost frame, or names the word that makes `run` return
//! (then `vm.outcome` holds the result, or nothing and the exception is in flight), or the word that sends it to
//! the tracing loop, for the innermost frame.
#![expect(unsafe_code, reason = "instruction pointers")]

use super::frame::Vm;
use super::{Raised, unwind};
use crate::bytecode::ops::Op;
use crate::object::*;

/// Instruction pointer and window. Two words, so that it is returned in registers.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Next {
    pub(crate) pc: *const u32,
    pub(crate) fp: *mut Value,
}

/// What `pc` points at when `run` is to return.
static EXIT: [u32; 1] = [Op::Exit as u32];

/// What `pc` points at when the innermost frame goes on in the tracing loop.
static TRACE: [u32; 1] = [Op::Exit as u32 | 1 << 8];

impl Next {
    /// Go on in the innermost frame, where its saved `pc` says.
    #[inline(always)]
    pub(crate) unsafe fn resume(vm: &Vm) -> Next {
        let frame = vm.frame.get();
        Next { pc: (*frame).pc.get(), fp: (*frame).fp }
    }

    /// Go on in the innermost frame, where its saved `pc` says, in the tracing loop.
    #[cold]
    pub(crate) unsafe fn trace(vm: &Vm) -> Next {
        Next { pc: TRACE.as_ptr(), fp: (*vm.frame.get()).fp }
    }

    /// Whether it names the word that makes `run` return.
    pub(crate) fn is_leave(self) -> bool {
        self.pc == EXIT.as_ptr()
    }

    /// Whether it is what `trace` made.
    pub(crate) fn is_trace(self) -> bool {
        self.pc == TRACE.as_ptr()
    }

    /// `run` returns this.
    #[cold]
    pub(crate) fn leave(vm: &Vm, result: Object) -> Next {
        vm.outcome.set(result);
        Next { pc: EXIT.as_ptr(), fp: std::ptr::null_mut() }
    }

    /// `run` returns the exception in flight.
    #[cold]
    pub(crate) fn fail(_: Raised) -> Next {
        Next { pc: EXIT.as_ptr(), fp: std::ptr::null_mut() }
    }
}

/// Unwind to the handler of what was raised in the innermost frame.
#[cold]
#[inline(never)]
pub(crate) unsafe fn raise(vm: &Vm, raised: Raised) -> Next {
    match unwind::unwind(vm, raised, false) {
        Ok(()) => Next::resume(vm),
        Err(e) => Next::fail(e),
    }
}

/// The same for a re-raise, which adds no traceback entry for the innermost frame.
#[cold]
#[inline(never)]
pub(crate) unsafe fn raise_again(vm: &Vm, raised: Raised) -> Next {
    match unwind::unwind(vm, raised, true) {
        Ok(()) => Next::resume(vm),
        Err(e) => Next::fail(e),
    }
}
