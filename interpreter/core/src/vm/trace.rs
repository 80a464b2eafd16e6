//! `sys.settrace` and `sys.setprofile`: the slow loop that runs one instruction at a time, and the events.
//!
//! **Invariants.** While a thread has a trace or profile function (and is not inside it), the eval flag TRACE is
//! set, so that the fast loop comes out of line on calls, back-edges and on leaving a marked frame, where it is
//! sent to [`run`]. Here all frames are run through `execute`, whose semantics are complete. The saved `pc` of
//! the innermost frame is one word into the instruction that is about to run, so that frames show its line.
//!
//! Nothing here is on the way of a program that does not trace: the fast loop has no check of its own.
#![expect(unsafe_code, reason = "reaches into control frames")]

use super::execute::execute;
use super::frame::{Frame, TRACED, Vm};
use super::frame_object::{self, FrameObject, Jump};
use super::interp::eval_flags;
use super::next::{Next, raise};
use super::{Raised, Res, attribute_cache, calls, function_call, generator, run_ops, unwind};
use crate::bytecode::landing::{Landings, Leaving};
use crate::bytecode::ops::Op;
use crate::object::*;
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// A thread's hooks.
#[derive(Default)]
pub(crate) struct Tracing {
    function: Slot,
    profiler: Slot,
    /// How many hooks are running: they are not traced themselves.
    inside: Cell<u32>,
    /// What the hook that is running is told, and of which frame.
    told: Cell<Option<(Event, *const Frame)>>,
    /// A hook is being replaced.
    replacing: Cell<bool>,
}

/// What happened, as hooks are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
    NativeCall,
    NativeReturn,
    NativeException,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::Opcode => "opcode",
            Event::NativeCall => "c_call",
            Event::NativeReturn => "c_return",
            Event::NativeException => "c_exception",
        }
    }
}

/// Which of the two hooks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hook {
    Trace,
    Profile,
}

impl Vm {
    /// `sys.gettrace`.
    pub fn trace_function(&self) -> Option<Object> {
        self.tracing.function.get()
    }

    /// `sys.getprofile`.
    pub fn profile_function(&self) -> Option<Object> {
        self.tracing.profiler.get()
    }

    /// `sys.settrace`, for this thread.
    pub fn set_trace_function(&self, function: Option<Object>) {
        self.set_hook(Hook::Trace, function);
    }

    /// `sys.setprofile`, for this thread.
    pub fn set_profile_function(&self, function: Option<Object>) {
        self.set_hook(Hook::Profile, function);
    }

    fn set_hook(&self, hook: Hook, function: Option<Object>) {
        let t = &self.tracing;
        let before = t.function.is_set() || t.profiler.is_set();
        let slot = if hook == Hook::Trace { &t.function } else { &t.profiler };
        let old = slot.take();
        slot.assign(function);
        let now = t.function.is_set() || t.profiler.is_set();
        let threads = &self.interp().traced_threads;
        if now && !before {
            threads.set(threads.get() + 1);
        } else if before && !now {
            threads.set(threads.get().saturating_sub(1));
        }
        if threads.get() > 0 {
            self.set_eval_flags(eval_flags::TRACE);
        } else {
            self.interp().eval_flags.fetch_and(!eval_flags::TRACE, Ordering::Relaxed);
        }
        if now {
            // Those that run already tell of their end.
            // SAFETY: walks live frames down to the sentinel.
            unsafe {
                let mut f = self.frame.get();
                while !(*f).code.is_null() {
                    (*f).marks.set((*f).marks.get() | TRACED);
                    f = f.sub(1);
                }
            }
        }
        let replacing = self.tracing.replacing.replace(true);
        drop(old);
        self.tracing.replacing.set(replacing);
    }

    /// `sys.call_tracing`: trace what `f` calls, even inside a hook.
    pub fn call_traced<T>(&self, f: impl FnOnce() -> T) -> T {
        let inside = self.tracing.inside.replace(0);
        let r = f();
        self.tracing.inside.set(inside);
        r
    }

    /// Whether a hook is being replaced just now: the end of the old one must not set another.
    pub fn is_replacing_hook(&self) -> bool {
        self.tracing.replacing.get()
    }

