//! A thread of an interpreter: its value stack, its frames, the exception in flight.
//!
//! **Invariants.** The value stack never moves, so registers keep their addresses while natives look
//! at them. A frame's window is `fp[-1]` (the function) and `fp[0..nregs]`; windows of callees start
//! inside the caller's temporaries. `top` of the innermost frame is where the next window may start.
#![expect(unsafe_code, reason = "the value stack")]

use super::{Interp, Names, Res, Types};
use crate::object::object::{Boxed, decref};
use crate::object::*;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// What to do with a frame's result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum FrameKind {
    /// Put it into the caller's register (the callee's `fp[-1]`) and go on.
    Call = 0,
    /// `__init__` of an instance under construction: must be None; `extra` is the result.
    Init,
    /// Getter of a property: the result goes to the register `dst` of the frame below.
    Getter,
    /// A special method for an operator: see `special`.
    Operator,
    /// A generator resumed by its method `send`: a yield goes to the register `dst`, a return raises
    /// StopIteration.
    SendCall,
    /// Return from `run`.
    Entry,
    /// A generator resumed by `for`: a yield goes to the register `dst`, a return ends the loop.
    For,
    /// A generator resumed by Send in another frame: as For, return jumps.
    Send,
    /// A generator resumed by a native.
    EntryGenerator,
    /// The same; what it yields goes to `Vm::driver`, and the frame goes on as long as that takes it.
    Driven,
}

/// A control frame. A frame of kind `Call` is pushed on every Python call, so what it does not need is not
/// written: `extra` and `outer_handled` are only valid in frames of other kinds, `object` only with the mark.
#[repr(C)]
pub struct Frame {
    pub(crate) code: *const Boxed<Code>,
    /// Next instruction, saved whenever the loop leaves this frame or calls something that may look.
    pub(crate) pc: Cell<*const u32>,
    pub(crate) fp: *mut Value,
    /// The code's constants.
    pub(crate) consts: *const Value,
    pub(crate) kind: FrameKind,
    /// Register of the resuming frame that takes what a generator yields.
    pub(crate) dst: u8,
    /// Not 0: leaving the frame takes more than dropping its near variables.
    pub(crate) marks: Cell<u16>,
    /// Generator being run, or instance under construction (owned), or NULL.
    pub(crate) extra: Cell<Value>,
    /// The exception that was handled when a generator was resumed (owned), or NULL.
    pub(crate) outer_handled: Cell<Value>,
    /// The frame object (owned).
    object: Cell<Value>,
}

/// `Frame::marks`: there is a frame object.
pub(crate) const HAS_OBJECT: u16 = 1;
/// `Frame::marks`: there are registers behind the near ones.
pub(crate) const FAR: u16 = 2;
/// `Frame::marks`: trace and profile functions were told of the frame, or it was there before them.
pub(crate) const TRACED: u16 = 4;
/// `Frame::marks`: the generator itself handles the exception that its resumer handles too.
pub(crate) const HANDLES_SAME: u16 = 8;

impl Frame {
    /// Write a frame of kind `Call` to `at`.
    #[inline(always)]
    pub(crate) unsafe fn push_call(
        at: *mut Frame,
        code: *const Boxed<Code>,
        fp: *mut Value,
        pc: *const u32,
        consts: *const Value,
    ) {
        (*at).code = code;
        (*at).pc.set(pc);
        (*at).fp = fp;
        (*at).consts = consts;
        // Kind, `dst` and `marks` in one store.
        *(&raw mut (*at).kind as *mut u32) = FrameKind::Call as u32;
    }

    /// Write a frame of any kind to `at`.
    #[inline(always)]
    pub(crate) unsafe fn push(
        at: *mut Frame,
        code: *const Boxed<Code>,
        fp: *mut Value,
        pc: *const u32,
        kind: FrameKind,
        dst: u8,
    ) {
        let consts = if code.is_null() { std::ptr::null() } else { (*code).payload.consts_start() };
        Frame::push_call(at, code, fp, pc, consts);
        (*at).kind = kind;
        (*at).dst = dst;
        (*at).extra.set(Value::NULL);
        (*at).outer_handled.set(Value::NULL);
    }

