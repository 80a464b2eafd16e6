//! The matcher: backtracking over an explicit stack.
//!
//! **Invariant:** whatever the pattern and the text, the native stack grows only by the nesting of
//! assertions, atomic groups and possessive repetitions in the *pattern* (guarded), everything else lies
//! in `Scratch::stack`, which grows by `try_reserve`. Each step is counted, and every few thousand the
//! eval flags are looked at: a signal, a deadline or the fuel's end stops the worst pattern.
//!
//! What a path has changed (marks, counts) is written on the stack and taken back when the path fails.
//! Changes made before there is any other path need not be: then `Scratch::dirty` is set, and the marks
//! are cleared before the next attempt.

use super::chars::{Fold, Unit, is_word};
use super::program::{At, Greed, Inst, Lead, Loop, MAXREPEAT, One, Program, Repeat};
use crate::support::{NoMemory, Res, Vm};

/// No position.
pub(super) const UNSET: usize = usize::MAX;

/// Steps between two looks at the eval flags.
const STEPS: i64 = 4096;

enum Frame {
    /// Try this alternative.
    Branch { number: u32, ptr: usize },
    /// Undo.
    Mark { number: u32, old: usize, last_group: u32 },
    /// Undo.
    Slot { number: u32, count: usize, last: usize },
    /// Undo, then go on behind the loop.
    Tail { number: u32, ptr: usize, count: usize, last: usize },
    /// Undo, then go through the body of a lazy loop.
    Body { number: u32, ptr: usize, count: usize, last: usize },
    /// Give back a character of a repetition.
    Greedy { number: u32, pc: u32, low: usize, ptr: usize },
    /// Take one more.
    Lazy { number: u32, pc: u32, ptr: usize, left: usize },
}

/// What the engine works on; kept from match to match.
#[derive(Default)]
pub(super) struct Scratch {
    /// Start and end of each group.
    pub(super) marks: Vec<usize>,
    /// The group that was closed last; 0: none.
    pub(super) last_group: u32,
    /// The match.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Of each loop: rounds, and where the last one started.
    slots: Vec<(usize, usize)>,
    stack: Vec<Frame>,
    dirty: bool,
}

impl Scratch {
    pub(super) fn prepare(&mut self, vm: &Vm, program: &Program) -> Res<()> {
        self.stack.clear();
        let more = program.marks.saturating_sub(self.marks.len());
        crate::support::reserve(vm, &mut self.marks, more)?;
        self.marks.clear();
        self.marks.resize(program.marks, UNSET);
        self.slots.clear();
        self.slots.resize(program.loops.len(), (0, UNSET));
        self.last_group = 0;
        self.dirty = false;
        Ok(())
    }

    fn clean(&mut self) {
        if self.dirty {
            // A fill of nothing is a masked store to no address: 100 ns on some processors.
            if !self.marks.is_empty() {
                self.marks.fill(UNSET);
            }
            self.last_group = 0;
            self.dirty = false;
        }
        self.stack.clear();
    }
}

/// What a match must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Start where it is told.
    Match,
    /// And reach the end.
    Full,
    /// Start anywhere from there on.
    Search,
}

pub(super) struct Engine<'a, U> {
    vm: &'a Vm,
    program: &'a Program,
    /// The text up to where the search ends.
    text: &'a [U],
    scratch: &'a mut Scratch,
    full: bool,
    /// An empty match here does not count.
    not_empty_at: usize,
    steps: i64,
}

impl<'a, U: Unit> Engine<'a, U> {
    pub(super) fn new(
        vm: &'a Vm,
        program: &'a Program,
        text: &'a [U],
        scratch: &'a mut Scratch,
    ) -> Self {
        Engine { vm, program, text, scratch, full: false, not_empty_at: UNSET, steps: STEPS }
    }

    /// Whether there is a match at or from `start`; it then lies in the scratch.
    pub(super) fn find(&mut self, mode: Mode, start: usize, not_empty: bool) -> Res<bool> {
        self.scratch.dirty = true;
        self.full = mode == Mode::Full;
        self.not_empty_at = if not_empty { start } else { UNSET };
        if start > self.text.len() {
            return Ok(false);
        }
        if mode == Mode::Search { self.search(start) } else { self.attempt(start) }
    }

