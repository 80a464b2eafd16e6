//! The module math. Numbers are worked on by the pure functions beside this file; here are the
//! Python signatures, the conversions, and the errors' words.
//!
//! Trigonometric and exponential functions are the platform's (through `std`), as they are CPython's.

mod integer;
mod special;
mod sums;
#[cfg(test)]
mod tests;

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Signed, ToPrimitive, Zero};
use special::Trouble;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::f64::consts;
use taipan_core::native::{ModuleDef, big_integer, natives, to_f64};
use taipan_core::object::{BinOp, Float, Int, NoMemory, Object, Tuple};
use taipan_core::text::{TextResult, bigwork};
use taipan_core::vm::{Raised, Res, Vm};
use taipan_macros::native;
use taipan_sys::libm;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "math",
    doc: "Functions of real numbers, on floats.\n\n\
          ValueError where a function has no value, OverflowError where the value is too large for a float.",
    functions: natives![
        acos, acosh, asin, asinh, atan, atan2, atanh, cbrt, ceil, comb, copysign, cos, cosh,
        degrees, dist, erf, erfc, exp, exp2, expm1, fabs, factorial, floor, fmod, frexp, fsum,
        gamma, gcd, hypot, isclose, isfinite, isinf, isnan, isqrt, lcm, ldexp, lgamma, log, log10,
        log1p, log2, modf, nextafter, perm, pow, prod, radians, remainder, sin, sinh, sqrt, tan,
        tanh, trunc, ulp
    ],
    fill: Some(|vm, module| {
        module.set(vm, "pi", consts::PI)?;
        module.set(vm, "e", consts::E)?;
        module.set(vm, "tau", consts::TAU)?;
        module.set(vm, "inf", f64::INFINITY)?;
        module.set(vm, "nan", f64::NAN)
    }),
    ..ModuleDef::EMPTY
};

#[cold]
fn domain(vm: &Vm) -> Raised {
    vm.value_error("math domain error")
}

#[cold]
fn range(vm: &Vm) -> Raised {
    vm.overflow_error("math range error")
}

/// A result out of nothing (NaN of a number, infinity of a finite number) is an error: of the domain,
/// or of the range where the function grows without bound.
#[inline]
fn checked(vm: &Vm, x: f64, y: f64, can_overflow: bool) -> Res<f64> {
    if y.is_nan() && !x.is_nan() {
        return Err(domain(vm));
    }
    if y.is_infinite() && x.is_finite() {
        return Err(if can_overflow { range(vm) } else { domain(vm) });
    }
    Ok(y)
}

fn told(vm: &Vm, result: Result<f64, Trouble>) -> Res<f64> {
    result.map_err(|trouble| match trouble {
        Trouble::Domain => domain(vm),
        Trouble::Range => range(vm),
    })
}

