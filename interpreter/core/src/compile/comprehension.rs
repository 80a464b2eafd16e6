//! Comprehensions and generator expressions: functions of their own, called with the first iterator.

use super::control::LoopSource;
use super::emit::Reg;
use super::error::{Outcome, fail};
use super::scope::ScopeKind;
use super::unit::Compiler;
use crate::bytecode::code::{CodeUnit, flags};
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr, Ranged};

/// What a comprehension produces.
#[derive(Clone, Copy)]
struct Shape<'a> {
    kind: ScopeKind,
    name: &'static str,
    generators: &'a [ast::Comprehension],
    element: &'a Expr,
    value: Option<&'a Expr>,
    range: TextRange,
    scope: usize,
}

impl<'a> Compiler<'a> {
    pub fn comprehension_into(&mut self, e: &'a Expr, dst: Reg) -> Outcome<()> {
        let (kind, name, generators, element, value, scope): (_, _, &'a [_], &'a Expr, _, _) =
            match e {
                Expr::ListComp(c) => (
                    ScopeKind::ListComp,
                    "<listcomp>",
                    &c.generators,
                    &c.elt,
                    None,
                    self.scopes.of(c),
                ),
                Expr::SetComp(c) => (
                    ScopeKind::SetComp,
                    "<setcomp>",
                    &c.generators,
                    &c.elt,
                    None,
                    self.scopes.of(c),
                ),
                Expr::DictComp(c) => (
                    ScopeKind::DictComp,
                    "<dictcomp>",
                    &c.generators,
                    &c.key,
                    Some(&*c.value),
                    self.scopes.of(c),
                ),
                Expr::GeneratorExp(c) => {
                    (ScopeKind::GenExp, "<genexpr>", &c.generators, &c.elt, None, self.scopes.of(c))
                }
                _ => return Ok(()),
            };
        let shape = Shape { kind, name, generators, element, value, range: e.range(), scope };
        let Some(first) = generators.first() else { return Ok(()) };
        if let Expr::Starred(s) = element {
            return fail("iterable unpacking cannot be used in comprehension", s.range);
        }
        let is_async = self.scopes.list[scope].is_coroutine && kind != ScopeKind::GenExp;
        if is_async && !self.may_hold_async() {
            return fail(
                "asynchronous comprehension outside of an asynchronous function",
                e.range(),
            );
        }
        let base = self.temp_for(dst)?;
        self.at(e.range());
        let code = self.comprehension_code(&shape)?;
        self.at(e.range());
        let made = self.closure_and_make(Some(base), 0, code, Some(base))?;
        self.settle(made, base);
        self.u.em.top = u32::from(base) + 1;
        let iterator = self.u.em.alloc()?;
        if first.is_async {
            self.expr_into(&first.iter, iterator)?;
            self.at(first.iter.range());
            self.emit(Op::GetAiter, iterator, iterator, 0);
        } else {
            self.iterable_into(&first.iter, iterator)?;
        }
        self.at(e.range());
        self.emit(Op::Call, base, 1, 0);
        self.u.em.top = u32::from(base) + 1;
        if is_async {
            self.emit(Op::GetAwaitable, base, base, 0);
            self.await_in(base)?;
        }
        self.settle(base, dst);
        Ok(())
    }

    /// Whether an asynchronous comprehension may stand here.
    fn may_hold_async(&self) -> bool {
        self.u.kind.is_comprehension() || self.may_await()
    }

    fn comprehension_code(&mut self, shape: &Shape<'a>) -> Outcome<CodeUnit> {
        self.enter(shape.scope, shape.name, shape.range)?;
        self.u.counts = [1, 1, 0];
        self.u.counts[1] = 0;
        self.at(shape.range);
        self.prologue()?;
        let result = match shape.kind {
            ScopeKind::ListComp => Some(Op::BuildList),
            ScopeKind::SetComp => Some(Op::BuildSet),
            ScopeKind::DictComp => Some(Op::BuildDict),
            _ => None,
        };
        let collection = match result {
            Some(build) => {
                let reg = self.u.em.alloc()?;
                self.emit(build, reg, reg, 0);
                Some(reg)
            }
            None => None,
        };
        self.comprehension_loop(shape, 0, collection)?;
        self.at(shape.range);
        match collection {
            Some(reg) => self.emit(Op::Return, reg, 0, 0),
            None => self.emit(Op::ReturnNone, 0, 0, 0),
        }
        Ok(self.leave())
    }

