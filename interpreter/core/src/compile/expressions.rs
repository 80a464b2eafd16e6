//! Expressions.
//!
//! `expr_into(e, dst)` leaves the value in `dst`. If `dst` is a variable, its write is the last thing that happens, so
//! an exception on the way leaves the old value; if it is a temporary it may serve as scratch before.

use super::emit::{Label, Reg};
use super::error::{Outcome, fail};
use super::fold::{self, to_const};
use super::scope::{ScopeKind, marker};
use super::unit::{Compiler, Place};
use crate::bytecode::code::Const;
use crate::bytecode::ops::Op;
use crate::syntax::ast::{self, CmpOp, Expr, Operator, Ranged, UnaryOp};
use crate::syntax::{FSTRING, TextRange};

/// Above this many registers, temporaries of the expression are moved away first.
const SPILL_AT: u32 = 210;
/// Elements of a display that are built at once.
pub const CHUNK: usize = 24;

/// The instruction of an operator, its form with a constant and its in-place form.
pub fn operator(op: Operator) -> (Op, Option<Op>, Op) {
    match op {
        Operator::Add => (Op::Add, Some(Op::AddK), Op::IAdd),
        Operator::Sub => (Op::Sub, Some(Op::SubK), Op::ISub),
        Operator::Mult => (Op::Mul, Some(Op::MulK), Op::IMul),
        Operator::MatMult => (Op::MatMul, None, Op::IMatMul),
        Operator::Div => (Op::TrueDiv, Some(Op::TrueDivK), Op::ITrueDiv),
        Operator::Mod => (Op::Mod, Some(Op::ModK), Op::IMod),
        Operator::Pow => (Op::Pow, Some(Op::PowK), Op::IPow),
        Operator::LShift => (Op::LShift, Some(Op::LShiftK), Op::ILShift),
        Operator::RShift => (Op::RShift, Some(Op::RShiftK), Op::IRShift),
        Operator::BitOr => (Op::BitOr, Some(Op::BitOrK), Op::IBitOr),
        Operator::BitXor => (Op::BitXor, Some(Op::BitXorK), Op::IBitXor),
        Operator::BitAnd => (Op::BitAnd, Some(Op::BitAndK), Op::IBitAnd),
        Operator::FloorDiv => (Op::FloorDiv, Some(Op::FloorDivK), Op::IFloorDiv),
    }
}

fn comparison(op: CmpOp) -> Op {
    match op {
        CmpOp::Eq => Op::Eq,
        CmpOp::NotEq => Op::Ne,
        CmpOp::Lt => Op::Lt,
        CmpOp::LtE => Op::Le,
        CmpOp::Gt => Op::Gt,
        CmpOp::GtE => Op::Ge,
        CmpOp::Is => Op::Is,
        CmpOp::IsNot => Op::IsNot,
        CmpOp::In => Op::In,
        CmpOp::NotIn => Op::NotIn,
    }
}

/// Fused compare-and-branch: instruction, form with a constant, whether the sense is turned.
fn branch(op: CmpOp) -> (Op, Option<Op>, bool) {
    match op {
        CmpOp::Eq => (Op::JumpEq, Some(Op::JumpEqK), false),
        CmpOp::NotEq => (Op::JumpNe, Some(Op::JumpNeK), false),
        CmpOp::Lt => (Op::JumpLt, Some(Op::JumpLtK), false),
        CmpOp::LtE => (Op::JumpLe, Some(Op::JumpLeK), false),
        CmpOp::Gt => (Op::JumpGt, Some(Op::JumpGtK), false),
        CmpOp::GtE => (Op::JumpGe, Some(Op::JumpGeK), false),
        CmpOp::Is => (Op::JumpIs, None, false),
        CmpOp::IsNot => (Op::JumpIs, None, true),
        CmpOp::In => (Op::JumpIn, None, false),
        CmpOp::NotIn => (Op::JumpIn, None, true),
    }
}

/// Evaluating it changes no variable and calls nothing the program can see (operators aside).
pub fn is_quiet(e: &Expr) -> bool {
    match e {
        Expr::Constant(_) | Expr::Name(_) => true,
        Expr::Attribute(a) => is_quiet(&a.value),
        Expr::Subscript(s) => is_quiet(&s.value) && is_quiet(&s.slice),
        Expr::BinOp(b) => is_quiet(&b.left) && is_quiet(&b.right),
        Expr::UnaryOp(u) => is_quiet(&u.operand),
        Expr::Compare(c) => is_quiet(&c.left) && c.comparators.iter().all(is_quiet),
        Expr::BoolOp(b) => b.values.iter().all(is_quiet),
        Expr::IfExp(i) => is_quiet(&i.test) && is_quiet(&i.body) && is_quiet(&i.orelse),
        Expr::Tuple(t) => t.elts.iter().all(is_quiet),
        Expr::List(t) => t.elts.iter().all(is_quiet),
        Expr::Slice(s) => [&s.lower, &s.upper, &s.step].into_iter().flatten().all(|e| is_quiet(e)),
        Expr::Lambda(_) => true,
        _ => false,
    }
}

impl<'a> Compiler<'a> {
    /// Where a name lives in the current unit.
    pub fn place(&self, name: &'a str) -> Place {
        let name = self.mangled(name);
        match self.u.vars.get(&name) {
            Some(place) => *place,
            None if self.u.kind.is_function() => Place::Global,
            None => Place::Named,
        }
    }