    /// Write the frame of a generator that another frame resumes to `at`; `generator` and `handled` are owned.
    #[inline(always)]
    #[expect(clippy::too_many_arguments, reason = "the fields of a frame")]
    pub(crate) unsafe fn push_resumed(
        at: *mut Frame,
        code: *const Boxed<Code>,
        fp: *mut Value,
        pc: *const u32,
        kind: FrameKind,
        dst: u8,
        generator: Value,
        handled: Value,
    ) {
        (*at).code = code;
        (*at).pc.set(pc);
        (*at).fp = fp;
        (*at).consts = (*code).payload.consts_start();
        // Kind, `dst` and `marks` in one store.
        *(&raw mut (*at).kind as *mut u32) = kind as u32 | (dst as u32) << 8;
        (*at).extra.set(generator);
        (*at).outer_handled.set(handled);
    }

    /// The frame object's word, NULL if nobody asked for one.
    #[inline(always)]
    pub(crate) fn object(&self) -> Value {
        if self.marks.get() & HAS_OBJECT != 0 { self.object.get() } else { Value::NULL }
    }

    /// Store an owned frame object where there is none.
    pub(crate) fn set_object(&self, object: Value) {
        self.object.set(object);
        self.marks.set(self.marks.get() | HAS_OBJECT);
    }

    /// Take the frame object out, NULL if there is none.
    pub(crate) fn take_object(&self) -> Value {
        let v = self.object();
        self.marks.set(self.marks.get() & !HAS_OBJECT);
        v
    }

    /// Whether leaving it is no more than dropping its near variables and handing the result to the caller.
    #[inline(always)]
    pub(crate) fn is_plain_call(&self) -> bool {
        // Kind, `dst` (0 in calls) and `marks` in one load.
        // SAFETY: the three lie side by side, aligned as the pointer before them.
        unsafe { *(&raw const self.kind as *const u32) == FrameKind::Call as u32 }
    }

    /// Index of a word of the instruction that is running.
    pub(crate) fn lasti(&self) -> u32 {
        // SAFETY: a frame's code.
        unsafe { (*self.code).payload.index_of(self.pc.get()).saturating_sub(1) }
    }
}

/// How a call stands whose result is awaited at once.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum InPlace {
    /// There is none.
    #[default]
    No,
    /// The coroutine may run before it is given out.
    Asked,
    /// It did, to its end: the call gives its result.
    Ended,
}

/// One thread's state. Natives get it as `vm: &Vm`.
pub struct Vm {
    interp: Arc<Interp>,
    pub(crate) stack: *mut Value,
    pub(crate) stack_end: *mut Value,
    stack_bytes: usize,
    /// Registers below this are valid words.
    pub(crate) high: Cell<*mut Value>,
    /// A window of near registers may start up to here: `high` less their number.
    pub(crate) near_limit: Cell<*mut Value>,
    /// Where the recursion limit ends the frames.
    pub(crate) frame_limit: Cell<*mut Frame>,
    pub(crate) frames: *mut Frame,
    pub(crate) frames_end: *mut Frame,
    frames_bytes: usize,
    /// The innermost frame; `frames` itself is a sentinel without code.
    pub(crate) frame: Cell<*mut Frame>,
    /// The exception in flight.
    pub(crate) raised: Slot,
    /// What `run` is about to return, between the instruction and the loop.
    pub(crate) outcome: Slot,
    /// Where the innermost frame of kind `Driven` yields to.
    pub(crate) driver: Cell<*const super::generator::Driver>,
    /// The exception being handled (`sys.exc_info`).
    pub(crate) handled: Slot,
    pub(crate) flags: *const AtomicU32,
    /// Containers whose representation is being made, against endless recursion.
    pub(crate) in_repr: RefCell<Vec<Value>>,
    /// Python and native calls now active.
    pub(crate) depth: Cell<u32>,
    /// Lowest address the native stack may reach.
    pub(crate) native_limit: Cell<usize>,
    pub(crate) is_main: bool,
    pub thread_id: u64,
    pub(crate) tracing: super::trace::Tracing,
    /// The thread's current context (module contextvars); unset until somebody asks for it.
    pub context: Slot,
    /// The event loop that runs in the thread (module asyncio).
    pub running_loop: Slot,
    /// A native coroutine of the thread that has ended, for the next one.
    pub spare_coroutine: Slot,
    /// What becomes of a native coroutine that is awaited where it is made.
    pub(crate) in_place: Cell<InPlace>,
    /// What the loop has set for coroutines and asynchronous generators of the thread.
    pub async_hooks: AsyncHooks,
}

