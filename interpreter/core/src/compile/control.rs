//! Statements that nest: if, loops, try, with.
//!
//! **Invariant:** a handler starts with `PushExc` into the first temporary of its depth, and every way out of it
//! passes `PopExc` or a `Reraise` that restores the exception handled before.

use super::emit::{Label, Reg};
use super::error::{Outcome, fail};
use super::unit::{Block, BlockKind, Compiler, meet};
use crate::bytecode::code::Const;
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, ExceptHandler, Expr, Ranged, Stmt};

/// Nested blocks allowed, as in CPython.
const MAX_BLOCKS: usize = 20;
/// Conditions up to this size are repeated at the bottom of a loop.
const MAX_REPEATED: usize = 12;

/// What the head of a `for` takes its items from.
#[derive(Clone, Copy)]
pub enum LoopSource {
    /// The iterator in the loop's register.
    Iterator,
    /// A constant tuple; the loop's register is the index.
    Tuple(u32),
}

impl<'a> Compiler<'a> {
    fn push_block(&mut self, kind: BlockKind<'a>, range: TextRange) -> Outcome<()> {
        if self.u.blocks.len() >= MAX_BLOCKS {
            return fail("too many statically nested blocks", range);
        }
        let outer = self.u.em.handler();
        self.u.blocks.push(Block { kind, outer });
        Ok(())
    }

