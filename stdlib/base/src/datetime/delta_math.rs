//! Arithmetic with timedeltas.
//!
//! Everything is a number of microseconds. Where the operands are plain numbers of a usual size that is
//! worked out in 128 bits; else it is done with Python's ints, whose operators classes may have replaced, in
//! the steps that CPython takes.

use super::calendar::Span;
use super::delta::{Delta, make_like, of_micros, span_of};
use crate::support::{
    BinOp, Exc, Maybe, Obj, Object, Res, Tuple, Type, Vm, big_integer, to_f64, type_flags,
};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use taipan_core::text::numops;

/// A part of a timedelta as it is given.
#[derive(Clone, Copy)]
pub(super) struct Unit {
    name: &'static str,
    micros: i64,
}

impl Unit {
    pub(super) const MICROSECOND: Unit = Unit { name: "microseconds", micros: 1 };
    pub(super) const MILLISECOND: Unit = Unit { name: "milliseconds", micros: 1000 };
    pub(super) const SECOND: Unit = Unit { name: "seconds", micros: MILLION };
    pub(super) const MINUTE: Unit = Unit { name: "minutes", micros: 60 * MILLION };
    pub(super) const HOUR: Unit = Unit { name: "hours", micros: 3600 * MILLION };
    pub(super) const DAY: Unit = Unit { name: "days", micros: DAY };
    pub(super) const WEEK: Unit = Unit { name: "weeks", micros: 7 * DAY };
}

const MILLION: i64 = 1_000_000;
const DAY: i64 = 86_400 * MILLION;

/// Numbers with their units.
type Parts<'a> = [(Maybe<&'a Object>, Unit)];

/// Floats beyond this are for the slow way.
const PLAIN_FLOAT: f64 = 9e17;

/// The timedelta of all parts together.
pub(super) fn sum(vm: &Vm, class: &Obj<Type>, parts: &Parts) -> Res<Obj<Delta>> {
    let (mut total, mut rest) = (0i128, 0.0);
    for (number, unit) in parts {
        let Maybe::Given(number) = number else { continue };
        if let Some(n) = number.as_small_int() {
            total += i128::from(n) * i128::from(unit.micros);
            continue;
        }
        match number.as_exact_float() {
            Some(x) if x.abs() < PLAIN_FLOAT => {
                let (whole, more, fraction) = split(x, unit.micros);
                total += i128::from(whole as i64) * i128::from(unit.micros);
                total += i128::from(more as i64);
                rest += fraction;
            }
            _ => return sum_objects(vm, class, parts),
        }
    }
    if rest != 0.0 {
        total += i128::from(rounded(rest, total % 2 != 0));
    }
    of_micros(vm, class, total)
}

/// The whole part of a number, and of what its fraction makes in microseconds; and the fraction of that.
fn split(x: f64, unit: i64) -> (f64, f64, f64) {
    let whole = x.trunc();
    let micros = (x - whole) * unit as f64;
    (whole, micros.trunc(), micros - micros.trunc())
}

fn is_half(x: f64) -> bool {
    (x.round() - x).abs() == 0.5
}

/// The nearest whole number, of two equally near ones that which makes the sum even.
fn rounded(rest: f64, odd: bool) -> i64 {
    if !is_half(rest) {
        return rest.round() as i64;
    }
    let odd = f64::from(u8::from(odd));
    (2.0 * ((rest + odd) * 0.5).round() - odd) as i64
}

/// `sum` with Python's numbers.
#[cold]
fn sum_objects(vm: &Vm, class: &Obj<Type>, parts: &Parts) -> Res<Obj<Delta>> {
    let (mut total, mut rest) = (Object::small(0), 0.0);
    for (number, unit) in parts {
        let Maybe::Given(number) = number else { continue };
        if is_int(vm, number) {
            let product = vm.binary(BinOp::Mul, number, &vm.int(unit.micros)?)?;
            total = vm.binary(BinOp::Add, &total, &product)?;
        } else if is_float(vm, number) {
            let (whole, more, fraction) = split(to_f64(vm, number)?, unit.micros);
            let product = vm.binary(BinOp::Mul, &int_of(vm, whole)?, &vm.int(unit.micros)?)?;
            total = vm.binary(BinOp::Add, &total, &product)?;
            if fraction != 0.0 || more != 0.0 {
                total = vm.binary(BinOp::Add, &total, &int_of(vm, more)?)?;
                rest += fraction;
            }
        } else {
            return Err(vm.type_error(format_args!(
                "unsupported type for timedelta {} component: {}",
                unit.name,
                vm.type_name(number)
            )));
        }
    }
    if rest != 0.0 {
        let odd = match is_half(rest) {
            true => vm.truth(&vm.binary(BinOp::And, &total, &Object::small(1))?)?,
            false => false,
        };
        let whole = rounded(rest, odd);
        total = vm.binary(BinOp::Add, &total, &vm.int(whole)?)?;
    }
    of_object(vm, class, &total)
}

