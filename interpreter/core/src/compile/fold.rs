//! Constants: literals as compile-time values, and folding that is bounded in size and depth.

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, ToPrimitive, Zero};

use crate::bytecode::code::Const;
use crate::syntax::ast::{self, Constant, Expr, Operator, UnaryOp};
use crate::syntax::wide_points;

/// How deep an expression is looked into.
const MAX_DEPTH: u32 = 8;
/// Bits of a folded integer, characters of a folded string, elements of a folded tuple.
const MAX_BITS: u64 = 128;
const MAX_TEXT: usize = 4096;
const MAX_ELEMENTS: usize = 256;

/// The value of a literal.
pub fn to_const(c: &ast::ExprConstant) -> Const {
    match &c.value {
        Constant::Str(hex) if c.kind.is_some() => Const::Wide(wide_points(hex)),
        packed if c.kind.is_some() => unpack(packed),
        value => from_value(value),
    }
}

/// What a value in a pack is: as it stands, a str of code points, a tuple or a frozenset of packs.
const PLAIN: u32 = 0;
const WIDE: u32 = 1;
const TUPLE: u32 = 2;
const FROZEN: u32 = 3;

/// A constant as the tree holds it. Two kinds of constants are not among the parser's, and come disguised in
/// a node of some `kind`: a str with lone surrogates as a str of hexadecimal code points, and a tuple that holds
/// one, or a frozenset, as nested pairs of a number that says what follows, and that.
pub fn literal(value: Const) -> (Constant, Option<String>) {
    let kind = Some("u".to_owned());
    match value {
        Const::Wide(points) => (Constant::Str(hexadecimal(&points)), kind),
        value => match plain(value) {
            Ok(value) => (value, None),
            Err(value) => (pack(value), kind),
        },
    }
}

fn hexadecimal(points: &[u32]) -> String {
    points.iter().map(|p| format!("{p:x}")).collect::<Vec<_>>().join(",")
}

/// The parser's form of a constant, if it has one.
fn plain(value: Const) -> Result<Constant, Const> {
    Ok(match value {
        Const::None => Constant::None,
        Const::True => Constant::Bool(true),
        Const::False => Constant::Bool(false),
        Const::Ellipsis => Constant::Ellipsis,
        Const::Int(n) => Constant::Int(n.into()),
        Const::Big(n) => Constant::Int(n),
        Const::Float(f) => Constant::Float(f),
        Const::Complex(real, imag) => Constant::Complex { real, imag },
        Const::Str(text) => Constant::Str(text),
        Const::Bytes(bytes) => Constant::Bytes(bytes),
        Const::Tuple(items) if items.iter().all(is_plain) => {
            Constant::Tuple(items.into_iter().filter_map(|item| plain(item).ok()).collect())
        }
        other => return Err(other),
    })
}

fn is_plain(value: &Const) -> bool {
    match value {
        Const::Wide(_) | Const::FrozenSet(_) | Const::Code(_) => false,
        Const::Tuple(items) => items.iter().all(is_plain),
        _ => true,
    }
}

fn pack(value: Const) -> Constant {
    let packs = |items: Vec<Const>| Constant::Tuple(items.into_iter().map(pack).collect());
    let (what, inner) = match value {
        Const::Wide(points) => (WIDE, Constant::Str(hexadecimal(&points))),
        Const::Tuple(items) => (TUPLE, packs(items)),
        Const::FrozenSet(items) => (FROZEN, packs(items)),
        other => (PLAIN, plain(other).unwrap_or(Constant::None)),
    };
    Constant::Tuple(vec![Constant::Int(what.into()), inner])
}

fn unpack(packed: &Constant) -> Const {
    let Constant::Tuple(pair) = packed else { return from_value(packed) };
    let [Constant::Int(what), inner] = pair.as_slice() else { return from_value(packed) };
    match (what.to_u32(), inner) {
        (Some(WIDE), Constant::Str(hex)) => Const::Wide(wide_points(hex)),
        (Some(TUPLE), Constant::Tuple(items)) => Const::Tuple(items.iter().map(unpack).collect()),
        (Some(FROZEN), Constant::Tuple(items)) => {
            Const::FrozenSet(items.iter().map(unpack).collect())
        }
        _ => from_value(inner),
    }
}

pub fn from_value(value: &Constant) -> Const {
    match value {
        Constant::None => Const::None,
        Constant::Bool(true) => Const::True,
        Constant::Bool(false) => Const::False,
        Constant::Str(s) => Const::Str(s.clone()),
        Constant::Bytes(b) => Const::Bytes(b.clone()),
        Constant::Int(i) => int(i.clone()),
        Constant::Tuple(t) => Const::Tuple(t.iter().map(from_value).collect()),
        Constant::Float(f) => Const::Float(*f),
        Constant::Complex { real, imag } => Const::Complex(*real, *imag),
        Constant::Ellipsis => Const::Ellipsis,
    }
}

fn int(value: BigInt) -> Const {
    match value.to_i64() {
        Some(small) => Const::Int(small),
        None => Const::Big(value),
    }
}