macro_rules! functions {
    ($($(#[doc = $doc:literal])+ $name:ident($can_overflow:literal) = |$x:ident| $value:expr;)*) => {$(
        $(#[doc = $doc])+
        #[native("(x, /)")]
        fn $name(vm: &Vm, $x: f64) -> Res<f64> {
            checked(vm, $x, $value, $can_overflow)
        }
    )*};
}

functions! {
    /// The angle in radians, 0 to pi, whose cosine is x.
    acos(false) = |x| x.acos();
    /// The inverse of cosh(), for x from 1 on; the result is not below 0.
    acosh(false) = |x| libm::acosh(x);
    /// The angle in radians, -pi/2 to pi/2, whose sine is x.
    asin(false) = |x| x.asin();
    /// The inverse of sinh().
    asinh(false) = |x| libm::asinh(x);
    /// The angle in radians, -pi/2 to pi/2, whose tangent is x.
    atan(false) = |x| x.atan();
    /// The inverse of tanh(), for x between -1 and 1.
    atanh(false) = |x| libm::atanh(x);
    /// The number whose third power is x.
    cbrt(false) = |x| libm::cbrt(x);
    /// Cosine; the angle is in radians.
    cos(false) = |x| x.cos();
    /// Hyperbolic cosine: (e**x + e**-x) / 2.
    cosh(true) = |x| x.cosh();
    /// 2 / sqrt(pi) times the area under e**(-t*t) from 0 to x.
    erf(false) = |x| libm::erf(x);
    /// 1 - erf(x), exact also where erf(x) is nearly 1.
    erfc(false) = |x| libm::erfc(x);
    /// e**x, more exact than with math.e.
    exp(true) = |x| x.exp();
    /// 2**x, as a float.
    exp2(true) = |x| x.exp2();
    /// e**x - 1, exact also where x is tiny.
    expm1(true) = |x| x.exp_m1();
    /// x without its sign, as a float.
    fabs(false) = |x| x.abs();
    /// log(1 + x), exact also where x is tiny.
    log1p(false) = |x| x.ln_1p();
    /// Sine; the angle is in radians.
    sin(false) = |x| x.sin();
    /// Hyperbolic sine: (e**x - e**-x) / 2.
    sinh(true) = |x| x.sinh();
    /// The number, not below 0, whose square is x.
    sqrt(false) = |x| x.sqrt();
    /// Tangent; the angle is in radians.
    tan(false) = |x| x.tan();
    /// Hyperbolic tangent: sinh(x) / cosh(x).
    tanh(false) = |x| x.tanh();
}

/// An angle in radians, in degrees.
#[native("(x, /)")]
fn degrees(x: f64) -> f64 {
    x * (180.0 / consts::PI)
}

/// An angle in degrees, in radians.
#[native("(x, /)")]
fn radians(x: f64) -> f64 {
    x * (consts::PI / 180.0)
}

/// The gamma function, which is (x - 1)! for positive ints.
#[native("(x, /)")]
fn gamma(vm: &Vm, x: f64) -> Res<f64> {
    told(vm, special::gamma(x))
}

/// The logarithm of the size of gamma(x), also where that is too large for a float.
#[native("(x, /)")]
fn lgamma(vm: &Vm, x: f64) -> Res<f64> {
    told(vm, special::lgamma(x))
}

/// The angle in radians, -pi to pi, at which the point (x, y) is seen from (0, 0).
#[native("(y, x, /)")]
fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

/// x with the sign of y, which may be that of a zero: copysign(2, -0.0) is -2.0.
#[native("(x, y, /)")]
fn copysign(x: f64, y: f64) -> f64 {
    x.copysign(y)
}

/// What is left of x when it is divided by y, with the sign of x; exact. The operator % takes the sign of y.
#[native("(x, y, /)")]
fn fmod(vm: &Vm, x: f64, y: f64) -> Res<f64> {
    let r = x % y;
    if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(vm)) } else { Ok(r) }
}

/// x less the multiple of y that is nearest to it, the even one if two are; exact (IEEE 754).
#[native("(x, y, /)")]
fn remainder(vm: &Vm, x: f64, y: f64) -> Res<f64> {
    if x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() { x } else { y });
    }
    if x.is_infinite() || y == 0.0 {
        return Err(domain(vm));
    }
    if y.is_infinite() {
        return Ok(x);
    }
    let (size, step) = (x.abs(), y.abs());
    let m = size % step;
    // Compare m with step - m, not with step / 2, which may be rounded.
    let c = step - m;
    let r = match m.partial_cmp(&c) {
        Some(Ordering::Less) => m,
        Some(Ordering::Greater) => -c,
        _ => m - 2.0 * ((0.5 * (size - m)) % step),
    };
    Ok(1f64.copysign(x) * r)
}

/// x**y in floats, where the operator can give an int or a complex.
#[native("(x, y, /)")]
fn pow(vm: &Vm, x: f64, y: f64) -> Res<f64> {
    let r = x.powf(y);
    if !x.is_finite() || !y.is_finite() {
        return Ok(r);
    }
    if r.is_nan() {
        return Err(domain(vm));
    }
    if r.is_infinite() {
        return Err(if x == 0.0 { domain(vm) } else { range(vm) });
    }
    Ok(r)
}

/// The float next to x in the direction of y.
#[native("(x, y, /)")]
fn nextafter(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        f64::NAN
    } else if x < y {
        x.next_up()
    } else if x > y {
        x.next_down()
    } else {
        y
    }
}

/// How far the floats lie apart at x.
#[native("(x, /)")]
fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if x.is_nan() || x.is_infinite() {
        return x;
    }
    let above = x.next_up();
    if above.is_infinite() { x - x.next_down() } else { above - x }
}