/// Hooks of a thread, as `sys` sets them.
pub struct AsyncHooks {
    /// Called when an asynchronous generator is first iterated.
    pub firstiter: Slot,
    /// Called instead of closing an asynchronous generator that dies.
    pub finalizer: Slot,
    /// Frames that a new coroutine remembers.
    pub origin_depth: Cell<i32>,
}

impl AsyncHooks {
    const NONE: AsyncHooks = AsyncHooks {
        firstiter: Slot::empty(),
        finalizer: Slot::empty(),
        origin_depth: Cell::new(0),
    };
}

/// Native stack kept free for what runs after the guard has struck.
const NATIVE_RESERVE: usize = 192 * 1024;

/// A large block; null if there is none. Its pages cost memory when they are touched.
fn block(bytes: usize) -> *mut u8 {
    // SAFETY: non-zero size.
    unsafe { std::alloc::alloc(std::alloc::Layout::from_size_align_unchecked(bytes, 4096)) }
}

/// A block of `bytes`, or half of that, and so on.
fn reserve(mut bytes: usize) -> (*mut u8, usize) {
    loop {
        let p = block(bytes);
        if !p.is_null() || bytes < 1 << 16 {
            return (p, bytes);
        }
        bytes /= 2;
    }
}

/// What a thread's registers and frames lie in.
pub(crate) struct Stacks {
    registers: (*mut u8, usize),
    frames: (*mut u8, usize),
}

// SAFETY: blocks that nothing else knows of.
unsafe impl Send for Stacks {}

impl Stacks {
    /// Those of an interpreter's first thread: as large as there is room for.
    pub(crate) fn first() -> Stacks {
        let stacks = Stacks { registers: reserve(128 << 20), frames: reserve(64 << 20) };
        if stacks.registers.0.is_null() || stacks.frames.0.is_null() {
            std::alloc::handle_alloc_error(std::alloc::Layout::new::<[u8; 1 << 16]>());
        }
        stacks
    }

    /// Those of a further thread with a native stack of so many bytes; None if little would be left for anything
    /// else. (They are had before the thread is: one that starts has no way to say that it cannot.)
    pub(crate) fn further(native_stack: usize) -> Option<Stacks> {
        const ROOM: usize = 40 << 20;
        [32 << 20, 8 << 20, 2 << 20].into_iter().find_map(|bytes| {
            let stacks =
                Stacks { registers: (block(bytes), bytes), frames: (block(bytes / 2), bytes / 2) };
            let room = native_stack.saturating_add(ROOM).min(isize::MAX as usize / 2);
            let room = Stacks { registers: (block(room), room), frames: (std::ptr::null_mut(), 0) };
            let all = [stacks.registers.0, stacks.frames.0, room.registers.0];
            all.iter().all(|p| !p.is_null()).then_some(stacks)
        })
    }
}

impl Drop for Stacks {
    fn drop(&mut self) {
        for (p, bytes) in [self.registers, self.frames] {
            if !p.is_null() {
                // SAFETY: allocated in `block` with this size.
                unsafe {
                    let layout = std::alloc::Layout::from_size_align_unchecked(bytes, 4096);
                    std::alloc::dealloc(p, layout);
                }
            }
        }
    }
}

impl Vm {
    /// Whether the native coroutine that is being made is awaited where it is made, by the frame that calls: it may
    /// run now, to its end or to what it waits for. Asked once for each call.
    #[inline]
    pub fn asked_in_place(&self) -> bool {
        self.in_place.replace(InPlace::No) == InPlace::Asked
    }

    /// The coroutine has ended: the call gives its result in its place.
    #[inline]
    pub fn ended_in_place(&self) {
        self.in_place.set(InPlace::Ended);
    }
}

