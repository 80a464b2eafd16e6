//! Resuming and suspending generators and coroutines: their windows move between the value stack and the
//! generator object.
//!
//! **Invariant:** a generator is `Running` exactly while a control frame names it in `extra`; then its
//! `regs` is empty and its window lies on the value stack.
#![expect(unsafe_code, reason = "moves windows")]

use super::frame::{FAR, Frame, FrameKind, HANDLES_SAME, Vm};
use super::function_call::{Left, ensure_room};
use super::{Res, dispatch, frame_object, trace, unwind};
use crate::bytecode::code::flags;
use crate::bytecode::ops::{FAR_BASE, Op};
use crate::object::object::{Boxed, decref, incref};
use crate::object::*;
use std::cell::{Cell, OnceCell};

/// What goes into a generator.
pub enum Sent {
    Next,
    Value(Object),
    /// An exception instance.
    Throw(Object),
    /// The same, and the arguments of `throw()` as they were: for a delegate that is no generator.
    ThrowArgs(Object, Vec<Object>),
}

/// What comes out.
pub enum Resumed {
    Yield(Object),
    Return(Object),
}

/// What an asynchronous generator yields with `yield` (as opposed to what its awaits yield).
pub struct AsyncValue {
    pub value: Object,
}

impl Payload for AsyncValue {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&ASYNC_VALUE);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.value);
    }
}

static ASYNC_VALUE: TypeSpec = TypeSpec::new::<AsyncValue>("async_generator_wrapped_value");

/// A generator or coroutine (not asynchronous) that can be resumed in place.
#[inline]
pub(crate) unsafe fn can_enter(v: Value) -> bool {
    let g = &(*(v.ptr() as *const Boxed<Generator>)).payload;
    matches!(g.state.get(), GeneratorState::Created | GeneratorState::Suspended)
        && g.code.flags & flags::ASYNC_GENERATOR == 0
}

/// The object that a call of a generator or coroutine function makes. The caller fills its window at once.
#[inline(always)]
unsafe fn object_for(
    vm: &Vm,
    function: Value,
    code: &Obj<Code>,
    pc: u32,
    caller: *mut Frame,
) -> Res<Obj<Generator>> {
    let types = vm.types();
    let f = code.flags;
    let ty = if f & flags::COROUTINE != 0 {
        &types.coroutine
    } else if f & flags::ASYNC_GENERATOR != 0 {
        &types.async_generator
    } else {
        &types.generator
    };
    let nregs = code.nregs.next_multiple_of(RUN as u32);
    // Before there is an object: one without a window must not be dropped.
    let origin = match vm.async_hooks.origin_depth.get() != 0 && f & flags::COROUTINE != 0 {
        true => Some(origin(vm, caller)?),
        false => None,
    };
    let g = vm.alloc_generator(ty, nregs, || Generator {
        function: Object::from_borrowed(function),
        code: code.clone(),
        nregs,
        pc: Cell::new(pc),
        state: Cell::new(GeneratorState::Created),
        ag_flags: Cell::new(0),
        handled: Slot::empty(),
        frame: frame_object::OwnFrame::empty(),
        rare: OnceCell::new(),
    })?;
    // The names are the code's as long as nobody renamed the function.
    let names = &(*(function.ptr() as *const Boxed<Function>)).payload;
    if names.name.peek() != code.name.value() || names.qualname.peek() != code.qualname.value() {
        std::hint::cold_path();
        g.rare().own_name.assign(names.name.get());
        g.rare().own_qualname.assign(names.qualname.get());
    }
    if let Some(origin) = origin {
        std::hint::cold_path();
        g.rare().origin.set(origin);
    }
    Ok(g)
}

/// What `cr_origin` says of a coroutine made now: (file, line, function) of the innermost frames, as many as
/// `sys.set_coroutine_origin_tracking_depth` asked for.
unsafe fn origin(vm: &Vm, caller: *mut Frame) -> Res {
    let depth = vm.async_hooks.origin_depth.get();
    let mut rows = Vec::new();
    let mut frame = caller;
    for _ in 0..depth {
        while frame > vm.frames && (*frame).code.is_null() {
            frame = frame.sub(1);
        }
        if frame <= vm.frames {
            break;
        }
        let code = &(*(*frame).code).payload;
        let line = vm.int(code.span_at((*frame).lasti()).line.into())?;
        let row = vec![code.filename.clone().into_object(), line, code.name.clone().into_object()];
        rows.push(vm.tuple(row)?.into_object());
        frame = frame.sub(1);
    }
    Ok(vm.tuple(rows)?.into_object())
}