    /// Raise if a near variable may be unset.
    fn check(&mut self, reg: Reg) {
        if !self.u.bound.contains(reg) {
            self.emit(Op::CheckLocal, reg, 0, 0);
            if self.reachable() {
                self.u.bound.insert(reg);
            }
        }
    }

    /// Load a variable into `dst`.
    pub fn load_name(&mut self, name: &'a str, dst: Reg, range: TextRange) {
        self.at(range);
        if name == "__debug__" {
            let value = if self.options.optimize == 0 { Const::True } else { Const::False };
            return self.u.em.load_const(dst, value);
        }
        match self.place(name) {
            Place::Near(reg) => {
                self.check(reg);
                if reg != dst {
                    self.emit(Op::Move, dst, reg, 0);
                }
            }
            Place::Far(far) => self.u.em.emit_words(Op::LoadFar, dst, 0, 0, &[far]),
            Place::NearCell(reg) => self.emit(Op::LoadCell, dst, reg, 0),
            Place::FarCell(far) => self.with_far_cell(far, |this, cell| {
                this.emit(Op::LoadCell, dst, cell, 0);
            }),
            Place::Free(i) => self.emit(Op::LoadFree, dst, i, 0),
            Place::ClassFree(i) => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::LoadClassFree, dst, 0, i, &[name]);
            }
            Place::Global => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::LoadGlobal, dst, 0, 0, &[name]);
            }
            Place::Named => {
                let name = self.name_index(name);
                self.u.em.emit_words(Op::LoadName, dst, 0, 0, &[name]);
            }
        }
    }

    /// Do something with a cell kept in a far register.
    pub fn with_far_cell(&mut self, far: u32, act: impl FnOnce(&mut Self, Reg)) {
        let Ok(cell) = self.u.em.alloc() else { return };
        self.u.em.emit_words(Op::LoadFar, cell, 0, 0, &[far]);
        act(self, cell);
        self.emit(Op::Drop, cell, 0, 0);
        self.u.em.top -= 1;
    }

    /// The register of a name that is a near variable.
    fn near(&self, e: &'a Expr) -> Option<Reg> {
        match e {
            Expr::Name(n) => match self.place(&n.id) {
                Place::Near(reg) => Some(reg),
                _ => None,
            },
            _ => None,
        }
    }

    /// A register that holds the value: the variable itself, or a new temporary.
    pub fn operand(&mut self, e: &'a Expr) -> Outcome<Reg> {
        if let Some(reg) = self.near(e) {
            self.at(e.range());
            self.check(reg);
            return Ok(reg);
        }
        let reg = self.u.em.alloc()?;
        self.expr_into(e, reg)?;
        Ok(reg)
    }

    /// An operand that stays what it is while `later` is evaluated. `dst` may be used if it is a temporary.
    fn early_operand(&mut self, e: &'a Expr, later: &'a Expr, dst: Option<Reg>) -> Outcome<Reg> {
        if let Some(reg) = self.near(e) {
            self.at(e.range());
            self.check(reg);
            if !self.u.volatile.contains(reg) || is_quiet(later) {
                return Ok(reg);
            }
        }
        match dst {
            Some(dst) => self.scratch_operand(e, dst),
            None => {
                let reg = self.u.em.alloc()?;
                self.expr_into(e, reg)?;
                Ok(reg)
            }
        }
    }

    /// Evaluate into `dst` if it is a temporary, else into a new one.
    fn scratch_operand(&mut self, e: &'a Expr, dst: Reg) -> Outcome<Reg> {
        let reg = if self.u.em.is_temp(dst) { dst } else { self.u.em.alloc()? };
        self.expr_into(e, reg)?;
        Ok(reg)
    }

    /// The variable's own register, or the value in a scratch register.
    fn operand_near(&mut self, e: &'a Expr, dst: Reg) -> Outcome<Reg> {
        if self.near(e).is_some() {
            return self.operand(e);
        }
        self.scratch_operand(e, dst)
    }

    /// Evaluate for its effect.
    pub fn effect(&mut self, e: &'a Expr) -> Outcome<()> {
        let mark = self.u.em.top;
        let reg = self.operand(e)?;
        self.drop_temp(reg);
        self.u.em.top = mark;
        Ok(())
    }

    pub fn expr_into(&mut self, e: &'a Expr, dst: Reg) -> Outcome<()> {
        if self.u.em.top > SPILL_AT && self.u.em.top - self.u.base >= 6 {
            return self.spilled(e, dst);
        }
        if let Some(value) = fold::constant(e) {
            self.at(e.range());
            self.u.em.load_const(dst, value);
            return Ok(());
        }
        let mark = self.u.em.top;
        match e {
            Expr::Constant(c) => {
                let value = to_const(c);
                self.at(c.range);
                self.u.em.load_const(dst, value);
            }
            Expr::Name(n) => self.load_name(&n.id, dst, n.range),
            Expr::BinOp(b) => self.binary_into(b, dst)?,
            Expr::UnaryOp(u) => self.unary_into(u, dst)?,
            Expr::BoolOp(b) => self.bool_into(b, dst)?,
            Expr::Compare(c) => self.compare_into(c, dst)?,
            Expr::IfExp(i) => {
                let (otherwise, end) = (self.u.em.label(), self.u.em.label());
                self.jump_if(&i.test, false, otherwise)?;
                let before = self.u.bound;
                self.expr_into(&i.body, dst)?;
                self.u.em.jump(Op::Jump, 0, 0, 0, end);
                self.u.bound = before;
                self.u.em.bind(otherwise);
                self.expr_into(&i.orelse, dst)?;
                self.u.bound = before;
                self.u.em.bind(end);
            }
            Expr::NamedExpr(n) => self.named_into(n, dst)?,
            Expr::Call(c) if marker(c).is_some() => self.formatted_into(c, dst)?,
            Expr::Call(c) => self.call_into(c, dst)?,
            Expr::Attribute(a) => {
                let value = self.operand_near(&a.value, dst)?;
                self.at(a.range);
                let name = self.name_index(&a.attr);
                self.u.em.emit_words(Op::LoadAttr, dst, value, 0, &[name]);
                if value != dst {
                    self.drop_temp(value);
                }
            }
            Expr::Subscript(s) => self.subscript_into(s, dst)?,
            Expr::Tuple(t) => self.sequence_into(&t.elts, dst, Op::BuildTuple, t.range)?,
            Expr::List(t) => self.sequence_into(&t.elts, dst, Op::BuildList, t.range)?,
            Expr::Set(t) => self.sequence_into(&t.elts, dst, Op::BuildSet, t.range)?,
            Expr::Dict(d) => self.dict_into(d, dst)?,
            Expr::Lambda(l) => self.lambda_into(l, dst)?,
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::GeneratorExp(_) => {
                self.comprehension_into(e, dst)?;
            }
            Expr::Await(a) => {
                if !self.may_await() {
                    let message = if self.u.kind.is_function() {
                        "'await' outside async function"
                    } else {
                        "'await' outside function"
                    };
                    return fail(message, a.range);
                }
                let reg = self.temp_for(dst)?;
                self.expr_into(&a.value, reg)?;
                self.at(a.range);
                self.emit(Op::GetAwaitable, reg, reg, 0);
                self.await_in(reg)?;
                self.settle(reg, dst);
            }
            Expr::Yield(y) => {
                self.check_yield(y.range, "'yield' outside function")?;
                let reg = self.temp_for(dst)?;
                match &y.value {
                    Some(value) => self.expr_into(value, reg)?,
                    None => {
                        self.at(y.range);
                        self.emit(Op::LoadNone, reg, 0, 0);
                    }
                }
                self.at(y.range);
                if self.u.flags & crate::bytecode::code::flags::ASYNC_GENERATOR != 0 {
                    self.emit(Op::AsyncYield, reg, 0, 0);
                } else {
                    self.emit(Op::Yield, reg, 0, 0);
                }
                self.settle(reg, dst);
            }
            Expr::YieldFrom(y) => {
                self.check_yield(y.range, "'yield' outside function")?;
                if self.u.flags & crate::bytecode::code::flags::ASYNC_GENERATOR != 0 {
                    return fail("'yield from' inside async function", y.range);
                }
                let reg = self.temp_for(dst)?;
                self.expr_into(&y.value, reg)?;
                self.at(y.range);
                self.emit(Op::GetYieldFromIter, reg, 0, 0);
                self.await_in(reg)?;
                self.settle(reg, dst);
            }
            Expr::Slice(s) => self.slice_into(s, dst)?,
            Expr::Starred(s) => return fail("can't use starred expression here", s.range),
            Expr::FormattedValue(_) | Expr::JoinedStr(_) => {
                return fail("invalid syntax", e.range());
            }
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// Too many temporaries: those of this expression wait in far registers.
    fn spilled(&mut self, e: &'a Expr, dst: Reg) -> Outcome<()> {
        let (base, top) = (self.u.base, self.u.em.top);
        let far = self.u.em.far;
        self.at(e.range());
        let mut saved = Vec::new();
        for reg in base..top {
            let slot = self.u.em.alloc_far();
            self.u.em.emit_words(Op::StoreFar, reg as Reg, 0, 0, &[slot]);
            saved.push((reg as Reg, slot));
        }
        self.u.em.top = base;
        let result = self.u.em.alloc()?;
        self.expr_into(e, result)?;
        let slot = self.u.em.alloc_far();
        self.u.em.emit_words(Op::StoreFar, result, 0, 0, &[slot]);
        for (reg, slot) in saved {
            self.u.em.emit_words(Op::TakeFar, reg, 0, 0, &[slot]);
        }
        self.u.em.emit_words(Op::TakeFar, dst, 0, 0, &[slot]);
        self.u.em.top = top;
        self.u.em.far = far;
        Ok(())
    }

    /// `dst` itself if it is a temporary on top of the stack, else a new one.
    pub fn temp_for(&mut self, dst: Reg) -> Outcome<Reg> {
        if self.u.em.is_temp(dst) && u32::from(dst) + 1 == self.u.em.top {
            return Ok(dst);
        }
        self.u.em.alloc()
    }

    /// Move a result from where it was made to where it is wanted.
    pub fn settle(&mut self, reg: Reg, dst: Reg) {
        if reg != dst {
            self.emit(Op::Take, dst, reg, 0);
        }
    }

    fn check_yield(&mut self, range: TextRange, message: &str) -> Outcome<()> {
        if self.u.kind.is_function() { Ok(()) } else { fail(message, range) }
    }

    /// Whether `await` may stand here.
    pub fn may_await(&self) -> bool {
        match self.u.kind {
            ScopeKind::Module => self.options.allow_top_level_await,
            ScopeKind::Function => self.u.is_async_def,
            ScopeKind::Class | ScopeKind::Lambda => false,
            _ => true,
        }
    }

    /// Drive the awaitable or iterator in `reg` to its end; its result replaces it.
    ///
    /// The layout Send, Yield, Jump back is fixed: the VM finds the way out of a delegation from it.
    pub fn await_in(&mut self, reg: Reg) -> Outcome<()> {
        let value = self.u.em.alloc()?;
        self.emit(Op::LoadNone, value, 0, 0);
        let (again, done) = (self.u.em.label(), self.u.em.label());
        self.u.em.bind(again);
        self.u.em.jump(Op::Send, reg, value, 0, done);
        self.emit(Op::Yield, value, reg, 1);
        self.u.em.jump(Op::Jump, 0, 0, 0, again);
        self.u.em.bind(done);
        self.emit(Op::Take, reg, value, 0);
        self.u.em.top -= 1;
        Ok(())
    }

    fn binary_into(&mut self, b: &'a ast::ExprBinOp, dst: Reg) -> Outcome<()> {
        let (op, with_const, _) = operator(b.op);
        let left = self.early_operand(&b.left, &b.right, Some(dst))?;
        if let Some(op) = with_const
            && let Some(k) = self.const_operand(&b.right)
        {
            self.at(b.range);
            self.emit(op, dst, left, k);
            return Ok(());
        }
        let right = self.operand(&b.right)?;
        self.at(b.range);
        self.emit(op, dst, left, right);
        Ok(())
    }

    /// The index of a constant expression that fits an operand.
    pub fn const_operand(&mut self, e: &'a Expr) -> Option<Reg> {
        let value = match e {
            Expr::Constant(c) => to_const(c),
            _ => fold::constant(e)?,
        };
        if !self.reachable() {
            return Some(0);
        }
        self.u.em.small_constant(&value)
    }

    fn unary_into(&mut self, u: &'a ast::ExprUnaryOp, dst: Reg) -> Outcome<()> {
        let op = match u.op {
            UnaryOp::Invert => Op::Invert,
            UnaryOp::UAdd => Op::Pos,
            UnaryOp::USub => Op::Neg,
            UnaryOp::Not => {
                if let Expr::Compare(c) = &*u.operand
                    && let [op] = c.ops.as_slice()
                    && let Some(opposite) = match op {
                        CmpOp::Is => Some(CmpOp::IsNot),
                        CmpOp::IsNot => Some(CmpOp::Is),
                        CmpOp::In => Some(CmpOp::NotIn),
                        CmpOp::NotIn => Some(CmpOp::In),
                        _ => None,
                    }
                {
                    return self.single_compare(&c.left, opposite, &c.comparators[0], c.range, dst);
                }
                Op::Not
            }
        };
        let value = self.operand_near(&u.operand, dst)?;
        self.at(u.range);
        self.emit(op, dst, value, 0);
        Ok(())
    }

    fn bool_into(&mut self, b: &'a ast::ExprBoolOp, dst: Reg) -> Outcome<()> {
        let reg = if self.u.em.is_temp(dst) { dst } else { self.u.em.alloc()? };
        let end = self.u.em.label();
        let Some((last, firsts)) = b.values.split_last() else { return Ok(()) };
        let op = match b.op {
            ast::BoolOp::And => Op::JumpIfNotKeep,
            ast::BoolOp::Or => Op::JumpIfKeep,
        };
        let mut before = None;
        for value in firsts {
            self.expr_into(value, reg)?;
            before.get_or_insert(self.u.bound);
            self.at(value.range());
            self.u.em.jump(op, reg, 0, 0, end);
        }
        self.expr_into(last, reg)?;
        if let Some(before) = before {
            self.u.bound = before;
        }
        self.u.em.bind(end);
        self.settle(reg, dst);
        Ok(())
    }

    fn named_into(&mut self, n: &'a ast::ExprNamedExpr, dst: Reg) -> Outcome<()> {
        let Expr::Name(target) = &*n.target else {
            return fail("invalid syntax", n.range);
        };
        if let Place::Near(reg) = self.place(&target.id) {
            self.expr_into(&n.value, reg)?;
            self.u.bound.insert(reg);
            if reg != dst {
                self.at(n.range);
                self.emit(Op::Move, dst, reg, 0);
            }
            return Ok(());
        }
        let reg = self.temp_for(dst)?;
        self.expr_into(&n.value, reg)?;
        let copy = self.u.em.alloc()?;
        self.at(n.range);
        self.emit(Op::Move, copy, reg, 0);
        self.store_name(&target.id, copy, n.range)?;
        self.settle(reg, dst);
        Ok(())
    }

    // ---- comparisons

    fn check_compare(&mut self, c: &'a ast::ExprCompare) {
        let mut left = &*c.left;
        for (op, right) in c.ops.iter().zip(&c.comparators) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && (is_literal(left) || is_literal(right)) {
                let text = if *op == CmpOp::Is {
                    "\"is\" with a literal. Did you mean \"==\"?"
                } else {
                    "\"is not\" with a literal. Did you mean \"!=\"?"
                };
                self.warn(text, c.range);
            }
            left = right;
        }
    }

    /// The container of `in` as a constant, if it is a display of constants.
    fn container(&self, op: CmpOp, e: &'a Expr) -> Option<Const> {
        if !matches!(op, CmpOp::In | CmpOp::NotIn) {
            return None;
        }
        match e {
            Expr::List(l) => fold::all_constant(&l.elts).map(Const::Tuple),
            Expr::Set(s) => fold::all_constant(&s.elts).map(Const::FrozenSet),
            _ => None,
        }
    }

    fn right_operand(&mut self, op: CmpOp, e: &'a Expr) -> Outcome<Reg> {
        if let Some(value) = self.container(op, e) {
            let reg = self.u.em.alloc()?;
            self.at(e.range());
            self.u.em.load_const(reg, value);
            return Ok(reg);
        }
        self.operand(e)
    }

    fn single_compare(
        &mut self,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        range: TextRange,
        dst: Reg,
    ) -> Outcome<()> {
        let left = self.early_operand(left, right, Some(dst))?;
        let right = self.right_operand(op, right)?;
        self.at(range);
        self.emit(comparison(op), dst, left, right);
        Ok(())
    }

    fn compare_into(&mut self, c: &'a ast::ExprCompare, dst: Reg) -> Outcome<()> {
        self.check_compare(c);
        if let ([op], [right]) = (c.ops.as_slice(), c.comparators.as_slice()) {
            return self.single_compare(&c.left, *op, right, c.range, dst);
        }
        let result = if self.u.em.is_temp(dst) { dst } else { self.u.em.alloc()? };
        let (fail, end) = (self.u.em.label(), self.u.em.label());
        let keep = self.u.em.alloc()?;
        let mut left = self.early_operand(&c.left, &c.comparators[0], Some(result))?;
        let mut before = None;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            let mark = self.u.em.top;
            if i + 1 == c.ops.len() {
                let right = self.right_operand(*op, right)?;
                self.at(c.range);
                self.emit(comparison(*op), result, left, right);
                break;
            }
            let copy = self.u.em.alloc()?;
            self.expr_into(right, copy)?;
            before.get_or_insert(self.u.bound);
            self.at(c.range);
            let hold = self.u.em.alloc()?;
            self.emit(Op::Move, hold, copy, 0);
            self.emit(comparison(*op), result, left, hold);
            self.emit(Op::Take, keep, copy, 0);
            self.u.em.jump(Op::JumpIfNotKeep, result, 0, 0, fail);
            left = keep;
            self.u.em.top = mark;
        }
        if let Some(before) = before {
            self.u.bound = before;
        }
        self.u.em.jump(Op::Jump, 0, 0, 0, end);
        self.u.em.bind(fail);
        self.emit(Op::Drop, keep, 0, 0);
        self.u.em.bind(end);
        self.settle(result, dst);
        Ok(())
    }

    /// Jump to `label` if the truth of `e` is `sense`, else fall through.
    pub fn jump_if(&mut self, e: &'a Expr, sense: bool, label: Label) -> Outcome<()> {
        let mark = self.u.em.top;
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => {
                return self.jump_if(&u.operand, !sense, label);
            }
            Expr::BoolOp(b) => {
                let Some((last, firsts)) = b.values.split_last() else { return Ok(()) };
                // `and` leaves at the first false value, `or` at the first true one.
                let leaves = b.op == ast::BoolOp::Or;
                let skip = self.u.em.label();
                let mut before = None;
                for value in firsts {
                    self.jump_if(value, leaves, if leaves == sense { label } else { skip })?;
                    before.get_or_insert(self.u.bound);
                }
                self.jump_if(last, sense, label)?;
                // Later values may not have been evaluated on some path.
                self.u.bound = before.unwrap_or(self.u.bound);
                self.u.em.bind(skip);
                return Ok(());
            }
            Expr::Compare(c) => {
                self.check_compare(c);
                if let ([op], [right]) = (c.ops.as_slice(), c.comparators.as_slice()) {
                    self.compare_jump(&c.left, *op, right, c.range, sense, label)?;
                } else {
                    self.chain_jump(c, sense, label)?;
                }
            }
            Expr::IfExp(i) => {
                let (otherwise, end) = (self.u.em.label(), self.u.em.label());
                self.jump_if(&i.test, false, otherwise)?;
                let before = self.u.bound;
                self.jump_if(&i.body, sense, label)?;
                self.u.em.jump(Op::Jump, 0, 0, 0, end);
                self.u.bound = before;
                self.u.em.bind(otherwise);
                self.jump_if(&i.orelse, sense, label)?;
                self.u.bound = before;
                self.u.em.bind(end);
            }
            _ => {
                if let Some(truth) = self.constant_truth(e) {
                    if truth == sense {
                        self.at(e.range());
                        self.u.em.jump(Op::Jump, 0, 0, 0, label);
                    }
                    return Ok(());
                }
                let reg = self.operand(e)?;
                self.at(e.range());
                let op = if sense { Op::JumpIf } else { Op::JumpIfNot };
                self.u.em.jump(op, reg, 0, 0, label);
            }
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// The truth of an expression that is known now.
    pub fn constant_truth(&self, e: &'a Expr) -> Option<bool> {
        if let Expr::Name(n) = e
            && n.id.as_str() == "__debug__"
        {
            return Some(self.options.optimize == 0);
        }
        let value = match e {
            Expr::Constant(c) => to_const(c),
            _ => fold::constant(e)?,
        };
        Some(fold::truth(&value))
    }

    fn compare_jump(
        &mut self,
        left: &'a Expr,
        op: CmpOp,
        right: &'a Expr,
        range: TextRange,
        sense: bool,
        label: Label,
    ) -> Outcome<()> {
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && is_none(right) {
            let reg = self.operand(left)?;
            self.at(range);
            let op = if (op == CmpOp::Is) == sense { Op::JumpIfNone } else { Op::JumpIfNotNone };
            self.u.em.jump(op, reg, 0, 0, label);
            return Ok(());
        }
        let left = self.early_operand(left, right, None)?;
        let (jump, with_const, turned) = branch(op);
        let sense = Reg::from(sense != turned);
        if let Some(jump) = with_const
            && let Some(k) = self.const_operand(right)
        {
            self.at(range);
            self.u.em.jump(jump, left, k, sense, label);
            return Ok(());
        }
        let right = self.right_operand(op, right)?;
        self.at(range);
        self.u.em.jump(jump, left, right, sense, label);
        Ok(())
    }

    /// `a < b < c` as a condition: a middle operand is evaluated once.
    fn chain_jump(&mut self, c: &'a ast::ExprCompare, sense: bool, label: Label) -> Outcome<()> {
        let last = c.ops.len() - 1;
        let simple = c.comparators[..last]
            .iter()
            .all(|m| self.near(m).is_some_and(|reg| !self.u.volatile.contains(reg)));
        let fail = self.u.em.label();
        if !simple {
            let reg = self.u.em.alloc()?;
            // The general form; rare enough to be made as a value.
            self.compare_value(c, reg)?;
            let op = if sense { Op::JumpIf } else { Op::JumpIfNot };
            self.u.em.jump(op, reg, 0, 0, label);
            return Ok(());
        }
        let mut left = &*c.left;
        let mut before = None;
        for (i, (op, right)) in c.ops.iter().zip(&c.comparators).enumerate() {
            if i < last {
                let target = if sense { fail } else { label };
                self.compare_jump(left, *op, right, c.range, false, target)?;
                before.get_or_insert(self.u.bound);
            } else {
                self.compare_jump(left, *op, right, c.range, sense, label)?;
            }
            left = right;
        }
        if let Some(before) = before {
            self.u.bound = before;
        }
        self.u.em.bind(fail);
        Ok(())
    }

    fn compare_value(&mut self, c: &'a ast::ExprCompare, reg: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        self.compare_into(c, reg)?;
        self.u.em.top = mark;
        Ok(())
    }

    // ---- subscripts and displays

    fn subscript_into(&mut self, s: &'a ast::ExprSubscript, dst: Reg) -> Outcome<()> {
        self.check_subscript(s);
        let value = self.early_operand(&s.value, &s.slice, Some(dst))?;
        if let Some(k) = self.const_operand(&s.slice) {
            self.at(s.range);
            self.u.em.emit_words(Op::SubscrK, dst, value, k, &[]);
            return Ok(());
        }
        if let Expr::Slice(slice) = &*s.slice
            && slice.step.is_none()
        {
            let base = self.u.em.top as Reg;
            self.slice_parts(slice, 2)?;
            self.at(s.range);
            self.emit(Op::SubscrSlice, dst, value, base);
            return Ok(());
        }
        let index = self.index_operand(&s.slice)?;
        self.at(s.range);
        self.emit(Op::Subscr, dst, value, index);
        Ok(())
    }

    /// A subscript's index; a single starred one makes a tuple.
    pub fn index_operand(&mut self, e: &'a Expr) -> Outcome<Reg> {
        if matches!(e, Expr::Starred(_)) {
            let reg = self.u.em.alloc()?;
            self.gather(std::slice::from_ref(e), reg, false, e.range())?;
            self.emit(Op::ListToTuple, reg, 0, 0);
            return Ok(reg);
        }
        self.operand(e)
    }

    fn slice_into(&mut self, s: &'a ast::ExprSlice, dst: Reg) -> Outcome<()> {
        let base = self.u.em.top as Reg;
        let count = if s.step.is_some() { 3 } else { 2 };
        self.slice_parts(s, count)?;
        self.at(s.range);
        self.emit(Op::BuildSlice, dst, base, count as Reg);
        Ok(())
    }

    /// The first parts of a slice in the next registers.
    fn slice_parts(&mut self, s: &'a ast::ExprSlice, count: usize) -> Outcome<()> {
        let parts = [&s.lower, &s.upper, &s.step];
        for part in parts.into_iter().take(count) {
            let reg = self.u.em.alloc()?;
            match part {
                Some(e) => self.expr_into(e, reg)?,
                None => {
                    self.at(s.range);
                    self.emit(Op::LoadNone, reg, 0, 0);
                }
            }
        }
        Ok(())
    }

    /// A tuple of plain expressions.
    pub fn tuple_of(&mut self, elements: &[&'a Expr], dst: Reg) -> Outcome<()> {
        let range = self.u.em.span;
        let constants: Option<Vec<Const>> =
            elements.iter().map(|e| fold::leaf_or_constant(e)).collect();
        if let Some(values) = constants {
            self.u.em.load_const(dst, Const::Tuple(values));
            return Ok(());
        }
        let mark = self.u.em.top;
        if elements.len() <= CHUNK {
            for e in elements {
                let reg = self.u.em.alloc()?;
                self.expr_into(e, reg)?;
            }
            self.at(range);
            self.emit(Op::BuildTuple, dst, mark as Reg, elements.len() as Reg);
        } else {
            self.at(range);
            self.emit(Op::BuildList, dst, dst, 0);
            for e in elements {
                let reg = self.u.em.alloc()?;
                self.expr_into(e, reg)?;
                self.emit(Op::ListAppend, dst, reg, 0);
                self.u.em.top = mark;
            }
            self.at(range);
            self.emit(Op::ListToTuple, dst, 0, 0);
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// A list, tuple or set display.
    pub fn sequence_into(
        &mut self,
        elements: &'a [Expr],
        dst: Reg,
        build: Op,
        range: TextRange,
    ) -> Outcome<()> {
        let starred = elements.iter().any(|e| matches!(e, Expr::Starred(_)));
        let mark = self.u.em.top;
        if build == Op::BuildTuple && !starred {
            let refs: Vec<&'a Expr> = elements.iter().collect();
            if refs.len() > CHUNK && !self.u.em.is_temp(dst) {
                let reg = self.u.em.alloc()?;
                self.at(range);
                self.tuple_of(&refs, reg)?;
                self.settle(reg, dst);
                return Ok(());
            }
            self.at(range);
            return self.tuple_of(&refs, dst);
        }
        // Three constants or more: one constant tuple, then extend.
        if elements.len() >= 3
            && build != Op::BuildTuple
            && let Some(values) = fold::all_constant(elements)
        {
            let (value, extend) = if build == Op::BuildSet {
                (Const::FrozenSet(values), Op::SetUpdate)
            } else {
                (Const::Tuple(values), Op::ListExtend)
            };
            let reg = self.temp_for(dst)?;
            self.at(range);
            self.emit(build, reg, reg, 0);
            let tuple = self.u.em.alloc()?;
            self.u.em.load_const(tuple, value);
            self.emit(extend, reg, tuple, 0);
            self.emit(Op::Drop, tuple, 0, 0);
            self.settle(reg, dst);
            self.u.em.top = mark;
            return Ok(());
        }
        if !starred && elements.len() <= CHUNK {
            let base = self.u.em.top as Reg;
            for e in elements {
                let reg = self.u.em.alloc()?;
                self.expr_into(e, reg)?;
            }
            self.at(range);
            self.emit(build, dst, base, elements.len() as Reg);
            self.u.em.top = mark;
            return Ok(());
        }
        let reg = self.temp_for(dst)?;
        self.gather(elements, reg, build == Op::BuildSet, range)?;
        self.at(range);
        if build == Op::BuildTuple {
            self.emit(Op::ListToTuple, reg, 0, 0);
        }
        self.settle(reg, dst);
        self.u.em.top = mark;
        Ok(())
    }

    /// Elements, some starred, into a new list or set in `reg`.
    pub fn gather(
        &mut self,
        elements: &'a [Expr],
        reg: Reg,
        set: bool,
        range: TextRange,
    ) -> Outcome<()> {
        let (build, append, extend) = if set {
            (Op::BuildSet, Op::SetAdd, Op::SetUpdate)
        } else {
            (Op::BuildList, Op::ListAppend, Op::ListExtend)
        };
        let mark = self.u.em.top;
        let first =
            elements.iter().take(CHUNK).take_while(|e| !matches!(e, Expr::Starred(_))).count();
        for e in &elements[..first] {
            let item = self.u.em.alloc()?;
            self.expr_into(e, item)?;
        }
        self.at(range);
        self.emit(build, reg, if first == 0 { reg } else { mark as Reg }, first as Reg);
        self.u.em.top = mark;
        for e in &elements[first..] {
            match e {
                Expr::Starred(s) => {
                    let item = self.operand(&s.value)?;
                    self.at(s.value.range());
                    self.emit(extend, reg, item, 0);
                    self.drop_temp(item);
                }
                _ => {
                    let item = self.operand(e)?;
                    self.at(range);
                    self.emit(append, reg, item, 0);
                }
            }
            self.u.em.top = mark;
        }
        Ok(())
    }

    fn dict_into(&mut self, d: &'a ast::ExprDict, dst: Reg) -> Outcome<()> {
        let mark = self.u.em.top;
        let plain = d.keys.iter().all(Option::is_some);
        let count = d.values.len();
        if plain && count <= CHUNK / 2 {
            let keys: Vec<&Expr> = d.keys.iter().flatten().collect();
            let constants: Option<Vec<Const>> =
                keys.iter().map(|e| fold::leaf_or_constant(e)).collect();
            let base = self.u.em.top as Reg;
            if let Some(constants) = constants.filter(|c| c.len() > 1) {
                for value in &d.values {
                    let reg = self.u.em.alloc()?;
                    self.expr_into(value, reg)?;
                }
                self.at(d.range);
                let index = self.u.em.constant(Const::Tuple(constants));
                self.u.em.emit_words(Op::BuildConstKeyDict, dst, base, count as Reg, &[index]);
            } else {
                for (key, value) in keys.into_iter().zip(&d.values) {
                    let reg = self.u.em.alloc()?;
                    self.expr_into(key, reg)?;
                    let reg = self.u.em.alloc()?;
                    self.expr_into(value, reg)?;
                }
                self.at(d.range);
                self.emit(Op::BuildDict, dst, base, count as Reg);
            }
            self.u.em.top = mark;
            return Ok(());
        }
        let reg = self.temp_for(dst)?;
        let mark = self.u.em.top;
        self.at(d.range);
        self.emit(Op::BuildDict, reg, reg, 0);
        for (key, value) in d.keys.iter().zip(&d.values) {
            if let Some(key) = key {
                let key = self.early_operand(key, value, None)?;
                let value = self.operand(value)?;
                self.at(d.range);
                self.emit(Op::DictSet, reg, key, value);
                self.drop_temp(value);
                self.drop_temp(key);
            } else {
                let item = self.operand(value)?;
                self.at(value.range());
                self.emit(Op::DictUpdate, reg, item, 0);
                self.drop_temp(item);
            }
            self.u.em.top = mark;
        }
        self.settle(reg, dst);
        Ok(())
    }

    // ---- formatted strings

    /// The call of markers that a formatted string is.
    fn formatted_into(&mut self, c: &'a ast::ExprCall, dst: Reg) -> Outcome<()> {
        if marker(c) != Some(FSTRING) {
            return fail("invalid syntax", c.range);
        }
        let parts = &c.args;
        if parts.is_empty() {
            self.at(c.range);
            self.u.em.load_const(dst, Const::Str(String::new()));
            return Ok(());
        }
        let target = self.temp_for(dst)?;
        if parts.iter().all(|p| matches!(p, Expr::Constant(_))) {
            let text = fold::joined(parts);
            self.at(c.range);
            self.u.em.load_const(dst, text);
            return Ok(());
        }
        if let [Expr::Call(value)] = parts.as_slice() {
            self.format_value(value, target)?;
            self.settle(target, dst);
            return Ok(());
        }
        let mark = self.u.em.top;
        let mut held = 0;
        let mut base = mark as Reg;
        for part in merged(parts) {
            if held == CHUNK {
                self.at(c.range);
                self.emit(Op::BuildString, target, base, held as Reg);
                base = target;
                if u32::from(target) + 1 != mark {
                    base = mark as Reg;
                    self.emit(Op::Take, base, target, 0);
                    self.u.em.top = mark + 1;
                } else {
                    self.u.em.top = mark;
                }
                held = 1;
            }
            let reg = self.u.em.alloc()?;
            match part {
                Part::Text(text) => {
                    self.at(c.range);
                    self.u.em.load_const(reg, text);
                }
                Part::Value(value) => self.format_value(value, reg)?,
            }
            held += 1;
        }
        self.at(c.range);
        self.emit(Op::BuildString, target, base, held as Reg);
        self.u.em.top = mark;
        self.settle(target, dst);
        Ok(())
    }

    /// One replacement, formatted into temporary `reg`.
    fn format_value(&mut self, c: &'a ast::ExprCall, reg: Reg) -> Outcome<()> {
        let (Some(value), conversion) = (c.args.first(), c.args.get(1)) else {
            return fail("invalid syntax", c.range);
        };
        let conversion = match conversion {
            Some(Expr::Constant(ast::ExprConstant { value: ast::Constant::Int(n), .. })) => {
                u8::try_from(n).unwrap_or(0)
            }
            _ => 0,
        };
        let mark = self.u.em.top;
        let Some(spec) = c.args.get(2) else {
            let value = self.operand_near(value, reg)?;
            self.at(c.range);
            self.emit(Op::Format, reg, value, conversion);
            if value != reg {
                self.drop_temp(value);
            }
            return Ok(());
        };
        let value = self.early_operand(value, spec, Some(reg))?;
        let result = self.u.em.alloc()?;
        self.expr_into(spec, result)?;
        self.at(c.range);
        self.emit(Op::Format, result, value, conversion | 4);
        self.emit(Op::Take, reg, result, 0);
        self.u.em.top = mark;
        Ok(())
    }
}

/// A piece of a formatted string.
enum Part<'a> {
    Text(Const),
    Value(&'a ast::ExprCall),
}

/// Join neighbouring texts.
fn merged(parts: &[Expr]) -> Vec<Part<'_>> {
    let mut out = Vec::with_capacity(parts.len());
    let mut at = 0;
    while at < parts.len() {
        if let Expr::Call(value) = &parts[at] {
            out.push(Part::Value(value));
            at += 1;
            continue;
        }
        let run = parts[at..].iter().take_while(|p| matches!(p, Expr::Constant(_))).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let text = fold::joined(&parts[at..at + run]);
        if !matches!(&text, Const::Str(s) if s.is_empty()) {
            out.push(Part::Text(text));
        }
        at += run;
    }
    out
}

fn is_literal(e: &Expr) -> bool {
    match e {
        Expr::Constant(c) => !matches!(
            c.value,
            ast::Constant::None | ast::Constant::Bool(_) | ast::Constant::Ellipsis
        ),
        _ => false,
    }
}

pub fn is_none(e: &Expr) -> bool {
    matches!(e, Expr::Constant(c) if c.value == ast::Constant::None)
}