impl Vm {
    /// A thread state for the calling native thread, of whose stack `native_stack` bytes may be used.
    pub(crate) fn new(
        interp: Arc<Interp>,
        stacks: Stacks,
        is_main: bool,
        native_stack: usize,
    ) -> Box<Vm> {
        let ((stack, stack_bytes), (frames, frames_bytes)) = (stacks.registers, stacks.frames);
        std::mem::forget(stacks); // given back in `drop`
        let here = &raw const stack_bytes as usize;
        let flags = Arc::as_ptr(&interp.eval_flags);
        let frames = frames as *mut Frame;
        let stack = stack as *mut Value;
        // SAFETY: fresh blocks; the sentinel frame is at the bottom.
        unsafe {
            *stack = Value::NULL;
            Frame::push(
                frames,
                std::ptr::null(),
                stack.add(1),
                std::ptr::null(),
                FrameKind::Entry,
                0,
            );
            Box::new(Vm {
                interp,
                stack,
                stack_end: stack.add(stack_bytes / 8 - 1024),
                stack_bytes,
                high: Cell::new(stack.add(1)),
                near_limit: Cell::new(stack),
                frame_limit: Cell::new(frames.add(1001)),
                frames,
                frames_end: frames.add(frames_bytes / size_of::<Frame>() - 2),
                frames_bytes,
                frame: Cell::new(frames),
                raised: Slot::empty(),
                outcome: Slot::empty(),
                driver: Cell::new(std::ptr::null()),
                handled: Slot::empty(),
                flags,
                in_repr: RefCell::default(),
                depth: Cell::new(0),
                native_limit: Cell::new(
                    here.saturating_sub(native_stack).saturating_add(NATIVE_RESERVE),
                ),
                is_main,
                thread_id: 0,
                tracing: Default::default(),
                context: Slot::empty(),
                running_loop: Slot::empty(),
                spare_coroutine: Slot::empty(),
                in_place: Cell::new(InPlace::No),
                async_hooks: AsyncHooks::NONE,
            })
        }
    }

    /// From now on the calling native thread runs this, and so many bytes of its stack may be used.
    pub(crate) fn lend_stack(&self, native_stack: usize) {
        let here = &raw const native_stack as usize;
        let limit = here.saturating_sub(native_stack).saturating_add(NATIVE_RESERVE);
        self.native_limit.set(limit);
    }

    #[inline(always)]
    pub fn interp(&self) -> &Interp {
        &self.interp
    }

    pub(crate) fn interp_arc(&self) -> Arc<Interp> {
        self.interp.clone()
    }

    #[inline(always)]
    pub fn types(&self) -> &Types {
        self.interp.types()
    }

    #[inline(always)]
    pub fn names(&self) -> &Names {
        self.interp.names()
    }

    #[inline(always)]
    pub(crate) fn flags_set(&self) -> bool {
        // SAFETY: the interpreter owns the word.
        unsafe { (*self.flags).load(Ordering::Relaxed) != 0 }
    }

    /// To be called in native loops: runs signal handlers, gives way to other threads, collects,
    /// stops when the host says so.
    #[inline(always)]
    pub fn poll(&self) -> Res<()> {
        if self.flags_set() { super::call::handle_flags(self) } else { Ok(()) }
    }

    /// The same where a borrow is held: no Python runs and no other thread, only a stop by the host ends
    /// the work.
    #[inline(always)]
    pub fn poll_stop(&self) -> Res<()> {
        if self.flags_set() { super::call::handle_stop(self) } else { Ok(()) }
    }

    /// Guard of every native recursion: run `f` if the native stack has room, else RecursionError
    /// ("maximum recursion depth exceeded" + `what`, e.g. " while calling a Python object").
    #[inline]
    pub fn recurse<T>(&self, what: &str, f: impl FnOnce() -> Res<T>) -> Res<T> {
        let here = &raw const what as usize;
        // SAFETY: both point into the frames' block.
        let frames = unsafe { self.frame.get().offset_from(self.frames) } as u32;
        if here < self.native_limit.get()
            || self.depth.get() + frames >= self.interp.recursion_limit.get()
        {
            return Err(
                self.recursion_error(format_args!("maximum recursion depth exceeded{what}"))
            );
        }
        self.depth.set(self.depth.get() + 1);
        let r = f();
        self.depth.set(self.depth.get() - 1);
        r
    }

