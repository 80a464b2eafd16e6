//! Code, functions, cells, methods: what calls are made of.
#![expect(
    unsafe_code,
    reason = "code words hold inline caches that the loop writes through a pointer"
)]

use super::dict::Dict;
use super::header::Kind;
use super::list::List;
use super::object::{Obj, Object, Payload, Slot, Visitor, decref};
use super::str::Str;
use super::value::Value;
use crate::bytecode::code::{CodeUnit, ExceptionRow, Span};
use crate::bytecode::ops::Op;
use crate::bytecode::stored::CodeRecord;
use crate::native::NativeDef;
use crate::vm::frame_object::OwnFrame;
use crate::vm::stored::Stored;
use crate::vm::{Res, Vm};
use std::cell::{Cell, OnceCell, RefCell, UnsafeCell};
use std::rc::Rc;

/// Code of one interpreter: the compiler's output with its constants made objects, and room for
/// inline caches in the words.
///
/// **Invariant:** `words` went through the verifier or came from our compiler; only cache words and
/// the opcode byte (quickening) are ever written, under the GIL. The body comes once and stays; a frame that
/// was entered before has its `pc` on `LOAD_BODY` still, and goes on at the body's start from there.
pub struct Code {
    pub(crate) body: LateBody,
    pub(crate) nlocals: u32,
    pub(crate) nregs: u32,
    /// Number of positional parameters if a call with exactly that many positional arguments needs no
    /// binding (no `*`, no `**`, no keyword-only), else `u32::MAX`.
    pub(crate) simple_args: u32,
    /// The same where such a call enters a frame at once; `u32::MAX` in generators and coroutines too.
    pub(crate) direct_args: u32,
    pub(crate) flags: u32,
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub varnames: Box<[Obj<Str>]>,
    /// Indices in `varnames` that are cells.
    pub cells: Box<[u32]>,
    pub freevars: Box<[Obj<Str>]>,
    pub name: Obj<Str>,
    pub qualname: Obj<Str>,
    pub filename: Obj<Str>,
    pub first_line: u32,
    pub doc: Option<Object>,
    /// The compiler's output, for what introspection asks.
    pub(crate) origin: Origin,
}

/// What of a code object is there when it first runs, or is asked for.
pub(crate) struct LateBody {
    /// The first word to run: of the body, or [`LOAD_BODY`] while there is none.
    start: Cell<*mut u32>,
    /// The body's constants.
    consts: Cell<*const Value>,
    body: OnceCell<Body>,
    lines: OnceCell<Box<[(u32, Span)]>>,
}

/// What code runs with.
pub(crate) struct Body {
    pub(crate) words: Box<[UnsafeCell<u32>]>,
    pub(crate) consts: Box<[Object]>,
    /// Interned.
    pub(crate) names: Box<[Obj<Str>]>,
    pub(crate) exceptions: Box<[ExceptionRow]>,
    pub(crate) self_attributes: Box<[Obj<Str>]>,
}

/// What code without a body runs: the instruction that gets it.
static LOAD_BODY: [u32; 1] = [Op::LoadBody as u32];

impl LateBody {
    /// None yet.
    pub(crate) fn missing() -> LateBody {
        LateBody {
            start: Cell::new(LOAD_BODY.as_ptr().cast_mut()),
            consts: Cell::new(std::ptr::null()),
            body: OnceCell::new(),
            lines: OnceCell::new(),
        }
    }

    pub(crate) fn given(body: Body, lines: Box<[(u32, Span)]>) -> LateBody {
        let late = LateBody::missing();
        late.set(body);
        let _ = late.lines.set(lines);
        late
    }

    /// The first one given stays.
    pub(crate) fn set(&self, body: Body) {
        let body = self.body.get_or_init(|| body);
        self.start.set(body.words.as_ptr() as *mut u32);
        self.consts.set(body.consts.as_ptr() as *const Value);
    }
}

