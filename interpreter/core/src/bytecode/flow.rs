//! The ownership rules of `ops.rs`, checked along every path of a unit.
//!
//! Each register has a state: empty, an immediate (which may be left behind), live, or live on some paths only. A read
//! needs a value on all paths, a variable a value or a `CheckLocal`; nothing live may be left at a return; a handler
//! finds the same registers live wherever it is entered from.

use super::code::{CodeUnit, Const};
use super::ops::{Op, Word};

/// What a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Empty,
    /// None or a small number: no owner.
    Plain,
    Live,
    /// Live: what a loop takes its items from.
    Iterator,
    /// A small number: the place in the constant that a loop goes through.
    Index,
    /// Live: a handler's exception, and the one that was handled before it.
    Caught,
    Earlier,
    /// The same of a handler that raises it again in the end.
    Pending,
    /// Live: what leaves a `with`.
    Exit,
    /// Empty or plain: not to be read.
    Idle,
    /// Live on some paths: only to be dropped or overwritten.
    Maybe,
}

impl State {
    fn join(self, other: State) -> State {
        use State::*;
        match (self, other) {
            (a, b) if a == b => a,
            (a, b) if a.readable() && b.readable() => Live,
            (a, b) if a.owns() || b.owns() => Maybe,
            _ => Idle,
        }
    }

    /// Whether there is a value on all paths.
    pub(super) fn readable(self) -> bool {
        !matches!(self, State::Empty | State::Idle | State::Maybe)
    }

    /// Whether there may be something to drop.
    fn owns(self) -> bool {
        !matches!(self, State::Empty | State::Idle | State::Plain | State::Index)
    }
}

/// What an instruction does to registers.
#[derive(Default)]
struct Effect {
    reads: Vec<u8>,
    /// Read, then empty if a temporary.
    consumes: Vec<u8>,
    /// Emptied whatever they hold.
    clears: Vec<u8>,
    writes: Vec<(u8, State)>,
}

struct Checker<'a> {
    unit: &'a CodeUnit,
    states: Vec<Option<Vec<State>>>,
    work: Vec<usize>,
}

/// Check all paths of one unit.
pub fn check(unit: &CodeUnit) -> Result<(), String> {
    states(unit).map(drop)
}

/// What the registers hold in front of each instruction of a unit that follows the rules; nothing where no path
/// leads.
pub(super) fn states(unit: &CodeUnit) -> Result<Vec<Option<Vec<State>>>, String> {
    let window = unit.nregs.min(256) as usize;
    let mut entry = vec![State::Empty; window];
    let params = unit.argcount
        + unit.kwonlyargcount
        + u32::from(unit.flags & 4 != 0)
        + u32::from(unit.flags & 8 != 0);
    let given = if unit.varnames.first().is_some_and(String::is_empty) { 1 } else { params };
    for state in entry.iter_mut().take(given.min(unit.nlocals) as usize) {
        *state = State::Live;
    }
    let mut checker = Checker { unit, states: vec![None; unit.words.len()], work: Vec::new() };
    if !unit.words.is_empty() {
        checker.flow(0, &entry)?;
    }
    while let Some(pc) = checker.work.pop() {
        checker.step(pc)?;
    }
    Ok(checker.states)
}

fn range(base: u8, count: u32) -> impl Iterator<Item = u8> {
    (u32::from(base)..u32::from(base) + count).map(|r| r as u8)
}