/// A literal or a folded expression.
pub fn leaf_or_constant(e: &Expr) -> Option<Const> {
    match e {
        Expr::Constant(c) => Some(to_const(c)),
        e => constant(e),
    }
}

/// All elements as constants.
pub fn all_constant(elements: &[Expr]) -> Option<Vec<Const>> {
    elements.iter().map(leaf_or_constant).collect()
}

/// The value of a compound expression, if it is constant and small.
pub fn constant(e: &Expr) -> Option<Const> {
    match e {
        Expr::BinOp(_) | Expr::UnaryOp(_) | Expr::Tuple(_) | Expr::Subscript(_) => {
            fold(e, MAX_DEPTH)
        }
        _ => None,
    }
}

fn fold(e: &Expr, depth: u32) -> Option<Const> {
    let depth = depth.checked_sub(1)?;
    match e {
        Expr::Constant(c) => Some(to_const(c)),
        Expr::UnaryOp(u) => unary(u.op, fold(&u.operand, depth)?),
        Expr::BinOp(b) => {
            // The right side is looked at first: in `name + 1 + 2` it is the left one that is deep.
            let right = fold(&b.right, depth)?;
            binary(b.op, fold(&b.left, depth)?, right)
        }
        Expr::Tuple(t) => {
            t.elts.iter().map(|e| fold(e, depth)).collect::<Option<Vec<_>>>().map(Const::Tuple)
        }
        Expr::Subscript(s) => {
            let index = match fold(&s.slice, depth)? {
                Const::Int(i) => i,
                _ => return None,
            };
            let pick = |len: usize| -> Option<usize> {
                let at = if index < 0 { index + len as i64 } else { index };
                usize::try_from(at).ok().filter(|at| *at < len)
            };
            match fold(&s.value, depth)? {
                Const::Tuple(t) => t.get(pick(t.len())?).cloned(),
                Const::Bytes(b) => b.get(pick(b.len())?).map(|b| Const::Int(i64::from(*b))),
                Const::Str(s) if s.is_ascii() => {
                    s.as_bytes().get(pick(s.len())?).map(|b| Const::Str((*b as char).to_string()))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Python's truth of a constant.
pub fn truth(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::Code(_) => true,
        Const::Int(i) => *i != 0,
        Const::Big(b) => !b.is_zero(),
        Const::Float(f) => *f != 0.0,
        Const::Complex(r, i) => *r != 0.0 || *i != 0.0,
        Const::Str(s) => !s.is_empty(),
        Const::Wide(w) => !w.is_empty(),
        Const::Bytes(b) => !b.is_empty(),
        Const::Tuple(t) | Const::FrozenSet(t) => !t.is_empty(),
    }
}

fn as_big(value: &Const) -> Option<BigInt> {
    Some(match value {
        Const::Int(i) => BigInt::from(*i),
        Const::Big(b) => b.clone(),
        Const::True => BigInt::from(1),
        Const::False => BigInt::from(0),
        _ => return None,
    })
}

/// Whether two constants are equal as Python's objects are: numbers of all types by value.
pub fn equal(a: &Const, b: &Const) -> bool {
    let complex = |c: &Const| match c {
        Const::Complex(re, im) => Some((*re, *im)),
        c => as_float(c).map(|f| (f, 0.0)),
    };
    match (as_big(a), as_big(b)) {
        (Some(x), Some(y)) => x == y,
        _ => match (complex(a), complex(b)) {
            (Some(x), Some(y)) => x == y,
            _ => a == b,
        },
    }
}

fn as_float(value: &Const) -> Option<f64> {
    match value {
        Const::Float(f) => Some(*f),
        Const::Int(i) if i.unsigned_abs() < 1 << 53 => Some(*i as f64),
        Const::True => Some(1.0),
        Const::False => Some(0.0),
        _ => None,
    }
}

fn unary(op: UnaryOp, value: Const) -> Option<Const> {
    match (op, &value) {
        (UnaryOp::Not, v) => Some(if truth(v) { Const::False } else { Const::True }),
        (UnaryOp::USub, Const::Float(f)) => Some(Const::Float(-f)),
        (UnaryOp::USub, Const::Complex(r, i)) => Some(Const::Complex(-r, -i)),
        (UnaryOp::UAdd, Const::Float(_) | Const::Complex(..)) => Some(value),
        (op, v) => {
            let n = as_big(v)?;
            Some(int(match op {
                UnaryOp::USub => -n,
                UnaryOp::UAdd => n,
                _ => -(n + BigInt::from(1)),
            }))
        }
    }
}

fn binary(op: Operator, a: Const, b: Const) -> Option<Const> {
    let both_bools = [&a, &b].iter().all(|c| matches!(c, Const::True | Const::False));
    if both_bools && matches!(op, Operator::BitAnd | Operator::BitOr | Operator::BitXor) {
        return None; // a bool, not an int
    }
    if let (Some(x), Some(y)) = (as_big(&a), as_big(&b)) {
        return integers(op, x, y);
    }
    match (&a, &b) {
        (Const::Str(x), Const::Str(y)) if op == Operator::Add && x.len() + y.len() <= MAX_TEXT => {
            return Some(Const::Str(format!("{x}{y}")));
        }
        (Const::Bytes(x), Const::Bytes(y))
            if op == Operator::Add && x.len() + y.len() <= MAX_TEXT =>
        {
            return Some(Const::Bytes([x.as_slice(), y].concat()));
        }
        (Const::Tuple(x), Const::Tuple(y))
            if op == Operator::Add && x.len() + y.len() <= MAX_ELEMENTS =>
        {
            return Some(Const::Tuple([x.as_slice(), y].concat()));
        }
        (sequence, Const::Int(n)) | (Const::Int(n), sequence) if op == Operator::Mult => {
            if let Some(repeated) = repeat(sequence, *n) {
                return Some(repeated);
            }
        }
        _ => {}
    }
    if matches!(a, Const::Complex(..)) || matches!(b, Const::Complex(..)) {
        let part = |c: &Const| match c {
            Const::Complex(r, i) => Some((*r, *i)),
            c => as_float(c).map(|f| (f, 0.0)),
        };
        let ((ar, ai), (br, bi)) = (part(&a)?, part(&b)?);
        return match op {
            Operator::Add => Some(Const::Complex(ar + br, ai + bi)),
            Operator::Sub => Some(Const::Complex(ar - br, ai - bi)),
            _ => None,
        };
    }
    let (x, y) = (as_float(&a)?, as_float(&b)?);
    Some(Const::Float(match op {
        Operator::Add => x + y,
        Operator::Sub => x - y,
        Operator::Mult => x * y,
        Operator::Div if y != 0.0 => x / y,
        _ => return None,
    }))
}

fn repeat(sequence: &Const, n: i64) -> Option<Const> {
    let times = usize::try_from(n).ok()?;
    match sequence {
        Const::Str(s) if s.len().checked_mul(times)? <= MAX_TEXT => {
            Some(Const::Str(s.repeat(times)))
        }
        Const::Bytes(b) if b.len().checked_mul(times)? <= MAX_TEXT => {
            Some(Const::Bytes(b.repeat(times)))
        }
        Const::Tuple(t) if t.len().checked_mul(times)? <= MAX_ELEMENTS => {
            Some(Const::Tuple((0..times).flat_map(|_| t.iter().cloned()).collect()))
        }
        _ => None,
    }
}

fn integers(op: Operator, x: BigInt, y: BigInt) -> Option<Const> {
    let small = |n: &BigInt| n.bits() <= MAX_BITS;
    Some(match op {
        Operator::Add => int(x + y),
        Operator::Sub => int(x - y),
        Operator::Mult if x.bits() + y.bits() <= MAX_BITS => int(x * y),
        Operator::Div => {
            let exact = |n: &BigInt| n.bits() <= 53;
            if y.is_zero() || !exact(&x) || !exact(&y) {
                return None;
            }
            Const::Float(x.to_f64()? / y.to_f64()?)
        }
        Operator::FloorDiv | Operator::Mod if !y.is_zero() && small(&x) && small(&y) => {
            use num_integer::Integer;
            let (q, r) = x.div_mod_floor(&y);
            int(if op == Operator::Mod { r } else { q })
        }
        Operator::Pow => {
            let exponent = y.to_u32()?;
            if x.bits().checked_mul(u64::from(exponent))? > MAX_BITS {
                return None;
            }
            int(x.pow(exponent))
        }
        Operator::LShift => {
            let shift = y.to_u32()?;
            if x.bits() + u64::from(shift) > MAX_BITS {
                return None;
            }
            int(x << shift)
        }
        Operator::RShift if y.sign() != Sign::Minus => int(x >> y.to_u32()?),
        Operator::BitAnd if small(&x) && small(&y) => int(x & y),
        Operator::BitOr if small(&x) && small(&y) => int(x | y),
        Operator::BitXor if small(&x) && small(&y) => int(x ^ y),
        _ => return None,
    })
    .filter(|c| match c {
        Const::Big(b) => b.abs().bits() <= MAX_BITS * 2,
        _ => true,
    })
}

/// Text constants joined.
pub fn joined(parts: &[Expr]) -> Const {
    let mut text = String::new();
    let mut wide: Option<Vec<u32>> = None;
    for part in parts {
        let Expr::Constant(c) = part else { continue };
        match (to_const(c), &mut wide) {
            (Const::Str(s), None) => text.push_str(&s),
            (Const::Str(s), Some(w)) => w.extend(s.chars().map(u32::from)),
            (Const::Wide(points), None) => {
                let mut all: Vec<u32> = text.chars().map(u32::from).collect();
                all.extend(points);
                wide = Some(all);
            }
            (Const::Wide(points), Some(w)) => w.extend(points),
            _ => {}
        }
    }
    match wide {
        Some(points) => Const::Wide(points),
        None => Const::Str(text),
    }
}