/// Where code is from.
#[derive(Clone)]
pub(crate) enum Origin {
    Unit(Rc<CodeUnit>),
    /// A record of an image. It is read again for the body, and where all of it is asked for.
    Stored(Stored, &'static [u8]),
}

impl Payload for Code {
    const KIND: Kind = Kind::Code;
}

impl Code {
    #[inline(always)]
    pub(crate) fn start(&self) -> *mut u32 {
        self.body.start.get()
    }

    /// The constants as words; dangling without a body.
    #[inline(always)]
    pub(crate) fn consts_start(&self) -> *const Value {
        self.body.consts.get()
    }

    /// The index of a word to which an instruction pointer into this code points; one that was taken when
    /// there was no body counts as the first.
    pub(crate) fn index_of(&self, pc: *const u32) -> u32 {
        let first = self.start() as *const u32;
        match (pc as usize).checked_sub(first as usize) {
            Some(bytes) if bytes / 4 <= self.words_len() as usize => (bytes / 4) as u32,
            _ => 0,
        }
    }

    /// The number of words, 0 without a body.
    pub(crate) fn words_len(&self) -> u32 {
        self.body.body.get().map_or(0, |b| b.words.len() as u32)
    }

    /// Empty without a body, as what follows.
    pub(crate) fn exceptions(&self) -> &[ExceptionRow] {
        self.body.body.get().map_or(&[], |b| &b.exceptions)
    }

    pub(crate) fn self_attributes(&self) -> &[Obj<Str>] {
        self.body.body.get().map_or(&[], |b| &b.self_attributes)
    }

    /// (pc in words, place), ascending; see [`CodeUnit::lines`].
    pub(crate) fn lines(&self) -> &[(u32, Span)] {
        self.body.lines.get_or_init(|| match &self.origin {
            Origin::Unit(unit) => unit.lines.clone().into_boxed_slice(),
            Origin::Stored(_, record) => {
                // (Made by our compiler: what is damaged would not have run.)
                let lines = CodeRecord::again(record).and_then(|r| r.body()?.lines());
                lines.unwrap_or_default().into_boxed_slice()
            }
        })
    }

    /// `co_flags`.
    pub fn flags(&self) -> u32 {
        self.flags
    }

    /// Source range of the instruction at `pc` (in words).
    pub fn span_at(&self, pc: u32) -> Span {
        let lines = self.lines();
        match lines.partition_point(|l| l.0 <= pc) {
            0 => self.first_span(),
            // No line of its own: that of what stands before.
            n => lines[..n]
                .iter()
                .rev()
                .find(|row| row.1.line != 0)
                .map_or_else(|| self.first_span(), |row| row.1),
        }
    }

    /// The line of a frame that stands at `pc`.
    pub(crate) fn line_at(&self, pc: u32) -> u32 {
        self.span_at(self.unmatched_test(pc).unwrap_or(pc)).line
    }

    /// Whether the instruction there suspends a generator.
    pub(crate) fn yields_at(&self, pc: u32) -> bool {
        let Some(body) = self.body.body.get() else { return false };
        // SAFETY: written under the lock only.
        let word = body.words.get(pc as usize).map(|w| unsafe { *w.get() });
        word.is_some_and(|w| matches!(Op::from_u8(w as u8), Some(Op::Yield | Op::AsyncYield)))
    }

    /// At the Reraise behind the clauses of an `except`: where the last of its types was looked at.
    fn unmatched_test(&self, pc: u32) -> Option<u32> {
        let body = self.body.body.get()?;
        // SAFETY: written under the lock only.
        let word = |at: u32| body.words.get(at as usize).map(|w| unsafe { *w.get() });
        if word(pc)? & 0xff00_00ff != Op::Reraise as u32 | 2 << 24 {
            return None;
        }
        let (mut at, mut last) = (0, None);
        while at < pc {
            let op = Op::from_u8(word(at)? as u8)?;
            if op == Op::JumpIfNotExc
                && (at + 1).checked_add_signed(word(at + 1)? as i32) == Some(pc)
            {
                last = Some(at);
            }
            at += op.width() as u32;
        }
        last
    }

    fn first_span(&self) -> Span {
        Span { line: self.first_line, end_line: self.first_line, col: 0, end_col: 0 }
    }