    /// Whether the native stack has room for one more native call, else RecursionError: the light
    /// form of [`Vm::recurse`], for steps that nest without a Python frame (iterators of iterators).
    #[inline(always)]
    pub fn check_native_stack(&self) -> Res<()> {
        let mark = 0u8;
        if (&raw const mark as usize) < self.native_limit.get() {
            return Err(self.recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }

    /// Calls that are active now, as the recursion limit counts them.
    pub fn recursion_depth(&self) -> u32 {
        // SAFETY: both point into the frames' block.
        let frames = unsafe { self.frame.get().offset_from(self.frames) } as u32;
        self.depth.get() + frames
    }

    /// `sys.setrecursionlimit`.
    pub fn set_recursion_limit(&self, limit: u32) {
        self.interp.recursion_limit.set(limit);
        // SAFETY: clipped to the block.
        unsafe {
            let room = self.frames_end.offset_from(self.frames) as usize;
            // What is native of the calls that are active now leaves so much less for frames.
            let frames = (limit as usize + 1).saturating_sub(self.depth.get() as usize);
            self.frame_limit.set(self.frames.add(frames.min(room)));
        }
    }

    /// Where the next window may start: above the innermost frame's registers.
    #[inline(always)]
    pub(crate) fn top(&self) -> *mut Value {
        // SAFETY: the innermost frame is valid; the sentinel has no code.
        unsafe {
            let f = &*self.frame.get();
            if f.code.is_null() { f.fp } else { f.fp.add((*f.code).payload.nregs as usize) }
        }
    }

    /// Globals of the innermost Python frame.
    pub fn current_globals(&self) -> Option<Obj<Dict>> {
        // SAFETY: fp[-1] of a frame with code is its function.
        unsafe {
            let f = &*self.frame.get();
            if f.code.is_null() {
                return None;
            }
            let function = Object::view(f.fp.sub(1)).downcast_exact::<Function>()?;
            Some(function.globals.clone())
        }
    }
}

impl Vm {
    /// What the thread itself holds, beside what its frames and its tracing do.
    fn held(&self) -> [&Slot; 8] {
        [
            &self.raised,
            &self.outcome,
            &self.handled,
            &self.context,
            &self.running_loop,
            &self.spare_coroutine,
            &self.async_hooks.firstiter,
            &self.async_hooks.finalizer,
        ]
    }

    /// The thread ends: let go of the objects that it holds, while it still has the lock. Finalisers may run; what they
    /// put there goes too. (Whoever lets others know that the thread has ended calls it before.)
    pub fn let_go(&self) {
        const ROUNDS: usize = 8;
        for _ in 0..ROUNDS {
            self.end_tracing();
            self.held().iter().for_each(|slot| drop(slot.take()));
            if !self.held().iter().any(|slot| slot.is_set()) {
                return;
            }
        }
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        if self.is_main {
            self.let_go();
        } else {
            // `let_go` was called under the lock. Now nothing may be dropped any more.
            self.held().iter().for_each(|slot| std::mem::forget(slot.take()));
        }
        // (No frame is left.)
        drop(Stacks {
            registers: (self.stack as *mut u8, self.stack_bytes),
            frames: (self.frames as *mut u8, self.frames_bytes),
        });
    }
}

/// Drop `n` registers from `at` on, leaving them NULL. May run Python.
#[inline(always)]
pub(crate) unsafe fn clear_registers(at: *mut Value, n: usize) {
    for i in 0..n {
        let v = *at.add(i);
        if v.is_ptr() {
            *at.add(i) = Value::NULL;
            decref(v);
        }
    }
}

impl Vm {
    /// What `super()` without arguments stands for: the class in the `__class__` cell of the calling
    /// function, and that function's first argument.
    pub fn super_arguments(&self) -> Res<(Object, Object)> {
        // SAFETY: a frame with code has its function in fp[-1] and its variables from fp[0] on.
        unsafe {
            let f = &*self.frame.get();
            if f.code.is_null() {
                return Err(self.runtime_error("super(): no current frame"));
            }
            let code = &(*f.code).payload;
            if code.argcount == 0 {
                return Err(self.runtime_error("super(): no arguments"));
            }
            let first = *f.fp;
            let mut first = if first.is_null() { None } else { Some(Object::from_borrowed(first)) };
            if code.cells.contains(&0) {
                first = match first {
                    Some(o) => match o.downcast::<CellObject>() {
                        Some(cell) => cell.value.get(),
                        None => Some(o),
                    },
                    None => None,
                };
            }
            let Some(first) = first else {
                return Err(self.runtime_error("super(): arg[0] deleted"));
            };
            let function = Object::view(f.fp.sub(1)).downcast_exact::<Function>();
            let at = code.freevars.iter().position(|n| n.is(&self.names().__class__));
            let closure = function.and_then(|f| f.closure.get_as::<Tuple>());
            let cell = at.and_then(|i| closure?.get(i));
            let Some(cell) = cell.as_ref().and_then(|c| c.downcast::<CellObject>()) else {
                return Err(self.runtime_error("super(): __class__ cell not found"));
            };
            let Some(class) = cell.value.get() else {
                return Err(self.runtime_error("super(): empty __class__ cell"));
            };
            if class.downcast::<Type>().is_none() {
                let got = self.type_name(&class);
                return Err(
                    self.runtime_error(format_args!("super(): __class__ is not a type ({got})"))
                );
            }
            Ok((class, first))
        }
    }
}
