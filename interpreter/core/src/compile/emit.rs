//! Instructions into words: labels, temporaries, constants, names, spans and the exception table of one unit.
//!
//! **Invariant:** code after an unconditional jump is not written until a label that something jumps to is bound, so
//! every emitted word can be reached. Temporaries are a stack: `top` is the first free one.

use std::borrow::Cow;
use std::collections::HashMap;

use num_bigint::BigInt;

use super::error::{ErrorKind, Failure, Outcome};
use super::scope::{Build, Name};
use crate::bytecode::code::{Const, ExceptionRow};
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;

/// A place to jump to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(u32);

/// A register.
pub type Reg = u8;

const UNBOUND: u32 = u32::MAX;

/// Constants are shared when they are the same value of the same type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Plain(u8),
    Int(i64),
    Big(BigInt),
    Float(u64),
    Complex(u64, u64),
    Str(String),
    Wide(Vec<u32>),
    Bytes(Vec<u8>),
    Tuple(Vec<Key>),
    FrozenSet(Vec<Key>),
    Code(u32),
}

/// The part of a unit that knows words.
#[derive(Default)]
pub struct Emitter<'a> {
    pub words: Vec<u32>,
    pub consts: Vec<Const>,
    pub names: Vec<String>,
    pub exceptions: Vec<(u32, u32, Label, u32)>,
    /// (pc, source range)
    pub lines: Vec<(u32, TextRange)>,
    /// Marks among `lines` (by index) that not everything passes; true: only what comes from the word before,
    /// false: what does not jump back.
    pub passed: Vec<(usize, bool)>,
    /// The last mark (by index).
    marked: Option<usize>,
    /// Source range of what is emitted next.
    pub span: TextRange,
    pub reachable: bool,
    pub top: u32,
    pub max_top: u32,
    /// First temporary.
    pub nlocals: u32,
    /// Far slots in use by variables and spills.
    pub far: u32,
    pub max_far: u32,
    labels: Vec<u32>,
    used: Vec<bool>,
    fixups: Vec<(u32, Label)>,
    handler: Option<(Label, u32)>,
    handler_from: u32,
    /// Where a label was bound last.
    bound_at: u32,
    const_index: HashMap<Key, u32, Build>,
    name_index: HashMap<Name<'a>, u32, Build>,
}

impl<'a> Emitter<'a> {
    pub fn new() -> Self {
        Emitter { reachable: true, bound_at: u32::MAX, ..Emitter::default() }
    }

    pub fn pc(&self) -> u32 {
        self.words.len() as u32
    }

    // ---- temporaries

    /// The next temporary.
    pub fn alloc(&mut self) -> Outcome<Reg> {
        let reg = self.top;
        if reg >= 255 {
            return Err(Box::new(Failure {
                kind: ErrorKind::RecursionError,
                message: "maximum recursion depth exceeded during compilation".into(),
                range: Some(self.span),
            }));
        }
        self.top += 1;
        self.max_top = self.max_top.max(self.top);
        Ok(reg as Reg)
    }

    pub fn is_temp(&self, reg: Reg) -> bool {
        u32::from(reg) >= self.nlocals
    }

    /// A slot in the far registers.
    pub fn alloc_far(&mut self) -> u32 {
        let slot = self.far;
        self.far += 1;
        self.max_far = self.max_far.max(self.far);
        slot
    }

    // ---- words

    pub fn emit(&mut self, op: Op, a: Reg, b: Reg, c: Reg) {
        self.emit_words(op, a, b, c, &[]);
    }

    /// Emit with the given following words; missing ones (caches) are zero.
    pub fn emit_words(&mut self, op: Op, a: Reg, b: Reg, c: Reg, extra: &[u32]) {
        if !self.reachable {
            return;
        }
        let pc = self.pc();
        let row = self.lines.len().checked_sub(1);
        let of_mark = row.is_some_and(|row| self.passed.iter().rev().take(4).any(|p| p.0 == row));
        if of_mark || self.lines.last().is_none_or(|(_, span)| *span != self.span) {
            self.lines.push((pc, self.span));
        }
        self.words.push(op as u32 | u32::from(a) << 8 | u32::from(b) << 16 | u32::from(c) << 24);
        self.words.extend_from_slice(extra);
        let width = op.width();
        self.words.resize(pc as usize + width, 0);
        if matches!(op, Op::Return | Op::ReturnNone | Op::Raise | Op::Reraise | Op::RaiseAssert) {
            self.reachable = false;
        }
    }

