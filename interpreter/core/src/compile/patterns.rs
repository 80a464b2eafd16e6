//! `match`: patterns to tests and jumps.
//!
//! Parts of the subject wait in temporaries; names are bound once the whole pattern has matched. **Invariant:** at a
//! jump to a pattern's failure label exactly the registers in `live` hold something, and the code there drops every
//! register that was in `live` at any such jump (dropping an empty one does nothing).

use super::emit::{Label, Reg};
use super::error::{Outcome, fail};
use super::fold;
use super::unit::{Compiler, Place, meet};
use crate::bytecode::code::Const;
use crate::bytecode::ops::Op;
use crate::syntax::TextRange;
use crate::syntax::ast::{self, Expr, Pattern, Ranged};
use crate::text::order::sort_seldom;

/// State of one pattern.
struct Matching<'a> {
    fail: Label,
    live: Vec<Reg>,
    dirty: Vec<Reg>,
    captures: Vec<(&'a str, Reg, TextRange)>,
    subject: Reg,
}

impl<'a> Matching<'a> {
    fn new(fail: Label, subject: Reg) -> Self {
        Matching { fail, live: Vec::new(), dirty: Vec::new(), captures: Vec::new(), subject }
    }
}

impl<'a> Compiler<'a> {
    pub fn match_(&mut self, s: &'a ast::StmtMatch) -> Outcome<()> {
        let mark = self.u.em.top;
        self.mark(s.subject.range());
        let subject = self.subject(s)?;
        let end = self.u.em.label();
        let mut after = None;
        let mut covered = false;
        let count = s.cases.len();
        for (i, case) in s.cases.iter().enumerate() {
            let failed = self.u.em.label();
            let next = self.u.em.label();
            let before = self.u.bound;
            let top = self.u.em.top;
            let refutes = case.guard.is_some();
            if i + 1 < count && !refutes {
                check_reachable(&case.pattern)?;
            }
            let mut m = Matching::new(failed, subject);
            self.mark(pattern_range(&case.pattern));
            self.pattern(&case.pattern, subject, &mut m)?;
            self.bind_captures(&mut m)?;
            self.u.em.top = top;
            if let Some(guard) = &case.guard {
                self.jump_if(guard, false, next)?;
            } else if is_irrefutable(&case.pattern) {
                covered = true;
            }
            if i + 1 == count || covered {
                self.drop_temp(subject);
            } else if self.u.em.is_temp(subject) {
                self.emit(Op::Drop, subject, 0, 0);
            }
            self.body(&case.body)?;
            after = meet(after, self.reachable().then_some(self.u.bound));
            self.u.em.jump(Op::Jump, 0, 0, 0, end);
            self.u.bound = before;
            self.u.em.bind(failed);
            self.at(pattern_range(&case.pattern));
            for reg in m.dirty {
                self.emit(Op::Drop, reg, 0, 0);
            }
            self.u.em.bind(next);
        }
        self.drop_temp(subject);
        after = meet(after, self.reachable().then_some(self.u.bound));
        self.u.em.bind(end);
        if let Some(after) = after {
            self.u.bound = after;
        }
        self.u.em.top = mark;
        Ok(())
    }

    /// The subject's register: a variable itself if nothing here can rebind it.
    fn subject(&mut self, s: &'a ast::StmtMatch) -> Outcome<Reg> {
        if let Expr::Name(n) = &*s.subject
            && let Place::Near(reg) = self.place(&n.id)
            && !self.u.volatile.contains(reg)
        {
            let mut names = Vec::new();
            s.cases.iter().for_each(|c| bound_names(&c.pattern, &mut names));
            if !names.contains(&n.id.as_str()) {
                return self.operand(&s.subject);
            }
        }
        let reg = self.u.em.alloc()?;
        self.expr_into(&s.subject, reg)?;
        Ok(reg)
    }