/// MakeGenerator: the object of the innermost frame's function, with its window; the frame must be popped
/// by the caller.
pub(crate) unsafe fn make(vm: &Vm, frame: *mut Frame) -> Res {
    let code = Obj::<Code>::borrow_ptr((*frame).code);
    let function = *(*frame).fp.sub(1);
    if !function.is_kind(Kind::Function) {
        return Err(vm.system_error("a generator without a function"));
    }
    let g = object_for(vm, function, &code, (*frame).lasti() + 1, frame.sub(1))?;
    take_window(&g, (*frame).fp);
    if !(*frame).object().is_null() {
        frame_object::detach(vm, frame);
    }
    Ok(g.into_object())
}

/// What calling the generator or coroutine function in `base[0]` with `n` arguments that need no binding
/// makes. The arguments are moved; no frame is pushed.
pub(crate) unsafe fn from_call(vm: &Vm, base: *mut Value, n: usize) -> Res {
    let function = &(*((*base).ptr() as *const Boxed<Function>)).payload;
    let code = function.code();
    vm.load_body(code)?;
    // MakeGenerator is the first instruction, one word long.
    let g = object_for(vm, *base, code, 1, vm.frame.get())?;
    let window = g.registers();
    for i in 0..g.nregs as usize / RUN {
        *(window.add(i * RUN) as *mut [Value; RUN]) = [Value::NULL; RUN];
    }
    for i in 0..n {
        *window.add(i) = std::mem::replace(&mut *base.add(1 + i), Value::NULL);
    }
    Ok(g.into_object())
}

/// Windows are taken from the stack in runs of this many words, of which a generator's `nregs` is a multiple: what
/// lies behind a window on the value stack is empty, and so it stays in the generator.
pub(super) const RUN: usize = 8;

/// Move a window into the generator.
#[inline(always)]
pub(super) unsafe fn take_window(g: &Generator, fp: *mut Value) {
    let (to, n) = (g.registers(), g.nregs as usize);
    let mut i = 0;
    while i < n {
        for k in i..i + RUN {
            // (Volatile so that it stays a load of one word: a wider one waits until the words, just written
            // one by one, have reached the cache.)
            *to.add(k) = fp.add(k).read_volatile();
        }
        *(fp.add(i) as *mut [Value; RUN]) = [Value::NULL; RUN];
        i += RUN;
    }
}

/// Push the frame of a generator that can be entered; `sent` is moved into it. The frame's `fp[-1]` is
/// borrowed from the generator, which the frame owns.
pub(crate) unsafe fn enter(
    vm: &Vm,
    generator: Value,
    kind: FrameKind,
    dst: u8,
    sent: Value,
) -> Res<()> {
    let sent = Object::from_owned(sent);
    let g = &(*(generator.ptr() as *const Boxed<Generator>)).payload;
    let code = g.code.as_ptr();
    let n = g.nregs as usize;
    let base = vm.top();
    let fp = base.add(1);
    ensure_room(vm, fp, n)?;
    let started = g.state.get() == GeneratorState::Suspended;
    if !started && !sent.is_none() {
        let what = kind_name((*code).payload.flags);
        return Err(
            vm.type_error(format_args!("can't send non-None value to a just-started {what}"))
        );
    }
    std::ptr::copy_nonoverlapping(g.registers(), fp, n);
    *base = g.function.value();
    let frame = vm.frame.get().add(1);
    let pc = (*code).payload.start().add(g.pc.get() as usize) as *const u32;
    Frame::push(frame, code, fp, pc, kind, dst);
    if n >= FAR_BASE {
        (*frame).marks.set(FAR);
    }
    incref(generator);
    (*frame).extra.set(generator);
    g.state.set(GeneratorState::Running);
    if g.frame.is_set() {
        std::hint::cold_path();
        vm.frame.set(frame);
        let _ = frame_object::object_of(vm, frame);
    }
    (*frame).outer_handled.set(vm.handled.0.get());
    if let Some(h) = g.handled.take() {
        if h.value() == vm.handled.0.get() {
            (*frame).marks.set((*frame).marks.get() | HANDLES_SAME);
        }
        vm.handled.0.set(h.into_value());
    } else {
        // The generator sees the exception that its caller handles.
        incref(vm.handled.0.get());
    }
    vm.frame.set(frame);
    if started {
        // The yield's register takes what was sent.
        let a = (*pc.sub(1) >> 8 & 0xff) as usize;
        let old = std::mem::replace(&mut *fp.add(a), sent.into_value());
        decref(old);
    }
    Ok(())
}

