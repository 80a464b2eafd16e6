//! Statements that do not nest.

use super::emit::Reg;
use super::error::{Outcome, fail};
use super::unit::{BlockKind, Compiler};
use crate::bytecode::code::{Const, flags};
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr, Ranged, Stmt};

impl<'a> Compiler<'a> {
    pub fn body(&mut self, body: &'a [Stmt]) -> Outcome<()> {
        for statement in body {
            self.statement(statement)?;
        }
        Ok(())
    }

    pub fn statement(&mut self, statement: &'a Stmt) -> Outcome<()> {
        let base = std::mem::replace(&mut self.u.base, self.u.em.top);
        let top = self.u.em.top;
        self.at(statement.range());
        match statement {
            Stmt::Expr(s) => self.expression_statement(s)?,
            Stmt::Assign(s) => self.assign(s)?,
            Stmt::AugAssign(s) => self.augmented(s)?,
            Stmt::AnnAssign(s) => self.annotated(s)?,
            Stmt::Return(s) => self.return_(s)?,
            Stmt::If(s) => self.if_(s)?,
            Stmt::For(s) => self.for_(&s.target, &s.iter, &s.body, &s.orelse, s.range)?,
            Stmt::AsyncFor(s) => {
                if !self.may_await() {
                    return fail("'async for' outside async function", s.range);
                }
                self.async_for(&s.target, &s.iter, &s.body, &s.orelse, s.range)?;
            }
            Stmt::While(s) => self.while_(s)?,
            Stmt::Break(s) => self.break_(s.range)?,
            Stmt::Continue(s) => self.continue_(s.range)?,
            Stmt::Pass(s) => self.mark(s.range),
            Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::FunctionDef(f) => self.function(
                f,
                f.range,
                &f.name,
                &f.args,
                &f.decorator_list,
                &f.returns,
                &f.body,
                &f.type_params,
                false,
            )?,
            Stmt::AsyncFunctionDef(f) => self.function(
                f,
                f.range,
                &f.name,
                &f.args,
                &f.decorator_list,
                &f.returns,
                &f.body,
                &f.type_params,
                true,
            )?,
            Stmt::ClassDef(c) => self.class(c)?,
            Stmt::Delete(s) => {
                for target in &s.targets {
                    self.check_target(target, "cannot delete", false)?;
                }
                s.targets.iter().try_for_each(|t| self.delete(t))?;
            }
            Stmt::Raise(s) => self.raise(s)?,
            Stmt::Try(s) => {
                self.mark(s.range);
                self.try_statement(&s.body, &s.handlers, &s.orelse, &s.finalbody, false)?
            }
            Stmt::TryStar(s) => {
                self.mark(s.range);
                self.try_statement(&s.body, &s.handlers, &s.orelse, &s.finalbody, true)?;
            }
            Stmt::With(s) => self.with(&s.items, &s.body, false, s.range)?,
            Stmt::AsyncWith(s) => {
                if !self.may_await() {
                    return fail("'async with' outside async function", s.range);
                }
                self.with(&s.items, &s.body, true, s.range)?;
            }
            Stmt::Assert(s) => self.assert(s)?,
            Stmt::Import(s) => self.import(s)?,
            Stmt::ImportFrom(s) => self.import_from(s)?,
            Stmt::Match(s) => self.match_(s)?,
            Stmt::TypeAlias(s) => return fail("invalid syntax", s.range),
        }
        self.u.em.top = top;
        self.u.base = base;
        Ok(())
    }

    fn expression_statement(&mut self, s: &'a ast::StmtExpr) -> Outcome<()> {
        if self.interactive && self.outer.is_empty() {
            let reg = self.u.em.alloc()?;
            self.expr_into(&s.value, reg)?;
            self.at(s.range);
            self.emit(Op::PrintExpr, reg, 0, 0);
            return Ok(());
        }
        match &*s.value {
            Expr::Constant(c) => {
                self.mark(c.range);
                Ok(())
            }
            e => self.effect(e),
        }
    }