    fn pop_block(&mut self) -> Option<Block<'a>> {
        self.u.blocks.pop()
    }

    /// Bindings here, or nothing if this cannot be reached.
    fn state(&self) -> Option<super::unit::Bits> {
        self.reachable().then_some(self.u.bound)
    }

    fn set_state(&mut self, state: Option<super::unit::Bits>) {
        if let Some(state) = state {
            self.u.bound = state;
        }
    }

    pub fn if_(&mut self, s: &'a ast::StmtIf) -> Outcome<()> {
        let end = self.u.em.label();
        let mut s = s;
        let mut after = None;
        loop {
            let next = self.u.em.label();
            self.jump_if(&s.test, false, next)?;
            let before = self.u.bound;
            self.body(&s.body)?;
            after = meet(after, self.state());
            if !s.orelse.is_empty() {
                self.at(s.body.last().map_or(s.range, Ranged::range));
                self.u.em.jump(Op::Jump, 0, 0, 0, end);
            }
            self.u.bound = before;
            self.u.em.bind(next);
            match s.orelse.as_slice() {
                [] => break,
                [Stmt::If(elif)] => {
                    s = elif;
                    self.at(s.range);
                }
                rest => {
                    self.body(rest)?;
                    break;
                }
            }
        }
        after = meet(after, self.state());
        self.u.em.bind(end);
        self.set_state(after);
        Ok(())
    }

    // ---- loops

    pub fn while_(&mut self, s: &'a ast::StmtWhile) -> Outcome<()> {
        let (stop, next, body, orelse) =
            (self.u.em.label(), self.u.em.label(), self.u.em.label(), self.u.em.label());
        let entry = self.u.bound.without(self.u.deleted);
        self.u.bound = entry;
        let endless = self.constant_truth(&s.test) == Some(true);
        let never = self.constant_truth(&s.test) == Some(false);
        let repeat = size(&s.test, MAX_REPEATED + 1) <= MAX_REPEATED;
        let top = self.u.em.label();
        self.u.em.bind(top);
        if endless {
            self.mark(s.range);
        }
        if never {
            self.u.em.jump(Op::Jump, 0, 0, 0, orelse);
        } else if !endless {
            self.jump_if(&s.test, false, orelse)?;
        }
        let exit_state = self.u.bound;
        self.push_block(BlockKind::Loop { stop, next, iterator: None, breaks: None }, s.range)?;
        self.u.em.bind(body);
        self.body(&s.body)?;
        self.u.em.bind(next);
        self.at(s.test.range());
        if endless {
            self.u.em.jump(Op::Jump, 0, 0, 0, body);
        } else if repeat {
            let live = self.reachable();
            self.jump_if(&s.test, true, body)?;
            if live {
                // Falling out of the loop.
            }
        } else {
            self.u.em.jump(Op::Jump, 0, 0, 0, top);
        }
        let breaks = self.take_breaks();
        self.u.em.bind(orelse);
        self.u.bound = exit_state;
        let falls = self.reachable();
        if !s.orelse.is_empty() {
            self.body(&s.orelse)?;
        }
        let after = meet(self.state().filter(|_| falls), breaks);
        self.u.em.bind(stop);
        self.set_state(after);
        Ok(())
    }

    fn take_breaks(&mut self) -> Option<super::unit::Bits> {
        match self.pop_block().map(|b| b.kind) {
            Some(BlockKind::Loop { breaks, .. }) => breaks,
            _ => None,
        }
    }

    pub fn for_(
        &mut self,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        range: TextRange,
    ) -> Outcome<()> {
        self.check_target(target, "cannot assign to", false)?;
        let iterator = self.u.em.alloc()?;
        let source = self.loop_source(iter, iterator)?;
        let (stop, next, start) = (self.u.em.label(), self.u.em.label(), self.u.em.label());
        let entry = self.u.bound.without(self.u.deleted);
        self.u.bound = entry;
        let live = self.reachable();
        self.push_block(
            BlockKind::Loop { stop, next, iterator: Some(iterator), breaks: None },
            range,
        )?;
        self.u.em.jump(Op::Jump, 0, 0, 0, next);
        self.u.em.bind(start);
        self.u.em.reachable = live;
        let variable = self.loop_variable(target)?;
        self.body(body)?;
        self.u.em.top = u32::from(iterator) + 1;
        self.u.em.bind(next);
        self.at(range);
        let dst = variable.unwrap_or(iterator + 1);
        self.u.em.max_top = self.u.em.max_top.max(u32::from(iterator) + 2);
        self.for_next(source, dst, iterator, start);
        let breaks = self.take_breaks();
        self.u.bound = entry;
        self.u.em.top = u32::from(iterator);
        self.body(orelse)?;
        let after = meet(self.state(), breaks);
        self.u.em.bind(stop);
        self.set_state(after);
        Ok(())
    }

    /// The register a loop writes its variable to, if it is a plain local; else store the temporary above the
    /// iterator.
    pub fn loop_variable(&mut self, target: &'a Expr) -> Outcome<Option<Reg>> {
        if let Expr::Name(n) = target
            && let super::unit::Place::Near(reg) = self.place(&n.id)
        {
            if n.id.as_str() == "__debug__" {
                return fail("cannot assign to __debug__", n.range);
            }
            self.u.bound.insert(reg);
            return Ok(Some(reg));
        }
        let value = self.u.em.alloc()?;
        self.at(target.range());
        self.store(target, value)?;
        self.u.em.top -= 1;
        Ok(None)
    }

    /// What a `for` needs for `e` into a temporary.
    pub fn loop_source(&mut self, e: &'a Expr, iterator: Reg) -> Outcome<LoopSource> {
        let constant = match e {
            Expr::List(l) => super::fold::all_constant(&l.elts).map(Const::Tuple),
            Expr::Tuple(_) => super::fold::constant(e),
            _ => None,
        };
        if let Some(tuple @ Const::Tuple(_)) = constant {
            self.at(e.range());
            self.u.em.load_const(iterator, Const::Int(0));
            return Ok(LoopSource::Tuple(self.u.em.constant(tuple)));
        }
        self.iterable_into(e, iterator)?;
        Ok(LoopSource::Iterator)
    }

    /// The head of a loop: the next item to `dst` and back to `start`.
    pub fn for_next(&mut self, source: LoopSource, dst: Reg, iterator: Reg, start: Label) {
        match source {
            LoopSource::Iterator => self.u.em.jump(Op::ForIter, dst, iterator, 0, start),
            LoopSource::Tuple(index) => {
                self.u.em.for_tuple(dst, iterator, index, start);
            }
        }
    }

    /// `iter(e)` into a temporary.
    pub fn iterable_into(&mut self, iter: &'a Expr, iterator: Reg) -> Outcome<()> {
        let constant = match iter {
            Expr::List(l) => super::fold::all_constant(&l.elts).map(Const::Tuple),
            Expr::Set(s) => super::fold::all_constant(&s.elts).map(Const::FrozenSet),
            _ => None,
        };
        let source = match constant {
            Some(value) => {
                self.at(iter.range());
                self.u.em.load_const(iterator, value);
                iterator
            }
            None if matches!(iter, Expr::Name(_)) => {
                let mark = self.u.em.top;
                let reg = self.operand(iter)?;
                self.u.em.top = mark;
                reg
            }
            None => {
                self.expr_into(iter, iterator)?;
                iterator
            }
        };
        self.at(iter.range());
        self.emit(Op::GetIter, iterator, source, 0);
        Ok(())
    }

    pub fn async_for(
        &mut self,
        target: &'a Expr,
        iter: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        range: TextRange,
    ) -> Outcome<()> {
        self.check_target(target, "cannot assign to", false)?;
        let iterator = self.u.em.alloc()?;
        self.expr_into(iter, iterator)?;
        self.at(iter.range());
        self.emit(Op::GetAiter, iterator, iterator, 0);
        let (stop, next, ended) = (self.u.em.label(), self.u.em.label(), self.u.em.label());
        let entry = self.u.bound.without(self.u.deleted);
        self.u.bound = entry;
        self.push_block(
            BlockKind::Loop { stop, next, iterator: Some(iterator), breaks: None },
            range,
        )?;
        self.u.em.bind(next);
        self.async_next(iterator, ended, iter.range())?;
        let value = self.u.em.alloc()?;
        self.at(target.range());
        self.store(target, value)?;
        self.u.em.top -= 1;
        self.body(body)?;
        self.at_no_line();
        self.u.em.jump(Op::Jump, 0, 0, 0, next);
        let breaks = self.take_breaks();
        self.async_end(iterator, ended, iter.range())?;
        self.u.bound = entry;
        self.u.em.top = u32::from(iterator);
        self.body(orelse)?;
        let after = meet(self.state(), breaks);
        self.u.em.bind(stop);
        self.set_state(after);
        Ok(())
    }

    /// Await the next value into the temporary above the iterator; exceptions go to `ended`.
    pub fn async_next(&mut self, iterator: Reg, ended: Label, range: TextRange) -> Outcome<()> {
        self.at(range);
        let outer = self.u.em.set_handler(Some((ended, u32::from(iterator) + 1)));
        let value = self.u.em.alloc()?;
        self.emit(Op::GetAnext, value, iterator, 0);
        self.await_in(value)?;
        self.u.em.set_handler(outer);
        self.u.em.top -= 1;
        Ok(())
    }

    /// The handler around the await: fall through when the iteration is over.
    pub fn async_end(&mut self, iterator: Reg, ended: Label, range: TextRange) -> Outcome<()> {
        self.at(range);
        self.u.em.bind(ended);
        let over = self.u.em.label();
        let exc = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.emit(Op::PushExc, exc, 0, 0);
        self.u.em.jump(Op::EndAsyncFor, exc, 0, 0, over);
        self.u.em.reachable = false;
        self.u.em.bind(over);
        self.u.em.top -= 2;
        self.emit(Op::Drop, iterator, 0, 0);
        Ok(())
    }

    // ---- try

    pub fn try_statement(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
        finalbody: &'a [Stmt],
        star: bool,
    ) -> Outcome<()> {
        if finalbody.is_empty() {
            return self.try_except(body, handlers, orelse, star);
        }
        let range = finalbody[0].range();
        let depth = self.u.em.top;
        let handler = self.u.em.label();
        let before = self.u.bound.without(self.u.deleted);
        self.push_block(BlockKind::Finally(finalbody), range)?;
        let outer = self.u.em.set_handler(Some((handler, depth)));
        if handlers.is_empty() {
            self.body(body)?;
        } else {
            self.try_except(body, handlers, orelse, star)?;
        }
        self.u.em.set_handler(outer);
        self.pop_block();
        let end = self.u.em.label();
        self.body(finalbody)?;
        let after = self.state();
        self.at(range);
        self.u.em.jump(Op::Jump, 0, 0, 0, end);
        // The copy for exceptions.
        self.u.em.bind(handler);
        self.u.bound = before;
        let base = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.at_no_line();
        self.emit(Op::PushExc, base, 1, 0);
        self.push_block(BlockKind::FinallyHandler { base }, range)?;
        let cleanup = self.u.em.label();
        self.u.em.set_handler(Some((cleanup, u32::from(base) + 2)));
        self.body(finalbody)?;
        self.u.em.set_handler(outer);
        self.pop_block();
        self.at_no_line();
        self.emit(Op::Reraise, base, base, 0);
        self.cleanup(cleanup, base)?;
        self.u.em.top = depth;
        self.u.em.bind(end);
        self.set_state(after);
        Ok(())
    }

    /// Where exceptions raised inside a handler go: restore what was handled before, raise on.
    fn cleanup(&mut self, label: Label, base: Reg) -> Outcome<()> {
        self.u.em.bind(label);
        let mark = self.u.em.top;
        self.u.em.top = u32::from(base) + 2;
        let exc = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.at_no_line();
        self.emit(Op::PushExc, exc, 0, 0);
        self.emit(Op::Reraise, exc, base, 1);
        self.u.em.top = mark;
        Ok(())
    }

    fn try_except(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
        star: bool,
    ) -> Outcome<()> {
        if star {
            return self.try_star(body, handlers, orelse);
        }
        let first = body.first().map_or(TextRange::default(), Ranged::range);
        let depth = self.u.em.top;
        let (handler, end) = (self.u.em.label(), self.u.em.label());
        let before = self.u.bound.without(self.u.deleted);
        self.push_block(BlockKind::Try, first)?;
        let outer = self.u.em.set_handler(Some((handler, depth)));
        self.body(body)?;
        self.u.em.set_handler(outer);
        self.pop_block();
        self.body(orelse)?;
        let mut after = self.state();
        self.u.em.jump(Op::Jump, 0, 0, 0, end);
        self.u.em.bind(handler);
        let base = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.at_no_line();
        self.emit(Op::PushExc, base, 0, 0);
        let cleanup = self.u.em.label();
        self.u.em.set_handler(Some((cleanup, depth + 2)));
        let count = handlers.len();
        // A type that did not match is still in its temporary.
        let mut stale = false;
        let mut open = true;
        for (i, ExceptHandler::ExceptHandler(h)) in handlers.iter().enumerate() {
            if h.type_.is_none() && i + 1 < count {
                return fail("default 'except:' must be last", h.range);
            }
            self.u.bound = before;
            let next = self.u.em.label();
            if let Some(kind) = &h.type_ {
                let mark = self.u.em.top;
                let reg = if stale { self.scratch(kind)? } else { self.operand(kind)? };
                self.at(kind.range());
                self.u.em.jump(Op::JumpIfNotExc, base, reg, 0, next);
                self.drop_temp(reg);
                stale = self.u.em.is_temp(reg);
                self.u.em.top = mark;
            } else {
                if stale {
                    let reg = self.u.em.top as Reg;
                    self.emit(Op::Drop, reg, 0, 0);
                }
                self.mark(h.range);
                open = false;
            }
            self.handler_body(h, base, cleanup, outer)?;
            after = meet(after, self.state());
            self.u.em.jump(Op::Jump, 0, 0, 0, end);
            self.u.em.set_handler(Some((cleanup, depth + 2)));
            self.u.em.bind(next);
        }
        self.u.em.set_handler(outer);
        if open {
            self.at_no_line();
            self.emit(Op::Reraise, base, base, 2);
        }
        self.cleanup(cleanup, base)?;
        self.u.em.top = depth;
        self.u.em.bind(end);
        self.set_state(after);
        Ok(())
    }

    /// The value in the first free temporary, whatever it is.
    fn scratch(&mut self, e: &'a Expr) -> Outcome<Reg> {
        let reg = self.u.em.alloc()?;
        self.expr_into(e, reg)?;
        Ok(reg)
    }

    fn handler_body(
        &mut self,
        h: &'a ast::ExceptHandlerExceptHandler,
        base: Reg,
        cleanup: Label,
        outer: Option<(Label, u32)>,
    ) -> Outcome<()> {
        let depth = u32::from(base);
        let Some(name) = &h.name else {
            self.push_handler(BlockKind::Handler { base, name: None }, outer, h.range)?;
            self.body(&h.body)?;
            self.pop_block();
            self.emit(Op::PopExc, base, 0, 0);
            self.u.em.set_handler(outer);
            return Ok(());
        };
        let copy = self.u.em.alloc()?;
        self.at(h.range);
        self.emit(Op::Move, copy, base, 0);
        self.store_name(name, copy, h.range)?;
        self.u.em.top -= 1;
        let failed = self.u.em.label();
        self.push_handler(BlockKind::Handler { base, name: Some(name) }, outer, h.range)?;
        self.u.em.set_handler(Some((failed, depth + 2)));
        self.body(&h.body)?;
        let state = self.u.bound;
        self.u.em.set_handler(Some((cleanup, depth + 2)));
        self.pop_block();
        self.at_no_line();
        self.clear_name(name)?;
        self.emit(Op::PopExc, base, 0, 0);
        self.u.em.set_handler(outer);
        let after = self.u.bound;
        let done = self.u.em.label();
        self.u.em.jump(Op::Jump, 0, 0, 0, done);
        // An exception on the way: clear the name, restore, raise on.
        self.u.em.bind(failed);
        self.u.bound = state.without(self.u.deleted);
        let mark = self.u.em.top;
        self.u.em.top = depth + 2;
        let exc = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.emit(Op::PushExc, exc, 0, 0);
        self.u.em.set_handler(Some((cleanup, depth + 2)));
        self.clear_name(name)?;
        self.u.em.set_handler(outer);
        self.emit(Op::Reraise, exc, base, 1);
        self.u.em.top = mark;
        self.u.bound = after;
        self.u.em.bind(done);
        Ok(())
    }

    /// A handler's block: its outside is what is in force around the whole `try`.
    fn push_handler(
        &mut self,
        kind: BlockKind<'a>,
        outer: Option<(Label, u32)>,
        range: TextRange,
    ) -> Outcome<()> {
        self.push_block(kind, range)?;
        if let Some(block) = self.u.blocks.last_mut() {
            block.outer = outer;
        }
        Ok(())
    }

    /// `try ... except*`. Temporaries from `base`: the exception (2), the original (a copy), the list of what the
    /// handlers raised, then rest and match of the clause at hand.
    fn try_star(
        &mut self,
        body: &'a [Stmt],
        handlers: &'a [ExceptHandler],
        orelse: &'a [Stmt],
    ) -> Outcome<()> {
        let first = body.first().map_or(TextRange::default(), Ranged::range);
        let depth = self.u.em.top;
        let (handler, end) = (self.u.em.label(), self.u.em.label());
        let before = self.u.bound.without(self.u.deleted);
        self.push_block(BlockKind::Try, first)?;
        let outer = self.u.em.set_handler(Some((handler, depth)));
        self.body(body)?;
        self.u.em.set_handler(outer);
        self.pop_block();
        self.body(orelse)?;
        let mut after = self.state();
        self.u.em.jump(Op::Jump, 0, 0, 0, end);

        self.u.em.bind(handler);
        let base = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.emit(Op::PushExc, base, 0, 0);
        let cleanup = self.u.em.label();
        let inside = Some((cleanup, depth + 2));
        self.u.em.set_handler(inside);
        let list = self.u.em.alloc()?;
        self.emit(Op::BuildList, list, list, 0);
        let rest = self.u.em.alloc()?;
        self.emit(Op::Move, rest, base, 0);
        let matched = self.u.em.alloc()?;
        for ExceptHandler::ExceptHandler(h) in handlers {
            self.u.bound = before;
            let Some(kind) = &h.type_ else {
                return fail("expected one or more exception types", h.range);
            };
            let next = self.u.em.label();
            let raised = self.u.em.label();
            self.u.em.top = u32::from(matched) + 1;
            let reg = self.operand(kind)?;
            self.at(kind.range());
            self.emit(Op::MatchExcGroup, rest, reg, 0);
            self.drop_temp(reg);
            self.u.em.top = u32::from(matched) + 1;
            // None is an immediate: nothing is left behind when there is no match.
            let test = self.u.em.alloc()?;
            self.emit(Op::Move, test, matched, 0);
            self.u.em.jump(Op::JumpIfNone, test, 0, 0, next);
            // The matched group is the handled exception while the clause runs.
            self.emit(Op::SetHandled, matched, 0, 0);
            self.u.em.top -= 1;
            if let Some(name) = &h.name {
                let copy = self.u.em.alloc()?;
                self.emit(Op::Move, copy, matched, 0);
                self.store_name(name, copy, h.range)?;
                self.u.em.top -= 1;
            }
            let name = h.name.as_ref().map(|n| n.as_str());
            self.push_block(BlockKind::StarHandler { name }, h.range)?;
            self.u.em.set_handler(Some((raised, u32::from(matched) + 1)));
            self.body(&h.body)?;
            self.pop_block();
            self.u.em.set_handler(inside);
            self.at(h.range);
            let live = self.reachable();
            if let Some(name) = name {
                self.clear_name(name)?;
            }
            after = if live {
                Some(meet(after, Some(self.u.bound)).unwrap_or_default())
            } else {
                after
            };
            self.u.em.jump(Op::Jump, 0, 0, 0, next);
            // What the clause raised is kept for the end.
            self.u.em.bind(raised);
            self.u.bound = before;
            let exc = self.u.em.alloc()?;
            self.u.em.alloc()?;
            self.emit(Op::PushExc, exc, 0, 0);
            if let Some(name) = name {
                self.clear_name(name)?;
            }
            let copy = self.u.em.alloc()?;
            self.emit(Op::Move, copy, exc, 0);
            self.emit(Op::ListAppend, list, copy, 0);
            self.emit(Op::PopExc, exc, 0, 0);
            self.u.em.top -= 3;
            self.u.em.bind(next);
            self.emit(Op::SetHandled, base, 0, 0);
        }
        // The unmatched rest is raised again with what the clauses raised.
        self.u.em.top = u32::from(matched) + 1;
        self.emit(Op::ListAppend, list, rest, 0);
        self.emit(Op::PrepReraiseStar, rest, base, list);
        let test = self.u.em.alloc()?;
        self.emit(Op::Move, test, rest, 0);
        let reraise = self.u.em.label();
        self.u.em.jump(Op::JumpIfNotNone, test, 0, 0, reraise);
        for reg in [matched, rest, list] {
            self.emit(Op::Drop, reg, 0, 0);
        }
        self.emit(Op::PopExc, base, 0, 0);
        self.u.em.set_handler(outer);
        self.u.em.jump(Op::Jump, 0, 0, 0, end);
        self.u.em.bind(reraise);
        self.u.em.set_handler(outer);
        self.emit(Op::Reraise, rest, base, 0);
        self.cleanup(cleanup, base)?;
        self.u.em.top = depth;
        self.u.em.bind(end);
        self.u.bound = meet(after, Some(before)).unwrap_or(before);
        Ok(())
    }

    // ---- with

    pub fn with(
        &mut self,
        items: &'a [ast::WithItem],
        body: &'a [Stmt],
        is_async: bool,
        range: TextRange,
    ) -> Outcome<()> {
        let Some((item, rest)) = items.split_first() else { return self.body(body) };
        let place = range;
        if let Some(vars) = &item.optional_vars {
            self.check_target(vars, "cannot assign to", false)?;
        }
        let depth = self.u.em.top;
        let exit = self.u.em.alloc()?;
        self.expr_into(&item.context_expr, exit)?;
        self.at(place);
        let entered = self.u.em.alloc()?;
        if is_async {
            self.emit(Op::BeforeAsyncWith, exit, 0, 0);
            self.emit(Op::Call, entered, 0, 0);
            self.emit(Op::GetAwaitable, entered, entered, 1);
            self.await_in(entered)?;
        } else {
            self.emit(Op::BeforeWith, exit, 0, 0);
            self.emit(Op::Call, entered, 0, 0);
        }
        let (handler, end) = (self.u.em.label(), self.u.em.label());
        let before = self.u.bound.without(self.u.deleted);
        self.push_block(BlockKind::With { exit, is_async, range: place }, range)?;
        let outer = self.u.em.set_handler(Some((handler, depth + 1)));
        match &item.optional_vars {
            Some(target) => self.store(target, entered)?,
            None => self.emit(Op::Drop, entered, 0, 0),
        }
        self.u.em.top = depth + 1;
        self.with(rest, body, is_async, range)?;
        self.u.em.set_handler(outer);
        self.pop_block();
        self.at(place);
        self.exit_call(exit, is_async)?;
        self.emit(Op::Drop, exit, 0, 0);
        let after = self.state();
        self.u.em.jump(Op::Jump, 0, 0, 0, end);
        // Leaving by exception.
        self.u.em.bind(handler);
        self.u.em.top = depth + 1;
        let exc = self.u.em.alloc()?;
        self.u.em.alloc()?;
        self.emit(Op::PushExc, exc, 0, 0);
        let cleanup = self.u.em.label();
        self.u.em.set_handler(Some((cleanup, u32::from(exc) + 2)));
        let call = self.u.em.alloc()?;
        for _ in 0..3 {
            self.u.em.alloc()?;
        }
        self.emit(Op::WithExceptStart, call, exit, exc);
        self.emit(Op::Call, call, 3, 0);
        self.u.em.top = u32::from(call) + 1;
        if is_async {
            self.emit(Op::GetAwaitable, call, call, 2);
            self.await_in(call)?;
        }
        let suppress = self.u.em.label();
        self.u.em.jump(Op::JumpIf, call, 0, 0, suppress);
        self.u.em.set_handler(outer);
        self.emit(Op::Reraise, exc, exc, 1);
        self.cleanup(cleanup, exc)?;
        self.u.em.bind(suppress);
        let suppressed = self.reachable().then_some(before);
        self.emit(Op::PopExc, exc, 0, 0);
        self.emit(Op::Drop, exit, 0, 0);
        self.u.em.top = depth;
        self.u.em.bind(end);
        self.set_state(meet(after, suppressed));
        Ok(())
    }

    /// Call the exit function in `reg` with three times None; the result (awaited) replaces it.
    pub fn exit_call(&mut self, reg: Reg, is_async: bool) -> Outcome<()> {
        let mark = self.u.em.top;
        for _ in 0..3 {
            let none = self.u.em.alloc()?;
            self.emit(Op::LoadNone, none, 0, 0);
        }
        self.emit(Op::Call, reg, 3, 0);
        self.u.em.top = mark;
        if is_async {
            self.emit(Op::GetAwaitable, reg, reg, 2);
            self.await_in(reg)?;
        }
        Ok(())
    }
}