    /// The rows that hold at `pc`, one that has words last.
    pub(crate) fn rows_at(&self, pc: u32) -> &[(u32, Span)] {
        let lines = self.lines();
        let end = lines.partition_point(|l| l.0 <= pc);
        let Some(last) = end.checked_sub(1).and_then(|i| lines.get(i)) else { return &[] };
        let start = if last.0 == pc { lines.partition_point(|l| l.0 < pc) } else { end - 1 };
        lines.get(start..end).unwrap_or(&[])
    }

    /// The compiler's output.
    pub(crate) fn unit(&self, vm: &Vm) -> Res<Rc<CodeUnit>> {
        match &self.origin {
            Origin::Unit(unit) => Ok(unit.clone()),
            Origin::Stored(stored, record) => stored.unit(vm, record).map(Rc::new),
        }
    }

    /// Whether there is none yet; see [`Vm::load_body`].
    pub(crate) fn lacks_body(&self) -> bool {
        self.body.body.get().is_none()
    }

    pub fn consts(&self) -> &[Object] {
        self.body.body.get().map_or(&[], |b| &b.consts)
    }

    pub fn names(&self) -> &[Obj<Str>] {
        self.body.body.get().map_or(&[], |b| &b.names)
    }
}

/// A Python function.
pub struct Function {
    pub(crate) code: UnsafeCell<Obj<Code>>,
    pub(crate) globals: Obj<Dict>,
    pub(crate) builtins: Obj<Dict>,
    /// Tuple of cells, or unset.
    pub closure: Slot,
    /// Tuple, or unset.
    pub defaults: Slot,
    /// Dict, or unset.
    pub kwdefaults: Slot,
    /// Dict, tuple of (name, value, ...) as the compiler left it, or unset.
    pub annotations: Slot,
    pub name: Slot,
    pub qualname: Slot,
    pub doc: Slot,
    pub module: Slot,
    /// `__dict__`, made when asked for.
    pub dict: Slot,
    /// Changes when code or defaults do (for call caches); 0 after overflow.
    pub(crate) version: Cell<u32>,
}

impl Payload for Function {
    const KIND: Kind = Kind::Function;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.code().as_object());
        v.visit(self.globals.as_object());
        v.visit(self.builtins.as_object());
        for s in [
            &self.closure,
            &self.defaults,
            &self.kwdefaults,
            &self.annotations,
            &self.name,
            &self.qualname,
            &self.doc,
            &self.module,
            &self.dict,
        ] {
            v.slot(s);
        }
    }
    fn clear(&self) {
        for s in [
            &self.closure,
            &self.defaults,
            &self.kwdefaults,
            &self.annotations,
            &self.qualname,
            &self.doc,
            &self.module,
            &self.dict,
        ] {
            drop(s.take());
        }
    }
}

impl Function {
    pub(crate) fn new(code: Obj<Code>, globals: Obj<Dict>, builtins: Obj<Dict>) -> Function {
        let name = Slot::new(code.name.clone().into_object());
        let qualname = Slot::new(code.qualname.clone().into_object());
        let doc = Slot::from(code.doc.clone());
        Function {
            code: UnsafeCell::new(code),
            globals,
            builtins,
            closure: Slot::empty(),
            defaults: Slot::empty(),
            kwdefaults: Slot::empty(),
            annotations: Slot::empty(),
            name,
            qualname,
            doc,
            module: Slot::empty(),
            dict: Slot::empty(),
            version: Cell::new(0),
        }
    }

    #[inline(always)]
    pub fn code(&self) -> &Obj<Code> {
        // SAFETY: replaced only by `set_code`; frames hold their own reference to the code they run.
        unsafe { &*self.code.get() }
    }

    /// `__code__ = ...`; the old code is dropped.
    pub fn set_code(&self, code: Obj<Code>) {
        // SAFETY: see `code`.
        let old = unsafe { std::mem::replace(&mut *self.code.get(), code) };
        self.version.set(0);
        drop(old);
    }

    pub fn globals(&self) -> &Obj<Dict> {
        &self.globals
    }

    pub fn builtins(&self) -> &Obj<Dict> {
        &self.builtins
    }
}