/// Give `handled` back to the resumer; what the generator handled stays with it if it is its own.
unsafe fn swap_handled(vm: &Vm, frame: *mut Frame, g: &Generator, keep: bool) {
    let outer = (*frame).outer_handled.replace(Value::NULL);
    let own = vm.handled.0.replace(outer);
    let its_own = own != outer || (*frame).marks.get() & HANDLES_SAME != 0;
    if keep && !own.is_null() && its_own {
        g.handled.set(Object::from_owned(own));
    } else {
        decref(own);
    }
}

/// Yield `value` from the innermost frame.
#[inline]
pub(crate) unsafe fn suspend(vm: &Vm, frame: *mut Frame, value: Object) -> Left {
    let generator = Object::from_owned((*frame).extra.replace(Value::NULL));
    let Some(g) = generator.downcast_exact::<Generator>() else {
        return Left::Raise(vm.system_error("yield outside a generator"));
    };
    if !(*frame).object().is_null() {
        std::hint::cold_path();
        frame_object::suspend(frame);
    }
    let fp = (*frame).fp;
    take_window(g, fp);
    let start = g.code.start() as *const u32;
    g.pc.set((*frame).pc.get().offset_from(start) as u32);
    g.state.set(GeneratorState::Suspended);
    swap_handled(vm, frame, g, true);
    *fp.sub(1) = Value::NULL;
    let resumer = frame.sub(1);
    vm.frame.set(resumer);
    match (*frame).kind {
        FrameKind::For => {
            // Behind ForIter's words [jump, cache]: go to the loop's body.
            let pc = (*resumer).pc.get();
            let jump = pc.sub(2);
            (*resumer).pc.set(jump.offset(*jump as i32 as isize));
            put(resumer, (*frame).dst, value);
            drop(generator);
            Left::Continue
        }
        FrameKind::Send | FrameKind::SendCall => {
            put(resumer, (*frame).dst, value);
            drop(generator);
            Left::Continue
        }
        _ => {
            drop(generator);
            Left::Done(value)
        }
    }
}

unsafe fn put(frame: *mut Frame, register: u8, value: Object) {
    let p = (*frame).fp.add(register as usize);
    let old = std::mem::replace(&mut *p, value.into_value());
    decref(old);
}

/// A generator's frame returned (already popped from `vm.frame`, window clean).
#[inline]
pub(crate) unsafe fn returned(vm: &Vm, frame: *mut Frame, value: Object) -> Left {
    // Finishing may run Python code (callbacks of weak references), whose frames lie where this one was.
    let kind = (*frame).kind;
    finish(vm, frame);
    let resumer = vm.frame.get();
    match kind {
        FrameKind::For => {
            // Behind ForIter's words: its register b held the generator.
            let pc = (*resumer).pc.get();
            let b = (*pc.sub(3) >> 16 & 0xff) as usize;
            let old = std::mem::replace(&mut *(*resumer).fp.add(b), Value::NULL);
            decref(old);
            Left::Continue
        }
        FrameKind::Send => {
            // Behind Send's word [jump].
            let pc = (*resumer).pc.get();
            let ins = *pc.sub(2);
            let (a, b) = ((ins >> 8 & 0xff) as usize, (ins >> 16 & 0xff) as u8);
            let jump = pc.sub(1);
            (*resumer).pc.set(jump.offset(*jump as i32 as isize));
            put(resumer, b, value);
            let old = std::mem::replace(&mut *(*resumer).fp.add(a), Value::NULL);
            decref(old);
            Left::Continue
        }
        FrameKind::SendCall => Left::Raise(vm.stop_iteration(value)),
        _ => Left::Done(value),
    }
}

