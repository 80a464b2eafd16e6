//! Arithmetic of ints: machine integers first, big ones when those overflow.

use crate::object::*;
use crate::text::bigops::{self, Words};
use crate::text::bigwork;
use crate::text::intconv::IntRef;
use crate::text::numops;
use crate::types::number::{big, check_bits, int_ref, int_to_f64, power_error};
use crate::vm::{Raised, Res, Vm};
use num_bigint::BigInt;
use num_integer::Integer;

use IntRef::{Big, Small};

/// Both operands, or `return NotImplemented`.
macro_rules! operands {
    ($a:expr, $b:expr) => {
        match (int_ref($a), int_ref($b)) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(Object::not_implemented()),
        }
    };
}

fn bits(n: IntRef<'_>) -> u64 {
    match n {
        Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        Big(n) => n.bits(),
    }
}

fn is_negative(n: IntRef<'_>) -> bool {
    n.is_negative()
}

/// An operation of two integers of a few words, when the result is one.
#[inline(always)]
fn short(
    x: IntRef<'_>,
    y: IntRef<'_>,
    op: impl Fn(&Words, &Words) -> Option<Words>,
) -> Option<Words> {
    op(&Words::of(x)?, &Words::of(y)?)
}

#[inline]
fn from_words(vm: &Vm, r: Words) -> Res {
    match r.to_i64() {
        Some(n) => vm.int(n),
        None => vm.short_int(r.to_bigint()),
    }
}

pub(crate) fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if let (Small(x), Small(y)) = (x, y) {
        if let Some(r) = x.checked_add(y) {
            return vm.int(r);
        }
    }
    if let Some(r) = short(x, y, |x, y| x.add(y, false)) {
        return from_words(vm, r);
    }
    check_bits(vm, bits(x).max(bits(y)))?;
    vm.bigint(&*big(x) + &*big(y))
}

pub(crate) fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if let (Small(x), Small(y)) = (x, y) {
        if let Some(r) = x.checked_sub(y) {
            return vm.int(r);
        }
    }
    if let Some(r) = short(x, y, |x, y| x.add(y, true)) {
        return from_words(vm, r);
    }
    check_bits(vm, bits(x).max(bits(y)))?;
    vm.bigint(&*big(x) - &*big(y))
}

pub(crate) fn mul(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if let (Small(x), Small(y)) = (x, y) {
        if let Some(r) = x.checked_mul(y) {
            return vm.int(r);
        }
    }
    if let Some(r) = short(x, y, Words::mul) {
        return from_words(vm, r);
    }
    if bits(x) + bits(y) > bigwork::SHORT_BITS {
        return long_mul(vm, x, y);
    }
    vm.bigint(&*big(x) * &*big(y))
}

#[cold]
fn long_mul(vm: &Vm, x: IntRef<'_>, y: IntRef<'_>) -> Res {
    check_bits(vm, bits(x) + bits(y))?;
    let (x, y) = (big(x), big(y));
    let product = bigwork::mul(vm, x.magnitude(), y.magnitude());
    let product = product.map_err(|e| vm.text_error(e))?;
    vm.bigint(BigInt::from_biguint(x.sign() * y.sign(), product))
}

/// `divmod` of what are no two machine integers.
fn long_divmod(vm: &Vm, x: IntRef<'_>, y: IntRef<'_>) -> Res<(BigInt, BigInt)> {
    bigops::divmod(vm, &big(x), &big(y)).map_err(|e| vm.text_error(e))
}

pub(crate) fn true_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    let quotient = match (x, y) {
        (Small(x), Small(y)) => numops::true_divide_i64(x, y),
        _ => numops::true_divide(&big(x), &big(y)),
    };
    vm.float(quotient.map_err(|e| vm.text_error(e))?)
}

#[cold]
fn by_zero(vm: &Vm) -> Raised {
    vm.zero_division_error("integer division or modulo by zero")
}

pub(crate) fn floor_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    match operands!(a, b) {
        (_, Small(0)) => Err(by_zero(vm)),
        (Small(x), Small(y)) if y != -1 => vm.int(Integer::div_floor(&x, &y)),
        (x, y) => vm.bigint(long_divmod(vm, x, y)?.0),
    }
}

pub(crate) fn rem(vm: &Vm, a: &Object, b: &Object) -> Res {
    match operands!(a, b) {
        (_, Small(0)) => Err(vm.zero_division_error("integer modulo by zero")),
        (_, Small(-1)) => Ok(Object::small(0)),
        (Small(x), Small(y)) => vm.int(Integer::mod_floor(&x, &y)),
        (Big(x), Small(y)) if y > 0 => {
            let r = bigops::rem_word(x, y as u64) as i64; // below y
            vm.int(if r > 0 && is_negative(Big(x)) { y - r } else { r })
        }
        (x, y) => vm.bigint(long_divmod(vm, x, y)?.1),
    }
}

