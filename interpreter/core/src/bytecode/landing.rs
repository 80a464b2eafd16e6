//! Where a debugger may go on in a frame (`frame.f_lineno = ...`), and what that takes.
//!
//! **Invariant:** an instruction is offered only if all temporaries that it finds on every other path to it are there
//! already, each with what such a one holds; so the rules of `ops.rs` hold behind the jump too. A temporary of an
//! expression says nothing of what it holds: nothing that needs one is offered.

use super::code::CodeUnit;
use super::flow::{State, states};
use super::ops::{NEAR_LOCALS, Op};

/// More states than this (a byte each) are not worked out.
const MAX_STATES: usize = 64 << 20;

/// A unit's instructions with what their registers hold.
pub(crate) struct Landings<'a> {
    unit: &'a CodeUnit,
    states: Vec<Option<Vec<State>>>,
}

/// What is to be done with a temporary that the jump leaves behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaving {
    Drop(u8),
    /// The handler whose exception is in this register is left.
    Handler(u8),
}

impl<'a> Landings<'a> {
    /// None: the unit is too large, or has more registers than operands can name.
    pub(crate) fn of(unit: &'a CodeUnit) -> Option<Landings<'a>> {
        let few = unit.nregs <= 255 && unit.varnames.len() <= NEAR_LOCALS;
        let bytes = unit.words.len().saturating_mul(unit.nregs as usize);
        if !few || bytes > MAX_STATES {
            return None;
        }
        states(unit).ok().map(|states| Landings { unit, states })
    }

    fn state(&self, at: u32) -> Option<&[State]> {
        self.states.get(at as usize)?.as_deref()
    }

    fn temporaries(&self, at: u32) -> impl Iterator<Item = (u8, State)> + '_ {
        let state = self.state(at).unwrap_or(&[]);
        state.iter().enumerate().skip(self.unit.nlocals as usize).map(|(r, s)| (r as u8, *s))
    }

    /// The instruction to go on at for `line`, from the one at `from`; or why there is none.
    pub(crate) fn find(&self, from: u32, line: u32) -> Result<u32, &'static str> {
        let mut best: Option<(usize, u32)> = None;
        let mut reason = None;
        for (at, _) in self.unit.lines.iter().filter(|(_, span)| span.line == line) {
            if self.is_set_up(*at) {
                continue;
            }
            match self.compare(from, *at) {
                Ok(kept) if best.is_none_or(|b| b.0 < kept) => best = Some((kept, *at)),
                Ok(_) => {}
                Err(why) => _ = reason.get_or_insert(why),
            }
        }
        match (best, reason) {
            (Some((_, at)), _) => Ok(at),
            (None, why) => Err(why.unwrap_or("cannot find bytecode for specified line")),
        }
    }

    /// Whether an instruction makes the frame ready, or is none.
    fn is_set_up(&self, at: u32) -> bool {
        self.unit.words.get(at as usize).is_none_or(|word| {
            matches!(Op::from_u8(*word as u8), Some(Op::MakeGenerator | Op::MakeCell))
        })
    }

    /// How many temporaries are kept from one instruction to the other.
    fn compare(&self, from: u32, to: u32) -> Result<usize, &'static str> {
        let Some(here) = self.state(from) else { return Err("can't jump from unreachable code") };
        if self.state(to).is_none() {
            return Err("can't jump into an exception handler, or code may be unreachable");
        }
        let mut kept = 0;
        let mut lacking = None;
        for (register, state) in self.temporaries(to).filter(|t| t.1.readable()) {
            let has = here.get(register as usize).copied().unwrap_or(State::Empty);
            let alike = match state {
                State::Live | State::Plain => false,
                State::Caught => matches!(has, State::Caught | State::Pending),
                state => has == state,
            };
            if !alike {
                lacking = Some(state);
            }
            kept += 1;
        }
        match lacking {
            None => Ok(kept),
            Some(State::Iterator | State::Index) => Err("can't jump into the body of a for loop"),
            Some(State::Caught | State::Earlier | State::Pending) => {
                Err("can't jump into an 'except' block as there's no exception")
            }
            Some(_) => Err("incompatible stacks"),
        }
    }

    /// What the jump leaves behind, the last one first.
    pub(crate) fn leaving(&self, from: u32, to: u32) -> Vec<Leaving> {
        let wanted = self.state(to).unwrap_or(&[]);
        let kept = |r: u8| wanted.get(r as usize).is_some_and(|s| s.readable());
        let mut all: Vec<Leaving> = Vec::new();
        for (register, state) in self.temporaries(from).filter(|t| !kept(t.0)) {
            match state {
                State::Caught | State::Pending => all.push(Leaving::Handler(register)),
                State::Earlier => {}
                _ => all.push(Leaving::Drop(register)),
            }
        }
        all.reverse();
        all
    }

    /// The variables that the code takes to be bound at an instruction.
    pub(crate) fn bound(&self, at: u32) -> impl Iterator<Item = u8> + '_ {
        let state = self.state(at).unwrap_or(&[]);
        let variables = state.iter().take(self.unit.nlocals as usize).enumerate();
        variables.filter(|(_, s)| s.readable()).map(|(r, _)| r as u8)
    }

    /// The first line that has an instruction, from `line` on.
    pub(crate) fn line_from(&self, line: u32) -> Option<u32> {
        self.unit
            .lines
            .iter()
            .filter(|(at, span)| span.line >= line && span.line != 0 && !self.is_set_up(*at))
            .map(|(_, span)| span.line)
            .min()
    }
}