    /// Whether the frame's `f_lineno` may be set now, else ValueError.
    pub(crate) fn may_jump(&self, frame: &FrameObject) -> Res<()> {
        let line_only = "can only jump from a 'line' trace event";
        let why = match self.tracing.told.get() {
            None | Some((Event::Call, _)) => {
                "can't jump from the 'call' trace event of a new frame"
            }
            Some((Event::Line, of)) if frame.is_of(of) => return Ok(()),
            Some((Event::Line, _)) if !frame.trace.is_set() => {
                "f_lineno can only be set by a trace function"
            }
            Some((Event::Return, of)) if frame.is_of(of) && frame.code.yields_at(frame.lasti()) => {
                return Ok(());
            }
            _ => line_only,
        };
        Err(self.value_error(why))
    }

    /// The thread ends.
    pub(crate) fn end_tracing(&self) {
        self.set_hook(Hook::Trace, None);
        self.set_hook(Hook::Profile, None);
    }
}

/// Whether events are to be told now.
pub(crate) fn is_active(vm: &Vm) -> bool {
    let t = &vm.tracing;
    t.inside.get() == 0 && (t.function.is_set() || t.profiler.is_set())
}

/// Whether this loop is the one to run code now.
fn is_wanted(vm: &Vm) -> bool {
    cfg!(traced_loop) || is_active(vm)
}

/// Where a loop goes on in the innermost frame, whose `pc` is saved: here, if it is traced.
#[cold]
#[inline(never)]
pub(crate) unsafe fn go_on(vm: &Vm) -> Next {
    if is_wanted(vm) { Next::trace(vm) } else { Next::resume(vm) }
}

/// The slow loop, until the frame that the fast one was called for is left, or nothing is traced any more.
#[cold]
#[inline(never)]
pub(crate) unsafe fn run(vm: &Vm) -> Next {
    let mut next = Next::resume(vm);
    loop {
        if next.is_trace() {
            next = Next::resume(vm);
        }
        if next.is_leave() || !is_wanted(vm) {
            return next;
        }
        let frame = vm.frame.get();
        let op = *next.pc as u8;
        if op == Op::LoadBody as u8 {
            next = super::stored::enter_body(vm);
            continue;
        }
        if is_active(vm) {
            if (*frame).marks.get() & TRACED == 0 && op != Op::MakeGenerator as u8 {
                (*frame).pc.set(next.pc);
                if let Err(e) = announce(vm, frame) {
                    next = raise_here(vm, frame, e);
                }
                continue;
            }
            match before_instruction(vm, frame, next.pc) {
                Ok(None) => {}
                Ok(Some(o)) => {
                    next = match land(vm, frame, &o) {
                        Ok(()) => Next::resume(vm),
                        Err(e) => raise_here(vm, frame, e),
                    };
                    continue;
                }
                Err(e) => {
                    next = raise_here(vm, frame, e);
                    continue;
                }
            }
            if !is_wanted(vm) {
                return next;
            }
            if op == Op::Yield as u8 || op == Op::AsyncYield as u8 {
                let value = Object::view(next.fp.add((*next.pc >> 8 & 0xff) as usize)).clone();
                let value = if op == Op::Yield as u8 {
                    Ok(value)
                } else {
                    generator::wrap_async(vm, value)
                };
                if let Err(e) = value.and_then(|v| event(vm, frame, Event::Return, &v)) {
                    next = abandon(vm, e);
                    continue;
                }
            }
            if vm.tracing.profiler.is_set() && is_call(op) {
                next = call(vm, next.pc.add(1), next.fp, *next.pc);
                continue;
            }
        }
        (*frame).pc.set(next.pc.add(1));
        next = execute(vm, next.pc.add(1), next.fp, *next.pc);
    }
}

/// Instructions in front of which nothing is told: they set a frame up.
fn is_prologue(word: u32) -> bool {
    let op = word as u8;
    op == Op::MakeGenerator as u8 || op == Op::MakeCell as u8
}