impl Checker<'_> {
    fn flow(&mut self, to: usize, state: &[State]) -> Result<(), String> {
        let Some(slot) = self.states.get_mut(to) else { return Err(format!("runs off at {to}")) };
        match slot {
            None => {
                *slot = Some(state.to_vec());
                self.work.push(to);
            }
            Some(known) => {
                let mut changed = false;
                for (old, new) in known.iter_mut().zip(state) {
                    let joined = old.join(*new);
                    if joined != *old {
                        *old = joined;
                        changed = true;
                    }
                }
                if changed {
                    self.work.push(to);
                }
            }
        }
        Ok(())
    }

    fn is_temp(&self, reg: u8) -> bool {
        u32::from(reg) >= self.unit.nlocals
    }

    fn step(&mut self, pc: usize) -> Result<(), String> {
        let Some(mut state) = self.states[pc].clone() else { return Ok(()) };
        let unit = self.unit;
        let word = unit.words[pc];
        let op = Op::from_u8(word as u8).ok_or("bad instruction")?;
        let (a, b, c) = ((word >> 8) as u8, (word >> 16) as u8, (word >> 24) as u8);
        self.handlers(pc, &state)?;
        let problem = |what: String| Err(format!("{op:?} at {pc}: {what}"));
        if op == Op::CheckLocal {
            if let Some(slot) = state.get_mut(a as usize) {
                *slot = State::Live;
            }
            return self.flow(pc + 1, &state);
        }
        if op == Op::DelLocal {
            state[a as usize] = State::Empty;
            return self.flow(pc + 1, &state);
        }
        let effect = effect(unit, op, a, b, c, pc);
        for reg in effect.reads.iter().chain(&effect.consumes) {
            let held = state.get(*reg as usize).copied().unwrap_or(State::Empty);
            if !held.readable() {
                return problem(format!("reads r{reg}, which is {held:?}"));
            }
        }
        for reg in &effect.consumes {
            if self.is_temp(*reg) {
                state[*reg as usize] = State::Empty;
            }
        }
        for reg in &effect.clears {
            state[*reg as usize] = State::Empty;
        }
        for (reg, held) in &effect.writes {
            state[*reg as usize] = *held;
        }
        if matches!(op, Op::Return | Op::ReturnNone) {
            for (reg, held) in state.iter().enumerate().skip(unit.nlocals as usize) {
                if held.owns() {
                    return problem(format!("leaves r{reg} {held:?}"));
                }
            }
            return Ok(());
        }
        if matches!(op, Op::Raise | Op::Reraise | Op::RaiseAssert) {
            return Ok(());
        }
        let jump = op.info().words.iter().position(|w| *w == Word::Jump);
        if let Some(i) = jump {
            let from = pc + 1 + i;
            let target = from.wrapping_add_signed(unit.words[from] as i32 as isize);
            let mut taken = state.clone();
            match op {
                Op::ForIter | Op::ForTuple => {
                    taken[a as usize] = State::Live;
                    if op == Op::ForTuple {
                        taken[b as usize] = State::Index;
                    }
                    state[b as usize] = State::Empty;
                }
                Op::Send => {
                    taken[a as usize] = State::Empty;
                    taken[b as usize] = State::Live;
                    state[b as usize] = State::Live;
                }
                Op::EndAsyncFor => {
                    taken[a as usize] = State::Empty;
                    taken[a as usize + 1] = State::Empty;
                }
                _ => {}
            }
            self.flow(target, &taken)?;
            if matches!(op, Op::Jump | Op::EndAsyncFor) {
                return Ok(());
            }
        }
        self.flow(pc + op.width(), &state)
    }

    /// Exceptions: temporaries from the row's depth are dropped.
    fn handlers(&mut self, pc: usize, state: &[State]) -> Result<(), String> {
        let row = self
            .unit
            .exceptions
            .iter()
            .find(|r| (r.start as usize) <= pc && pc < r.end as usize)
            .copied();
        let Some(row) = row else { return Ok(()) };
        let mut entry = state.to_vec();
        for slot in entry.iter_mut().skip(row.depth as usize) {
            *slot = State::Empty;
        }
        self.flow(row.handler as usize, &entry)
    }
}

fn loaded(unit: &CodeUnit, index: usize) -> State {
    match unit.consts.get(index) {
        Some(Const::None | Const::True | Const::False | Const::Int(_) | Const::Ellipsis) => {
            State::Plain
        }
        _ => State::Live,
    }
}

