//! Assignment, deletion and their targets.

use super::emit::Reg;
use super::error::{Outcome, fail};
use super::expressions::{is_quiet, operator};
use super::scope::{ScopeKind, marker};
use super::unit::{Compiler, Place};
use crate::bytecode::code::{Const, flags};
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr, Ranged};

impl<'a> Compiler<'a> {
    /// Store a register in a variable; a temporary is used up.
    pub fn store_name(&mut self, name: &'a str, value: Reg, range: TextRange) -> Outcome<()> {
        if name == "__debug__" {
            return fail("cannot assign to __debug__", range);
        }
        let is_temp = self.u.em.is_temp(value);
        match self.place(name) {
            Place::Near(reg) => {
                if reg != value {
                    self.emit(if is_temp { Op::Take } else { Op::Move }, reg, value, 0);
                }
                if self.reachable() {
                    self.u.bound.insert(reg);
                }
                return Ok(());
            }
            Place::Far(far) => {
                self.u.em.emit_words(Op::StoreFar, value, 0, 0, &[far]);
                return Ok(());
            }
            Place::NearCell(cell) => self.emit(Op::StoreCell, cell, value, 0),
            Place::FarCell(far) => {
                // Work above the value.
                self.with_far_cell(far, |this, cell| this.emit(Op::StoreCell, cell, value, 0));
            }
            Place::Free(i) => self.emit(Op::StoreFree, i, value, 0),
            Place::Global => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::StoreGlobal, value, 0, 0, &[name]);
            }
            Place::ClassFree(_) | Place::Named => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::StoreName, value, 0, 0, &[name]);
            }
        }
        self.drop_temp(value);
        Ok(())
    }

    fn delete_name(&mut self, name: &'a str, range: TextRange) -> Outcome<()> {
        self.at(range);
        if name == "__debug__" {
            return fail("cannot delete __debug__", range);
        }
        match self.place(name) {
            Place::Near(reg) => {
                self.emit(Op::DelLocal, reg, 0, 0);
                self.u.bound.remove(reg);
            }
            Place::Far(far) => self.u.em.emit_words(Op::DelFar, 0, 0, 0, &[far]),
            Place::NearCell(cell) => self.emit(Op::DelCell, cell, 0, 0),
            Place::FarCell(far) => {
                self.with_far_cell(far, |this, cell| this.emit(Op::DelCell, cell, 0, 0));
            }
            Place::Free(i) => self.emit(Op::DelFree, i, 0, 0),
            Place::Global => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::DelGlobal, 0, 0, 0, &[name]);
            }
            Place::ClassFree(_) | Place::Named => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::DelName, 0, 0, 0, &[name]);
            }
        }
        Ok(())
    }

    /// Set a variable to None and delete it: the end of `except ... as name`.
    pub fn clear_name(&mut self, name: &'a str) -> Outcome<()> {
        let range = self.u.em.span;
        if let Place::Near(reg) = self.place(name) {
            self.emit(Op::LoadNone, reg, 0, 0);
            self.emit(Op::DelLocal, reg, 0, 0);
            self.u.bound.remove(reg);
            return Ok(());
        }
        let reg = self.u.em.alloc()?;
        self.emit(Op::LoadNone, reg, 0, 0);
        self.store_name(name, reg, range)?;
        self.u.em.top -= 1;
        self.delete_name(name, range)
    }

    // ---- targets

    /// Assign the value in `value` (used up if a temporary) to a target.
    pub fn store(&mut self, target: &'a Expr, value: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        match target {
            Expr::Name(n) => {
                self.at(n.range);
                self.store_name(&n.id, value, n.range)?;
            }
            Expr::Attribute(a) => {
                if a.attr.as_str() == "__debug__" {
                    return fail("cannot assign to __debug__", a.range);
                }
                let object = self.operand(&a.value)?;
                self.at(a.range);
                let name = self.name_index(&a.attr);
                self.emit_store_attribute(object, value, name);
                self.drop_temp(object);
            }
            Expr::Subscript(s) => {
                let object = self.copied(&s.value, &s.slice)?;
                if let Some(k) = self.const_operand(&s.slice) {
                    self.at(s.range);
                    self.emit_store_item(object, k, value, true);
                    self.drop_temp(object);
                } else {
                    let index = self.index_operand(&s.slice)?;
                    self.at(s.range);
                    self.emit_store_item(object, index, value, false);
                    self.drop_temp(index);
                    self.drop_temp(object);
                }
            }
            Expr::Tuple(t) => self.unpack(&t.elts, value, t.range)?,
            Expr::List(t) => self.unpack(&t.elts, value, t.range)?,
            Expr::Starred(s) => {
                return fail("starred assignment target must be in a list or tuple", s.range);
            }
            other => return self.bad_target(other, "cannot assign to"),
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// `object.name = value`; a temporary value is used up.
    fn emit_store_attribute(&mut self, object: Reg, value: Reg, name: u32) {
        let op = if self.u.em.is_temp(value) { Op::StoreAttrTake } else { Op::StoreAttr };
        self.u.em.emit_words(op, object, value, 0, &[name]);
    }

    /// `object[index] = value`; a temporary value is used up. `index` is a register, or a constant's number.
    fn emit_store_item(&mut self, object: Reg, index: Reg, value: Reg, constant: bool) {
        let op = match (constant, self.u.em.is_temp(value)) {
            (false, false) => Op::StoreSubscr,
            (false, true) => Op::StoreSubscrTake,
            (true, false) => Op::StoreSubscrK,
            (true, true) => Op::StoreSubscrKTake,
        };
        self.emit(op, object, index, value);
    }

    /// An operand that a later evaluation does not change.
    fn copied(&mut self, e: &'a Expr, later: &'a Expr) -> Outcome<Reg> {
        let reg = self.operand(e)?;
        if self.u.em.is_temp(reg) || !self.u.volatile.contains(reg) || is_quiet(later) {
            return Ok(reg);
        }
        let copy = self.u.em.alloc()?;
        self.emit(Op::Move, copy, reg, 0);
        Ok(copy)
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Reg, range: TextRange) -> Outcome<()> {
        let star = targets.iter().position(|t| matches!(t, Expr::Starred(_)));
        if let Some(star) = star
            && targets[star + 1..].iter().any(|t| matches!(t, Expr::Starred(_)))
        {
            return fail("multiple starred expressions in assignment", range);
        }
        if star.is_some_and(|s| s >= 256) {
            return fail("too many expressions in star-unpacking assignment", range);
        }
        self.at(range);
        if self.u.em.top as usize + targets.len() > 240 {
            return fail("too many targets in assignment", range);
        }
        let base = self.u.em.top as Reg;
        for _ in targets {
            self.u.em.alloc()?;
        }
        let mut source = value;
        if self.u.em.is_temp(value) && !targets.is_empty() {
            self.emit(Op::Take, base, value, 0);
            source = base;
        }
        match star {
            None => self.emit(Op::Unpack, base, source, targets.len() as Reg),
            Some(star) => {
                let after = (targets.len() - star - 1) as u32;
                self.u.em.emit_words(Op::UnpackEx, base, source, star as Reg, &[after]);
            }
        }
        if targets.is_empty() {
            self.drop_temp(value);
        }
        for (i, target) in targets.iter().enumerate() {
            let target = match target {
                Expr::Starred(s) => &*s.value,
                other => other,
            };
            self.store(target, base + i as Reg)?;
        }
        Ok(())
    }

    // ---- statements

    pub fn assign(&mut self, s: &'a ast::StmtAssign) -> Outcome<()> {
        let mark = self.u.em.top;
        if let [target] = s.targets.as_slice() {
            self.check_meant_comparison(target, &s.value)?;
        }
        for target in &s.targets {
            self.check_target(target, "cannot assign to", false)?;
        }
        if let [target] = s.targets.as_slice() {
            if self.assign_one(target, &s.value)? {
                self.u.em.top = mark;
                return Ok(());
            }
            let value = self.operand(&s.value)?;
            self.store(target, value)?;
            self.u.em.top = mark;
            return Ok(());
        }
        let value = self.operand(&s.value)?;
        // A variable may be one of the targets: it keeps its value while they are assigned.
        let volatile = !self.u.em.is_temp(value);
        let value = if volatile {
            let copy = self.u.em.alloc()?;
            self.emit(Op::Move, copy, value, 0);
            copy
        } else {
            value
        };
        let Some((last, firsts)) = s.targets.split_last() else { return Ok(()) };
        for target in firsts {
            let copy = self.u.em.alloc()?;
            self.at(target.range());
            self.emit(Op::Move, copy, value, 0);
            self.store(target, copy)?;
            self.u.em.top -= 1;
        }
        self.store(last, value)?;
        self.u.em.top = mark;
        Ok(())
    }

    /// The cases in which the value is computed where it is wanted.
    fn assign_one(&mut self, target: &'a Expr, value: &'a Expr) -> Outcome<bool> {
        match target {
            Expr::Name(n) => {
                let Place::Near(reg) = self.place(&n.id) else { return Ok(false) };
                self.expr_into(value, reg)?;
                if self.reachable() {
                    self.u.bound.insert(reg);
                }
                Ok(true)
            }
            Expr::Tuple(t) => match value {
                Expr::Tuple(v) => self.parallel(&t.elts, &v.elts),
                Expr::List(v) => self.parallel(&t.elts, &v.elts),
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// `a, b = x, y` without a tuple.
    fn parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Outcome<bool> {
        let starred = |e: &Expr| matches!(e, Expr::Starred(_));
        if targets.len() != values.len()
            || targets.len() < 2
            || targets.len() > 6
            || targets.iter().chain(values).any(starred)
        {
            return Ok(false);
        }
        let mut registers = Vec::with_capacity(values.len());
        for (i, value) in values.iter().enumerate() {
            let mut reg = self.operand(value)?;
            if !self.u.em.is_temp(reg) {
                // Is the variable still the same when its turn comes?
                let changed = targets[..i].iter().any(|t| match t {
                    Expr::Name(n) => self.place(&n.id) == Place::Near(reg),
                    Expr::Attribute(a) => !is_quiet(&a.value),
                    Expr::Subscript(s) => !is_quiet(&s.value) || !is_quiet(&s.slice),
                    _ => true,
                }) || (self.u.volatile.contains(reg)
                    && !values[i + 1..].iter().all(is_quiet));
                if changed {
                    let copy = self.u.em.alloc()?;
                    self.emit(Op::Move, copy, reg, 0);
                    reg = copy;
                }
            }
            registers.push(reg);
        }
        for (target, reg) in targets.iter().zip(registers) {
            self.store(target, reg)?;
        }
        Ok(true)
    }

    pub fn augmented(&mut self, s: &'a ast::StmtAugAssign) -> Outcome<()> {
        let mark = self.u.em.top;
        let (_, _, op) = operator(s.op);
        let with_const = in_place_const(s.op);
        match &*s.target {
            Expr::Name(n) => {
                if let Place::Near(reg) = self.place(&n.id) {
                    let left = self.operand(&s.target)?;
                    let stable = !self.u.volatile.contains(reg) || is_quiet(&s.value);
                    if let Some(k_op) = with_const
                        && is_number(&s.value)
                        && let Some(k) = self.const_operand(&s.value)
                    {
                        self.at(s.range);
                        self.emit(k_op, reg, left, k);
                    } else if stable {
                        let right = self.operand(&s.value)?;
                        self.at(s.range);
                        self.emit(op, reg, left, right);
                    } else {
                        let copy = self.u.em.alloc()?;
                        self.emit(Op::Move, copy, left, 0);
                        let right = self.operand(&s.value)?;
                        self.at(s.range);
                        self.emit(op, reg, copy, right);
                    }
                    self.u.em.top = mark;
                    return Ok(());
                }
                let reg = self.u.em.alloc()?;
                self.load_name(&n.id, reg, n.range);
                self.in_place(reg, s, op, with_const)?;
                self.store_name(&n.id, reg, n.range)?;
            }
            Expr::Attribute(a) => {
                if a.attr.as_str() == "__debug__" {
                    return fail("cannot assign to __debug__", a.range);
                }
                let object = self.copied(&a.value, &s.value)?;
                let reg = self.u.em.alloc()?;
                self.at(a.range);
                let name = self.name_index(&a.attr);
                self.u.em.emit_words(Op::LoadAttr, reg, object, 0, &[name]);
                self.in_place(reg, s, op, with_const)?;
                self.at(a.range);
                self.emit_store_attribute(object, reg, name);
                self.drop_temp(object);
            }
            Expr::Subscript(t) => {
                let object = self.copied(&t.value, &t.slice)?;
                let object = self.steady(object, &s.value)?;
                if let Some(k) = self.const_operand(&t.slice) {
                    let reg = self.u.em.alloc()?;
                    let load_object = self.duplicate(object)?;
                    self.at(t.range);
                    self.emit(Op::SubscrK, reg, load_object, k);
                    self.u.em.top = u32::from(reg) + 1;
                    self.in_place(reg, s, op, with_const)?;
                    self.at(t.range);
                    self.emit_store_item(object, k, reg, true);
                    self.drop_temp(object);
                    self.u.em.top = mark;
                    return Ok(());
                }
                let index = self.index_operand(&t.slice)?;
                let index = self.steady(index, &s.value)?;
                let reg = self.u.em.alloc()?;
                // Subscr consumes temporaries, and both are needed again.
                let load_object = self.duplicate(object)?;
                let load_index = self.duplicate(index)?;
                self.at(t.range);
                self.emit(Op::Subscr, reg, load_object, load_index);
                self.u.em.top = u32::from(reg) + 1;
                self.in_place(reg, s, op, with_const)?;
                self.at(t.range);
                self.emit_store_item(object, index, reg, false);
                self.drop_temp(index);
                self.drop_temp(object);
            }
            Expr::Tuple(_) | Expr::List(_) | Expr::Starred(_) => {
                return fail(
                    format!(
                        "'{}' is an illegal expression for augmented assignment",
                        describe(&s.target)
                    ),
                    s.target.range(),
                );
            }
            other => {
                return fail(
                    format!(
                        "'{}' is an illegal expression for augmented assignment",
                        describe(other)
                    ),
                    other.range(),
                );
            }
        }
        self.u.em.top = mark;
        Ok(())
    }

    fn in_place(
        &mut self,
        reg: Reg,
        s: &'a ast::StmtAugAssign,
        op: Op,
        with_const: Option<Op>,
    ) -> Outcome<()> {
        let mark = self.u.em.top;
        if let Some(k_op) = with_const
            && is_number(&s.value)
            && let Some(k) = self.const_operand(&s.value)
        {
            self.at(s.range);
            self.emit(k_op, reg, reg, k);
            return Ok(());
        }
        let right = self.operand(&s.value)?;
        self.at(s.range);
        self.emit(op, reg, reg, right);
        self.u.em.top = mark;
        Ok(())
    }

    fn steady(&mut self, reg: Reg, later: &'a Expr) -> Outcome<Reg> {
        if self.u.em.is_temp(reg) || !self.u.volatile.contains(reg) || is_quiet(later) {
            return Ok(reg);
        }
        let copy = self.u.em.alloc()?;
        self.emit(Op::Move, copy, reg, 0);
        Ok(copy)
    }

    /// A copy of a temporary; a variable needs none.
    fn duplicate(&mut self, reg: Reg) -> Outcome<Reg> {
        if !self.u.em.is_temp(reg) {
            return Ok(reg);
        }
        let copy = self.u.em.alloc()?;
        self.emit(Op::Move, copy, reg, 0);
        Ok(copy)
    }

    pub fn annotated(&mut self, s: &'a ast::StmtAnnAssign) -> Outcome<()> {
        let mark = self.u.em.top;
        match &*s.target {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => {}
            Expr::List(_) => {
                return fail("only single target (not list) can be annotated", s.target.range());
            }
            Expr::Tuple(_) => {
                return fail("only single target (not tuple) can be annotated", s.target.range());
            }
            other => return fail("illegal target for annotation", other.range()),
        }
        let simple = super::scope::is_simple(s);
        if let Some(value) = &s.value {
            if !self.assign_one(&s.target, value)? {
                let reg = self.operand(value)?;
                self.store(&s.target, reg)?;
            }
            self.u.em.top = mark;
        }
        let in_namespace = matches!(self.u.kind, ScopeKind::Module | ScopeKind::Class);
        match &*s.target {
            Expr::Name(n) => {
                if n.id.as_str() == "__debug__" {
                    return fail("cannot assign to __debug__", n.range);
                }
                if simple && in_namespace {
                    let value = self.u.em.alloc()?;
                    self.annotation_into(&s.annotation, value)?;
                    let annotations = self.u.em.alloc()?;
                    self.at(s.range);
                    let name = self.u.em.own_name("__annotations__");
                    self.u.em.emit_words(Op::LoadName, annotations, 0, 0, &[name]);
                    let key = self.u.em.alloc()?;
                    let stored = self.mangled(&n.id).into_owned();
                    self.u.em.load_const(key, Const::Str(stored));
                    self.emit(Op::StoreSubscr, annotations, key, value);
                    self.drop_temp(key);
                    self.drop_temp(annotations);
                    self.drop_temp(value);
                }
            }
            Expr::Attribute(a) if s.value.is_none() => self.effect(&a.value)?,
            Expr::Subscript(t) if s.value.is_none() => {
                self.effect(&t.value)?;
                self.effect(&t.slice)?;
            }
            _ => {}
        }
        if !simple && in_namespace && self.future & flags::FUTURE_ANNOTATIONS == 0 {
            self.effect(&s.annotation)?;
        }
        self.u.em.top = mark;
        Ok(())
    }

    pub fn delete(&mut self, target: &'a Expr) -> Outcome<()> {
        let mark = self.u.em.top;
        match target {
            Expr::Name(n) => self.delete_name(&n.id, n.range)?,
            Expr::Attribute(a) => {
                let object = self.operand(&a.value)?;
                self.at(a.range);
                let name = self.name_index(&a.attr);
                self.u.em.emit_words(Op::DelAttr, object, 0, 0, &[name]);
                self.drop_temp(object);
            }
            Expr::Subscript(s) => {
                let object = self.copied(&s.value, &s.slice)?;
                let index = self.index_operand(&s.slice)?;
                self.at(s.range);
                self.emit(Op::DelSubscr, object, index, 0);
                self.drop_temp(index);
                self.drop_temp(object);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            Expr::List(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            other => return self.bad_target(other, "cannot delete"),
        }
        self.u.em.top = mark;
        Ok(())
    }

    // ---- what cannot be assigned

    /// Refuse targets that are none. `here`: the statement is one assignment to an expression alone.
    pub fn check_target(&self, target: &'a Expr, what: &str, here: bool) -> Outcome<()> {
        match target {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => Ok(()),
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.check_target(e, what, here)),
            Expr::List(t) => t.elts.iter().try_for_each(|e| self.check_target(e, what, here)),
            Expr::Starred(s) if what != "cannot delete" => self.check_target(&s.value, what, here),
            other => self.bad_target(other, what),
        }
    }

    /// `f() = x` alone on its line: perhaps a comparison was meant.
    fn check_meant_comparison(&self, target: &'a Expr, value: &'a Expr) -> Outcome<()> {
        let parenthesised = |e: &Expr| self.source_text(e.range()).starts_with('(');
        let last = match target {
            Expr::Tuple(t) if !parenthesised(target) => t.elts.last().unwrap_or(target),
            _ => target,
        };
        let start = usize::from(last.range().start());
        let in_brackets = self.source.get(..start).is_some_and(|before| before.ends_with('('));
        let fits = match last {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) | Expr::Starred(_) => false,
            Expr::Tuple(_) | Expr::List(_) | Expr::GeneratorExp(_) => false,
            Expr::Constant(c) => !c.value.is_none() && !c.value.is_bool(),
            Expr::UnaryOp(u) => u.op != ast::UnaryOp::Not || in_brackets,
            Expr::Compare(_) | Expr::BoolOp(_) | Expr::Lambda(_) | Expr::IfExp(_) => in_brackets,
            _ => true,
        };
        let word = self.source_text(value.range());
        let odd = ["not ", "lambda", "yield", "*"].iter().any(|w| word.starts_with(w));
        if !fits || odd {
            return Ok(());
        }
        let what = describe(last);
        fail(
            format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?"),
            last.range(),
        )
    }

    /// Whether a bracket opens right before a node.
    fn in_brackets(&self, range: TextRange) -> bool {
        let before = self.source.get(..u32::from(range.start()) as usize).unwrap_or("");
        before.trim_end().ends_with(['(', '[', '{'])
    }

    fn bad_target(&self, target: &Expr, what: &str) -> Outcome<()> {
        if what == "cannot assign to"
            && matches!(target, Expr::Yield(_) | Expr::YieldFrom(_))
            && !self.in_brackets(target.range())
        {
            return fail("assignment to yield expression not possible", target.range());
        }
        fail(format!("{what} {}", describe(target)), target.range())
    }
}

/// The in-place instruction with a constant.
fn in_place_const(op: ast::Operator) -> Option<Op> {
    match op {
        ast::Operator::Add => Some(Op::IAddK),
        ast::Operator::Sub => Some(Op::ISubK),
        ast::Operator::Mult => Some(Op::IMulK),
        _ => None,
    }
}

fn is_number(e: &Expr) -> bool {
    match e {
        Expr::Constant(c) => matches!(c.value, ast::Constant::Int(_) | ast::Constant::Float(_)),
        _ => false,
    }
}

/// What an expression is called in messages.
pub fn describe(e: &Expr) -> &'static str {
    match e {
        Expr::Attribute(_) => "attribute",
        Expr::Subscript(_) => "subscript",
        Expr::Starred(_) => "starred",
        Expr::Name(_) => "name",
        Expr::List(_) => "list",
        Expr::Tuple(_) => "tuple",
        Expr::Lambda(_) => "lambda",
        Expr::Call(c) if marker(c).is_some() => "f-string expression",
        Expr::Call(_) => "function call",
        Expr::BoolOp(_) | Expr::BinOp(_) | Expr::UnaryOp(_) => "expression",
        Expr::GeneratorExp(_) => "generator expression",
        Expr::Yield(_) | Expr::YieldFrom(_) => "yield expression",
        Expr::Await(_) => "await expression",
        Expr::ListComp(_) => "list comprehension",
        Expr::SetComp(_) => "set comprehension",
        Expr::DictComp(_) => "dict comprehension",
        Expr::Dict(_) => "dict literal",
        Expr::Set(_) => "set display",
        Expr::JoinedStr(_) | Expr::FormattedValue(_) => "f-string expression",
        Expr::Constant(c) => match c.value {
            ast::Constant::None => "None",
            ast::Constant::Bool(true) => "True",
            ast::Constant::Bool(false) => "False",
            ast::Constant::Ellipsis => "ellipsis",
            _ => "literal",
        },
        Expr::Compare(_) => "comparison",
        Expr::IfExp(_) => "conditional expression",
        Expr::NamedExpr(_) => "named expression",
        Expr::Slice(_) => "slice",
    }
}