/// The first instruction of the code that is told of.
unsafe fn entry_point(code: &Code) -> u32 {
    let mut at = 0;
    // SAFETY: code ends with an instruction that is no prologue's.
    while is_prologue(*code.start().add(at as usize)) {
        at += 1;
    }
    at
}

/// Tell that the frame is entered or resumed, unless that was done.
pub(crate) unsafe fn announce(vm: &Vm, frame: *mut Frame) -> Res<()> {
    if !is_active(vm) || (*frame).marks.get() & TRACED != 0 {
        return Ok(());
    }
    (*frame).marks.set((*frame).marks.get() | TRACED);
    let code = &(*(*frame).code).payload;
    let o = frame_object::object_of(vm, frame)?;
    let at = code.index_of((*frame).pc.get());
    if at <= entry_point(code) {
        let of_module = code.name.equals("<module>");
        o.shown_line.set(if of_module { 0 } else { code.first_line });
    }
    event(vm, frame, Event::Call, &Object::none())?;
    o.shown_line.set(u32::MAX);
    Ok(())
}

/// A hook failed before an instruction: the exception belongs to the line that it was told of.
unsafe fn raise_here(vm: &Vm, frame: *mut Frame, raised: Raised) -> Next {
    let object = (*frame).object();
    let o = if object.is_null() { None } else { Some(Object::from_borrowed(object)) };
    let next = raise(vm, raised);
    if let Some(o) = o.as_ref().and_then(|o| o.downcast::<FrameObject>()) {
        o.shown_line.set(u32::MAX);
        o.jump.set(None);
    }
    next
}

/// Go on in the innermost frame where a trace function wants it to; see `bytecode/landing.rs`.
#[cold]
unsafe fn land(vm: &Vm, frame: *mut Frame, o: &FrameObject) -> Res<()> {
    let Some(Jump { to, line }) = o.jump.take() else { return Ok(()) };
    let code = &(*(*frame).code).payload;
    let unit = code.unit(vm)?;
    let Some(landings) = Landings::of(&unit) else { return Ok(()) };
    let fp = (*frame).fp;
    let leaving = landings.leaving((*frame).lasti(), to);
    let bound: Vec<u8> = landings.bound(to).collect();
    for left in leaving {
        match left {
            Leaving::Handler(r) => unwind::pop_exc(vm, fp, r as usize),
            Leaving::Drop(r) => {
                drop(Object::from_owned(std::mem::replace(&mut *fp.add(r as usize), Value::NULL)));
            }
        }
    }
    for r in bound {
        let place = fp.add(r as usize);
        if (*place).is_null() {
            *place = Value::NONE;
        }
    }
    (*frame).pc.set((code.start() as *const u32).add(to as usize));
    o.last.set(to + 1);
    o.line.set(line);
    o.landed.set(true);
    o.shown_line.set(u32::MAX);
    Ok(())
}

/// Tell of a new line, and of the instruction, if the frame is traced. If the frame is to go on elsewhere, its object.
unsafe fn before_instruction(
    vm: &Vm,
    frame: *mut Frame,
    pc: *const u32,
) -> Res<Option<Obj<FrameObject>>> {
    if !vm.tracing.function.is_set() || is_prologue(*pc) {
        return Ok(None);
    }
    let object = (*frame).object();
    if object.is_null() {
        return Ok(None);
    }
    let o = Obj::<FrameObject>::from_object(Object::from_borrowed(object));
    if o.jump.get().is_none() {
        tell_place(vm, frame, pc, &o)?;
    } else {
        // Said when it yielded.
        (*frame).pc.set(pc.add(1));
    }
    Ok(o.jump.get().is_some().then_some(o))
}