    fn comprehension_loop(
        &mut self,
        shape: &Shape<'a>,
        index: usize,
        collection: Option<Reg>,
    ) -> Outcome<()> {
        let Some(generator) = shape.generators.get(index) else {
            return self.comprehension_element(shape, collection);
        };
        let iter = &generator.iter;
        self.check_target(&generator.target, "cannot assign to", false)?;
        let mark = self.u.em.top;
        let mut source = LoopSource::Iterator;
        let iterator = if index == 0 && !generator.is_async {
            0
        } else {
            let reg = self.u.em.alloc()?;
            if index == 0 {
                self.emit(Op::Move, reg, 0, 0);
            } else if generator.is_async {
                self.expr_into(iter, reg)?;
                self.at(iter.range());
                self.emit(Op::GetAiter, reg, reg, 0);
            } else {
                source = self.loop_source(iter, reg)?;
            }
            reg
        };
        let before = self.u.bound;
        let (next, start) = (self.u.em.label(), self.u.em.label());
        let ended = self.u.em.label();
        let live = self.reachable();
        let mut variable = None;
        let slot = self.u.em.top as Reg;
        if generator.is_async {
            self.u.em.bind(next);
            self.async_next(iterator, ended, iter.range())?;
            let value = self.u.em.alloc()?;
            self.store(&generator.target, value)?;
            self.u.em.top -= 1;
        } else {
            self.u.em.jump(Op::Jump, 0, 0, 0, next);
            self.u.em.bind(start);
            self.u.em.reachable = live;
            variable = self.loop_variable(&generator.target)?;
        }
        for condition in &generator.ifs {
            self.jump_if(condition, false, next)?;
        }
        self.comprehension_loop(shape, index + 1, collection)?;
        self.at(shape.range);
        if generator.is_async {
            self.u.em.jump(Op::Jump, 0, 0, 0, next);
            self.async_end(iterator, ended, iter.range())?;
        } else {
            self.u.em.bind(next);
            let dst = variable.unwrap_or(slot);
            self.u.em.max_top = self.u.em.max_top.max(u32::from(slot) + 1);
            self.for_next(source, dst, iterator, start);
        }
        self.u.bound = before;
        self.u.em.top = mark;
        Ok(())
    }

    fn comprehension_element(&mut self, shape: &Shape<'a>, collection: Option<Reg>) -> Outcome<()> {
        let mark = self.u.em.top;
        let range = shape.element.range();
        match (shape.kind, collection) {
            (ScopeKind::ListComp, Some(list)) => {
                let item = self.operand(shape.element)?;
                self.at(range);
                self.emit(Op::ListAppend, list, item, 0);
            }
            (ScopeKind::SetComp, Some(set)) => {
                let item = self.operand(shape.element)?;
                self.at(range);
                self.emit(Op::SetAdd, set, item, 0);
            }
            (ScopeKind::DictComp, Some(dict)) => {
                let key = self.operand(shape.element)?;
                let Some(value) = shape.value else { return Ok(()) };
                let item = self.operand(value)?;
                self.at(range.cover(value.range()));
                self.emit(Op::DictSet, dict, key, item);
                self.drop_temp(item);
                self.drop_temp(key);
            }
            _ => {
                let reg = self.u.em.alloc()?;
                self.expr_into(shape.element, reg)?;
                self.at(range);
                if self.u.flags & flags::ASYNC_GENERATOR != 0 {
                    self.emit(Op::AsyncYield, reg, 0, 0);
                } else {
                    self.emit(Op::Yield, reg, 0, 0);
                }
                self.emit(Op::Drop, reg, 0, 0);
            }
        }
        self.u.em.top = mark;
        Ok(())
    }
}
