//! From the code that the `re` package compiles to the engine's program.
//!
//! **Invariant:** whatever list of numbers comes in, a program comes out whose every jump, set, mark and
//! slot exists, or an error does: the engine trusts nothing else. Marks are below `marks`, so are those of
//! group references.

use super::chars::{Fold, Needle, Rule, Set};

/// The code is not what the `re` package makes.
pub(super) struct Invalid;

type Parsed<T> = Result<T, Invalid>;

/// Operation codes, as the `re` package numbers them.
mod op {
    pub const FAILURE: u32 = 0;
    pub const SUCCESS: u32 = 1;
    pub const ANY: u32 = 2;
    pub const ANY_ALL: u32 = 3;
    pub const ASSERT: u32 = 4;
    pub const ASSERT_NOT: u32 = 5;
    pub const AT: u32 = 6;
    pub const BRANCH: u32 = 7;
    pub const CATEGORY: u32 = 8;
    pub const CHARSET: u32 = 9;
    pub const BIGCHARSET: u32 = 10;
    pub const GROUPREF: u32 = 11;
    pub const GROUPREF_EXISTS: u32 = 12;
    pub const IN: u32 = 13;
    pub const INFO: u32 = 14;
    pub const JUMP: u32 = 15;
    pub const LITERAL: u32 = 16;
    pub const MARK: u32 = 17;
    pub const MAX_UNTIL: u32 = 18;
    pub const MIN_UNTIL: u32 = 19;
    pub const NOT_LITERAL: u32 = 20;
    pub const NEGATE: u32 = 21;
    pub const RANGE: u32 = 22;
    pub const REPEAT: u32 = 23;
    pub const REPEAT_ONE: u32 = 24;
    pub const MIN_REPEAT_ONE: u32 = 26;
    pub const ATOMIC_GROUP: u32 = 27;
    pub const POSSESSIVE_REPEAT: u32 = 28;
    pub const POSSESSIVE_REPEAT_ONE: u32 = 29;
    pub const GROUPREF_IGNORE: u32 = 30;
    pub const IN_IGNORE: u32 = 31;
    pub const LITERAL_IGNORE: u32 = 32;
    pub const NOT_LITERAL_IGNORE: u32 = 33;
    pub const GROUPREF_LOC_IGNORE: u32 = 34;
    pub const IN_LOC_IGNORE: u32 = 35;
    pub const LITERAL_LOC_IGNORE: u32 = 36;
    pub const NOT_LITERAL_LOC_IGNORE: u32 = 37;
    pub const GROUPREF_UNI_IGNORE: u32 = 38;
    pub const IN_UNI_IGNORE: u32 = 39;
    pub const LITERAL_UNI_IGNORE: u32 = 40;
    pub const NOT_LITERAL_UNI_IGNORE: u32 = 41;
    pub const RANGE_UNI_IGNORE: u32 = 42;
}

/// "No upper limit" in the code.
pub(super) const MAXREPEAT: u32 = u32::MAX;

/// A test of one character.
#[derive(Clone, Copy)]
pub(super) enum One {
    Literal(u32),
    NotLiteral(u32),
    All,
    Set(u32),
}

/// How a repetition goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Greed {
    Greedy,
    Lazy,
    Possessive,
}

/// A place that matches without a character.
#[derive(Clone, Copy)]
pub(super) enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    /// ASCII or Unicode words; whether it is a boundary.
    Boundary {
        unicode: bool,
        wanted: bool,
    },
}

pub(super) enum Inst {
    Fail,
    /// The whole pattern matches.
    Success,
    /// The inside of an assertion, of an atomic group or of a possessive repetition matches.
    Done,
    One(One),
    /// Two literals or more.
    Text(Box<[u32]>),
    At(At),
    Mark(u32),
    GroupRef(u32, Fold),
    /// Goes on if the group is set, else jumps.
    GroupExists(u32, u32),
    Jump(u32),
    /// The first of its alternatives.
    Branch(u32),
    Repeat(u32),
    LoopStart(u32),
    LoopEnd(u32),
    /// Its inside follows; then the place to go on.
    Possessive {
        min: u32,
        max: u32,
        next: u32,
    },
    Assert {
        back: u32,
        wanted: bool,
        next: u32,
    },
    Atomic {
        next: u32,
    },
}

/// An alternative of a branch.
pub(super) struct Alternative {
    /// What it can start with (a set); None: anything, or nothing.
    pub(super) first: Option<u32>,
    pub(super) pc: u32,
    pub(super) is_last: bool,
}