/// The generator of a frame is done: by return or by an exception. The frame was popped: what is dropped here
/// may run Python code, which overwrites it.
#[inline]
pub(crate) unsafe fn finish(vm: &Vm, frame: *mut Frame) {
    *(*frame).fp.sub(1) = Value::NULL;
    let generator = Object::from_owned((*frame).extra.replace(Value::NULL));
    if let Some(g) = generator.downcast_exact::<Generator>() {
        g.state.set(GeneratorState::Done);
        let object = if g.frame.is_set() { g.frame.take() } else { None };
        swap_handled(vm, frame, g, false);
        drop(object);
    }
}

/// What messages call an object of code with these flags.
fn kind_name(code_flags: u32) -> &'static str {
    if code_flags & flags::COROUTINE != 0 {
        "coroutine"
    } else if code_flags & flags::ASYNC_GENERATOR != 0 {
        "async generator"
    } else {
        "generator"
    }
}

/// An exception leaves a generator's frame: StopIteration must not pass for the end of it.
pub(crate) fn convert_stop(vm: &Vm, code: &Code) {
    let Some(exception) = vm.raised.get() else { return };
    let types = vm.types();
    let is = |kind| vm.class_of(&exception).is_subtype(&types.exception(kind));
    let what = kind_name(code.flags);
    let name = if is(Exc::StopIteration) {
        "StopIteration"
    } else if code.flags & flags::ASYNC_GENERATOR != 0 && is(Exc::StopAsyncIteration) {
        "StopAsyncIteration"
    } else {
        return;
    };
    drop(vm.raised.take());
    if let Ok(message) = vm.str(&format!("{what} raised {name}")) {
        if let Ok(e) =
            vm.new_exception(&types.exception(Exc::RuntimeError), vec![message.into_object()])
        {
            if let Some(x) = e.downcast::<Exception>() {
                x.cause.set(exception.clone());
                x.context.set(exception);
                x.suppress_context.set(true);
            }
            let _ = vm.raise(e);
        }
    }
}

/// Resume from Rust.
pub fn resume(vm: &Vm, generator: &Obj<Generator>, sent: Sent) -> Res<Resumed> {
    match generator.state.get() {
        GeneratorState::Running => {
            let what = kind_name(generator.code.flags);
            return Err(vm.value_error(format_args!("{what} already executing")));
        }
        GeneratorState::Done => {
            return match sent {
                _ if generator.code.flags & flags::COROUTINE != 0 => {
                    Err(vm.runtime_error("cannot reuse already awaited coroutine"))
                }
                Sent::Throw(e) | Sent::ThrowArgs(e, _) => Err(vm.raise(e)),
                _ => Ok(Resumed::Return(Object::none())),
            };
        }
        _ => {}
    }
    vm.recurse(" while calling a Python object", || {
        let given = match &sent {
            Sent::Throw(e) => Some((e, std::slice::from_ref(e))),
            Sent::ThrowArgs(e, args) => Some((e, args.as_slice())),
            _ => None,
        };
        if let Some((e, args)) = given
            && let Some(answer) = throw_into_delegate(vm, generator, e, args)?
        {
            return Ok(answer);
        }
        // SAFETY: the state was checked; the frame is run or unwound at once.
        unsafe {
            let (value, exception) = match sent {
                Sent::Next => (Object::none(), None),
                Sent::Value(v) => (v, None),
                Sent::Throw(e) | Sent::ThrowArgs(e, _) => (Object::none(), Some(e)),
            };
            let handles = generator.handled.is_set();
            enter(vm, generator.value(), FrameKind::EntryGenerator, 0, value.into_value())?;
            match exception {
                None => finished(generator, dispatch::run(vm)),
                Some(e) => throw_into_frame(vm, generator, e, handles),
            }
        }
    })
}

/// `next()` of a generator from Rust; None: it returned.
pub fn next(vm: &Vm, generator: &Obj<Generator>) -> Res<Option<Object>> {
    // SAFETY: the state is checked; the frame is run at once.
    unsafe {
        if !can_enter(generator.value()) {
            return match resume(vm, generator, Sent::Next)? {
                Resumed::Yield(item) => Ok(Some(item)),
                Resumed::Return(_) => Ok(None),
            };
        }
        vm.recurse(" while calling a Python object", || {
            enter(vm, generator.value(), FrameKind::EntryGenerator, 0, Value::NONE)?;
            let o = dispatch::run(vm)?;
            Ok((generator.state.get() == GeneratorState::Suspended).then_some(o))
        })
    }
}