unsafe fn tell_place(vm: &Vm, frame: *mut Frame, pc: *const u32, o: &FrameObject) -> Res<()> {
    let code = &(*(*frame).code).payload;
    let at = pc.offset_from(code.start()) as u32;
    if o.landed.replace(false) {
        (*frame).pc.set(pc.add(1));
        let line = code.rows_at(at).last().map_or(0, |row| row.1.line);
        if line != 0 && o.line.replace(line) != line {
            tell_line(vm, frame, o, line)?;
        }
        return Ok(());
    }
    let before = o.last.replace(at + 1).checked_sub(1);
    let mut line = match before {
        Some(_) => Some(o.line.get()),
        None if at <= entry_point(code) => None,
        None => Some(code.span_at((*frame).lasti()).line),
    };
    (*frame).pc.set(pc.add(1));
    let fell_in = before.is_none_or(|b| {
        let word = *code.start().add(b as usize);
        word as u8 != Op::Jump as u8 && b + width(word) == at
    });
    let went_back = before.is_some_and(|b| at <= b);
    let again = before.is_some_and(|b| is_again(code.start(), b, at));
    let Some((own, marks)) = code.rows_at(at).split_last() else { return Ok(()) };
    for (_, mark) in marks {
        let passed = mark.end_line != 0 || fell_in || mark.col == 0 && !went_back;
        if passed && line.replace(mark.line) != Some(mark.line) {
            tell_line(vm, frame, o, mark.line)?;
            if o.jump.get().is_some() {
                return Ok(());
            }
        }
    }
    if own.1.line == 0 {
        let shown = line.unwrap_or(code.first_line);
        o.line.set(shown);
        o.shown_line.set(shown);
        if line.is_none() {
            tell_line(vm, frame, o, shown)?;
        }
    } else {
        o.shown_line.set(u32::MAX);
        if line != Some(own.1.line) || again && (marks.is_empty() || heads_loop(*pc)) {
            tell_line(vm, frame, o, own.1.line)?;
        }
        o.line.set(own.1.line);
    }
    if o.jump.get().is_none() && o.trace_opcodes.get() && o.trace.is_set() && is_active(vm) {
        event(vm, frame, Event::Opcode, &Object::none())?;
    }
    Ok(())
}

/// Whether going from the instruction at `from` to that at `to` is another round of a loop. The head of a `for`
/// lies behind its body.
unsafe fn is_again(start: *const u32, from: u32, to: u32) -> bool {
    let (before, now) = (start.add(from as usize), start.add(to as usize));
    if heads_loop(*now) {
        // What jumps there first lies in front of the body.
        let body = to as i64 + 1 + i64::from(*now.add(1) as i32);
        return i64::from(from) >= body;
    }
    to < from && !heads_loop(*before) && *now as u8 != Op::Send as u8
}

/// Whether an instruction is the head of a `for`, which lies behind the body.
fn heads_loop(word: u32) -> bool {
    matches!(Op::from_u8(word as u8), Some(Op::ForIter | Op::ForTuple))
}

/// Words of an instruction.
fn width(word: u32) -> u32 {
    Op::from_u8(word as u8).map_or(1, Op::width) as u32
}

unsafe fn tell_line(vm: &Vm, frame: *mut Frame, o: &FrameObject, line: u32) -> Res<()> {
    if !o.trace.is_set() || !o.trace_lines.get() || !is_active(vm) {
        return Ok(());
    }
    let shown = o.shown_line.replace(line);
    event(vm, frame, Event::Line, &Object::none())?;
    o.shown_line.set(shown);
    Ok(())
}

/// The innermost frame returns `value` (its window is untouched) and is marked.
#[cold]
#[inline(never)]
pub(crate) unsafe fn leave_marked(vm: &Vm, value: Object) -> Next {
    let frame = vm.frame.get();
    if (*frame).marks.get() & TRACED != 0
        && is_active(vm)
        && let Err(e) = event(vm, frame, Event::Return, &value)
    {
        return abandon(vm, e);
    }
    function_call::leave_window(vm, frame);
    let next = calls::left(vm, function_call::leave(vm, frame, value));
    if next.is_leave() { next } else { go_on(vm) }
}

/// The hook failed as the innermost frame was left: it is left all the same, with the hook's exception.
unsafe fn abandon(vm: &Vm, raised: Raised) -> Next {
    let frame = vm.frame.get();
    let in_flight = vm.raised.take();
    function_call::leave_window(vm, frame);
    let left = function_call::leave(vm, frame, Object::none());
    let old = vm.raised.take();
    vm.raised.assign(in_flight);
    drop(old);
    match left {
        function_call::Left::Done(_) => Next::fail(raised),
        _ => raise(vm, raised),
    }
}