/// A repetition of one character.
pub(super) struct Repeat {
    pub(super) one: One,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) greed: Greed,
    /// What may come behind it (a set); None: anything, or nothing.
    pub(super) next: Option<u32>,
}

/// A repetition of anything else. Its count lies in a slot.
pub(super) struct Loop {
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) lazy: bool,
    pub(super) body: u32,
    pub(super) tail: u32,
    pub(super) first: Option<u32>,
    pub(super) next: Option<u32>,
}

/// Where a search looks for matches.
pub(super) enum Lead {
    Everywhere,
    /// At the beginning of the text only.
    Beginning,
    Literal(u32),
    /// Boxed, as the finder is aligned more than objects are.
    Text(Box<Needle>),
    Set(u32),
}

pub(super) struct Program {
    pub(super) insts: Vec<Inst>,
    pub(super) sets: Vec<Set>,
    pub(super) alternatives: Vec<Alternative>,
    pub(super) repeats: Vec<Repeat>,
    pub(super) loops: Vec<Loop>,
    pub(super) marks: usize,
    pub(super) min_width: usize,
    pub(super) lead: Lead,
    /// Steps that the analysis may still make.
    effort: u32,
}

/// Depth of nesting that is compiled. The `re` package recurses for each level too.
const MAX_DEPTH: u32 = 1500;

impl Program {
    /// The program for compiled code of a pattern with so many groups.
    pub(super) fn new(code: &[u32], groups: usize) -> Parsed<Program> {
        let mut program = Program {
            insts: Vec::new(),
            sets: Vec::new(),
            alternatives: Vec::new(),
            repeats: Vec::new(),
            loops: Vec::new(),
            marks: groups.checked_mul(2).ok_or(Invalid)?,
            min_width: 0,
            lead: Lead::Everywhere,
            effort: 50_000,
        };
        let body = match code {
            [body @ .., op::SUCCESS] => body,
            _ => return Err(Invalid),
        };
        let mut from = 0;
        if let [op::INFO, skip, _, min, ..] = body {
            program.min_width = *min as usize;
            from = 1 + *skip as usize;
        }
        if program.block(body, from, body.len(), 0)? != body.len() {
            return Err(Invalid);
        }
        program.insts.push(Inst::Success);
        program.analyse();
        Ok(program)
    }

    fn pc(&self) -> u32 {
        self.insts.len() as u32
    }

    fn emit(&mut self, inst: Inst) -> usize {
        self.insts.push(inst);
        self.insts.len() - 1
    }

    fn add_set(&mut self, set: Set) -> u32 {
        self.sets.push(set);
        self.sets.len() as u32 - 1
    }

    /// Compiles `code[at..to]`; stops early only in front of a jump, and says where it stopped.
    fn block(&mut self, code: &[u32], mut at: usize, to: usize, depth: u32) -> Parsed<usize> {
        if depth > MAX_DEPTH || to > code.len() || at > to {
            return Err(Invalid);
        }
        let code = &code[..to];
        while at < to {
            if code[at] == op::JUMP {
                return Ok(at);
            }
            if let Some((one, next)) = self.one(code, at)? {
                let is_literal = matches!(one, One::Literal(_));
                self.emit(Inst::One(one));
                at = next;
                if is_literal {
                    at = self.literals(code, at);
                }
                continue;
            }
            at = self.operation(code, at, depth)?;
        }
        Ok(at)
    }

    /// Literals behind a literal become one text.
    fn literals(&mut self, code: &[u32], mut at: usize) -> usize {
        let mut text = Vec::new();
        while let Some([op::LITERAL, c]) = code.get(at..at + 2) {
            text.push(*c);
            at += 2;
        }
        if !text.is_empty()
            && let Some(Inst::One(One::Literal(c))) = self.insts.pop()
        {
            text.insert(0, c);
            self.emit(Inst::Text(text.into()));
        }
        at
    }

