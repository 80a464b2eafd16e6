//! Switching between a frame and a generator within the loop: the frequent cases of `generator`, which does the rest.
//!
//! **Invariant:** each function does the whole switch, or touches nothing and gives None. What may run Python (the
//! end of an object) comes after frames and registers are in order.
#![expect(unsafe_code, reason = "moves windows")]

use super::frame::{Frame, FrameKind, Vm};
use super::generator::{RUN, take_window};
use super::next::Next;
use crate::bytecode::code::flags;
use crate::bytecode::ops::FAR_BASE;
use crate::object::header::header_flags;
use crate::object::object::{Boxed, decref, destroy_done_generator, incref};
use crate::object::*;

#[inline(always)]
unsafe fn payload<'a>(generator: Value) -> &'a Generator {
    &(*(generator.ptr() as *const Boxed<Generator>)).payload
}

/// Resume a generator or coroutine from the innermost frame, which gives it `sent` (owned).
#[inline(always)]
pub(super) unsafe fn enter(
    vm: &Vm,
    generator: Value,
    kind: FrameKind,
    dst: u8,
    sent: Value,
) -> Option<Next> {
    let g = payload(generator);
    let started = g.state.get() == GeneratorState::Suspended;
    if !started && (g.state.get() != GeneratorState::Created || sent != Value::NONE) {
        return None;
    }
    let code = g.code.as_ptr();
    if (*code).payload.flags & flags::ASYNC_GENERATOR != 0 || g.frame.is_set() || g.handled.is_set()
    {
        return None;
    }
    let resumer = vm.frame.get();
    let base = (*resumer).fp.add((*(*resumer).code).payload.nregs as usize);
    let (fp, frame, n) = (base.add(1), resumer.add(1), g.nregs as usize);
    if fp > vm.near_limit.get() || n >= FAR_BASE || frame >= vm.frame_limit.get() {
        return None;
    }
    give_window(g, fp);
    g.state.set(GeneratorState::Running);
    *base = g.function.value();
    let pc = (*code).payload.start().add(g.pc.get() as usize) as *const u32;
    // It sees the exception that its resumer handles.
    let handled = vm.handled.0.get();
    incref(handled);
    incref(generator);
    Frame::push_resumed(frame, code, fp, pc, kind, dst, generator, handled);
    vm.frame.set(frame);
    if started {
        // The register of the yield takes what was sent.
        let a = (*pc.sub(1) >> 8 & 0xff) as usize;
        let old = std::mem::replace(&mut *fp.add(a), sent);
        decref(old);
    }
    Some(Next { pc, fp })
}

/// The window goes to the value stack.
#[inline(always)]
unsafe fn give_window(g: &Generator, fp: *mut Value) {
    let (from, n) = (g.registers(), g.nregs as usize);
    let mut i = 0;
    while i < n {
        for k in i..i + RUN {
            // (Word by word, as in `take_window`.)
            *fp.add(k) = from.add(k).read_volatile();
        }
        i += RUN;
    }
}

/// Give `value` (owned) from the generator in the innermost frame to the frame that resumed it. `pc`: where it goes on.
#[inline(always)]
pub(super) unsafe fn suspend(
    vm: &Vm,
    frame: *mut Frame,
    pc: *const u32,
    value: Value,
) -> Option<Next> {
    let kind = (*frame).kind;
    if !matches!(kind, FrameKind::For | FrameKind::Send | FrameKind::SendCall)
        || (*frame).marks.get() != 0
        || (*frame).outer_handled.get() != vm.handled.0.get()
    {
        return None;
    }
    let generator = (*frame).extra.get();
    let g = payload(generator);
    let fp = (*frame).fp;
    take_window(g, fp);
    g.pc.set(pc.offset_from(g.code.start() as *const u32) as u32);
    g.state.set(GeneratorState::Suspended);
    give_handled_back(vm);
    *fp.sub(1) = Value::NULL;
    let resumer = frame.sub(1);
    vm.frame.set(resumer);
    let to = (*resumer).fp;
    let old = std::mem::replace(&mut *to.add((*frame).dst as usize), value);
    if kind == FrameKind::For {
        // Behind ForIter's words [jump, cache]: go to the loop's body.
        let jump = (*resumer).pc.get().sub(2);
        (*resumer).pc.set(jump.offset(*jump as i32 as isize));
    }
    let pc = (*resumer).pc.get();
    decref(generator);
    decref(old);
    Some(Next { pc, fp: to })
}

/// The innermost frame, whose registers are clean, returns `value` (owned) from a generator that Send resumed.
#[inline(always)]
pub(super) unsafe fn returned(vm: &Vm, frame: *mut Frame, value: Value) -> Option<Next> {
    let generator = (*frame).extra.get();
    let g = payload(generator);
    if (*frame).marks.get() != 0
        || g.frame.is_set()
        || (*frame).outer_handled.get() != vm.handled.0.get()
    {
        return None;
    }
    g.state.set(GeneratorState::Done);
    give_handled_back(vm);
    *(*frame).fp.sub(1) = Value::NULL;
    let resumer = frame.sub(1);
    vm.frame.set(resumer);
    // Behind Send's word [jump]: a holds the generator, b takes the value.
    let jump = (*resumer).pc.get().sub(1);
    let send = *jump.sub(1);
    let (a, b) = ((send >> 8 & 0xff) as usize, (send >> 16 & 0xff) as usize);
    let pc = jump.offset(*jump as i32 as isize);
    (*resumer).pc.set(pc);
    let fp = (*resumer).fp;
    let old = std::mem::replace(&mut *fp.add(b), value);
    let delegate = std::mem::replace(&mut *fp.add(a), Value::NULL);
    decref(old);
    let p = generator.ptr();
    const UNUSUAL: u8 = header_flags::WEAKREFS | header_flags::ODD_SIZE | header_flags::LARGE;
    if (*p).rc.get() == 2 && delegate == generator && !(*p).has_flag(UNUSUAL) {
        destroy_done_generator(p, vm.interp());
    } else {
        decref(generator);
        decref(delegate);
    }
    Some(Next { pc, fp })
}

/// The frame and `vm.handled` own the same exception; one count goes.
#[inline(always)]
unsafe fn give_handled_back(vm: &Vm) {
    let handled = vm.handled.0.get();
    if handled.is_ptr() {
        let rc = &(*handled.ptr()).rc;
        rc.set(rc.get() - 1);
    }
}