/// What a native does with the items of an iterable.
pub trait Consumer {
    /// Take an item in a way that runs no Python code, or give it back: then `take` gets it.
    ///
    /// A generator yields to this without being suspended.
    fn take_in_place(&mut self, vm: &Vm, item: Object) -> Option<Object>;

    /// Take an item; false: it was the last one wanted.
    fn take(&mut self, vm: &Vm, item: Object) -> Res<bool>;

    /// Take an item in either way; the result is that of `take`.
    fn offer(&mut self, vm: &Vm, item: Object) -> Res<bool> {
        match self.take_in_place(vm, item) {
            None => Ok(true),
            Some(item) => self.take(vm, item),
        }
    }
}

/// A consumer without its type: `Vm::driver` names the one on whose behalf a generator runs.
pub(crate) struct Driver {
    take: unsafe fn(*mut (), &Vm, Object) -> Option<Object>,
    consumer: *mut (),
}

/// Run a generator and give what it yields to the consumer in place, up to an item that it gives back: that
/// is the result, and the generator is suspended behind it. None: the generator returned.
pub(crate) fn drive<C: Consumer>(
    vm: &Vm,
    generator: &Obj<Generator>,
    consumer: &mut C,
) -> Res<Option<Object>> {
    unsafe fn take<C: Consumer>(consumer: *mut (), vm: &Vm, item: Object) -> Option<Object> {
        // SAFETY: see `drive`.
        unsafe { (*(consumer as *mut C)).take_in_place(vm, item) }
    }
    /// The frame of an outer consumer comes back in any case, a panic too.
    struct Outer<'a>(&'a Vm, *const Driver);
    impl Drop for Outer<'_> {
        fn drop(&mut self) {
            self.0.driver.set(self.1);
        }
    }
    // SAFETY: the state is checked; the frame is run at once. The driver lives as long as the frame, and the
    // consumer is reached only through it meanwhile: by yields of this frame, one after the other.
    unsafe {
        if vm.flags_set() || !can_enter(generator.value()) {
            return next(vm, generator);
        }
        vm.recurse(" while calling a Python object", || {
            enter(vm, generator.value(), FrameKind::Driven, 0, Value::NONE)?;
            let driver = Driver { take: take::<C>, consumer: (&raw mut *consumer).cast() };
            let outer = Outer(vm, vm.driver.replace(&driver));
            let result = dispatch::run(vm);
            drop(outer);
            let o = result?;
            Ok((generator.state.get() == GeneratorState::Suspended).then_some(o))
        })
    }
}

/// Offer what the innermost frame, of kind `Driven`, yields. Given back: the frame must be suspended.
#[inline]
pub(crate) unsafe fn offer(vm: &Vm, item: Object) -> Option<Object> {
    if vm.flags_set() {
        // (Tracing may just have begun: it sees each suspension.)
        std::hint::cold_path();
        return Some(item);
    }
    let driver = &*vm.driver.get();
    (driver.take)(driver.consumer, vm, item)
}

fn finished(generator: &Obj<Generator>, result: Res) -> Res<Resumed> {
    let o = result?;
    Ok(if generator.state.get() == GeneratorState::Suspended {
        Resumed::Yield(o)
    } else {
        Resumed::Return(o)
    })
}

/// What a suspended generator delegates to (`gi_yieldfrom`, `cr_await`).
pub fn delegate(generator: &Obj<Generator>) -> Option<Object> {
    if generator.state.get() != GeneratorState::Suspended {
        return None;
    }
    // SAFETY: a suspended generator's pc is behind a Yield; its window is in `regs`.
    unsafe {
        let ins = *(generator.code.start() as *const u32).add(generator.pc.get() as usize - 1);
        if ins as u8 != Op::Yield as u8 || ins >> 24 != 1 {
            return None;
        }
        let v = *generator.window().get((ins >> 16 & 0xff) as usize)?;
        if v.is_null() { None } else { Some(Object::from_borrowed(v)) }
    }
}