    /// A statement without instructions stands here: trace functions are told of its line.
    pub fn mark(&mut self) {
        if self.reachable && self.lines.last().is_none_or(|(_, span)| *span != self.span) {
            self.lines.push((self.pc(), self.span));
            self.marked = Some(self.lines.len() - 1);
        }
    }

    /// Marks right before a label are no part of what jumps there. `ahead`: from above, too; else only loops do.
    fn settle_marks(&mut self, ahead: bool) {
        let pc = self.pc();
        for (i, row) in self.lines.iter().enumerate().rev() {
            if row.0 != pc {
                break;
            }
            match self.passed.iter_mut().find(|p| p.0 == i) {
                Some(p) => p.1 |= ahead,
                None => self.passed.push((i, ahead)),
            }
        }
    }

    /// Emit an instruction whose words after the first stand for a place of their own.
    pub fn emit_parts(&mut self, op: Op, [a, b, c]: [Reg; 3], extra: &[u32], rest: TextRange) {
        if !self.reachable {
            return;
        }
        let second = self.pc() + 1;
        self.emit_words(op, a, b, c, extra);
        if rest != self.span {
            self.lines.push((second, rest));
            self.span = rest;
        }
    }

    // ---- jumps

    pub fn label(&mut self) -> Label {
        self.labels.push(UNBOUND);
        self.used.push(false);
        Label(self.labels.len() as u32 - 1)
    }

    /// Jumps to `label` land here.
    pub fn bind(&mut self, label: Label) {
        let index = label.0 as usize;
        self.drop_jump_to_next(label);
        self.settle_marks(self.used[index]);
        self.bound_at = self.pc();
        self.labels[index] = self.pc();
        if self.used[index] {
            self.reachable = true;
        }
    }

    /// A jump to what follows it is taken back.
    fn drop_jump_to_next(&mut self, label: Label) {
        let pc = self.pc();
        let Some(&(at, to)) = self.fixups.last() else { return };
        if self.lines.last().is_some_and(|row| row.0 == pc) {
            // A mark that the jump does not pass.
            return;
        }
        let is_jump = pc >= 2 && self.words[pc as usize - 2] == Op::Jump as u32;
        if to != label || at + 1 != pc || !is_jump || self.bound_at == pc || self.handler_from == pc
        {
            return;
        }
        self.words.truncate(pc as usize - 2);
        self.fixups.pop();
        let kept = self.marked.is_some() && self.marked == self.lines.len().checked_sub(1);
        if !kept && self.lines.last().is_some_and(|(line_pc, _)| *line_pc == pc - 2) {
            self.lines.pop();
        }
        self.reachable = true;
    }

    /// Emit an instruction whose first word is a jump to `label`.
    pub fn jump(&mut self, op: Op, a: Reg, b: Reg, c: Reg, label: Label) {
        self.jump_words(op, a, b, c, &[0], label);
    }

    /// ForTuple over constant `tuple`.
    pub fn for_tuple(&mut self, dst: Reg, index: Reg, tuple: u32, label: Label) {
        self.jump_words(Op::ForTuple, dst, index, 0, &[0, tuple], label);
    }

    /// A jump whose words are the distance, filled in later, and others.
    fn jump_words(&mut self, op: Op, a: Reg, b: Reg, c: Reg, words: &[u32], label: Label) {
        if !self.reachable {
            return;
        }
        // A jump over nothing.
        self.used[label.0 as usize] = true;
        let at = self.pc() + 1;
        self.emit_words(op, a, b, c, words);
        self.fixups.push((at, label));
        if op == Op::Jump {
            self.reachable = false;
        }
    }

    /// Whether something jumps to `label`.
    pub fn is_used(&self, label: Label) -> bool {
        self.used[label.0 as usize]
    }

    /// Whether a label has been bound.
    pub fn is_bound(&self, label: Label) -> bool {
        self.labels[label.0 as usize] != UNBOUND
    }

    // ---- exception table

