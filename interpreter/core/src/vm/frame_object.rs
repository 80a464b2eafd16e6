//! Frames as Python sees them.
//!
//! **Invariant:** while its control frame lives, `live` points at it and the control frame owns one count
//! of the object; when the frame ends, `detach` moves the variables into the object (if anybody else holds
//! it) and unsets `live`.
#![expect(unsafe_code, reason = "reaches into control frames")]

use super::Res;
use super::frame::{Frame, FrameKind, Vm};
use crate::bytecode::ops::{FAR_BASE, NEAR_LOCALS};
use crate::object::object::{decref, incref};
use crate::object::*;
use std::cell::{Cell, RefCell};

/// A Python-visible frame.
pub struct FrameObject {
    pub code: Obj<Code>,
    pub function: Obj<Function>,
    live: Cell<*mut Frame>,
    /// Instruction, in words, once detached.
    lasti: Cell<u32>,
    /// Variables once detached, in the order of `varnames`; the namespace of a module or class body.
    locals: RefCell<Vec<Option<Object>>>,
    back: Slot,
    /// `f_trace`.
    pub trace: Slot,
    /// `f_trace_lines`.
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`.
    pub trace_opcodes: Cell<bool>,
    /// 1 + the instruction that the tracing loop ran last; 0: none yet.
    pub(crate) last: Cell<u32>,
    /// The line that ran last there.
    pub(crate) line: Cell<u32>,
    /// The line to show instead of the instruction's; `u32::MAX`: none.
    pub(crate) shown_line: Cell<u32>,
    /// Where a trace function wants the frame to go on.
    pub(crate) jump: Cell<Option<Jump>>,
    /// It went there just now: the line is known already.
    pub(crate) landed: Cell<bool>,
    /// The generator whose frame it is, NULL once that has ended.
    owner: Cell<Value>,
    /// The dict given out as `f_locals`.
    pub snapshot: Slot,
}

/// What setting `f_lineno` asks for.
#[derive(Clone, Copy)]
pub(crate) struct Jump {
    pub(crate) to: u32,
    pub(crate) line: u32,
}

/// A generator's hold on its frame object: as long as it lasts, the object knows the generator.
pub(crate) struct OwnFrame(Slot);

impl OwnFrame {
    pub(crate) const fn empty() -> OwnFrame {
        OwnFrame(Slot::empty())
    }

    #[inline(always)]
    pub(crate) fn is_set(&self) -> bool {
        self.0.is_set()
    }

    pub(crate) fn get(&self) -> Option<Obj<FrameObject>> {
        self.0.get_as::<FrameObject>()
    }

    pub(crate) fn slot(&self) -> &Slot {
        &self.0
    }

    fn hold(&self, frame: &Obj<FrameObject>, generator: Value) {
        frame.owner.set(generator);
        self.0.set(frame.clone().into_object());
    }

    /// The generator ends.
    pub(crate) fn take(&self) -> Option<Object> {
        let object = self.0.take()?;
        if let Some(frame) = object.downcast::<FrameObject>() {
            frame.owner.set(Value::NULL);
        }
        Some(object)
    }
}

impl Drop for OwnFrame {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0.is_set() {
            std::hint::cold_path();
            drop(self.take());
        }
    }
}

impl Payload for FrameObject {
    const GC: bool = true;
    const SPEC: Option<&'static TypeSpec> = Some(&crate::types::frame::SPEC);
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.code.as_object());
        v.visit(self.function.as_object());
        for o in self.locals.borrow().iter().flatten() {
            v.visit(o);
        }
        for s in [&self.back, &self.trace, &self.snapshot] {
            v.slot(s);
        }
    }
    fn clear(&self) {
        drop(self.locals.take());
        drop(self.back.take());
        drop(self.trace.take());
        drop(self.snapshot.take());
    }
}

/// Register of variable `i`.
fn register(i: usize) -> usize {
    if i < NEAR_LOCALS { i } else { FAR_BASE + i - NEAR_LOCALS }
}

impl FrameObject {
    /// Whether the frame is still running (or is a suspended generator's that is on the stack).
    pub fn is_live(&self) -> bool {
        !self.live.get().is_null()
    }

    /// Index of a word of the current instruction.
    pub fn lasti(&self) -> u32 {
        let f = self.live.get();
        // SAFETY: a live frame.
        if f.is_null() { self.lasti.get() } else { unsafe { (*f).lasti() } }
    }

    /// The current line.
    pub fn line(&self) -> u32 {
        if let Some(jump) = self.jump.get() {
            return jump.line;
        }
        match self.shown_line.get() {
            u32::MAX => self.code.line_at(self.lasti()),
            line => line,
        }
    }

    /// The generator whose frame it is, unless that has ended.
    pub(crate) fn generator(&self) -> Option<Obj<Generator>> {
        let v = self.owner.get();
        if v.is_null() {
            return None;
        }
        // SAFETY: a generator that goes takes its name out.
        let generator = unsafe { Object::from_borrowed(v) }.downcast_into::<Generator>().ok()?;
        // (One that is about to go is done.)
        (generator.state.get() != GeneratorState::Done).then_some(generator)
    }

    /// The calling frame.
    pub fn back(&self, vm: &Vm) -> Res<Option<Obj<FrameObject>>> {
        let f = self.live.get();
        if f.is_null() {
            return Ok(self.back.get_as::<FrameObject>());
        }
        // SAFETY: below a live frame there is a live frame or the sentinel.
        unsafe {
            let below = f.sub(1);
            if (*below).code.is_null() { Ok(None) } else { object_of(vm, below).map(Some) }
        }
    }

    /// Variable `i` of `varnames`, as it is now (a cell's contents, not the cell).
    pub fn variable(&self, i: usize) -> Option<Object> {
        let f = self.live.get();
        let o = if f.is_null() {
            self.locals.borrow().get(i).cloned().flatten()?
        } else {
            // SAFETY: a live frame's window holds all variables.
            unsafe {
                let v = *(*f).fp.add(register(i));
                if v.is_null() { return None } else { Object::from_borrowed(v) }
            }
        };
        match o.downcast_exact::<CellObject>() {
            Some(c) if self.code.cells.contains(&(i as u32)) => c.value.get(),
            _ => Some(o),
        }
    }

    /// Whether the running frame's near variable `i` is unset.
    pub(crate) fn is_unset(&self, i: u8) -> bool {
        let f = self.live.get();
        // SAFETY: a live frame's window.
        !f.is_null() && unsafe { (*(*f).fp.add(i as usize)).is_null() }
    }

    /// Whether it is the object of a running frame.
    pub(crate) fn is_of(&self, frame: *const Frame) -> bool {
        std::ptr::eq(self.live.get(), frame)
    }

    /// Set variable `i` in place (debuggers, `exec` in frames).
    pub fn set_variable(&self, i: usize, value: Option<Object>) {
        let f = self.live.get();
        if f.is_null() {
            let mut locals = self.locals.borrow_mut();
            if let Some(place) = locals.get_mut(i) {
                let old = std::mem::replace(place, value);
                drop(locals);
                drop(old);
            }
            return;
        }
        // SAFETY: as `variable`; the register is written before the old value is dropped.
        unsafe {
            let p = (*f).fp.add(register(i));
            let new = value.map_or(Value::NULL, Object::into_value);
            let old = std::mem::replace(&mut *p, new);
            decref(old);
        }
    }

    /// Make the variables what the dict of `f_locals` holds; those that it lacks are unset.
    pub(crate) fn take_over_snapshot(&self, vm: &Vm) {
        let Some(dict) = self.snapshot.get_as::<Dict>() else { return };
        for (i, name) in self.code.varnames.iter().enumerate() {
            if name.to_str_lossy().starts_with('.') && !name.equals(".0") {
                continue;
            }
            let new = dict.get_str(vm, name);
            let old = self.variable(i);
            let same = match (&new, &old) {
                (Some(a), Some(b)) => a.is(b),
                (None, None) => true,
                _ => false,
            };
            if same {
                continue;
            }
            match self.cell_of_variable(i) {
                Some(cell) => cell.value.assign(new),
                None => self.set_variable(i, new),
            }
        }
        for (i, name) in self.code.freevars.iter().enumerate() {
            let closure = self.function.closure.get_as::<Tuple>();
            let cell =
                closure.and_then(|c| c.get(i)).and_then(|o| o.downcast_into::<CellObject>().ok());
            if let Some(cell) = cell {
                cell.value.assign(dict.get_str(vm, name));
            }
        }
    }

    /// The cell that variable `i` lives in, if it lives in one by now.
    fn cell_of_variable(&self, i: usize) -> Option<Obj<CellObject>> {
        if !self.code.cells.contains(&(i as u32)) || !self.is_live() {
            return None;
        }
        // SAFETY: a live frame's window holds all variables.
        let o = unsafe {
            let v = *(*self.live.get()).fp.add(register(i));
            if v.is_null() { return None } else { Object::from_borrowed(v) }
        };
        o.downcast_into::<CellObject>().ok()
    }

    /// Drop the variables (`frame.clear()`); only of a detached frame.
    pub fn clear_variables(&self) {
        drop(self.locals.take());
    }

    /// Contents of free variable `i`.
    pub fn free_variable(&self, i: usize) -> Option<Object> {
        let closure = self.function.closure.get_as::<Tuple>()?;
        closure.as_slice().get(i)?.downcast::<CellObject>()?.value.get()
    }
}

/// The frame object of a control frame, made on first use.
///
/// # Safety
/// `frame` is live and has code.
pub(crate) unsafe fn object_of(vm: &Vm, frame: *mut Frame) -> Res<Obj<FrameObject>> {
    let known = (*frame).object();
    if !known.is_null() {
        return Ok(Obj::from_object(Object::from_borrowed(known)));
    }
    // A generator keeps its frame object from one resumption to the next.
    if let Some(g) = generator_of(frame) {
        if let Some(o) = g.frame.get() {
            o.live.set(frame);
            (*frame).set_object(o.clone().into_object().into_value());
            return Ok(o);
        }
    }
    let code = Obj::<Code>::borrow_ptr((*frame).code);
    let function = Object::view((*frame).fp.sub(1)).clone();
    let Ok(function) = function.downcast_into::<Function>() else {
        return Err(vm.system_error("frame without a function"));
    };
    let o = vm.alloc(FrameObject {
        code,
        function,
        live: Cell::new(frame),
        lasti: Cell::new(0),
        locals: RefCell::default(),
        back: Slot::empty(),
        trace: Slot::empty(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        last: Cell::new(0),
        line: Cell::new(0),
        shown_line: Cell::new(u32::MAX),
        jump: Cell::new(None),
        landed: Cell::new(false),
        owner: Cell::new(Value::NULL),
        snapshot: Slot::empty(),
    })?;
    (*frame).set_object(o.clone().into_object().into_value());
    if let Some(g) = generator_of(frame) {
        g.frame.hold(&o, g.value());
    }
    Ok(o)
}

unsafe fn generator_of<'a>(frame: *mut Frame) -> Option<&'a Obj<Generator>> {
    match (*frame).kind {
        FrameKind::For
        | FrameKind::Send
        | FrameKind::SendCall
        | FrameKind::EntryGenerator
        | FrameKind::Driven => Object::view((*frame).extra.as_ptr()).downcast_exact::<Generator>(),
        _ => None,
    }
}

/// The frame object of a generator that is not done, made on first use.
pub(crate) fn of_generator(vm: &Vm, generator: &Obj<Generator>) -> Res<Obj<FrameObject>> {
    if let Some(o) = generator.frame.get() {
        return Ok(o);
    }
    let code = generator.code.clone();
    let Ok(function) = generator.function.clone().downcast_into::<Function>() else {
        return Err(vm.system_error("generator without a function"));
    };
    let mut live = std::ptr::null_mut();
    let mut locals = Vec::new();
    // SAFETY: a running generator is named by a live frame; the window of another one is its own.
    unsafe {
        if generator.state.get() == GeneratorState::Running {
            let mut f = vm.frame.get();
            while !(*f).code.is_null() {
                if generator_of(f).is_some_and(|g| g.is(generator)) {
                    live = f;
                    break;
                }
                f = f.sub(1);
            }
        } else {
            let regs = generator.window();
            for i in 0..code.varnames.len() {
                let v = regs.get(register(i)).copied().unwrap_or(Value::NULL);
                incref(v);
                locals.push(if v.is_null() { None } else { Some(Object::from_owned(v)) });
            }
        }
    }
    let o = vm.alloc(FrameObject {
        code,
        function,
        live: Cell::new(live),
        // `pc` is behind the instruction that made or suspended it.
        lasti: Cell::new(generator.pc.get().saturating_sub(1)),
        locals: RefCell::new(locals),
        back: Slot::empty(),
        trace: Slot::empty(),
        trace_lines: Cell::new(true),
        trace_opcodes: Cell::new(false),
        last: Cell::new(0),
        line: Cell::new(0),
        shown_line: Cell::new(u32::MAX),
        jump: Cell::new(None),
        landed: Cell::new(false),
        owner: Cell::new(Value::NULL),
        snapshot: Slot::empty(),
    })?;
    if !live.is_null() {
        // SAFETY: a live frame without an object.
        unsafe { (*live).set_object(o.clone().into_object().into_value()) };
    }
    generator.frame.hold(&o, generator.value());
    Ok(o)
}

/// The frame ends: what its object needs moves there. The window's variables may be dropped after.
///
/// # Safety
/// `frame` is the innermost frame and has an object.
pub(crate) unsafe fn detach(vm: &Vm, frame: *mut Frame) {
    let object = Object::from_owned((*frame).take_object());
    let Some(o) = object.downcast::<FrameObject>() else { return };
    o.lasti.set((*frame).lasti());
    if object.refcount() > 1 {
        let code = &(*(*frame).code).payload;
        let n = code.varnames.len();
        let mut locals = Vec::with_capacity(n);
        for i in 0..n {
            let v = std::mem::replace(&mut *(*frame).fp.add(register(i)), Value::NULL);
            locals.push(if v.is_null() { None } else { Some(Object::from_owned(v)) });
        }
        *o.locals.borrow_mut() = locals;
        let below = frame.sub(1);
        if !(*below).code.is_null() {
            match object_of(vm, below) {
                Ok(b) => o.back.set(b.into_object()),
                Err(r) => drop(vm.take_raised(r)),
            }
        }
    }
    o.live.set(std::ptr::null_mut());
}

/// A generator yields: its frame object stays with it, with a copy of the variables.
///
/// # Safety
/// As `detach`, before the window is moved.
pub(crate) unsafe fn suspend(frame: *mut Frame) {
    let object = Object::from_owned((*frame).take_object());
    let Some(o) = object.downcast::<FrameObject>() else { return };
    o.lasti.set((*frame).lasti());
    let code = &(*(*frame).code).payload;
    let mut locals = Vec::with_capacity(code.varnames.len());
    for i in 0..code.varnames.len() {
        let v = *(*frame).fp.add(register(i));
        incref(v);
        locals.push(if v.is_null() { None } else { Some(Object::from_owned(v)) });
    }
    o.live.set(std::ptr::null_mut());
    let old = o.locals.replace(locals);
    drop(old);
}

impl Vm {
    /// The frame object of the Python frame `depth` below the innermost one (0: that one).
    pub fn frame_at(&self, depth: usize) -> Res<Option<Obj<FrameObject>>> {
        // SAFETY: walks live frames down to the sentinel.
        unsafe {
            let mut f = self.frame.get();
            for _ in 0..depth {
                if (*f).code.is_null() {
                    return Ok(None);
                }
                f = f.sub(1);
            }
            if (*f).code.is_null() { Ok(None) } else { object_of(self, f).map(Some) }
        }
    }
}