    /// After a match: store what was captured, drop the rest.
    fn bind_captures(&mut self, m: &mut Matching<'a>) -> Outcome<()> {
        let captures = std::mem::take(&mut m.captures);
        for (i, (name, reg, range)) in captures.iter().enumerate() {
            let again = captures[i + 1..].iter().any(|(_, later, _)| later == reg);
            self.at(*range);
            if again || !m.live.contains(reg) {
                let copy = self.u.em.alloc()?;
                self.emit(Op::Move, copy, *reg, 0);
                self.store_name(name, copy, *range)?;
                self.u.em.top -= 1;
            } else {
                self.store_name(name, *reg, *range)?;
                m.live.retain(|r| r != reg);
            }
        }
        for reg in m.live.drain(..) {
            self.emit(Op::Drop, reg, 0, 0);
        }
        Ok(())
    }

    fn fail_jump(&mut self, m: &mut Matching<'a>, op: Op, a: Reg, b: Reg, c: Reg) {
        for reg in &m.live {
            if !m.dirty.contains(reg) {
                m.dirty.push(*reg);
            }
        }
        self.u.em.jump(op, a, b, c, m.fail);
    }

    /// A temporary that stays until the end of the pattern.
    fn hold(&mut self, m: &mut Matching<'a>) -> Outcome<Reg> {
        let reg = self.u.em.alloc()?;
        m.live.push(reg);
        Ok(reg)
    }

    /// A copy that the next instruction consumes; a variable needs none.
    fn consumable(&mut self, reg: Reg) -> Outcome<Reg> {
        if !self.u.em.is_temp(reg) {
            return Ok(reg);
        }
        let copy = self.u.em.alloc()?;
        self.emit(Op::Move, copy, reg, 0);
        Ok(copy)
    }

    fn capture(
        &mut self,
        m: &mut Matching<'a>,
        name: &'a str,
        reg: Reg,
        range: TextRange,
    ) -> Outcome<()> {
        if m.captures.iter().any(|(n, _, _)| *n == name) {
            return fail(format!("multiple assignments to name '{name}' in pattern"), range);
        }
        m.captures.push((name, reg, range));
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern, reg: Reg, m: &mut Matching<'a>) -> Outcome<()> {
        self.at(pattern_range(p));
        match p {
            Pattern::MatchValue(v) => self.value_pattern(&v.value, reg, m, None),
            Pattern::MatchSingleton(s) => {
                let mark = self.u.em.top;
                let copy = self.consumable(reg)?;
                if s.value == ast::Constant::None {
                    self.fail_jump(m, Op::JumpIfNotNone, copy, 0, 0);
                } else {
                    let value = self.u.em.alloc()?;
                    self.u.em.load_const(value, fold::from_value(&s.value));
                    self.fail_jump(m, Op::JumpIs, copy, value, 0);
                }
                self.u.em.top = mark;
                Ok(())
            }
            Pattern::MatchSequence(s) => self.sequence_pattern(s, reg, m),
            Pattern::MatchMapping(p) => self.mapping_pattern(p, reg, m),
            Pattern::MatchClass(p) => self.class_pattern(p, reg, m),
            Pattern::MatchStar(s) => fail("invalid syntax", s.range),
            Pattern::MatchAs(a) => {
                if let Some(inner) = &a.pattern {
                    return self.as_pattern(a, inner, reg, m);
                }
                match &a.name {
                    Some(name) => self.capture(m, name, reg, a.range),
                    None => Ok(()),
                }
            }
            Pattern::MatchOr(o) => self.or_pattern(o, reg, m),
        }
    }

    fn as_pattern(
        &mut self,
        a: &'a ast::PatternMatchAs,
        inner: &'a Pattern,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        self.pattern(inner, reg, m)?;
        match &a.name {
            Some(name) => self.capture(m, name, reg, a.range),
            None => Ok(()),
        }
    }

