//! Rich comparison.

use super::{Res, Vm};
use crate::object::*;

impl Vm {
    /// `a op b`, whatever object it gives.
    pub fn compare(&self, a: &Object, b: &Object, op: CmpOp) -> Res {
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return Ok(Object::bool(op.holds(x.cmp(&y))));
        }
        if let (Some(x), Some(y)) = (a.downcast_str(), b.downcast_str()) {
            return Ok(Object::bool(match op {
                CmpOp::Eq => x.eq_str(y),
                CmpOp::Ne => !x.eq_str(y),
                _ => op.holds(x.as_text().cmp(&y.as_text())),
            }));
        }
        if let Some(f) = self.common_native(a, b).and_then(|class| class.slots().richcmp) {
            self.check_native_stack()?;
            let r = f(self, a, b, op)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        self.recurse(" in comparison", || self.compare_slots(a, b, op))
    }

    /// The class of both operands, if they are exact instances of one native class: then neither has the
    /// right to be asked before the other.
    #[inline(always)]
    pub(super) fn common_native<'a>(&'a self, a: &'a Object, b: &Object) -> Option<&'a Obj<Type>> {
        if !a.is_kind(Kind::Native) {
            return None;
        }
        let class = self.class_of(a);
        class.is(self.class_of(b)).then_some(class)
    }

    fn compare_slots(&self, a: &Object, b: &Object, op: CmpOp) -> Res {
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let mut reflected_done = false;
        if !ta.is(tb) && tb.is_subtype(ta) {
            if let Some(f) = tb.slots().richcmp {
                reflected_done = true;
                let r = f(self, b, a, op.swapped())?;
                if !r.is_not_implemented() {
                    return Ok(r);
                }
            }
        }
        if let Some(f) = ta.slots().richcmp {
            let r = f(self, a, b, op)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if reflected_done {
            return self.compare_identity(a, b, op);
        }
        self.compare_reflected(a, b, op)
    }

    /// The right operand's answer, after the left one's class had none.
    pub(crate) fn compare_reflected(&self, a: &Object, b: &Object, op: CmpOp) -> Res {
        if let Some(f) = self.class_of(b).slots().richcmp {
            let r = f(self, b, a, op.swapped())?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        self.compare_identity(a, b, op)
    }

    /// What is left when no class of the operands has an answer.
    fn compare_identity(&self, a: &Object, b: &Object, op: CmpOp) -> Res {
        match op {
            CmpOp::Eq => Ok(Object::bool(a.is(b))),
            CmpOp::Ne => Ok(Object::bool(!a.is(b))),
            _ => Err(self.type_error(format_args!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.type_name(a),
                self.type_name(b)
            ))),
        }
    }

    /// `a op b` as a truth value.
    pub fn compare_bool(&self, a: &Object, b: &Object, op: CmpOp) -> Res<bool> {
        let r = self.compare(a, b, op)?;
        self.truth(&r)
    }
}