/// An exception came to `frame`; its traceback has the entry.
#[cold]
#[inline(never)]
pub(crate) unsafe fn exception_in(vm: &Vm, frame: *mut Frame) {
    let t = &vm.tracing;
    if !is_active(vm) || !t.function.is_set() || (*frame).object().is_null() {
        return;
    }
    let Some(exception) = vm.raised.get() else { return };
    let class = vm.class_of(&exception).clone().into_object();
    let traceback = exception.downcast::<Exception>().and_then(|e| e.traceback.get());
    let in_flight = vm.raised.take();
    let told = vm
        .tuple(vec![class, exception, traceback.unwrap_or_else(Object::none)])
        .and_then(|arg| event(vm, frame, Event::Exception, arg.as_object()));
    // A failing hook's exception takes the place of the other.
    if told.is_ok() {
        vm.raised.assign(in_flight);
    }
}

/// An exception leaves `frame`.
#[cold]
#[inline(never)]
pub(crate) unsafe fn exception_out_of(vm: &Vm, frame: *mut Frame) {
    if !is_active(vm) {
        return;
    }
    let in_flight = vm.raised.take();
    if event(vm, frame, Event::Return, &Object::none()).is_ok() {
        vm.raised.assign(in_flight);
    }
}

/// Tell the hooks of `event`. Nothing may be in flight.
unsafe fn event(vm: &Vm, frame: *mut Frame, event: Event, arg: &Object) -> Res<()> {
    if vm.is_stopping() {
        return Ok(());
    }
    let native = matches!(event, Event::NativeCall | Event::NativeReturn | Event::NativeException);
    if !native && vm.tracing.function.is_set() {
        tell(vm, frame, Hook::Trace, event, arg)?;
    }
    if (native || matches!(event, Event::Call | Event::Return)) && vm.tracing.profiler.is_set() {
        tell(vm, frame, Hook::Profile, event, arg)?;
    }
    Ok(())
}

/// Call one hook. If it fails, it is taken off.
unsafe fn tell(vm: &Vm, frame: *mut Frame, hook: Hook, event: Event, arg: &Object) -> Res<()> {
    let t = &vm.tracing;
    if t.inside.get() > 0 {
        return Ok(());
    }
    let object = (*frame).object();
    let callback = match hook {
        Hook::Profile => t.profiler.get(),
        Hook::Trace if event == Event::Call => t.function.get(),
        Hook::Trace if object.is_null() => None,
        Hook::Trace => Obj::<FrameObject>::from_object(Object::from_borrowed(object)).trace.get(),
    };
    let Some(callback) = callback else { return Ok(()) };
    let o = frame_object::object_of(vm, frame)?;
    t.inside.set(t.inside.get() + 1);
    let told = t.told.replace(Some((event, frame)));
    let result = call_hook(vm, &callback, &o, event, arg);
    t.told.set(told);
    t.inside.set(t.inside.get().saturating_sub(1));
    match result {
        Ok(result) => {
            if hook == Hook::Trace && !result.is_none() {
                o.trace.set(result);
            }
            Ok(())
        }
        Err(e) => {
            // Where the hook fails before an instruction, raising in the frame makes the entry.
            if !matches!(event, Event::Line | Event::Opcode) {
                unwind::add_traceback(vm, frame);
            }
            let in_flight = vm.raised.take();
            vm.set_hook(hook, None);
            if hook == Hook::Trace {
                drop(o.trace.take());
            }
            vm.raised.assign(in_flight);
            Err(e)
        }
    }
}

fn call_hook(
    vm: &Vm,
    callback: &Object,
    frame: &Obj<FrameObject>,
    event: Event,
    arg: &Object,
) -> Res {
    // What the hook changes in `f_locals` reaches the variables.
    if frame.snapshot.is_set() {
        crate::types::frame::locals(vm, frame)?;
    }
    let args = [frame.clone().into_object(), vm.intern(event.name()).into_object(), arg.clone()];
    let result = vm.call(callback, &args);
    if frame.snapshot.is_set() {
        frame.take_over_snapshot(vm);
    }
    result
}

// ---- calls of natives, for profile functions