    #[inline]
    fn attempt(&mut self, at: usize) -> Res<bool> {
        self.scratch.clean();
        match self.run(0, at, true)? {
            Some(end) => {
                self.scratch.start = at;
                self.scratch.end = end;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn search(&mut self, mut at: usize) -> Res<bool> {
        let (program, text) = (self.program, self.text);
        let Some(last) = text.len().checked_sub(program.min_width) else { return Ok(false) };
        while at <= last {
            let found = match &program.lead {
                Lead::Everywhere => Some(0),
                Lead::Beginning => (at == 0).then_some(0),
                Lead::Literal(c) => U::find(&text[at..], *c),
                Lead::Text(needle) => U::find_text(&text[at..], needle),
                Lead::Set(number) => {
                    let set = &program.sets[*number as usize];
                    text[at..].iter().position(|&c| set.has(c))
                }
            };
            let Some(skipped) = found else { return Ok(false) };
            at += skipped;
            if at > last {
                return Ok(false);
            }
            if self.attempt(at)? {
                return Ok(true);
            }
            at += 1;
            self.count(1 + (skipped >> 6))?;
        }
        Ok(false)
    }

    /// Counts steps, and looks at the eval flags from time to time.
    #[inline(always)]
    fn count(&mut self, steps: usize) -> Res<()> {
        self.steps -= steps as i64;
        if self.steps < 0 { self.look() } else { Ok(()) }
    }

    #[cold]
    fn look(&mut self) -> Res<()> {
        self.steps = STEPS;
        self.vm.poll()
    }

    #[inline(always)]
    fn push(&mut self, frame: Frame) -> Res<()> {
        let stack = &mut self.scratch.stack;
        if stack.len() == stack.capacity() && stack.try_reserve(1).is_err() {
            return Err(self.vm.no_memory(NoMemory));
        }
        stack.push(frame);
        Ok(())
    }

    #[inline(always)]
    fn at(&self, ptr: usize) -> Option<U> {
        self.text.get(ptr).copied()
    }

    /// Whether what starts with one of a set can match here.
    #[inline(always)]
    fn viable(&self, set: Option<u32>, ptr: usize) -> bool {
        match set {
            None => true,
            Some(set) => self.at(ptr).is_some_and(|c| self.program.sets[set as usize].has(c)),
        }
    }

    #[inline(always)]
    fn is(&self, one: One, c: U) -> bool {
        match one {
            One::Literal(l) => c.into() == l,
            One::NotLiteral(l) => c.into() != l,
            One::All => true,
            One::Set(set) => self.program.sets[set as usize].has(c),
        }
    }

    /// How many characters from `ptr` on pass the test, at most `max`.
    #[inline]
    fn run_length(&self, one: One, ptr: usize, max: usize) -> usize {
        let rest = self.text.get(ptr..).unwrap_or(&[]);
        let rest = &rest[..rest.len().min(max)];
        let stop = match one {
            One::All => None,
            One::Literal(l) => rest.iter().position(|&c| c.into() != l),
            One::NotLiteral(l) => U::find(rest, l),
            One::Set(set) => {
                let set = &self.program.sets[set as usize];
                rest.iter().position(|&c| !set.has(c))
            }
        };
        stop.unwrap_or(rest.len())
    }

    /// The next alternative from `number` on that can match here.
    #[inline(always)]
    fn alternative(&self, mut number: usize, ptr: usize) -> Option<(usize, u32, bool)> {
        loop {
            let alternative = self.program.alternatives.get(number)?;
            if self.viable(alternative.first, ptr) {
                return Some((number, alternative.pc, alternative.is_last));
            }
            if alternative.is_last {
                return None;
            }
            number += 1;
        }
    }

    /// Takes the alternative `number` or one behind it, leaving the choice of the next.
    #[inline(always)]
    fn choose(&mut self, number: usize, ptr: usize) -> Res<Option<u32>> {
        let Some((number, pc, is_last)) = self.alternative(number, ptr) else { return Ok(None) };
        if !is_last && let Some((other, ..)) = self.alternative(number + 1, ptr) {
            self.push(Frame::Branch { number: other as u32, ptr })?;
        }
        Ok(Some(pc))
    }

    /// Matches from `pc` at `ptr`; the end of the match. `top`: nothing else waits on the stack.
    fn run(&mut self, mut pc: u32, mut ptr: usize, top: bool) -> Res<Option<usize>> {
        let base = self.scratch.stack.len();
        let program = self.program;
        loop {
            let Some(inst) = program.insts.get(pc as usize) else { return Ok(None) };
            let went_on = match inst {
                Inst::One(one) => match self.at(ptr) {
                    Some(c) if self.is(*one, c) => {
                        ptr += 1;
                        pc += 1;
                        true
                    }
                    _ => false,
                },
                Inst::Text(text) => {
                    let here = self.text.get(ptr..).unwrap_or(&[]);
                    let fits = here.len() >= text.len()
                        && here.iter().zip(text.iter()).all(|(&a, &b)| a.into() == b);
                    ptr += text.len();
                    pc += 1;
                    fits
                }
                Inst::Repeat(number) => {
                    match self.repeat(&program.repeats[*number as usize], *number, pc, ptr)? {
                        Some(at) => {
                            ptr = at;
                            pc += 1;
                            true
                        }
                        None => false,
                    }
                }
                Inst::Mark(number) => {
                    self.set_mark(*number, ptr, top)?;
                    pc += 1;
                    true
                }
                Inst::Branch(first) => match self.choose(*first as usize, ptr)? {
                    Some(to) => {
                        pc = to;
                        true
                    }
                    None => false,
                },
                Inst::Jump(to) => {
                    pc = *to;
                    true
                }
                Inst::At(at) => {
                    pc += 1;
                    self.is_at(*at, ptr)
                }
                Inst::Success => {
                    if ptr == self.not_empty_at || self.full && ptr != self.text.len() {
                        false
                    } else {
                        return Ok(Some(ptr));
                    }
                }
                Inst::Done => return Ok(Some(ptr)),
                Inst::Fail => false,
                Inst::LoopStart(number) => {
                    self.save_slot(*number)?;
                    self.scratch.slots[*number as usize] = (0, UNSET);
                    match self.next_round(*number, &program.loops[*number as usize], ptr)? {
                        Some(to) => {
                            pc = to;
                            true
                        }
                        None => false,
                    }
                }
                Inst::LoopEnd(number) => {
                    self.count(1)?;
                    match self.next_round(*number, &program.loops[*number as usize], ptr)? {
                        Some(to) => {
                            pc = to;
                            true
                        }
                        None => false,
                    }
                }
                _ => match self.rare(inst, pc, ptr)? {
                    Some((to, at)) => {
                        pc = to;
                        ptr = at;
                        true
                    }
                    None => false,
                },
            };
            if !went_on {
                match self.back(base)? {
                    Some((to, at)) => {
                        pc = to;
                        ptr = at;
                    }
                    None => return Ok(None),
                }
            }
        }
    }

    fn set_mark(&mut self, number: u32, ptr: usize, top: bool) -> Res<()> {
        if top && self.scratch.stack.is_empty() {
            self.scratch.dirty = true;
        } else {
            let (old, last_group) = (self.mark(number), self.scratch.last_group);
            self.push(Frame::Mark { number, old, last_group })?;
        }
        self.scratch.marks[number as usize] = ptr;
        if number & 1 == 1 {
            self.scratch.last_group = number / 2 + 1;
        }
        Ok(())
    }

    fn mark(&self, number: u32) -> usize {
        self.scratch.marks[number as usize]
    }

    fn save_slot(&mut self, number: u32) -> Res<()> {
        let (count, last) = self.scratch.slots[number as usize];
        self.push(Frame::Slot { number, count, last })
    }

    /// Another round of a loop, or what follows it.
    #[inline]
    fn next_round(&mut self, number: u32, l: &Loop, ptr: usize) -> Res<Option<u32>> {
        let (count, last) = self.scratch.slots[number as usize];
        if count < l.min as usize {
            if !self.viable(l.first, ptr) {
                return Ok(None);
            }
            self.push(Frame::Slot { number, count, last })?;
            self.scratch.slots[number as usize].0 = count + 1;
            return Ok(Some(l.body));
        }
        let more = (l.max == MAXREPEAT || count < l.max as usize)
            && ptr != last
            && self.viable(l.first, ptr);
        if !more {
            return Ok(Some(l.tail));
        }
        if l.lazy {
            if self.viable(l.next, ptr) {
                self.push(Frame::Body { number, ptr, count, last })?;
                return Ok(Some(l.tail));
            }
            self.push(Frame::Slot { number, count, last })?;
        } else if self.viable(l.next, ptr) {
            self.push(Frame::Tail { number, ptr, count, last })?;
        } else {
            self.push(Frame::Slot { number, count, last })?;
        }
        self.scratch.slots[number as usize] = (count + 1, ptr);
        Ok(Some(l.body))
    }

    /// A repetition of one character: where it ends for now.
    #[inline]
    fn repeat(&mut self, r: &Repeat, number: u32, pc: u32, ptr: usize) -> Res<Option<usize>> {
        let min = r.min as usize;
        let max = if r.max == MAXREPEAT { usize::MAX } else { r.max as usize };
        if r.greed == Greed::Lazy {
            if self.run_length(r.one, ptr, min) < min {
                return Ok(None);
            }
            return self.lazily(r, number, pc, ptr + min, max - min.min(max));
        }
        let n = self.run_length(r.one, ptr, max);
        self.count(1 + (n >> 6))?;
        if n < min {
            return Ok(None);
        }
        if r.greed == Greed::Possessive {
            return Ok(Some(ptr + n));
        }
        self.give_back(r, number, pc, ptr + min, ptr + n)
    }

    /// The last place in `low..=ptr` where what follows can match, leaving the choice of those before.
    #[inline]
    fn give_back(
        &mut self,
        r: &Repeat,
        number: u32,
        pc: u32,
        low: usize,
        mut ptr: usize,
    ) -> Res<Option<usize>> {
        if let Some(next) = r.next {
            let set = &self.program.sets[next as usize];
            if ptr == self.text.len() {
                if ptr == low {
                    return Ok(None);
                }
                ptr -= 1;
            }
            let window = self.text.get(low..=ptr).unwrap_or(&[]);
            match window.iter().rposition(|&c| set.has(c)) {
                Some(found) => {
                    let skipped = ptr - low - found;
                    ptr = low + found;
                    self.count(skipped >> 6)?;
                }
                None => {
                    self.count(window.len() >> 6)?;
                    return Ok(None);
                }
            }
        }
        if ptr > low {
            self.push(Frame::Greedy { number, pc, low, ptr: ptr - 1 })?;
        }
        Ok(Some(ptr))
    }

    /// The first place from `ptr` on, at most `left` characters on, where what follows can match.
    fn lazily(
        &mut self,
        r: &Repeat,
        number: u32,
        pc: u32,
        mut ptr: usize,
        mut left: usize,
    ) -> Res<Option<usize>> {
        loop {
            let more = left > 0 && self.at(ptr).is_some_and(|c| self.is(r.one, c));
            if self.viable(r.next, ptr) {
                if more {
                    self.push(Frame::Lazy { number, pc, ptr: ptr + 1, left: left - 1 })?;
                }
                return Ok(Some(ptr));
            }
            if !more {
                return Ok(None);
            }
            ptr += 1;
            left -= 1;
            self.count(1)?;
        }
    }

    /// Goes back to the last choice above `base`.
    fn back(&mut self, base: usize) -> Res<Option<(u32, usize)>> {
        let program = self.program;
        self.count(1)?;
        loop {
            if self.scratch.stack.len() <= base {
                return Ok(None);
            }
            match self.scratch.stack.pop() {
                None => return Ok(None),
                Some(Frame::Mark { number, old, last_group }) => {
                    self.scratch.marks[number as usize] = old;
                    self.scratch.last_group = last_group;
                }
                Some(Frame::Slot { number, count, last }) => {
                    self.scratch.slots[number as usize] = (count, last);
                }
                Some(Frame::Branch { number, ptr }) => {
                    if let Some(pc) = self.choose(number as usize, ptr)? {
                        return Ok(Some((pc, ptr)));
                    }
                }
                Some(Frame::Greedy { number, pc, low, ptr }) => {
                    let r = &program.repeats[number as usize];
                    if let Some(ptr) = self.give_back(r, number, pc, low, ptr)? {
                        return Ok(Some((pc + 1, ptr)));
                    }
                }
                Some(Frame::Lazy { number, pc, ptr, left }) => {
                    let r = &program.repeats[number as usize];
                    if let Some(ptr) = self.lazily(r, number, pc, ptr, left)? {
                        return Ok(Some((pc + 1, ptr)));
                    }
                }
                Some(Frame::Tail { number, ptr, count, last }) => {
                    self.scratch.slots[number as usize] = (count, last);
                    return Ok(Some((program.loops[number as usize].tail, ptr)));
                }
                Some(Frame::Body { number, ptr, count, last }) => {
                    self.push(Frame::Slot { number, count, last })?;
                    self.scratch.slots[number as usize] = (count + 1, ptr);
                    return Ok(Some((program.loops[number as usize].body, ptr)));
                }
            }
        }
    }

    /// The instructions that are not in the loop.
    fn rare(&mut self, inst: &Inst, pc: u32, ptr: usize) -> Res<Option<(u32, usize)>> {
        match *inst {
            Inst::GroupRef(group, fold) => {
                Ok(self.same_as_group(group, fold, ptr).map(|ptr| (pc + 1, ptr)))
            }
            Inst::GroupExists(group, no) => {
                Ok(Some((if self.group(group).is_some() { pc + 1 } else { no }, ptr)))
            }
            Inst::Assert { back, wanted, next } => {
                let found = match ptr.checked_sub(back as usize) {
                    Some(from) => self.inside(pc + 1, from)?.is_some(),
                    None => false,
                };
                Ok((found == wanted).then_some((next, ptr)))
            }
            Inst::Atomic { next } => Ok(self.inside(pc + 1, ptr)?.map(|ptr| (next, ptr))),
            Inst::Possessive { min, max, next } => {
                let (mut count, mut at, mut last) = (0, ptr, UNSET);
                while count < min as usize {
                    let Some(end) = self.inside(pc + 1, at)? else { return Ok(None) };
                    at = end;
                    count += 1;
                    self.count(1)?;
                }
                while (max == MAXREPEAT || count < max as usize) && at != last {
                    last = at;
                    let Some(end) = self.inside(pc + 1, at)? else { break };
                    at = end;
                    count += 1;
                    self.count(1)?;
                }
                Ok(Some((next, at)))
            }
            _ => Ok(None),
        }
    }

    /// Matches a part of the pattern by itself. Its choices are then settled, what it changed can still
    /// be taken back.
    fn inside(&mut self, pc: u32, ptr: usize) -> Res<Option<usize>> {
        self.vm.check_native_stack()?;
        let base = self.scratch.stack.len();
        let end = self.run(pc, ptr, false)?;
        if end.is_some() {
            self.settle(base);
        }
        Ok(end)
    }

    fn settle(&mut self, base: usize) {
        let stack = &mut self.scratch.stack;
        let mut kept = base;
        for i in base..stack.len() {
            match stack[i] {
                Frame::Mark { .. } | Frame::Slot { .. } => {}
                Frame::Tail { number, count, last, .. } => {
                    stack[i] = Frame::Slot { number, count, last };
                }
                _ => continue,
            }
            stack.swap(kept, i);
            kept += 1;
        }
        stack.truncate(kept);
    }

    /// Where a group lies, if it is set.
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let (start, end) = (self.mark(group * 2), self.mark(group * 2 + 1));
        (start != UNSET && end != UNSET && start <= end).then_some((start, end))
    }

    fn same_as_group(&self, group: u32, fold: Fold, ptr: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        let stop = ptr.checked_add(end - start)?;
        let (there, here) = (self.text.get(start..end)?, self.text.get(ptr..stop)?);
        let same = match fold {
            Fold::No => there == here,
            _ => there
                .iter()
                .zip(here)
                .all(|(&a, &b)| a == b || fold.lower(a.into()) == fold.lower(b.into())),
        };
        same.then_some(stop)
    }

    fn is_at(&self, at: At, ptr: usize) -> bool {
        let end = self.text.len();
        let is_newline = |at: usize| self.at(at).is_some_and(|c| c.into() == 10);
        match at {
            At::Beginning => ptr == 0,
            At::BeginningLine => ptr.checked_sub(1).is_none_or(is_newline),
            At::End => ptr == end || ptr + 1 == end && is_newline(ptr),
            At::EndLine => ptr == end || is_newline(ptr),
            At::EndString => ptr == end,
            At::Boundary { unicode, wanted } => {
                let word = |c: U| {
                    let c = c.into();
                    if unicode { is_word(c) } else { c < 0x80 && is_word(c) }
                };
                let before = ptr.checked_sub(1).and_then(|p| self.at(p)).is_some_and(word);
                let after = self.at(ptr).is_some_and(word);
                end != 0 && (before != after) == wanted
            }
        }
    }
}