    /// An operation that tests one character, and where the next one starts.
    fn one(&mut self, code: &[u32], at: usize) -> Parsed<Option<(One, usize)>> {
        let operand = || code.get(at + 1).copied().ok_or(Invalid);
        let (rules, fold) = match code[at] {
            op::ANY => return Ok(Some((One::NotLiteral(10), at + 1))),
            op::ANY_ALL => return Ok(Some((One::All, at + 1))),
            op::LITERAL => return Ok(Some((One::Literal(operand()?), at + 2))),
            op::NOT_LITERAL => return Ok(Some((One::NotLiteral(operand()?), at + 2))),
            op::CATEGORY => (vec![Rule::Category(known_category(operand()?)?)], Fold::No),
            op::LITERAL_IGNORE => (vec![Rule::Literal(operand()?)], Fold::Ascii),
            op::LITERAL_LOC_IGNORE => (both_cases(operand()?), Fold::No),
            op::LITERAL_UNI_IGNORE => (vec![Rule::Literal(operand()?)], Fold::Unicode),
            op::NOT_LITERAL_IGNORE => (vec![Rule::Negate, Rule::Literal(operand()?)], Fold::Ascii),
            op::NOT_LITERAL_LOC_IGNORE => {
                let mut rules = both_cases(operand()?);
                rules.insert(0, Rule::Negate);
                (rules, Fold::No)
            }
            op::NOT_LITERAL_UNI_IGNORE => {
                (vec![Rule::Negate, Rule::Literal(operand()?)], Fold::Unicode)
            }
            what @ (op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE) => {
                let end = (at + 1).checked_add(operand()? as usize).ok_or(Invalid)?;
                let rules = charset(code.get(at + 2..end).ok_or(Invalid)?)?;
                let fold = match what {
                    op::IN => Fold::No,
                    op::IN_IGNORE => Fold::Ascii,
                    op::IN_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                let set = self.add_set(Set::new(rules, fold));
                return Ok(Some((One::Set(set), end)));
            }
            _ => return Ok(None),
        };
        let set = self.add_set(Set::new(rules, fold));
        Ok(Some((One::Set(set), at + 2)))
    }

    fn mark(&self, number: u32) -> Parsed<u32> {
        if (number as usize) < self.marks { Ok(number) } else { Err(Invalid) }
    }

    fn group(&self, number: u32) -> Parsed<u32> {
        self.mark(number.checked_mul(2).ok_or(Invalid)?).map(|_| number)
    }

    /// The place behind a skip that lies at `at`.
    fn target(&self, code: &[u32], at: usize) -> Parsed<usize> {
        let skip = *code.get(at).ok_or(Invalid)? as usize;
        at.checked_add(skip).filter(|to| *to <= code.len() && skip > 0).ok_or(Invalid)
    }

    /// Every other operation.
    fn operation(&mut self, code: &[u32], at: usize, depth: u32) -> Parsed<usize> {
        let operand = |i: usize| code.get(at + i).copied().ok_or(Invalid);
        let inst = match code[at] {
            op::FAILURE => {
                self.emit(Inst::Fail);
                return Ok(at + 1);
            }
            op::AT => Inst::At(place(operand(1)?)?),
            op::MARK => Inst::Mark(self.mark(operand(1)?)?),
            op::GROUPREF => Inst::GroupRef(self.group(operand(1)?)?, Fold::No),
            op::GROUPREF_IGNORE => Inst::GroupRef(self.group(operand(1)?)?, Fold::Ascii),
            op::GROUPREF_LOC_IGNORE => Inst::GroupRef(self.group(operand(1)?)?, Fold::Locale),
            op::GROUPREF_UNI_IGNORE => Inst::GroupRef(self.group(operand(1)?)?, Fold::Unicode),
            op::GROUPREF_EXISTS => return self.conditional(code, at, depth),
            op::BRANCH => return self.branch(code, at + 1, depth),
            op::REPEAT => return self.repeat(code, at + 1, depth),
            op::REPEAT_ONE => return self.repeat_one(code, at + 1, Greed::Greedy),
            op::MIN_REPEAT_ONE => return self.repeat_one(code, at + 1, Greed::Lazy),
            op::POSSESSIVE_REPEAT_ONE => return self.repeat_one(code, at + 1, Greed::Possessive),
            op::POSSESSIVE_REPEAT => {
                let end = self.target(code, at + 1)?;
                let (min, max) = (operand(2)?, operand(3)?);
                if code.get(end) != Some(&op::SUCCESS) {
                    return Err(Invalid);
                }
                let inst = Inst::Possessive { min, max, next: 0 };
                self.inside(code, inst, at + 4, end, depth)?;
                return Ok(end + 1);
            }
            op::ATOMIC_GROUP => {
                let end = self.ended(code, at + 1)?;
                self.inside(code, Inst::Atomic { next: 0 }, at + 2, end, depth)?;
                return Ok(end + 1);
            }
            what @ (op::ASSERT | op::ASSERT_NOT) => {
                let end = self.ended(code, at + 1)?;
                let wanted = what == op::ASSERT;
                let inst = Inst::Assert { back: operand(2)?, wanted, next: 0 };
                self.inside(code, inst, at + 3, end, depth)?;
                return Ok(end + 1);
            }
            _ => return Err(Invalid),
        };
        self.emit(inst);
        Ok(at + 2)
    }

    /// The place of the SUCCESS in front of where a skip leads.
    fn ended(&self, code: &[u32], at: usize) -> Parsed<usize> {
        let end = self.target(code, at)? - 1;
        if code.get(end) == Some(&op::SUCCESS) { Ok(end) } else { Err(Invalid) }
    }

    /// Something whose inside is matched by itself.
    fn inside(
        &mut self,
        code: &[u32],
        inst: Inst,
        from: usize,
        to: usize,
        depth: u32,
    ) -> Parsed<()> {
        let here = self.emit(inst);
        if self.block(code, from, to, depth + 1)? != to {
            return Err(Invalid);
        }
        self.emit(Inst::Done);
        let after = self.pc();
        match self.insts.get_mut(here) {
            Some(
                Inst::Possessive { next, .. } | Inst::Assert { next, .. } | Inst::Atomic { next },
            ) => *next = after,
            _ => return Err(Invalid),
        }
        Ok(())
    }

    fn conditional(&mut self, code: &[u32], at: usize, depth: u32) -> Parsed<usize> {
        let group = self.group(*code.get(at + 1).ok_or(Invalid)?)?;
        // Counted from the group's number on.
        let skip = *code.get(at + 2).ok_or(Invalid)? as usize;
        let no = (at + 1).checked_add(skip).filter(|no| *no <= code.len()).ok_or(Invalid)?;
        let here = self.emit(Inst::GroupExists(group, 0));
        let stop = self.block(code, at + 3, no, depth + 1)?;
        if stop == no {
            self.insts[here] = Inst::GroupExists(group, self.pc());
            return Ok(no);
        }
        if stop + 2 != no {
            return Err(Invalid);
        }
        let jump = self.emit(Inst::Fail);
        self.insts[here] = Inst::GroupExists(group, self.pc());
        let end = self.target(code, stop + 1)?;
        if self.block(code, no, end, depth + 1)? != end {
            return Err(Invalid);
        }
        self.insts[jump] = Inst::Jump(self.pc());
        Ok(end)
    }

    fn branch(&mut self, code: &[u32], mut at: usize, depth: u32) -> Parsed<usize> {
        let here = self.emit(Inst::Fail);
        let (mut starts, mut jumps) = (Vec::new(), Vec::new());
        while *code.get(at).ok_or(Invalid)? != 0 {
            let end = self.target(code, at)?;
            starts.push(self.pc());
            let jump = end.checked_sub(2).ok_or(Invalid)?;
            if self.block(code, at + 1, end, depth + 1)? != jump {
                return Err(Invalid);
            }
            jumps.push(self.emit(Inst::Fail));
            at = end;
        }
        let after = self.pc();
        jumps.iter().for_each(|&jump| self.insts[jump] = Inst::Jump(after));
        if !starts.is_empty() {
            self.insts[here] = Inst::Branch(self.alternatives.len() as u32);
        }
        self.add_alternatives(&starts);
        Ok(at + 1)
    }

    fn add_alternatives(&mut self, starts: &[u32]) {
        for (i, &pc) in starts.iter().enumerate() {
            let is_last = i + 1 == starts.len();
            self.alternatives.push(Alternative { first: None, pc, is_last });
        }
    }

    fn repeat(&mut self, code: &[u32], at: usize, depth: u32) -> Parsed<usize> {
        let end = self.target(code, at)?;
        let [min, max] = *code.get(at + 1..at + 3).ok_or(Invalid)? else { return Err(Invalid) };
        let lazy = match code.get(end) {
            Some(&op::MAX_UNTIL) => false,
            Some(&op::MIN_UNTIL) => true,
            _ => return Err(Invalid),
        };
        let here = self.emit(Inst::Fail);
        let body = self.pc();
        if self.block(code, at + 3, end, depth + 1)? != end {
            return Err(Invalid);
        }
        if (min, max) == (0, 1) {
            // Needs no count: it is a choice.
            let after = self.pc();
            self.insts[here] = Inst::Branch(self.alternatives.len() as u32);
            self.add_alternatives(&if lazy { [after, body] } else { [body, after] });
            return Ok(end + 1);
        }
        let number = self.loops.len() as u32;
        self.insts[here] = Inst::LoopStart(number);
        self.emit(Inst::LoopEnd(number));
        let tail = self.pc();
        self.loops.push(Loop { min, max, lazy, body, tail, first: None, next: None });
        Ok(end + 1)
    }

    fn repeat_one(&mut self, code: &[u32], at: usize, greed: Greed) -> Parsed<usize> {
        let end = self.target(code, at)?;
        let [min, max] = *code.get(at + 1..at + 3).ok_or(Invalid)? else { return Err(Invalid) };
        let inner = code.get(..end).ok_or(Invalid)?;
        if at + 3 >= end {
            return Err(Invalid);
        }
        match self.one(inner, at + 3)? {
            Some((one, next)) if next + 1 == end && code[next] == op::SUCCESS => {
                self.emit(Inst::Repeat(self.repeats.len() as u32));
                self.repeats.push(Repeat { one, min, max, greed, next: None });
                Ok(end)
            }
            _ => Err(Invalid),
        }
    }

    /// Fills in what alternatives and tails can start with.
    fn analyse(&mut self) {
        for i in 0..self.alternatives.len() {
            let first = self.first_set(self.alternatives[i].pc as usize);
            self.alternatives[i].first = first;
        }
        for pc in 0..self.insts.len() {
            if let Inst::Repeat(number) = self.insts[pc] {
                let next = self.first_set(pc + 1);
                let repeat = &mut self.repeats[number as usize];
                repeat.next = next;
                let one = repeat.one;
                if repeat.greed == Greed::Greedy
                    && next.is_some_and(|next| self.excludes(one, next))
                {
                    // No shorter match of it can go on.
                    self.repeats[number as usize].greed = Greed::Possessive;
                }
            }
        }
        for i in 0..self.loops.len() {
            self.loops[i].first = self.first_set(self.loops[i].body as usize);
            self.loops[i].next = self.first_set(self.loops[i].tail as usize);
        }
        self.lead = self.find_lead();
    }

    fn excludes(&self, one: One, next: u32) -> bool {
        let mut set = Set::empty();
        self.add_one(&mut set, one);
        set.is_disjoint(&self.sets[next as usize])
    }

    fn find_lead(&mut self) -> Lead {
        let mut pc = 0;
        while let Some(inst) = self.insts.get(pc) {
            match inst {
                Inst::Mark(_) => pc += 1,
                Inst::At(At::Beginning) => return Lead::Beginning,
                Inst::One(One::Literal(c)) => return Lead::Literal(*c),
                Inst::Text(text) => return Lead::Text(Box::new(Needle::new(text.clone()))),
                _ => break,
            }
        }
        match self.first_set(0) {
            Some(set) => Lead::Set(set),
            None => Lead::Everywhere,
        }
    }

    /// The characters that a match from `pc` on can start with; None: any, or it can be empty.
    fn first_set(&mut self, pc: usize) -> Option<u32> {
        let mut set = Set::empty();
        let mut open = Vec::new();
        self.collect_first(pc, &mut set, &mut open, 0)?;
        if set.is_full() { None } else { Some(self.add_set(set)) }
    }

    fn add_one(&self, set: &mut Set, one: One) {
        match one {
            One::Literal(c) => set.add_literal(c),
            One::NotLiteral(c) => set.add_all_but(Some(c)),
            One::All => set.add_all_but(None),
            One::Set(number) => set.add(&self.sets[number as usize]),
        }
    }

    fn collect_first(
        &mut self,
        mut pc: usize,
        set: &mut Set,
        open: &mut Vec<u32>,
        depth: u32,
    ) -> Option<()> {
        loop {
            self.effort = self.effort.checked_sub(1)?;
            if depth > 40 {
                return None;
            }
            match *self.insts.get(pc)? {
                Inst::Fail => return Some(()),
                Inst::One(one) => {
                    self.add_one(set, one);
                    return Some(());
                }
                Inst::Text(ref text) => {
                    set.add_literal(*text.first()?);
                    return Some(());
                }
                Inst::Mark(_) | Inst::At(_) => pc += 1,
                Inst::Assert { next, .. } => pc = next as usize,
                Inst::Atomic { .. } => pc += 1,
                Inst::Jump(to) => pc = to as usize,
                Inst::Repeat(number) => {
                    let (one, min) = {
                        let repeat = self.repeats.get(number as usize)?;
                        (repeat.one, repeat.min)
                    };
                    self.add_one(set, one);
                    if min > 0 {
                        return Some(());
                    }
                    pc += 1;
                }
                Inst::Branch(first) => {
                    let mut at = first as usize;
                    loop {
                        let alternative = self.alternatives.get(at)?;
                        let (start, is_last) = (alternative.pc as usize, alternative.is_last);
                        self.collect_first(start, set, open, depth + 1)?;
                        if is_last {
                            return Some(());
                        }
                        at += 1;
                    }
                }
                Inst::GroupExists(_, no) => {
                    self.collect_first(no as usize, set, open, depth + 1)?;
                    pc += 1;
                }
                Inst::LoopStart(number) | Inst::LoopEnd(number) => {
                    // From the end of the body it may start anew or go on.
                    let at_end = matches!(self.insts[pc], Inst::LoopEnd(_));
                    let (min, body, tail) = {
                        let l = self.loops.get(number as usize)?;
                        (l.min, l.body as usize, l.tail as usize)
                    };
                    if open.contains(&number) {
                        if at_end {
                            pc = tail;
                            continue;
                        }
                        return None;
                    }
                    open.push(number);
                    self.collect_first(body, set, open, depth + 1)?;
                    open.retain(|n| *n != number);
                    if min > 0 && !at_end {
                        return Some(());
                    }
                    pc = tail;
                }
                Inst::Success | Inst::Done | Inst::GroupRef(..) | Inst::Possessive { .. } => {
                    return None;
                }
            }
        }
    }
}

/// What a literal matches without regard to case where only ASCII has case.
fn both_cases(c: u32) -> Vec<Rule> {
    use super::chars::{lower_ascii, upper_ascii};
    vec![Rule::Literal(c), Rule::Literal(lower_ascii(c)), Rule::Literal(upper_ascii(c))]
}

fn known_category(number: u32) -> Parsed<u32> {
    super::chars::category(number, 0).map(|_| number).ok_or(Invalid)
}

fn place(number: u32) -> Parsed<At> {
    Ok(match number {
        0 | 2 => At::Beginning,
        1 => At::BeginningLine,
        3 | 8 => At::Boundary { unicode: false, wanted: true },
        4 | 9 => At::Boundary { unicode: false, wanted: false },
        5 => At::End,
        6 => At::EndLine,
        7 => At::EndString,
        10 => At::Boundary { unicode: true, wanted: true },
        11 => At::Boundary { unicode: true, wanted: false },
        _ => return Err(Invalid),
    })
}

/// The rules of a set, which must end with FAILURE.
fn charset(code: &[u32]) -> Parsed<Vec<Rule>> {
    let mut rules = Vec::new();
    let mut rest = code;
    loop {
        rest = match rest {
            [op::FAILURE] => return Ok(rules),
            [op::NEGATE, rest @ ..] => {
                rules.push(Rule::Negate);
                rest
            }
            [op::LITERAL, c, rest @ ..] => {
                rules.push(Rule::Literal(*c));
                rest
            }
            [op::RANGE, low, high, rest @ ..] => {
                rules.push(Rule::Range(*low, *high));
                rest
            }
            [op::RANGE_UNI_IGNORE, low, high, rest @ ..] => {
                rules.push(Rule::RangeFold(*low, *high));
                rest
            }
            [op::CATEGORY, number, rest @ ..] => {
                rules.push(Rule::Category(known_category(*number)?));
                rest
            }
            [op::CHARSET, rest @ ..] if rest.len() >= 8 => {
                let (bits, rest) = rest.split_at(8);
                rules.push(Rule::Bits(bits.into()));
                rest
            }
            [op::BIGCHARSET, count, rest @ ..] if rest.len() >= 64 => {
                let (blocks, rest) = rest.split_at(64);
                let blocks: Vec<u8> = blocks.iter().flat_map(|w| w.to_ne_bytes()).collect();
                let words = (*count as usize).checked_mul(8).ok_or(Invalid)?;
                let bits = rest.get(..words).ok_or(Invalid)?;
                rules.push(Rule::Blocks(blocks.into(), bits.into()));
                &rest[words..]
            }
            _ => return Err(Invalid),
        };
    }
}