    fn return_(&mut self, s: &'a ast::StmtReturn) -> Outcome<()> {
        if !self.u.kind.is_function() {
            return fail("'return' outside function", s.range);
        }
        self.check_star_exit(0, s.range)?;
        if s.value.is_some() && self.u.flags & flags::ASYNC_GENERATOR != 0 {
            return fail("'return' with value in async generator", s.range);
        }
        let value = s.value.as_deref();
        let late = match value {
            None => true,
            Some(Expr::Constant(c)) => c.value == ast::Constant::None,
            _ => false,
        };
        // The statement's line is not seen again behind what runs on the way out.
        let late_exit = self.u.blocks.iter().any(|b| runs_code(&b.kind));
        let place = |this: &mut Self| {
            if late_exit {
                this.at_no_line();
            } else {
                this.at(s.range);
            }
        };
        if late {
            self.mark(s.range);
            return self.unwind(0, |this| {
                place(this);
                this.emit(Op::ReturnNone, 0, 0, 0);
                Ok(())
            });
        }
        let Some(value) = value else { return Ok(()) };
        let mut reg = self.operand(value)?;
        if !self.u.em.is_temp(reg) && self.u.blocks.iter().any(|b| runs_code(&b.kind)) {
            let copy = self.u.em.alloc()?;
            self.emit(Op::Move, copy, reg, 0);
            reg = copy;
        }
        self.unwind(0, |this| {
            place(this);
            this.emit(Op::Return, reg, 0, 0);
            Ok(())
        })
    }

    fn raise(&mut self, s: &'a ast::StmtRaise) -> Outcome<()> {
        let Some(exc) = &s.exc else {
            self.emit(Op::Raise, 0, 0, 0);
            return Ok(());
        };
        let a = self.operand(exc)?;
        let (b, kind) = match &s.cause {
            Some(cause) => (self.operand(cause)?, 2),
            None => (0, 1),
        };
        self.at(s.range);
        self.emit(Op::Raise, a, b, kind);
        Ok(())
    }

    fn assert(&mut self, s: &'a ast::StmtAssert) -> Outcome<()> {
        if let Expr::Tuple(t) = &*s.test
            && !t.elts.is_empty()
        {
            self.warn("assertion is always true, perhaps remove parentheses?", s.range);
        }
        if self.options.optimize >= 1 {
            return Ok(());
        }
        let end = self.u.em.label();
        self.jump_if(&s.test, true, end)?;
        let before = self.u.bound;
        let (reg, given): (Reg, Reg) = match &s.msg {
            Some(message) => (self.operand(message)?, 1),
            None => (0, 0),
        };
        // Marked is what did not hold.
        self.at(s.test.range());
        self.emit(Op::RaiseAssert, reg, given, 0);
        self.u.bound = before;
        self.u.em.bind(end);
        Ok(())
    }

    // ---- import

    fn import(&mut self, s: &'a ast::StmtImport) -> Outcome<()> {
        for alias in &s.names {
            let mark = self.u.em.top;
            self.at(s.range);
            let module = self.u.em.alloc()?;
            let list = self.u.em.alloc()?;
            self.emit(Op::LoadInt, module, 0, 0);
            self.emit(Op::LoadNone, list, 0, 0);
            let name = self.u.em.name(alias.name.as_str().into());
            self.u.em.emit_words(Op::ImportName, module, 0, 0, &[name]);
            match &alias.asname {
                Some(stored) => {
                    for part in alias.name.split('.').skip(1) {
                        let part = self.u.em.name(part.into());
                        let inner = self.u.em.alloc()?;
                        self.u.em.emit_words(Op::ImportFrom, inner, module, 0, &[part]);
                        self.emit(Op::Take, module, inner, 0);
                        self.u.em.top -= 1;
                    }
                    self.store_name(stored, module, s.range)?;
                }
                None => {
                    let first = alias.name.split('.').next().unwrap_or("");
                    self.store_name(first, module, s.range)?;
                }
            }
            self.u.em.top = mark;
        }
        Ok(())
    }

    fn import_from(&mut self, s: &'a ast::StmtImportFrom) -> Outcome<()> {
        let level = s.level.map_or(0, |l| l.to_u32());
        let module = self.u.em.alloc()?;
        let list = self.u.em.alloc()?;
        self.u.em.load_const(module, Const::Int(i64::from(level)));
        let names = s.names.iter().map(|a| Const::Str(a.name.to_string())).collect();
        self.u.em.load_const(list, Const::Tuple(names));
        let name = self.u.em.name(s.module.as_ref().map_or("", |m| m.as_str()).into());
        self.u.em.emit_words(Op::ImportName, module, 0, 0, &[name]);
        for alias in &s.names {
            if alias.name.as_str() == "*" {
                self.emit(Op::ImportStar, module, 0, 0);
                break;
            }
            let value = self.u.em.alloc()?;
            let name = self.u.em.name(alias.name.as_str().into());
            self.at(s.range);
            self.u.em.emit_words(Op::ImportFrom, value, module, 0, &[name]);
            let stored = alias.asname.as_ref().unwrap_or(&alias.name);
            self.store_name(stored, value, s.range)?;
            self.u.em.top -= 1;
        }
        self.emit(Op::Drop, module, 0, 0);
        Ok(())
    }

    // ---- leaving blocks