fn is_int(vm: &Vm, object: &Object) -> bool {
    object.as_small_int().is_some() || vm.class_of(object).has(type_flags::INT)
}

fn is_float(vm: &Vm, object: &Object) -> bool {
    object.as_exact_float().is_some() || vm.class_of(object).has(type_flags::FLOAT)
}

fn int_of(vm: &Vm, x: f64) -> Res {
    vm.bigint(numops::f64_to_bigint(x).map_err(|error| vm.text_error(error))?)
}

/// All microseconds as an int.
fn micros_object(vm: &Vm, span: Span) -> Res {
    match span.short_total() {
        Some(n) => vm.int(n),
        None => vm.bigint(BigInt::from(span.total())),
    }
}

/// The two results of `divmod`, whoever has worked them out.
fn divided(vm: &Vm, a: &Object, b: &Object) -> Res<(Object, Object)> {
    let result = vm.binary(BinOp::DivMod, a, b)?;
    let Some(pair) = result.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "divmod() returned non-tuple (type {})",
            vm.type_name(&result)
        )));
    };
    match pair.as_slice() {
        [quotient, rest] => Ok((quotient.clone(), rest.clone())),
        items => {
            Err(vm.type_error(format_args!("divmod() returned a tuple of size {}", items.len())))
        }
    }
}

/// The C int of an int.
fn c_int(vm: &Vm, object: &Object) -> Res<i64> {
    let index = vm.index(object)?;
    match vm.as_i64(&index).map(i32::try_from) {
        Some(Ok(n)) => Ok(n.into()),
        _ => Err(vm.overflow_error("Python int too large to convert to C int")),
    }
}

/// The timedelta of a number of microseconds, which may be an instance of anything that divides.
fn of_object(vm: &Vm, class: &Obj<Type>, micros: &Object) -> Res<Obj<Delta>> {
    if let Some(n) = micros.as_small_int() {
        return of_micros(vm, class, n.into());
    }
    let part = |number: &Object, unit: i64| {
        let (more, rest) = divided(vm, number, &vm.int(unit)?)?;
        let rest = c_int(vm, &rest)?;
        match (0..unit).contains(&rest) {
            true => Ok((more, rest)),
            false => Err(vm.type_error("divmod() returned a value out of range")),
        }
    };
    let (seconds, micros) = part(micros, MILLION)?;
    let (days, seconds) = part(&seconds, 86_400)?;
    let span = Span::carried(c_int(vm, &days)?, seconds, micros);
    super::delta::make_of(vm, class, span)
}

fn of_result(vm: &Vm, micros: &Object) -> Res {
    let class = vm.type_of_payload::<Delta>()?;
    Ok(of_object(vm, &class, micros)?.into_object())
}

/// A timedelta of microseconds that were worked out in 128 bits.
fn of_number(vm: &Vm, like: &Object, micros: i128) -> Res {
    let class = vm.class_of(like);
    if super::is_own(class) && class.has_layout::<Delta>() {
        return Ok(of_micros(vm, class, micros)?.into_object());
    }
    Ok(of_micros(vm, &vm.type_of_payload::<Delta>()?, micros)?.into_object())
}

pub(super) fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    match (span_of(a), span_of(b)) {
        (Some(x), Some(y)) => make_like(vm, a, x.plus(y)),
        _ => Ok(Object::not_implemented()),
    }
}

pub(super) fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    match (span_of(a), span_of(b)) {
        (Some(x), Some(y)) => make_like(vm, a, x.minus(y)),
        _ => Ok(Object::not_implemented()),
    }
}

pub(super) fn mul(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (delta, factor, span) = match (span_of(a), span_of(b)) {
        (Some(span), _) => (a, b, span),
        (None, Some(span)) => (b, a, span),
        (None, None) => return Ok(Object::not_implemented()),
    };
    if let Some(n) = factor.as_small_int()
        && let Some(product) = span.total().checked_mul(n.into())
    {
        return of_number(vm, delta, product);
    }
    if is_int(vm, factor) {
        return of_result(vm, &vm.binary(BinOp::Mul, factor, &micros_object(vm, span)?)?);
    }
    if is_float(vm, factor) {
        return times_float(vm, span, factor, false);
    }
    Ok(Object::not_implemented())
}