    /// Compare with a value: to `yes` if equal, or on if equal and to the failure label if not.
    fn value_pattern(
        &mut self,
        value: &'a Expr,
        reg: Reg,
        m: &mut Matching<'a>,
        yes: Option<Label>,
    ) -> Outcome<()> {
        let mark = self.u.em.top;
        check_pattern_value(value)?;
        let copy = self.consumable(reg)?;
        let (op, right) = match self.const_operand(value) {
            Some(k) => (Op::JumpEqK, k),
            None => (Op::JumpEq, self.operand(value)?),
        };
        self.at(value.range());
        match yes {
            Some(yes) => self.u.em.jump(op, copy, right, 1, yes),
            None => self.fail_jump(m, op, copy, right, 0),
        }
        self.u.em.top = mark;
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        let stars: Vec<usize> = (0..s.patterns.len())
            .filter(|i| matches!(s.patterns[*i], Pattern::MatchStar(_)))
            .collect();
        if stars.len() > 1 {
            return fail("multiple starred names in sequence pattern", s.range);
        }
        let star = stars.first().copied();
        let count = s.patterns.len();
        self.fail_jump(m, Op::JumpIfNotSequence, reg, 0, 0);
        let needed = count - usize::from(star.is_some());
        if star.is_none() || needed > 0 {
            let length = self.u.em.alloc()?;
            self.emit(Op::GetLen, length, reg, 0);
            let op =
                if star.is_some() { (Op::JumpGe, Op::JumpGeK) } else { (Op::JumpEq, Op::JumpEqK) };
            match self.u.em.small_constant(&Const::Int(needed as i64)) {
                Some(k) => self.fail_jump(m, op.1, length, k, 0),
                None => {
                    let right = self.u.em.alloc()?;
                    self.u.em.load_const(right, Const::Int(needed as i64));
                    self.fail_jump(m, op.0, length, right, 0);
                    self.u.em.top -= 1;
                }
            }
            self.u.em.top -= 1;
        }
        if s.patterns.iter().all(is_wildcard) {
            return Ok(());
        }
        let star_is_wild = star.is_some_and(|i| is_wildcard(&s.patterns[i]));
        if star_is_wild {
            return self.picked_elements(s, star.unwrap_or(0), reg, m);
        }
        let base = self.u.em.top as Reg;
        for _ in 0..count {
            self.hold(m)?;
        }
        match star {
            None => self.emit(Op::Unpack, base, reg, count as Reg),
            Some(star) => {
                let after = (count - star - 1) as u32;
                self.u.em.emit_words(Op::UnpackEx, base, reg, star as Reg, &[after]);
            }
        }
        for (i, p) in s.patterns.iter().enumerate() {
            let element = base + i as Reg;
            match p {
                Pattern::MatchStar(star) => {
                    if let Some(name) = &star.name {
                        self.capture(m, name, element, star.range)?;
                    }
                }
                p => self.pattern(p, element, m)?,
            }
        }
        Ok(())
    }

    /// `[a, *_, b]`: only the named elements are taken, by index.
    fn picked_elements(
        &mut self,
        s: &'a ast::PatternMatchSequence,
        star: usize,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        let count = s.patterns.len();
        for (i, p) in s.patterns.iter().enumerate() {
            if i == star || is_wildcard(p) {
                continue;
            }
            let element = self.hold(m)?;
            let mark = self.u.em.top;
            self.at(pattern_range(p));
            let source = self.consumable(reg)?;
            let index = self.u.em.alloc()?;
            if i < star {
                self.u.em.load_const(index, Const::Int(i as i64));
            } else {
                self.emit(Op::GetLen, index, reg, 0);
                let back = self.u.em.alloc()?;
                self.u.em.load_const(back, Const::Int((count - i) as i64));
                self.emit(Op::Sub, index, index, back);
            }
            self.emit(Op::Subscr, element, source, index);
            self.u.em.top = mark;
            self.pattern(p, element, m)?;
        }
        Ok(())
    }