fn effect(unit: &CodeUnit, op: Op, a: u8, b: u8, c: u8, pc: usize) -> Effect {
    use Op::*;
    use State::{Live, Plain};
    let mut e = Effect::default();
    let dst = |e: &mut Effect| e.writes.push((a, Live));
    match op {
        Nop | Exit | LoadBody | DelFar | DelFree | DelGlobal | MakeGenerator | ReturnNone
        | MakeCell | DelCell => {
            if op == MakeCell {
                e.writes.push((a, Live));
            }
            if op == DelCell {
                e.reads.push(a);
            }
        }
        CheckLocal | DelLocal => {}
        Move | ImportFrom | LoadAttr | LoadAttrSlot | LoadAttrClass | LoadAttrProperty
        | LoadCell => {
            e.reads.push(b);
            dst(&mut e);
        }
        Take | GetAwaitable => {
            e.consumes.push(b);
            dst(&mut e);
        }
        GetIter | GetAiter => {
            e.consumes.push(b);
            e.writes.push((a, State::Iterator));
        }
        GetAnext => {
            e.reads.push(b);
            dst(&mut e);
        }
        Drop => e.clears.push(a),
        LoadK => {
            let index = usize::from(b) | usize::from(c) << 8;
            e.writes.push((a, loaded(unit, index)));
        }
        LoadKFar => e.writes.push((a, loaded(unit, unit.words[pc + 1] as usize))),
        LoadInt | LoadNone => e.writes.push((a, Plain)),
        LoadNull => e.writes.push((a, State::Empty)),
        LoadFar | TakeFar | LoadFree | LoadClosure | LoadClassFree | LoadGlobal | LoadGlobalOwn
        | LoadGlobalBuiltin | LoadName | LoadBuildClass => dst(&mut e),
        StoreFar => e.clears.push(a),
        StoreCell => e.reads.extend([a, b]),
        StoreFree => e.reads.push(b),
        StoreGlobal => e.reads.push(a),
        StoreName => e.reads.extend([a, b]),
        DelName => e.reads.push(b),
        Add | Sub | Mul | TrueDiv | FloorDiv | Mod | Pow | LShift | RShift | BitAnd | BitOr
        | BitXor | MatMul | IAdd | ISub | IMul | ITrueDiv | IFloorDiv | IMod | IPow | ILShift
        | IRShift | IBitAnd | IBitOr | IBitXor | IMatMul | Lt | Le | Eq | Ne | Gt | Ge | Is
        | IsNot | In | NotIn | Subscr | SubscrKept => {
            e.consumes.extend([b, c]);
            dst(&mut e);
        }
        AddK | SubK | MulK | TrueDivK | FloorDivK | ModK | PowK | LShiftK | RShiftK | BitAndK
        | BitOrK | BitXorK | IAddK | ISubK | IMulK | Neg | Pos | Invert | Not | SubscrK
        | SubscrKKept => {
            e.consumes.push(b);
            dst(&mut e);
        }
        Jump => {}
        JumpIf | JumpIfNot | JumpIfNone | JumpIfNotNone => e.consumes.push(a),
        JumpIfKeep | JumpIfNotKeep => e.reads.push(a),
        JumpLt | JumpLe | JumpEq | JumpNe | JumpGt | JumpGe | JumpNotLt | JumpNotLe | JumpNotEq
        | JumpNotNe | JumpNotGt | JumpNotGe | JumpIs | JumpIn => {
            e.consumes.extend([a, b]);
        }
        JumpLtK | JumpLeK | JumpEqK | JumpNeK | JumpGtK | JumpGeK | JumpNotLtK | JumpNotLeK
        | JumpNotEqK | JumpNotNeK | JumpNotGtK | JumpNotGeK => e.consumes.push(a),
        StoreAttr | StoreAttrSlot => e.reads.extend([a, b]),
        StoreAttrTake | StoreAttrSlotTake => {
            e.reads.push(a);
            e.consumes.push(b);
        }
        DelAttr => e.reads.push(a),
        StoreSubscr => e.reads.extend([a, b, c]),
        StoreSubscrTake => {
            e.reads.extend([a, b]);
            e.consumes.push(c);
        }
        StoreSubscrK => e.reads.extend([a, c]),
        StoreSubscrKTake => {
            e.reads.push(a);
            e.consumes.push(c);
        }
        DelSubscr => e.reads.extend([a, b]),
        SubscrSlice => {
            e.consumes.push(b);
            e.consumes.extend(range(c, 2));
            dst(&mut e);
        }
        LoadSuperMethod => {
            e.reads.push(a);
            e.writes.extend([(a, Live), (a + 1, Live)]);
        }
        BuildTuple | BuildList | BuildSet | BuildString | BuildConstKeyDict => {
            e.consumes.extend(range(b, c.into()));
            dst(&mut e);
        }
        BuildSlice => {
            e.consumes.extend(range(b, c.into()));
            dst(&mut e);
        }
        BuildDict => {
            e.consumes.extend(range(b, 2 * u32::from(c)));
            dst(&mut e);
        }
        ListAppend | ListAppendTake | SetAdd => {
            e.reads.push(a);
            e.consumes.push(b);
        }
        DictSet | DictMerge => e.reads.extend([a, b, c]),
        ListExtend | SetUpdate | DictUpdate => e.reads.extend([a, b]),
        ListToTuple => e.reads.push(a),
        Unpack | UnpackEx => {
            let count =
                if op == Unpack { u32::from(c) } else { u32::from(c) + 1 + unit.words[pc + 1] };
            e.reads.push(b);
            e.writes.extend(range(a, count).map(|r| (r, Live)));
            if count == 0 && a == b {
                e.clears.push(a);
            }
        }
        Format => {
            e.reads.push(b);
            if c & 4 != 0 {
                e.reads.push(a);
            }
            dst(&mut e);
        }
        ForIter | ForTuple => e.reads.push(b),
        GetYieldFromIter => e.reads.push(a),
        Call | CallKw => {
            e.consumes.extend(range(a, 1 + u32::from(b)));
            dst(&mut e);
        }
        CallMethod | CallMethodOwn | CallMethodNative | CallMethodClass | CallMethodKw => {
            e.consumes.extend(range(a + 1, 1 + u32::from(b)));
            dst(&mut e);
        }
        LoadMethod | LoadMethodOwn => {
            e.reads.push(a + 1);
            e.writes.extend([(a, Live), (a + 1, Live)]);
        }
        CallLoaded => {
            e.consumes.extend(range(a, 2 + u32::from(b)));
            dst(&mut e);
        }
        CallEx => {
            e.consumes.extend(range(a, 2 + u32::from(b)));
            dst(&mut e);
        }
        Return => e.consumes.push(a),
        Yield => {
            e.reads.push(a);
            if c == 1 {
                e.reads.push(b);
            }
            dst(&mut e);
        }
        AsyncYield => {
            e.reads.push(a);
            dst(&mut e);
        }
        Send => e.reads.extend([a, b]),
        EndAsyncFor => e.reads.extend([a, a + 1]),
        PushExc => {
            let own = if b == 1 { State::Pending } else { State::Caught };
            e.writes.extend([(a, own), (a + 1, State::Earlier)]);
        }
        PopExc => e.consumes.extend([a, a + 1]),
        SetHandled => e.reads.push(a),
        Reraise => e.consumes.extend([a, b + 1]),
        JumpIfNotExc => e.reads.extend([a, b]),
        MatchExcGroup => {
            e.reads.extend([a, b]);
            e.writes.extend([(a, Live), (a + 1, Live)]);
        }
        PrepReraiseStar => {
            e.reads.extend([b, c]);
            dst(&mut e);
        }
        Raise => {
            if c >= 1 {
                e.reads.push(a);
            }
            if c == 2 {
                e.reads.push(b);
            }
        }
        RaiseAssert => {
            if b == 1 {
                e.reads.push(a);
            }
        }
        BeforeWith | BeforeAsyncWith => {
            e.reads.push(a);
            e.writes.extend([(a, State::Exit), (a + 1, Live)]);
        }
        WithExceptStart => {
            e.reads.extend([b, c]);
            e.writes.extend(range(a, 4).map(|r| (r, Live)));
        }
        MakeFunction => {
            for (bit, at) in [(1, 1), (2, 2), (4, 3), (8, 4)] {
                if b & bit != 0 {
                    e.consumes.push(a + at);
                }
            }
            dst(&mut e);
        }
        SetupAnnotations => e.reads.push(a),
        ImportName => {
            e.consumes.extend([a, a + 1]);
            dst(&mut e);
        }
        ImportStar => e.reads.extend([a, b]),
        JumpIfNotSequence | JumpIfNotMapping => e.reads.push(a),
        GetLen => {
            e.reads.push(b);
            e.writes.push((a, Plain));
        }
        MatchKeys | CopyDictWithoutKeys => {
            e.reads.extend([b, c]);
            dst(&mut e);
        }
        MatchClass => {
            e.reads.extend([a, b, c]);
            dst(&mut e);
        }
        PrintExpr => e.consumes.push(a),
    }
    e
}