/// The span multiplied with a float, or divided by it.
fn times_float(vm: &Vm, span: Span, factor: &Object, divide: bool) -> Res {
    let ratio = vm.call_method(factor, "as_integer_ratio", &[])?;
    let Some(pair) = ratio.downcast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "unexpected return type from as_integer_ratio(): expected tuple, got '{}'",
            vm.type_name(&ratio)
        )));
    };
    let [above, below] = pair.as_slice() else {
        return Err(vm.value_error("as_integer_ratio() must return a 2-tuple"));
    };
    let (above, below) = if divide { (below, above) } else { (above, below) };
    if let (Some(n), Some(above), Some(below)) =
        (span.short_total(), above.as_small_int(), below.as_small_int())
        && below != 0
    {
        let product = i128::from(n) * i128::from(above);
        return of_number(vm, &Object::none(), nearest(product, below.into()));
    }
    let product = vm.binary(BinOp::Mul, &micros_object(vm, span)?, above)?;
    of_result(vm, &divide_nearest(vm, &product, below)?)
}

/// The quotient, of two equally near whole numbers the even one. Neither operand is at the end of the range.
fn nearest(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    // (With a negative divisor the quotient was rounded up, and the rest goes on towards it.)
    let step = b.signum();
    match (2 * rest).cmp(&b.abs()) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Equal if quotient % 2 == 0 => quotient,
        _ => quotient + step,
    }
}

/// The same with ints of any size.
fn divide_nearest(vm: &Vm, a: &Object, b: &Object) -> Res {
    if !is_int(vm, a) || !is_int(vm, b) {
        return Err(vm.type_error("non-integer arguments in division"));
    }
    let (a, b) = (big_integer(vm, a)?, big_integer(vm, b)?);
    if b.sign() == Sign::NoSign {
        return Err(vm.raise_kind(Exc::ZeroDivisionError, "integer division or modulo by zero"));
    }
    let (mut quotient, rest) = a.div_mod_floor(&b);
    let twice = BigInt::from(rest.magnitude() * 2u32);
    let size = BigInt::from(b.magnitude().clone());
    if twice > size || twice == size && quotient.is_odd() {
        quotient += 1;
    }
    vm.bigint(quotient)
}

pub(super) fn floor_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(span) = span_of(a) else { return Ok(Object::not_implemented()) };
    if let Some(other) = span_of(b) {
        let (x, y) = (micros_object(vm, span)?, micros_object(vm, other)?);
        return vm.binary(BinOp::FloorDiv, &x, &y);
    }
    match b.as_small_int() {
        Some(n) if n > 0 => of_number(vm, a, span.total().div_euclid(n.into())),
        _ if is_int(vm, b) => {
            of_result(vm, &vm.binary(BinOp::FloorDiv, &micros_object(vm, span)?, b)?)
        }
        _ => Ok(Object::not_implemented()),
    }
}

pub(super) fn true_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let Some(span) = span_of(a) else { return Ok(Object::not_implemented()) };
    if let Some(other) = span_of(b) {
        let (x, y) = (micros_object(vm, span)?, micros_object(vm, other)?);
        return vm.binary(BinOp::TrueDiv, &x, &y);
    }
    if is_float(vm, b) {
        return times_float(vm, span, b, true);
    }
    match b.as_small_int() {
        Some(n) if n != 0 => of_number(vm, a, nearest(span.total(), n.into())),
        _ if is_int(vm, b) => of_result(vm, &divide_nearest(vm, &micros_object(vm, span)?, b)?),
        _ => Ok(Object::not_implemented()),
    }
}

pub(super) fn rem(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (Some(x), Some(y)) = (span_of(a), span_of(b)) else { return Ok(Object::not_implemented()) };
    let rest = vm.binary(BinOp::Mod, &micros_object(vm, x)?, &micros_object(vm, y)?)?;
    of_result(vm, &rest)
}

pub(super) fn divmod(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (Some(x), Some(y)) = (span_of(a), span_of(b)) else { return Ok(Object::not_implemented()) };
    let (quotient, rest) = divided(vm, &micros_object(vm, x)?, &micros_object(vm, y)?)?;
    Ok(vm.pair(quotient, of_result(vm, &rest)?)?.into_object())
}

/// Seconds as a float, rounded once.
pub(super) fn seconds_of(vm: &Vm, span: Span) -> Res {
    const EXACT: i64 = 1 << 53;
    match span.short_total() {
        Some(n) if (-EXACT..=EXACT).contains(&n) => vm.float(n as f64 / 1e6),
        _ => vm.binary(BinOp::TrueDiv, &micros_object(vm, span)?, &vm.int(MILLION)?),
    }
}