fn is_call(op: u8) -> bool {
    Op::from_u8(op).is_some_and(|op| {
        matches!(
            op,
            Op::Call
                | Op::CallMethod
                | Op::CallMethodOwn
                | Op::CallMethodNative
                | Op::CallMethodClass
                | Op::CallLoaded
                | Op::CallKw
                | Op::CallMethodKw
                | Op::CallEx
        )
    })
}

/// The object that is told of when `callable` is called with `args`: a native function or bound method.
fn native_for(vm: &Vm, callable: &Object, args: &[Object]) -> Res<Option<Object>> {
    let class = vm.class_of(callable);
    if class.is(&vm.types().builtin) {
        return Ok(Some(callable.clone()));
    }
    match (args.first(), class.slots().descr_get) {
        (Some(receiver), Some(bind)) if class.is(&vm.types().method_descriptor) => {
            let of = vm.class_of(receiver).clone().into_object();
            bind(vm, callable, Some(receiver), Some(&of)).map(Some)
        }
        _ => Ok(None),
    }
}

/// Any calling instruction; `pc` is behind its first word.
unsafe fn call(vm: &Vm, pc: *const u32, fp: *mut Value, ins: u32) -> Next {
    let frame = vm.frame.get();
    let Some(op) = Op::from_u8(ins as u8) else { return execute(vm, pc, fp, ins) };
    let (base, mut n) = (fp.add((ins >> 8 & 0xff) as usize), (ins >> 16 & 0xff) as usize);
    let behind = pc.add(op.width() - 1);
    let constant =
        |at: u32| Object::view((*frame).consts.add(at as usize)).downcast_exact::<Tuple>();
    let mut names = None;
    (*frame).pc.set(pc);
    match op {
        Op::CallKw => names = constant(*pc),
        Op::CallMethodKw => {
            names = constant(*pc.add(1));
            match attribute_cache::method_uncached(vm, frame, base, n, *pc) {
                Ok(with_self) => n += with_self as usize,
                Err(e) => return raise(vm, e),
            }
        }
        Op::CallLoaded => {
            if (*base.add(1)).is_null() {
                std::ptr::copy(base.add(2), base.add(1), n);
                *base.add(1 + n) = Value::NULL;
            } else {
                n += 1;
            }
        }
        Op::CallMethod | Op::CallMethodOwn | Op::CallMethodNative | Op::CallMethodClass => {
            match attribute_cache::method(vm, frame, base, n, pc as *mut u32) {
                Ok(with_self) => n += with_self as usize,
                Err(e) => return raise(vm, e),
            }
        }
        _ => {}
    }
    (*frame).pc.set(behind);
    let callee = Object::view(base).clone();
    // CallEx: the arguments lie in a tuple yet.
    let spread = op == Op::CallEx;
    let args = match Object::view(base.add(1)).downcast::<Tuple>() {
        Some(t) if spread => t.as_slice(),
        _ if spread => &[],
        _ => Object::view_slice(base.add(1), n),
    };
    let told = match native_for(vm, &callee, args) {
        Ok(Some(told)) => told,
        Ok(None) if spread => return calls::call_ex(vm, pc, fp, ins),
        Ok(None) if names.is_some() => return calls::call_named(vm, behind, fp, base, n, names),
        Ok(None) => return calls::call_ready(vm, behind, fp, base, n),
        Err(e) => return raise(vm, e),
    };
    if let Err(e) = event(vm, frame, Event::NativeCall, &told) {
        return raise(vm, e);
    }
    let mut result = if spread {
        run_ops::call_ex(vm, base, n == 1)
    } else {
        vm.call_with(&callee, Object::view_slice(base.add(1), n), names)
    };
    if is_active(vm) {
        result = match result {
            Ok(o) => event(vm, frame, Event::NativeReturn, &told).map(|()| o),
            Err(e) => {
                let in_flight = vm.raised.take();
                match event(vm, frame, Event::NativeException, &told) {
                    Ok(()) => {
                        vm.raised.assign(in_flight);
                        Err(e)
                    }
                    Err(e) => Err(e),
                }
            }
        };
    }
    calls::finish_call(vm, behind, fp, base, if spread { 2 } else { n }, result)
}