/// (m, e) with x == m * 2**e and m in [0.5, 1) but for its sign; (0.0, 0) for a zero.
#[native("(x, /)")]
fn frexp(x: f64) -> (f64, i32) {
    sums::frexp(x)
}

/// What frexp() took apart, together again: x * 2**i.
#[native("(x, i, /)")]
fn ldexp(vm: &Vm, x: f64, i: &Object) -> Res<f64> {
    if i.as_small_int().is_none() && i.downcast::<Int>().is_none() && !i.is_bool() {
        return Err(vm.type_error("Expected an int as second argument to ldexp."));
    }
    let i = big_integer(vm, i)?;
    let bounded = i.to_i64().unwrap_or(if i.is_negative() { i64::MIN } else { i64::MAX });
    let r = sums::ldexp(x, bounded);
    if r.is_infinite() && x.is_finite() { Err(range(vm)) } else { Ok(r) }
}

/// x taken apart at the point: (decimals, whole part), both floats with the sign of x.
#[native("(x, /)")]
fn modf(x: f64) -> (f64, f64) {
    if x.is_infinite() {
        return (0f64.copysign(x), x);
    }
    let whole = x.trunc();
    ((x - whole).copysign(x), whole)
}

/// Whether x is an ordinary number: no infinity, no NaN.
#[native("(x, /)")]
fn isfinite(x: f64) -> bool {
    x.is_finite()
}

/// Whether x is one of the two infinities.
#[native("(x, /)")]
fn isinf(x: f64) -> bool {
    x.is_infinite()
}

/// Whether x is a NaN, which is what has no value.
#[native("(x, /)")]
fn isnan(x: f64) -> bool {
    x.is_nan()
}

/// Whether two numbers are nearly equal.
///
/// They are if they differ by no more than `abs_tol`, or than the part `rel_tol` of the larger one.
#[native("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(vm: &Vm, a: f64, b: f64, rel_tol: f64, abs_tol: f64) -> Res<bool> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (rel_tol * b).abs()
        || difference <= (rel_tol * a).abs()
        || difference <= abs_tol)
}

/// Logarithm of a number that may be an int beyond the floats: `f` of the number, or of its mantissa
/// with the exponent's share added.
fn logarithm(vm: &Vm, x: &Object, f: fn(f64) -> f64) -> Res<f64> {
    if x.as_small_int().is_some() || x.downcast::<Int>().is_some() || x.is_bool() {
        let n = big_integer(vm, x)?;
        if n.sign() != Sign::Plus {
            return Err(domain(vm));
        }
        if let Some(x) = n.to_f64().filter(|x| x.is_finite()) {
            return Ok(f(x));
        }
        let shift = n.bits().saturating_sub(64);
        let top = (n.as_ref() >> shift).to_f64().unwrap_or(1.0) / 18446744073709551616.0;
        return Ok(f(top) + f(2.0) * (shift + 64) as f64);
    }
    let x = to_f64(vm, x)?;
    if x <= 0.0 {
        return Err(domain(vm));
    }
    Ok(f(x))
}

/// log(x, [base=math.e])
/// To which power the base must be raised for x; also for ints that are too large for a float.
#[native("(*args)", no_signature)]
fn log(vm: &Vm, args: &[Object]) -> Res<f64> {
    let (x, base) = match args {
        [x] => (x, None),
        [x, base] => (x, Some(base)),
        _ => return Err(vm.type_error("math.log requires 1 to 2 arguments")),
    };
    let above = logarithm(vm, x, f64::ln)?;
    let Some(base) = base else { return Ok(above) };
    let below = logarithm(vm, base, f64::ln)?;
    if below == 0.0 {
        return Err(vm.zero_division_error("float division by zero"));
    }
    Ok(above / below)
}

/// The logarithm to base 2: more exact than log(x, 2).
#[native("(x, /)")]
fn log2(vm: &Vm, x: &Object) -> Res<f64> {
    logarithm(vm, x, f64::log2)
}

/// The logarithm to base 10: more exact than log(x, 10).
#[native("(x, /)")]
fn log10(vm: &Vm, x: &Object) -> Res<f64> {
    logarithm(vm, x, f64::log10)
}