/// `throw()` of a delegating generator goes to the delegate first, called from the generator's frame. Some: the
/// whole answer.
fn throw_into_delegate(
    vm: &Vm,
    generator: &Obj<Generator>,
    exception: &Object,
    args: &[Object],
) -> Res<Option<Resumed>> {
    let Some(inner) = delegate(generator) else { return Ok(None) };
    let handles = generator.handled.is_set();
    let is_exit = vm.class_of(exception).is_subtype(&vm.types().exception(Exc::GeneratorExit));
    let method = match inner.downcast_exact::<Generator>() {
        None if !is_exit => vm.getattr_opt(&inner, &vm.names().throw)?,
        _ => None,
    };
    // SAFETY: a suspended generator; its frame is run, unwound or suspended again.
    unsafe {
        enter(vm, generator.value(), FrameKind::EntryGenerator, 0, Value::NONE)?;
        let frame = vm.frame.get();
        let outcome = if is_exit {
            close_delegate(vm, &inner).map(|()| None)
        } else {
            throw_delegate(vm, &inner, method, exception, args)
        };
        match outcome {
            Ok(Some(Resumed::Yield(o))) => match suspend(vm, frame, o) {
                Left::Done(o) => Ok(Some(Resumed::Yield(o))),
                _ => Err(vm.system_error("a generator that is resumed twice")),
            },
            Ok(Some(Resumed::Return(value))) => {
                // Go on behind the Send loop with the value: the compiler puts Yield (delegating), then Jump back to Send.
                let jump = (*frame).pc.get().add(1);
                let send = jump.offset(*jump as i32 as isize);
                let (a, b) = ((*send >> 8 & 0xff) as usize, (*send >> 16 & 0xff) as usize);
                let done = send.add(1).offset(*send.add(1) as i32 as isize);
                put(frame, b as u8, value);
                (*frame).pc.set(done);
                let old = std::mem::replace(&mut *(*frame).fp.add(a), Value::NULL);
                decref(old);
                finished(generator, dispatch::run(vm)).map(Some)
            }
            // No throw method, or closed: the exception goes into the generator itself.
            Ok(None) => throw_into_frame(vm, generator, exception.clone(), handles).map(Some),
            Err(raised) => {
                let e = vm.take_raised(raised);
                let raised = if handles { vm.raise_with_context(e) } else { vm.raise(e) };
                let result = unwind::unwind(vm, raised, false).and_then(|()| dispatch::run(vm));
                finished(generator, result).map(Some)
            }
        }
    }
}

/// Raise in the generator's frame, which is the innermost. `handles`: it handles an exception itself; what its resumer
/// handles is no context of what that throws.
unsafe fn throw_into_frame(
    vm: &Vm,
    generator: &Obj<Generator>,
    exception: Object,
    handles: bool,
) -> Res<Resumed> {
    let announced = if vm.flags_set() { trace::announce(vm, vm.frame.get()) } else { Ok(()) };
    let raised = match announced {
        Err(raised) => raised,
        Ok(()) if handles => vm.raise_with_context(exception),
        Ok(()) => vm.raise(exception),
    };
    finished(generator, unwind::unwind(vm, raised, false).and_then(|()| dispatch::run(vm)))
}

fn close_delegate(vm: &Vm, inner: &Object) -> Res<()> {
    if let Some(g) = inner.downcast_exact::<Generator>() {
        if g.code.flags & flags::ASYNC_GENERATOR == 0 {
            return close(vm, g);
        }
    }
    match vm.getattr_opt(inner, &vm.names().close) {
        Ok(Some(m)) => vm.call(&m, &[]).map(|_| ()),
        Ok(None) => Ok(()),
        Err(r) => {
            vm.unraisable(r, Some(inner));
            Ok(())
        }
    }
}

fn throw_delegate(
    vm: &Vm,
    inner: &Object,
    method: Option<Object>,
    exception: &Object,
    args: &[Object],
) -> Res<Option<Resumed>> {
    if let Some(g) = inner.downcast_exact::<Generator>() {
        if g.code.flags & flags::ASYNC_GENERATOR == 0 {
            let sent = Sent::ThrowArgs(exception.clone(), args.to_vec());
            return resume(vm, g, sent).map(Some);
        }
    }
    let Some(method) = method else { return Ok(None) };
    match vm.call(&method, args) {
        Ok(o) => Ok(Some(Resumed::Yield(o))),
        Err(r) => {
            let e = vm.caught(r, Exc::StopIteration)?;
            Ok(Some(Resumed::Return(stop_value(&e))))
        }
    }
}

