//! Binary and unary operators on objects, by the slots of both operands.

use super::{Res, Vm};
use crate::object::*;
use crate::types::int;

/// Symbols of the operators in messages, in the order of `BinOp`.
const SYMBOLS: [&str; 14] =
    ["+", "-", "*", "/", "//", "%", "** or pow()", "<<", ">>", "&", "|", "^", "@", "divmod()"];

impl Vm {
    /// `a op b` of exact ints, without a look at their class; `None` for anything else.
    #[inline]
    fn int_operator(&self, op: BinOp, a: &Object, b: &Object) -> Option<Res> {
        let int = |o: &Object| o.value().is_int() || o.is_kind(Kind::Int);
        if !int(a) || !int(b) {
            return None;
        }
        let f = match op {
            BinOp::Add => int::add,
            BinOp::Sub => int::sub,
            BinOp::Mul => int::mul,
            BinOp::FloorDiv => int::floor_div,
            BinOp::Mod => int::rem,
            BinOp::And => int::and,
            BinOp::Or => int::or,
            BinOp::Xor => int::xor,
            BinOp::LShift => int::lshift,
            BinOp::RShift => int::rshift,
            _ => return None,
        };
        Some(f(self, a, b))
    }

    /// `a op b`.
    pub fn binary(&self, op: BinOp, a: &Object, b: &Object) -> Res {
        if let Some(r) = self.int_operator(op, a, b) {
            return r;
        }
        if let Some(f) = self.common_native(a, b).and_then(|class| class.slots().binary(op)) {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        let r = self.binary_slots(op, a, b)?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
        if let Some(r) = self.sequence_operator(op, a, b)? {
            return Ok(r);
        }
        Err(self.unsupported(SYMBOLS[op as usize], op, a, b))
    }

    #[cold]
    fn unsupported(&self, symbol: &str, op: BinOp, a: &Object, b: &Object) -> super::Raised {
        let (l, r) = (self.type_name(a), self.type_name(b));
        if op == BinOp::RShift
            && a.kind() == Some(Kind::Builtin)
            && a.downcast::<Builtin>().is_some_and(|f| f.def.name == "print")
        {
            return self.type_error(format_args!(
                "unsupported operand type(s) for {symbol}: '{l}' and '{r}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            ));
        }
        self.type_error(format_args!("unsupported operand type(s) for {symbol}: '{l}' and '{r}'"))
    }

    /// The numeric slots of both operands; NotImplemented if neither knows.
    fn binary_slots(&self, op: BinOp, a: &Object, b: &Object) -> Res {
        if op == BinOp::Pow {
            return self.power_slots(a, b, &Object::none());
        }
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let sa = ta.slots().binary(op);
        let mut sb = if ta.is(tb) { None } else { tb.slots().binary(op) };
        if let (Some(x), Some(y)) = (sa, sb) {
            if std::ptr::fn_addr_eq(x, y) {
                sb = None;
            }
        }
        if let Some(f) = sa {
            if let Some(g) = sb {
                if tb.is_subtype(ta) {
                    let r = g(self, a, b)?;
                    if !r.is_not_implemented() {
                        return Ok(r);
                    }
                    sb = None;
                }
            }
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        match sb {
            Some(g) => g(self, a, b),
            None => Ok(Object::not_implemented()),
        }
    }

    fn power_slots(&self, a: &Object, b: &Object, m: &Object) -> Res {
        let (ta, tb) = (self.class_of(a), self.class_of(b));
        let sa = ta.slots().pow;
        let mut sb = if ta.is(tb) { None } else { tb.slots().pow };
        if let (Some(x), Some(y)) = (sa, sb) {
            if std::ptr::fn_addr_eq(x, y) {
                sb = None;
            }
        }
        if let Some(f) = sa {
            if let Some(g) = sb {
                if tb.is_subtype(ta) {
                    let r = g(self, a, b, m)?;
                    if !r.is_not_implemented() {
                        return Ok(r);
                    }
                    sb = None;
                }
            }
            let r = f(self, a, b, m)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if let Some(g) = sb {
            let r = g(self, a, b, m)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        if !m.is_none() {
            let tm = self.class_of(m);
            let known = [sa, tb.slots().pow].into_iter().flatten();
            if let Some(h) = tm.slots().pow {
                if known.into_iter().all(|k| !std::ptr::fn_addr_eq(k, h)) {
                    return h(self, a, b, m);
                }
            }
        }
        Ok(Object::not_implemented())
    }

    /// `pow(a, b, m)`.
    pub fn power(&self, a: &Object, b: &Object, m: &Object) -> Res {
        let r = self.power_slots(a, b, m)?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
        if m.is_none() {
            return Err(self.unsupported(SYMBOLS[BinOp::Pow as usize], BinOp::Pow, a, b));
        }
        Err(self.type_error(format_args!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            self.type_name(a),
            self.type_name(b),
            self.type_name(m)
        )))
    }

    /// Sequences: `+` and `*` of the left operand, `*` of the right one.
    fn sequence_operator(&self, op: BinOp, a: &Object, b: &Object) -> Res<Option<Object>> {
        match op {
            BinOp::Add => match self.class_of(a).slots().concat {
                Some(f) => f(self, a, b).map(Some),
                None => Ok(None),
            },
            BinOp::Mul => {
                if let Some(f) = self.class_of(a).slots().repeat {
                    return f(self, a, self.repeat_count(b)?).map(Some);
                }
                if let Some(f) = self.class_of(b).slots().repeat {
                    return f(self, b, self.repeat_count(a)?).map(Some);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn repeat_count(&self, n: &Object) -> Res<i64> {
        let class = self.class_of(n);
        if class.slots().index.is_none() && !class.has(type_flags::INT) {
            return Err(self.type_error(format_args!(
                "can't multiply sequence by non-int of type '{}'",
                class.full_name()
            )));
        }
        let i = self.index(n)?;
        self.as_i64(&i).ok_or_else(|| {
            self.overflow_error(format_args!(
                "cannot fit '{}' into an index-sized integer",
                self.type_name(n)
            ))
        })
    }

    /// `a op= b`.
    pub fn inplace(&self, op: BinOp, a: &Object, b: &Object) -> Res {
        if let Some(r) = self.int_operator(op, a, b) {
            return r;
        }
        if let Some(f) = self.class_of(a).slots().inplace(op) {
            let r = f(self, a, b)?;
            if !r.is_not_implemented() {
                return Ok(r);
            }
        }
        let r = self.binary_slots(op, a, b)?;
        if !r.is_not_implemented() {
            return Ok(r);
        }
        match op {
            BinOp::Add => {
                if let Some(f) = self.class_of(a).slots().iconcat {
                    return f(self, a, b);
                }
            }
            BinOp::Mul => {
                if let Some(f) = self.class_of(a).slots().irepeat {
                    return f(self, a, self.repeat_count(b)?);
                }
            }
            _ => {}
        }
        if let Some(r) = self.sequence_operator(op, a, b)? {
            return Ok(r);
        }
        Err(self.unsupported_operands(op, true, a, b))
    }

    /// TypeError: no class of the operands knows the operator.
    #[cold]
    pub(crate) fn unsupported_operands(
        &self,
        op: BinOp,
        inplace: bool,
        a: &Object,
        b: &Object,
    ) -> super::Raised {
        match (inplace, op) {
            (false, _) => self.unsupported(SYMBOLS[op as usize], op, a, b),
            (true, BinOp::Pow) => self.unsupported("**=", op, a, b),
            (true, _) => self.unsupported(&format!("{}=", SYMBOLS[op as usize]), op, a, b),
        }
    }

    pub fn negative(&self, a: &Object) -> Res {
        match self.class_of(a).slots().neg {
            Some(f) => f(self, a),
            None => Err(self.bad_unary("-", a)),
        }
    }

    pub fn positive(&self, a: &Object) -> Res {
        match self.class_of(a).slots().pos {
            Some(f) => f(self, a),
            None => Err(self.bad_unary("+", a)),
        }
    }

    pub fn invert(&self, a: &Object) -> Res {
        match self.class_of(a).slots().invert {
            Some(f) => f(self, a),
            None => Err(self.bad_unary("~", a)),
        }
    }

    pub fn absolute(&self, a: &Object) -> Res {
        match self.class_of(a).slots().abs {
            Some(f) => f(self, a),
            None => Err(self
                .type_error(format_args!("bad operand type for abs(): '{}'", self.type_name(a)))),
        }
    }

    #[cold]
    fn bad_unary(&self, symbol: &str, a: &Object) -> super::Raised {
        self.type_error(format_args!(
            "bad operand type for unary {symbol}: '{}'",
            self.type_name(a)
        ))
    }
}