/// Add floats as if without rounding: only the result is rounded.
#[native("(seq, /)")]
fn fsum(vm: &Vm, seq: &Object) -> Res<f64> {
    let mut sum = sums::ExactSum::default();
    let told = |vm: &Vm, trouble: sums::NoSum| match trouble {
        sums::NoSum::Overflow => vm.overflow_error("intermediate overflow in fsum"),
        sums::NoSum::Infinities => vm.value_error("-inf + inf in fsum"),
    };
    vm.for_each(seq, |item| {
        let x = to_f64(vm, &item)?;
        sum.add(x).map_err(|trouble| told(vm, trouble))
    })?;
    sum.finish().map_err(|trouble| told(vm, trouble))
}

/// hypot(*coordinates) -> value
///
/// How far a point is from the origin, in as many dimensions as there are arguments.
///
///   >>> hypot(5, 12)
///   13.0
#[native("(*coordinates)", no_signature)]
fn hypot(vm: &Vm, coordinates: &[Object]) -> Res<f64> {
    let mut all = Vec::new();
    for object in coordinates {
        all.push(to_f64(vm, object)?);
    }
    Ok(sums::norm(&mut all))
}

/// How far two points are from each other, each an iterable of as many coordinates as the other.
#[native("(p, q, /)")]
fn dist(vm: &Vm, p: &Object, q: &Object) -> Res<f64> {
    let items = |o: &Object| match o.downcast::<Tuple>() {
        Some(tuple) => Ok(tuple.clone()),
        None => vm.tuple(vm.collect(o)?),
    };
    let (p, q) = (items(p)?, items(q)?);
    if p.len() != q.len() {
        return Err(vm.value_error("both points must have the same number of dimensions"));
    }
    let mut all = Vec::new();
    for (a, b) in p.as_slice().iter().zip(q.as_slice()) {
        all.push((to_f64(vm, a)? - to_f64(vm, b)?).abs());
    }
    Ok(sums::norm(&mut all))
}

/// The largest int that divides all arguments; 0 without arguments.
#[native("(*integers)")]
fn gcd(vm: &Vm, integers: &[Object]) -> Res<BigUint> {
    fold(vm, integers, BigUint::zero(), |a, b| bigwork::gcd(vm, a, b))
}

/// The least int, not below 0, that all arguments divide; 1 without arguments.
#[native("(*integers)")]
fn lcm(vm: &Vm, integers: &[Object]) -> Res<BigUint> {
    fold(vm, integers, BigUint::one(), |a, b| {
        if a.is_zero() || b.is_zero() {
            return Ok(BigUint::zero());
        }
        let divisor = bigwork::gcd(vm, a, b)?;
        bigwork::mul(vm, &bigwork::div_rem(vm, a, &divisor)?.0, b)
    })
}

fn fold(
    vm: &Vm,
    integers: &[Object],
    first: BigUint,
    join: impl Fn(&BigUint, &BigUint) -> TextResult<BigUint>,
) -> Res<BigUint> {
    let mut result = first;
    for object in integers {
        let n: Cow<BigInt> = big_integer(vm, object)?;
        result = join(&result, n.magnitude()).map_err(|e| vm.text_error(e))?;
        vm.poll()?;
    }
    Ok(result)
}

/// The largest int whose square is not above n. ValueError for n below 0.
#[native("(n, /)")]
fn isqrt(vm: &Vm, n: &Object) -> Res<BigInt> {
    let n = big_integer(vm, n)?;
    if n.is_negative() {
        return Err(vm.value_error("isqrt() argument must be nonnegative"));
    }
    let root = bigwork::sqrt(vm, n.magnitude()).map_err(|e| vm.text_error(e))?;
    Ok(root.into())
}

/// The product of the numbers 1 to x; ValueError below 0.
#[native("(x, /)")]
fn factorial(vm: &Vm, x: &Object) -> Res<BigUint> {
    let n = big_integer(vm, x)?;
    if n.is_negative() {
        return Err(vm.value_error("factorial() not defined for negative values"));
    }
    match n.to_u64().filter(|n| *n <= i64::MAX as u64) {
        // The result has about n * log2(n) bits; what no memory can hold is refused at once.
        Some(n) if n < 1 << 32 => integer::factorial(n, vm).map_err(|e| vm.text_error(e)),
        Some(_) => Err(vm.no_memory(NoMemory)),
        None => Err(
            vm.overflow_error(format_args!("factorial() argument should not exceed {}", i64::MAX))
        ),
    }
}