    /// Leave the blocks above `keep` in order, do `then`, and come back to compile what follows.
    pub fn unwind(
        &mut self,
        keep: usize,
        then: impl FnOnce(&mut Self) -> Outcome<()>,
    ) -> Outcome<()> {
        if self.u.blocks.len() <= keep {
            return then(self);
        }
        let saved = self.u.blocks.clone();
        let bound = self.u.bound;
        let handler = self.u.em.set_handler(None);
        self.u.em.set_handler(handler);
        while self.u.blocks.len() > keep {
            let Some(block) = self.u.blocks.pop() else { break };
            match block.kind {
                BlockKind::Try => {
                    self.u.em.set_handler(block.outer);
                }
                BlockKind::Loop { iterator, .. } => {
                    if let Some(reg) = iterator {
                        self.emit(Op::Drop, reg, 0, 0);
                    }
                }
                BlockKind::Finally(body) => {
                    self.u.em.set_handler(block.outer);
                    self.body(body)?;
                    self.at_no_line();
                }
                BlockKind::Handler { base, name } => {
                    if let Some(name) = name {
                        self.u.em.set_handler(block.outer);
                        self.clear_name(name)?;
                    }
                    self.emit(Op::PopExc, base, 0, 0);
                    self.u.em.set_handler(block.outer);
                }
                BlockKind::FinallyHandler { base } => {
                    self.emit(Op::PopExc, base, 0, 0);
                    self.u.em.set_handler(block.outer);
                }
                BlockKind::With { exit, is_async, range } => {
                    self.u.em.set_handler(block.outer);
                    let call = self.u.em.alloc()?;
                    self.at(range);
                    self.emit(Op::Take, call, exit, 0);
                    self.exit_call(call, is_async)?;
                    self.emit(Op::Drop, call, 0, 0);
                    self.u.em.top -= 1;
                    self.at_no_line();
                }
                BlockKind::StarHandler { name } => {
                    if let Some(name) = name {
                        self.clear_name(name)?;
                    }
                }
            }
        }
        then(self)?;
        self.u.blocks = saved;
        self.u.bound = bound;
        self.u.em.set_handler(handler);
        Ok(())
    }

    fn break_(&mut self, range: TextRange) -> Outcome<()> {
        let Some(at) = self.innermost_loop() else {
            self.check_star_exit(0, range)?;
            return fail("'break' outside loop", range);
        };
        self.check_star_exit(at, range)?;
        self.mark(range);
        self.unwind(at + 1, |this| {
            // Bindings at this point, for what follows the loop.
            let state = this.reachable().then_some(this.u.bound);
            let Some(block) = this.u.blocks.get_mut(at) else { return Ok(()) };
            let BlockKind::Loop { stop, iterator, .. } = block.kind else { return Ok(()) };
            if let Some(reg) = iterator {
                this.emit(Op::Drop, reg, 0, 0);
            }
            this.u.em.jump(Op::Jump, 0, 0, 0, stop);
            this.break_state = state;
            Ok(())
        })?;
        let state = self.break_state.take();
        if let Some(block) = self.u.blocks.get_mut(at)
            && let BlockKind::Loop { breaks, .. } = &mut block.kind
        {
            *breaks = super::unit::meet(*breaks, state);
        }
        Ok(())
    }

    fn continue_(&mut self, range: TextRange) -> Outcome<()> {
        let Some(at) = self.innermost_loop() else {
            self.check_star_exit(0, range)?;
            return fail("'continue' not properly in loop", range);
        };
        self.check_star_exit(at, range)?;
        self.mark(range);
        self.unwind(at + 1, |this| {
            if let Some(BlockKind::Loop { next, .. }) = this.u.blocks.get(at).map(|b| b.kind) {
                this.u.em.jump(Op::Jump, 0, 0, 0, next);
            }
            Ok(())
        })
    }

    fn check_star_exit(&self, at: usize, range: TextRange) -> Outcome<()> {
        if self.u.blocks[at..].iter().any(|b| matches!(b.kind, BlockKind::StarHandler { .. })) {
            return fail(
                "'break', 'continue' and 'return' cannot appear in an except* block",
                range,
            );
        }
        Ok(())
    }

    fn innermost_loop(&self) -> Option<usize> {
        self.u.blocks.iter().rposition(|b| matches!(b.kind, BlockKind::Loop { .. }))
    }
}

/// Whether leaving the block runs code that could change a variable.
fn runs_code(kind: &BlockKind) -> bool {
    match kind {
        BlockKind::Finally(_) | BlockKind::With { .. } => true,
        BlockKind::Handler { name, .. } => name.is_some(),
        _ => false,
    }
}