/// A cell: a variable shared by functions.
pub struct CellObject {
    pub value: Slot,
}

impl Payload for CellObject {
    const KIND: Kind = Kind::Cell;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.value);
    }
    fn clear(&self) {
        drop(self.value.take());
    }
}

/// A method bound to its first argument.
pub struct BoundMethod {
    pub function: Object,
    pub receiver: Object,
}

impl Payload for BoundMethod {
    const KIND: Kind = Kind::BoundMethod;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.function);
        v.visit(&self.receiver);
    }
}

/// A native function or method of a native type: `len`, `list.append` (the descriptor), `[].append`.
pub struct Builtin {
    pub def: &'static NativeDef,
    /// The type whose method this is: then, without `receiver`, a method descriptor.
    pub owner: Slot,
    /// The bound first argument.
    pub receiver: Slot,
    /// Name of the module of a function.
    pub module: Slot,
}

impl Payload for Builtin {
    const KIND: Kind = Kind::Builtin;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.owner);
        v.slot(&self.receiver);
        v.slot(&self.module);
    }
}

/// A slice object.
pub struct Slice {
    pub start: Object,
    pub stop: Object,
    pub step: Object,
}

impl Payload for Slice {
    const KIND: Kind = Kind::Slice;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.start);
        v.visit(&self.stop);
        v.visit(&self.step);
    }
}

/// Iterator of `range` while all numbers are small (the loop's fast path advances it in place).
pub struct RangeIter {
    pub next: Cell<i64>,
    pub step: i64,
    /// Numbers left.
    pub left: Cell<u64>,
}

impl Payload for RangeIter {
    const KIND: Kind = Kind::RangeIter;
}

/// Iterator of a list (or, by index, of any object with `__getitem__`: that one is types/iterators').
pub struct ListIter {
    /// Unset when exhausted.
    pub list: Slot,
    pub index: Cell<usize>,
}

impl ListIter {
    /// The next item, without a new reference to the list.
    #[inline(always)]
    pub(crate) fn advance(&self) -> Option<Object> {
        let held = self.list.peek();
        if held.is_null() {
            return None;
        }
        // SAFETY: the slot keeps the list alive until it is emptied, which is the last thing done here.
        let item = unsafe { Object::view(&held) }.downcast::<List>()?.get(self.index.get());
        match item {
            Some(_) => self.index.set(self.index.get() + 1),
            None => drop(self.list.take()),
        }
        item
    }
}

impl Payload for ListIter {
    const KIND: Kind = Kind::ListIter;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.list);
    }
    fn clear(&self) {
        drop(self.list.take());
    }
}

/// Iterator of a tuple.
pub struct TupleIter {
    pub tuple: Slot,
    pub index: Cell<usize>,
}

impl Payload for TupleIter {
    const KIND: Kind = Kind::TupleIter;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.slot(&self.tuple);
    }
    fn clear(&self) {
        drop(self.tuple.take());
    }
}

/// A module.
pub struct Module {
    pub dict: Obj<Dict>,
    /// Attributes that come into the dict when somebody asks for them: see types/module.
    pub(crate) lazy: RefCell<Vec<Waiting>>,
}

/// How an attribute of a module is made on first use.
#[derive(Clone, Copy)]
pub struct LazyAttribute {
    pub name: &'static str,
    pub make: fn(&Vm) -> Res,
}

/// An attribute that waits, and what makes it: a function of its own, or one for many, which gets the name.
#[derive(Clone, Copy)]
pub(crate) struct Waiting {
    pub name: &'static str,
    pub make: Maker,
}