/// The two arguments of comb and perm, not negative.
fn choice(vm: &Vm, n: &Object, k: &Object) -> Res<(BigUint, BigUint)> {
    let (n, k) = (big_integer(vm, n)?, big_integer(vm, k)?);
    let Some(n) = n.to_biguint() else {
        return Err(vm.value_error("n must be a non-negative integer"));
    };
    let Some(k) = k.to_biguint() else {
        return Err(vm.value_error("k must be a non-negative integer"));
    };
    Ok((n, k))
}

/// How many sets of k things there are among n: n! / (k! * (n - k)!), or 0 if k > n.
#[native("(n, k, /)")]
fn comb(vm: &Vm, n: &Object, k: &Object) -> Res<BigUint> {
    let (n, k) = choice(vm, n, k)?;
    if k > n {
        return Ok(BigUint::zero());
    }
    let k = k.clone().min(&n - &k);
    match k.to_u64() {
        Some(k) => integer::comb(&n, k, vm).map_err(|e| vm.text_error(e)),
        None => Err(vm.overflow_error(format_args!("min(n - k, k) must not exceed {}", u64::MAX))),
    }
}

/// How many rows of k different things can be made of n: n! / (n - k)!, or 0 if k > n. Without k, n!.
#[native("(n, k=None, /)")]
fn perm(vm: &Vm, n: &Object, k: Option<&Object>) -> Res<BigUint> {
    let Some(k) = k else { return factorial(vm, n) };
    let (n, k) = choice(vm, n, k)?;
    if k > n {
        return Ok(BigUint::zero());
    }
    match k.to_u64() {
        Some(k) => integer::perm(&n, k, vm).map_err(|e| vm.text_error(e)),
        None => Err(vm.overflow_error(format_args!("k must not exceed {}", u64::MAX))),
    }
}

/// Multiply the items of an iterable, and start, which is also the product of none.
#[native("(iterable, /, *, start=1)")]
fn prod(vm: &Vm, iterable: &Object, start: Option<&Object>) -> Res {
    let mut product = start.cloned().unwrap_or(Object::small(1));
    vm.for_each(iterable, |item| {
        product = vm.binary(BinOp::Mul, &product, &item)?;
        Ok(())
    })?;
    Ok(product)
}

/// Round up: the least int that is not below x. Asks its `__ceil__()`.
#[native("(x, /)")]
fn ceil(vm: &Vm, x: &Object) -> Res {
    whole(vm, x, "__ceil__", f64::ceil)
}

/// Round down: the greatest int that is not above x. Asks its `__floor__()`.
#[native("(x, /)")]
fn floor(vm: &Vm, x: &Object) -> Res {
    whole(vm, x, "__floor__", f64::floor)
}

fn whole(vm: &Vm, x: &Object, method: &str, round: fn(f64) -> f64) -> Res {
    if x.as_small_int().is_some() {
        return Ok(x.clone());
    }
    if x.as_exact_float().is_none()
        && x.downcast::<Float>().is_none()
        && let Some(result) = vm.call_special(x, &vm.intern(method), &[])?
    {
        return Ok(result);
    }
    integral(vm, round(to_f64(vm, x)?))
}

/// A float without fraction as an int.
fn integral(vm: &Vm, x: f64) -> Res {
    if x.abs() < 4e18 {
        return vm.int(x as i64);
    }
    let n = taipan_core::text::numops::f64_to_bigint(x).map_err(|error| vm.text_error(error))?;
    vm.bigint(n)
}

/// Drop the decimals. Asks the number's `__trunc__()`.
#[native("(x, /)")]
fn trunc(vm: &Vm, x: &Object) -> Res {
    if let Some(x) = x.as_exact_float() {
        return integral(vm, x.trunc());
    }
    match vm.call_special(x, &vm.names().__trunc__, &[])? {
        Some(result) => Ok(result),
        None => Err(
            vm.type_error(format_args!("type {} doesn't define __trunc__ method", vm.type_name(x)))
        ),
    }
}