    /// Unpack the tuple in `tuple` (None means no match) over held registers that start with itself.
    fn unpack_match(&mut self, tuple: Reg, count: usize, m: &mut Matching<'a>) -> Outcome<()> {
        let test = self.u.em.alloc()?;
        self.emit(Op::Move, test, tuple, 0);
        self.fail_jump(m, Op::JumpIfNone, test, 0, 0);
        self.u.em.top -= 1;
        for _ in 1..count {
            self.hold(m)?;
        }
        self.emit(Op::Unpack, tuple, tuple, count as Reg);
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        p: &'a ast::PatternMatchMapping,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        if p.rest.as_ref().is_some_and(|rest| rest.as_str() == "_") {
            return fail("invalid syntax", p.range);
        }
        self.fail_jump(m, Op::JumpIfNotMapping, reg, 0, 0);
        let count = p.keys.len();
        if count > 0 {
            let length = self.u.em.alloc()?;
            self.emit(Op::GetLen, length, reg, 0);
            let right = self.u.em.alloc()?;
            self.u.em.load_const(right, Const::Int(count as i64));
            self.fail_jump(m, Op::JumpGe, length, right, 0);
            self.u.em.top -= 2;
        }
        if count == 0 && p.rest.is_none() {
            return Ok(());
        }
        let mut seen: Vec<Const> = Vec::new();
        for key in &p.keys {
            check_pattern_value(key)?;
            if let Some(value) = fold::leaf_or_constant(key) {
                if seen.iter().any(|earlier| fold::equal(earlier, &value)) {
                    let text = super::unparse::constant(&value);
                    return fail(format!("mapping pattern checks duplicate key ({text})"), p.range);
                }
                seen.push(value);
            }
        }
        let keys = self.hold(m)?;
        let refs: Vec<&'a Expr> = p.keys.iter().collect();
        self.at(p.range);
        self.tuple_of(&refs, keys)?;
        if let Some(rest) = &p.rest {
            let held = self.hold(m)?;
            if count > 0 {
                // Missing keys fail the match before the rest is copied.
                let values = self.u.em.alloc()?;
                self.emit(Op::MatchKeys, values, reg, keys);
                m.live.retain(|r| *r != held);
                self.fail_jump(m, Op::JumpIfNone, values, 0, 0);
                m.live.push(held);
                self.u.em.top -= 1;
            }
            self.emit(Op::CopyDictWithoutKeys, held, reg, keys);
            self.capture(m, rest, held, p.range)?;
        }
        if count > 0 {
            let values = self.hold(m)?;
            self.emit(Op::MatchKeys, values, reg, keys);
            self.unpack_match(values, count, m)?;
            for (i, inner) in p.patterns.iter().enumerate() {
                self.pattern(inner, values + i as Reg, m)?;
            }
        }
        Ok(())
    }

    fn class_pattern(
        &mut self,
        p: &'a ast::PatternMatchClass,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        if let Expr::Name(n) = &*p.cls
            && n.id.starts_with('\0')
        {
            return fail("patterns may only match literals and attribute lookups", p.range);
        }
        for (i, attr) in p.kwd_attrs.iter().enumerate() {
            if p.kwd_attrs[..i].contains(attr) {
                let range = p.kwd_patterns.get(i).map_or(p.range, |k| pattern_range(k));
                return fail(format!("attribute name repeated in class pattern: {attr}"), range);
            }
        }
        let count = p.patterns.len() + p.kwd_patterns.len();
        let class = self.hold(m)?;
        self.expr_into(&p.cls, class)?;
        let names = self.u.em.alloc()?;
        self.at(p.range);
        let attrs = p.kwd_attrs.iter().map(|a| Const::Str(a.to_string())).collect();
        self.u.em.load_const(names, Const::Tuple(attrs));
        self.u.em.emit_words(Op::MatchClass, class, reg, names, &[p.patterns.len() as u32]);
        self.emit(Op::Drop, names, 0, 0);
        self.u.em.top -= 1;
        if count == 0 {
            let test = self.u.em.alloc()?;
            self.emit(Op::Move, test, class, 0);
            self.fail_jump(m, Op::JumpIfNone, test, 0, 0);
            self.u.em.top -= 1;
            return Ok(());
        }
        self.unpack_match(class, count, m)?;
        for (i, inner) in p.patterns.iter().chain(&p.kwd_patterns).enumerate() {
            self.pattern(inner, class + i as Reg, m)?;
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        o: &'a ast::PatternMatchOr,
        reg: Reg,
        m: &mut Matching<'a>,
    ) -> Outcome<()> {
        let Some((last, firsts)) = o.patterns.split_last() else { return Ok(()) };
        for p in firsts {
            check_reachable(p)?;
        }
        let mut names = Vec::new();
        bound_names(&o.patterns[0], &mut names);
        let mut sorted = names.clone();
        sort_seldom(&mut sorted);
        for p in &o.patterns[1..] {
            let mut others = Vec::new();
            bound_names(p, &mut others);
            sort_seldom(&mut others);
            if others != sorted {
                return fail("alternative patterns bind different names", innermost(p).range());
            }
        }
        let matched = self.u.em.label();
        let mut slots = Vec::with_capacity(names.len());
        for _ in &names {
            slots.push(self.u.em.alloc()?);
        }
        let top = self.u.em.top;
        for p in firsts {
            if let (Pattern::MatchValue(v), true) = (p, names.is_empty()) {
                self.at(v.range);
                self.value_pattern(&v.value, reg, m, Some(matched))?;
                continue;
            }
            let failed = self.u.em.label();
            self.alternative(p, reg, failed, &names, &slots, m.subject)?;
            self.u.em.jump(Op::Jump, 0, 0, 0, matched);
            let dirty = std::mem::take(&mut self.dirty);
            self.u.em.bind(failed);
            for reg in dirty {
                self.emit(Op::Drop, reg, 0, 0);
            }
            self.u.em.top = top;
        }
        if let (Pattern::MatchValue(v), true) = (last, names.is_empty()) {
            self.value_pattern(&v.value, reg, m, None)?;
        } else {
            let failed = self.u.em.label();
            self.alternative(last, reg, failed, &names, &slots, m.subject)?;
            self.u.em.jump(Op::Jump, 0, 0, 0, matched);
            let dirty = std::mem::take(&mut self.dirty);
            self.u.em.bind(failed);
            for reg in dirty {
                self.emit(Op::Drop, reg, 0, 0);
            }
            self.fail_jump(m, Op::Jump, 0, 0, 0);
        }
        self.u.em.top = top;
        self.u.em.bind(matched);
        for (name, slot) in names.iter().zip(&slots) {
            m.live.push(*slot);
            self.capture(m, name, *slot, o.range)?;
        }
        Ok(())
    }

    /// One alternative; its captures end in the slots. What to drop at its failure is left in `self.dirty`.
    fn alternative(
        &mut self,
        p: &'a Pattern,
        reg: Reg,
        failed: Label,
        names: &[&'a str],
        slots: &[Reg],
        subject: Reg,
    ) -> Outcome<()> {
        let mut inner = Matching::new(failed, subject);
        self.pattern(p, reg, &mut inner)?;
        for (name, slot) in names.iter().zip(slots) {
            let found = inner.captures.iter().find(|(n, _, _)| n == name).map(|(_, r, _)| *r);
            if let Some(from) = found {
                self.emit(Op::Move, *slot, from, 0);
            }
        }
        for reg in &inner.live {
            self.emit(Op::Drop, *reg, 0, 0);
        }
        self.dirty = inner.dirty;
        Ok(())
    }

    pub fn source_text(&self, range: TextRange) -> &'a str {
        let source = self.source;
        source.get(u32::from(range.start()) as usize..u32::from(range.end()) as usize).unwrap_or("")
    }
}