pub(super) fn divmod(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (q, r) = match operands!(a, b) {
        (_, Small(0)) => return Err(by_zero(vm)),
        (Small(x), Small(y)) if y != -1 => {
            let (q, r) = Integer::div_mod_floor(&x, &y);
            (vm.int(q)?, vm.int(r)?)
        }
        (x, y) => {
            let (q, r) = long_divmod(vm, x, y)?;
            (vm.bigint(q)?, vm.bigint(r)?)
        }
    };
    Ok(vm.tuple(vec![q, r])?.into_object())
}

pub(crate) fn lshift(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if is_negative(y) {
        return Err(vm.value_error("negative shift count"));
    }
    match (x, y) {
        (Small(0), _) => Ok(Object::small(0)),
        (Small(x), Small(y)) if y < 63 && x << y >> y == x => vm.int(x << y),
        (x, Small(y)) => {
            if let Some(r) = Words::of(x).and_then(|x| x.shift_left(y as u64)) {
                return from_words(vm, r);
            }
            check_bits(vm, bits(x).saturating_add(y as u64))?;
            vm.bigint(&*big(x) << y)
        }
        // CPython counts digits of 30 bits in a signed word.
        (_, Big(y)) if y.bits() <= 66 => Err(vm.no_memory(NoMemory)),
        _ => Err(vm.overflow_error("too many digits in integer")),
    }
}

pub(crate) fn rshift(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if is_negative(y) {
        return Err(vm.value_error("negative shift count"));
    }
    match (x, y) {
        (Small(x), Small(y)) => vm.int(x >> y.min(63)),
        (Big(x), Small(y)) if (y as u64) < x.bits() => {
            match Words::of(Big(x)).and_then(|x| x.shift_right(y as u64)) {
                Some(r) => from_words(vm, r),
                None => vm.bigint(x >> y),
            }
        }
        (x, _) => Ok(Object::small(if is_negative(x) { -1 } else { 0 })),
    }
}

macro_rules! bitwise {
    ($name:ident, $op:tt) => {
        pub(crate) fn $name(vm: &Vm, a: &Object, b: &Object) -> Res {
            match operands!(a, b) {
                (Small(x), Small(y)) => vm.int(x $op y),
                (x, y) => match short(x, y, |x, y| x.bitwise(y, |x, y| x $op y)) {
                    Some(r) => from_words(vm, r),
                    None => vm.bigint(&*big(x) $op &*big(y)),
                },
            }
        }
    };
}
bitwise!(and, &);
bitwise!(or, |);
bitwise!(xor, ^);

/// `a ** b`, `pow(a, b, m)`.
pub(crate) fn pow(vm: &Vm, a: &Object, b: &Object, m: &Object) -> Res {
    let (x, y) = operands!(a, b);
    if !m.is_none() {
        let Some(m) = int_ref(m) else { return Ok(Object::not_implemented()) };
        return pow_mod(vm, x, y, m);
    }
    if is_negative(y) {
        let power = numops::power(int_to_f64(vm, x)?, int_to_f64(vm, y)?);
        return match power.map_err(|e| power_error(vm, e))? {
            numops::Power::Float(r) => vm.float(r),
            numops::Power::Complex => vm.float(f64::NAN), // whole exponents never get here
        };
    }
    if let (Small(x), Small(y)) = (x, y) {
        if let Some(r) = u32::try_from(y).ok().and_then(|y| x.checked_pow(y)) {
            return vm.int(r);
        }
    }
    let (base, exponent) = (big(x), big(y));
    if base.magnitude() > &num_bigint::BigUint::from(1u8) {
        let times = u64::try_from(&*exponent).unwrap_or(u64::MAX);
        let bits = times.saturating_mul(base.bits());
        check_bits(vm, bits)?;
        if bits > bigwork::SHORT_BITS {
            let power = bigwork::pow(vm, base.magnitude(), times).map_err(|e| vm.text_error(e))?;
            let negative = is_negative(x) && times % 2 == 1;
            return vm.bigint(if negative { -BigInt::from(power) } else { power.into() });
        }
    }
    let r = numops::int_power(&base, exponent.magnitude()).map_err(|e| vm.text_error(e))?;
    vm.bigint(r)
}

fn pow_mod(vm: &Vm, x: IntRef<'_>, y: IntRef<'_>, m: IntRef<'_>) -> Res {
    match m {
        Small(0) => return Err(vm.value_error("pow() 3rd argument cannot be 0")),
        Small(1 | -1) => return Ok(Object::small(0)),
        _ => {}
    }
    if let (Small(x), Small(y), Small(m)) = (x, y, m) {
        if y >= 0 && m > 0 {
            return vm.int(pow_mod_small(x, y as u64, m));
        }
    }
    let r = bigwork::pow_mod(vm, &big(x), &big(y), &big(m)).map_err(|e| vm.text_error(e))?;
    vm.bigint(r)
}

/// By squaring, with products of 128 bits.
fn pow_mod_small(x: i64, mut y: u64, m: i64) -> i64 {
    let m = m as u128;
    let mut base = i128::from(x).rem_euclid(m as i128) as u128;
    let mut r = 1;
    while y > 0 {
        if y & 1 == 1 {
            r = r * base % m;
        }
        base = base * base % m;
        y >>= 1;
    }
    (r % m) as i64
}