/// `StopIteration.value`.
pub fn stop_value(exception: &Object) -> Object {
    let Some(e) = exception.downcast::<Exception>() else { return Object::none() };
    if let Some(v) = e.field(0) {
        return v;
    }
    e.args.get_as::<Tuple>().and_then(|t| t.get(0)).unwrap_or_else(Object::none)
}

/// `close()`.
pub fn close(vm: &Vm, generator: &Obj<Generator>) -> Res<()> {
    match generator.state.get() {
        GeneratorState::Done => return Ok(()),
        GeneratorState::Created => {
            generator.clear_window();
            return Ok(());
        }
        _ => {}
    }
    let exit = vm.new_exception(&vm.types().exception(Exc::GeneratorExit), Vec::new())?;
    match resume(vm, generator, Sent::Throw(exit)) {
        Ok(Resumed::Yield(_)) => {
            let what = kind_name(generator.code.flags);
            Err(vm.runtime_error(format_args!("{what} ignored GeneratorExit")))
        }
        Ok(Resumed::Return(_)) => Ok(()),
        Err(r) => match vm.caught(r, Exc::GeneratorExit) {
            Ok(_) => Ok(()),
            Err(r) => vm.caught(r, Exc::StopIteration).map(|_| ()),
        },
    }
}

/// Send to any delegate, from the Send instruction.
pub(crate) fn send(vm: &Vm, delegate: &Object, value: &Object) -> Res<Resumed> {
    if let Some(g) = delegate.downcast_exact::<Generator>() {
        if g.code.flags & flags::ASYNC_GENERATOR == 0 {
            return resume(vm, g, Sent::Value(value.clone()));
        }
    }
    if let Some(send) = vm.class_of(delegate).slots().send {
        return send(vm, delegate, value);
    }
    // The slot itself: `Vm::next` would swallow a StopIteration and its value.
    let next = vm.class_of(delegate).slots().next.filter(|_| value.is_none());
    let r = if let Some(next) = next {
        match next(vm, delegate) {
            Ok(Some(o)) => return Ok(Resumed::Yield(o)),
            Ok(None) => return Ok(Resumed::Return(Object::none())),
            Err(r) => Err(r),
        }
    } else {
        vm.call_method(delegate, "send", &[value.clone()])
    };
    match r {
        Ok(o) => Ok(Resumed::Yield(o)),
        Err(r) => {
            let e = vm.caught(r, Exc::StopIteration)?;
            Ok(Resumed::Return(stop_value(&e)))
        }
    }
}

/// `yield` in an asynchronous generator.
pub(crate) fn wrap_async(vm: &Vm, value: Object) -> Res {
    Ok(vm.alloc(AsyncValue { value })?.into_object())
}

/// What `yield from x` iterates.
pub(crate) unsafe fn yield_from_iter(vm: &Vm, frame: *mut Frame, x: &Object) -> Res {
    if let Some(g) = x.downcast_exact::<Generator>() {
        if g.code.flags & flags::COROUTINE != 0 {
            let outer = (*(*frame).code).payload.flags;
            if outer & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                return Err(vm.type_error(
                    "cannot 'yield from' a coroutine object in a non-coroutine generator",
                ));
            }
            return Ok(x.clone());
        }
        if g.code.flags & flags::ASYNC_GENERATOR == 0 {
            return Ok(x.clone());
        }
    } else if let Some(start) = native_coroutine(vm, x) {
        let outer = (*(*frame).code).payload.flags;
        if outer & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0 {
            return start(vm, x);
        }
        return Err(
            vm.type_error("cannot 'yield from' a coroutine object in a non-coroutine generator")
        );
    }
    vm.iter(x)
}

/// What awaits a native coroutine: an object of a native type that can be awaited but not iterated, which stands
/// for a coroutine of a Python function.
fn native_coroutine(vm: &Vm, x: &Object) -> Option<fn(&Vm, &Object) -> Res> {
    let class = vm.class_of(x);
    let slots = class.slots();
    if class.is_heap_type() || slots.iter.is_some() { None } else { slots.await_ }
}