fn check_pattern_value(value: &Expr) -> Outcome<()> {
    match value {
        Expr::Constant(_) | Expr::Attribute(_) => Ok(()),
        Expr::UnaryOp(_) => Ok(()),
        Expr::BinOp(b) => match (&*b.left, &*b.right) {
            (_, Expr::Constant(c)) if matches!(c.value, ast::Constant::Complex { .. }) => {
                let real = match &*b.left {
                    Expr::UnaryOp(u) => &*u.operand,
                    left => left,
                };
                match real {
                    Expr::Constant(c) if matches!(c.value, ast::Constant::Complex { .. }) => {
                        fail("real number required in complex literal", real.range())
                    }
                    _ => Ok(()),
                }
            }
            (_, right) => fail("imaginary number required in complex literal", right.range()),
        },
        other => fail("patterns may only match literals and attribute lookups", other.range()),
    }
}

fn pattern_range(p: &Pattern) -> TextRange {
    p.range()
}

fn is_wildcard(p: &Pattern) -> bool {
    match p {
        Pattern::MatchAs(a) => a.name.is_none() && a.pattern.is_none(),
        Pattern::MatchStar(s) => s.name.is_none(),
        _ => false,
    }
}

fn is_irrefutable(p: &Pattern) -> bool {
    match p {
        Pattern::MatchAs(a) => a.pattern.as_deref().is_none_or(is_irrefutable),
        Pattern::MatchOr(o) => o.patterns.iter().any(is_irrefutable),
        _ => false,
    }
}