#[derive(Clone, Copy)]
pub(crate) enum Maker {
    One(fn(&Vm) -> Res),
    Many(fn(&Vm, &'static str) -> Res),
}

impl Module {
    pub(crate) fn new(dict: Obj<Dict>) -> Module {
        Module { dict, lazy: RefCell::default() }
    }
}

impl Payload for Module {
    const KIND: Kind = Kind::Module;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(self.dict.as_object());
    }
    fn clear(&self) {
        self.dict.clear();
    }
}

/// A generator, coroutine or asynchronous generator; its window lies behind the payload.
///
/// **Invariant:** until it starts and while it is suspended, the words behind the payload own the window
/// (`fp[0..nregs]`); while it runs the window lies on the value stack and the words are stale.
pub struct Generator {
    pub(crate) function: Object,
    pub(crate) code: Obj<Code>,
    pub(crate) nregs: u32,
    /// Next instruction, in words.
    pub(crate) pc: Cell<u32>,
    pub(crate) state: Cell<GeneratorState>,
    /// Asynchronous generators: hooks called already, running `asend`s, closed.
    pub(crate) ag_flags: Cell<u8>,
    /// The exception handled inside when it last yielded.
    pub(crate) handled: Slot,
    /// Frame object, once somebody asked for it.
    pub(crate) frame: OwnFrame,
    /// What few generators have; see [`Generator::rare`].
    pub(crate) rare: OnceCell<Box<Rare>>,
}

/// What few generators have.
#[derive(Default)]
pub(crate) struct Rare {
    /// Its own name, or the code's if unset: see [`Generator::name`].
    pub(crate) own_name: Slot,
    pub(crate) own_qualname: Slot,
    /// Coroutines: where it was created (`cr_origin`), None when not tracked.
    pub(crate) origin: Slot,
    /// Asynchronous generators: the event loop's hook for one that dies unfinished.
    pub(crate) finalizer: Slot,
}

impl Rare {
    fn slots(&self) -> [&Slot; 4] {
        [&self.own_name, &self.own_qualname, &self.origin, &self.finalizer]
    }
}

impl Generator {
    /// `gi_name`: the function's name when the generator was made, or what was set since.
    pub fn name(&self) -> Object {
        let own = self.rare.get().and_then(|r| r.own_name.get());
        own.unwrap_or_else(|| self.code.name.as_object().clone())
    }

    /// `gi_qualname`: as the name.
    pub fn qualname(&self) -> Object {
        let own = self.rare.get().and_then(|r| r.own_qualname.get());
        own.unwrap_or_else(|| self.code.qualname.as_object().clone())
    }

    /// Where to set what few generators have.
    pub(crate) fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }
}

/// Where a generator is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GeneratorState {
    Created,
    Suspended,
    Running,
    Done,
}

impl Payload for Generator {
    const KIND: Kind = Kind::Generator;
    const GC: bool = true;
    fn traverse(&self, v: &mut Visitor) {
        v.visit(&self.function);
        v.visit(self.code.as_object());
        for r in self.window() {
            v.value(*r);
        }
        v.slot(&self.handled);
        v.slot(self.frame.slot());
        for s in self.rare.get().iter().flat_map(|r| r.slots()) {
            v.slot(s);
        }
    }
    fn clear(&self) {
        self.clear_window();
        drop(self.handled.take());
        drop(self.frame.take());
    }
    fn tail(&self) -> usize {
        self.nregs as usize * size_of::<Value>()
    }
}

impl Generator {
    /// Where the window lies.
    #[inline(always)]
    pub(crate) fn registers(&self) -> *mut Value {
        // SAFETY: the block has room for `nregs` words behind the payload.
        unsafe { (self as *const Generator).add(1) as *mut Value }
    }

    /// The window, empty while it is on the value stack.
    pub(crate) fn window(&self) -> &[Value] {
        let held = matches!(self.state.get(), GeneratorState::Created | GeneratorState::Suspended);
        let n = if held { self.nregs as usize } else { 0 };
        // SAFETY: see the invariant; nothing resumes it while the words are looked at.
        unsafe { std::slice::from_raw_parts(self.registers(), n) }
    }

    /// Drop the window; the generator is done.
    pub(crate) fn clear_window(&self) {
        if matches!(self.state.get(), GeneratorState::Running | GeneratorState::Done) {
            return;
        }
        self.state.set(GeneratorState::Done);
        for i in 0..self.nregs as usize {
            // SAFETY: the window owned its words; nobody enters a generator that is done.
            unsafe { decref(*self.registers().add(i)) }
        }
    }
}

impl Drop for Generator {
    #[inline]
    fn drop(&mut self) {
        self.clear_window();
    }
}