/// A coroutine that nobody awaits yet: GetAwaitable leaves it as it is.
#[inline]
pub(crate) unsafe fn is_new_coroutine(v: Value) -> bool {
    v.is_kind(Kind::Generator) && {
        let g = &(*(v.ptr() as *const Boxed<Generator>)).payload;
        g.state.get() == GeneratorState::Created && g.code.flags & flags::COROUTINE != 0
    }
}

/// The iterator that `await x` drives. `what`: see the instruction GetAwaitable.
pub(crate) fn get_awaitable(vm: &Vm, x: &Object, what: usize) -> Res {
    if let Some(g) = x.downcast_exact::<Generator>() {
        if g.code.flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) != 0 {
            if delegate(g).is_some() && g.code.flags & flags::COROUTINE != 0 {
                return Err(vm.runtime_error("coroutine is being awaited already"));
            }
            return Ok(x.clone());
        }
    }
    let class = vm.class_of(x);
    let Some(f) = class.slots().await_ else {
        let name = class.full_name();
        return Err(match what {
            1 => vm.type_error(format_args!(
                "'async with' received an object from __aenter__ that does not implement __await__: {name}"
            )),
            2 => vm.type_error(format_args!(
                "'async with' received an object from __aexit__ that does not implement __await__: {name}"
            )),
            _ => vm.type_error(format_args!("object {name} can't be used in 'await' expression")),
        });
    };
    let it = f(vm, x)?;
    if it.downcast_exact::<Generator>().is_some_and(|g| g.code.flags & flags::COROUTINE != 0) {
        return Err(vm.type_error("__await__() returned a coroutine"));
    }
    if vm.class_of(&it).slots().next.is_none() {
        return Err(vm.type_error(format_args!(
            "__await__() returned non-iterator of type '{}'",
            vm.type_name(&it)
        )));
    }
    Ok(it)
}

/// The Python function that is the `__await__` of the object's class.
pub(crate) fn python_await(vm: &Vm, x: &Object) -> Option<Obj<Function>> {
    let class = vm.class_of(x);
    if class.slots().await_.is_none() || !class.is_heap_type() {
        return None;
    }
    class.lookup(vm, &vm.names().__await__)?.downcast_into().ok()
}

/// Whether a call of the function with one argument makes a generator, and nothing else happens.
#[inline(always)]
pub(crate) unsafe fn awaits_in_place(function: Value) -> bool {
    let code = (*(function.ptr() as *const Boxed<Function>)).payload.code();
    code.simple_args == 1
        && code.direct_args == u32::MAX
        && code.flags & (flags::COROUTINE | flags::ASYNC_GENERATOR) == 0
}

pub(crate) fn get_aiter(vm: &Vm, x: &Object) -> Res {
    let class = vm.class_of(x).clone();
    let Some(f) = class.slots().aiter else {
        return Err(vm.type_error(format_args!(
            "'async for' requires an object with __aiter__ method, got {}",
            class.full_name()
        )));
    };
    let it = f(vm, x)?;
    if vm.class_of(&it).slots().anext.is_none() {
        return Err(vm.type_error(format_args!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            vm.type_name(&it)
        )));
    }
    Ok(it)
}

pub(crate) fn get_anext(vm: &Vm, x: &Object) -> Res {
    let class = vm.class_of(x).clone();
    let Some(f) = class.slots().anext else {
        return Err(vm.type_error(format_args!(
            "'async for' requires an iterator with __anext__ method, got {}",
            class.full_name()
        )));
    };
    let a = f(vm, x)?;
    match get_awaitable(vm, &a, 0) {
        Ok(it) => Ok(it),
        Err(r) => {
            let cause = vm.take_raised(r);
            let r = vm.type_error(format_args!(
                "'async for' received an invalid object from __anext__: {}",
                vm.type_name(&a)
            ));
            if let Some(e) = vm.raised.get().as_ref().and_then(|e| e.downcast::<Exception>()) {
                e.cause.set(cause.clone());
                e.context.set(cause);
                e.suppress_context.set(true);
            }
            Err(r)
        }
    }
}