/// A pattern that always matches may only come last.
fn check_reachable(p: &Pattern) -> Outcome<()> {
    match p {
        Pattern::MatchAs(a) => match (&a.pattern, &a.name) {
            (None, None) => fail("wildcard makes remaining patterns unreachable", a.range),
            (None, Some(name)) => {
                fail(format!("name capture '{name}' makes remaining patterns unreachable"), a.range)
            }
            (Some(inner), _) => check_reachable(inner),
        },
        Pattern::MatchOr(o) => match o.patterns.last() {
            Some(last) => check_reachable(last),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Names a pattern binds, in order.
fn bound_names<'a>(p: &'a Pattern, out: &mut Vec<&'a str>) {
    match p {
        Pattern::MatchSequence(s) => s.patterns.iter().for_each(|p| bound_names(p, out)),
        Pattern::MatchMapping(s) => {
            s.patterns.iter().for_each(|p| bound_names(p, out));
            out.extend(s.rest.as_ref().map(|r| r.as_str()));
        }
        Pattern::MatchClass(s) => {
            s.patterns.iter().chain(&s.kwd_patterns).for_each(|p| bound_names(p, out));
        }
        Pattern::MatchStar(s) => out.extend(s.name.as_ref().map(|r| r.as_str())),
        Pattern::MatchAs(s) => {
            if let Some(inner) = &s.pattern {
                bound_names(inner, out);
            }
            out.extend(s.name.as_ref().map(|r| r.as_str()));
        }
        Pattern::MatchOr(s) => {
            if let Some(first) = s.patterns.first() {
                bound_names(first, out);
            }
        }
        Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
    }
}

/// The last pattern inside a pattern: what CPython was at when it compared the names.
fn innermost(p: &Pattern) -> &Pattern {
    let last = match p {
        Pattern::MatchSequence(s) => s.patterns.last(),
        Pattern::MatchMapping(m) => m.patterns.last(),
        Pattern::MatchClass(c) => c.kwd_patterns.last().or_else(|| c.patterns.last()),
        Pattern::MatchOr(o) => o.patterns.last(),
        _ => None,
    };
    last.map_or(p, innermost)
}