    /// From here on exceptions go to this handler. Returns the one before.
    pub fn set_handler(&mut self, handler: Option<(Label, u32)>) -> Option<(Label, u32)> {
        let pc = self.pc();
        if let Some((label, depth)) = self.handler
            && self.handler_from < pc
        {
            self.used[label.0 as usize] = true;
            let from = self.handler_from;
            match self.exceptions.last_mut() {
                Some(last) if last.1 == from && last.2 == label && last.3 == depth => last.1 = pc,
                _ => self.exceptions.push((from, pc, label, depth)),
            }
        }
        self.handler_from = pc;
        std::mem::replace(&mut self.handler, handler)
    }

    /// The handler in force.
    pub fn handler(&self) -> Option<(Label, u32)> {
        self.handler
    }

    // ---- tables

    /// Index of a name.
    pub fn name(&mut self, name: Name<'a>) -> u32 {
        if let Some(index) = self.name_index.get(&name) {
            return *index;
        }
        let index = self.names.len() as u32;
        self.names.push(name.clone().into_owned());
        self.name_index.insert(name, index);
        index
    }

    /// Index of a name that is not from the source.
    pub fn own_name(&mut self, name: &'static str) -> u32 {
        self.name(Cow::Borrowed(name))
    }

    /// Index of a constant.
    pub fn constant(&mut self, value: Const) -> u32 {
        let key = self.key(&value);
        if let Some(index) = self.const_index.get(&key) {
            return *index;
        }
        let index = self.consts.len() as u32;
        self.consts.push(value);
        self.const_index.insert(key, index);
        index
    }

    fn key(&self, value: &Const) -> Key {
        match value {
            Const::None => Key::Plain(0),
            Const::True => Key::Plain(1),
            Const::False => Key::Plain(2),
            Const::Ellipsis => Key::Plain(3),
            Const::Int(i) => Key::Int(*i),
            Const::Big(b) => Key::Big(b.clone()),
            Const::Float(f) => Key::Float(f.to_bits()),
            Const::Complex(r, i) => Key::Complex(r.to_bits(), i.to_bits()),
            Const::Str(s) => Key::Str(s.clone()),
            Const::Wide(w) => Key::Wide(w.clone()),
            Const::Bytes(b) => Key::Bytes(b.clone()),
            Const::Tuple(t) => Key::Tuple(t.iter().map(|c| self.key(c)).collect()),
            Const::FrozenSet(t) => Key::FrozenSet(t.iter().map(|c| self.key(c)).collect()),
            Const::Code(_) => Key::Code(self.consts.len() as u32),
        }
    }

    /// A constant as an 8-bit operand, while there is room.
    pub fn small_constant(&mut self, value: &Const) -> Option<Reg> {
        let index = match self.const_index.get(&self.key(value)) {
            Some(index) => *index,
            None if self.consts.len() < 256 => self.constant(value.clone()),
            None => return None,
        };
        u8::try_from(index).ok()
    }

    /// Load a constant.
    pub fn load_const(&mut self, dst: Reg, value: Const) {
        match &value {
            Const::None => return self.emit(Op::LoadNone, dst, 0, 0),
            Const::Int(i) => {
                if let Ok(small) = i8::try_from(*i) {
                    return self.emit(Op::LoadInt, dst, small as u8, 0);
                }
            }
            _ => {}
        }
        let index = self.constant(value);
        match u16::try_from(index) {
            Ok(near) => self.emit(Op::LoadK, dst, near as u8, (near >> 8) as u8),
            Err(_) => self.emit_words(Op::LoadKFar, dst, 0, 0, &[index]),
        }
    }

    /// Resolve all jumps and the exception table.
    pub fn finish(&mut self) -> Vec<ExceptionRow> {
        self.set_handler(None);
        // Jumps to forward jumps go on to where those lead: addresses first, distances after.
        let address: HashMap<u32, u32, Build> = self
            .fixups
            .iter()
            .filter(|(at, _)| self.words[*at as usize - 1] == Op::Jump as u32)
            .map(|(at, label)| (*at - 1, self.labels[label.0 as usize]))
            .collect();
        for (at, label) in &self.fixups {
            let mut target = self.labels[label.0 as usize];
            for _ in 0..8 {
                match address.get(&target) {
                    Some(next) if target > *at && *next > target => target = *next,
                    _ => break,
                }
            }
            self.words[*at as usize] = target.wrapping_sub(*at);
        }
        self.exceptions
            .iter()
            .map(|&(start, end, label, depth)| ExceptionRow {
                start,
                end,
                handler: self.labels[label.0 as usize],
                depth,
            })
            .collect()
    }
}