/// Nodes of a condition, counted up to a limit; what should not be compiled twice counts much.
fn size(e: &Expr, limit: usize) -> usize {
    if limit == 0 {
        return 1;
    }
    let sum = |list: &[Expr]| {
        let mut total = 1;
        for e in list {
            if total > limit {
                break;
            }
            total += size(e, limit - total.min(limit));
        }
        total
    };
    match e {
        Expr::Name(_) | Expr::Constant(_) => 1,
        Expr::Attribute(a) => 1 + size(&a.value, limit - 1),
        Expr::UnaryOp(u) => 1 + size(&u.operand, limit - 1),
        Expr::BinOp(b) => {
            let left = size(&b.left, limit - 1);
            1 + left + size(&b.right, (limit - 1).saturating_sub(left))
        }
        Expr::BoolOp(b) => sum(&b.values),
        Expr::Compare(c) => 1 + size(&c.left, limit - 1) + sum(&c.comparators),
        Expr::Call(c) if c.keywords.is_empty() && super::scope::marker(c).is_none() => {
            1 + size(&c.func, limit - 1) + sum(&c.args)
        }
        Expr::Subscript(s) => 1 + size(&s.value, limit - 1) + size(&s.slice, limit - 1),
        Expr::NamedExpr(n) => 1 + size(&n.value, limit - 1),
        _ => 1000,
    }
}
