//! Arithmetic between floats and integers with Python's meaning: exact conversions, correctly rounded
//! division, floor division, power and `round`.
//!
//! **Invariant:** every conversion from an integer to a float rounds once, half to even; what does not
//! fit is an `Overflow`, never an infinity. `pow` leaves complex results to its caller.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};

use super::bigwork::{self, Watch};
use super::{TextError, TextResult};

/// Bits of a float's mantissa.
const MANTISSA: u64 = 53;

/// `x == mantissa * 2**exponent` for finite, non-negative `x`; the mantissa is below 2^53.
pub fn decompose(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// `mantissa * 2**exponent`, rounded once; infinite when too large.
pub fn ldexp(mantissa: u64, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    // Put the top bit at 63, then keep 53 bits, or fewer among the subnormals.
    let shift = mantissa.leading_zeros();
    let (m, top) = (mantissa << shift, exponent - i64::from(shift) + 63);
    if top > 1023 {
        return f64::INFINITY;
    }
    let drop = if top >= -1022 { 11 } else { 11 + (-1022 - top) };
    if drop > 64 {
        return 0.0;
    }
    let kept = if drop == 64 { 0 } else { m >> drop };
    let half = 1u64 << (drop - 1);
    let rest = if drop == 64 { m } else { m & ((1 << drop) - 1) };
    let rounded = kept + u64::from(rest > half || (rest == half && kept & 1 == 1));
    // Adding lets a carry run into the exponent, as it should.
    let base = if top >= -1022 { (top + 1022) as u64 } else { 0 };
    f64::from_bits((base << 52) + rounded)
}

/// The nearest float, or `OverflowError`.
pub fn bigint_to_f64(n: &BigInt) -> TextResult<f64> {
    let x = biguint_to_f64(n.magnitude());
    if x.is_infinite() {
        return Err(TextError::overflow("int too large to convert to float"));
    }
    Ok(if n.sign() == Sign::Minus { -x } else { x })
}

fn biguint_to_f64(n: &BigUint) -> f64 {
    let bits = n.bits();
    if bits <= 64 {
        return n.to_u64().unwrap_or(0) as f64;
    }
    if bits > 1100 {
        return f64::INFINITY;
    }
    let (top, sticky) = top_word(n);
    ldexp(top | u64::from(sticky), bits as i64 - 64)
}

/// The highest 64 bits of a number of more than 64, and whether anything below them is set.
fn top_word(n: &BigUint) -> (u64, bool) {
    let shift = n.bits() - 64;
    let top = (n >> shift).to_u64().unwrap_or(u64::MAX);
    (top, n.trailing_zeros().unwrap_or(0) < shift)
}

/// The integer part of a float: `Value`/`Overflow` errors for NaN and infinities.
pub fn f64_to_bigint(x: f64) -> TextResult<BigInt> {
    if x.is_nan() {
        return Err(TextError::value("cannot convert float NaN to integer"));
    }
    if x.is_infinite() {
        return Err(TextError::overflow("cannot convert float infinity to integer"));
    }
    let (m, e) = decompose(x.abs());
    let n = if e >= 0 {
        BigInt::from(m) << e
    } else {
        BigInt::from(m.checked_shr(-e as u32).unwrap_or(0))
    };
    Ok(if x < 0.0 { -n } else { n })
}

/// `a / b` of integers, correctly rounded.
pub fn true_divide(a: &BigInt, b: &BigInt) -> TextResult<f64> {
    if b.is_zero() {
        return Err(TextError::ZeroDivision("division by zero".into()));
    }
    if a.is_zero() {
        return Ok(if b.sign() == Sign::Minus { -0.0 } else { 0.0 });
    }
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    let x = divide_magnitudes(a.magnitude(), b.magnitude());
    if x.is_infinite() {
        return Err(TextError::overflow("integer division result too large for a float"));
    }
    Ok(if negative { -x } else { x })
}

/// `a / b` of machine integers; exact operands make the hardware's division correctly rounded.
pub fn true_divide_i64(a: i64, b: i64) -> TextResult<f64> {
    const EXACT: u64 = 1 << MANTISSA;
    if b != 0 && a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT {
        return Ok(a as f64 / b as f64); // 0 / -1 is -0.0, as in Python
    }
    true_divide(&a.into(), &b.into())
}

fn divide_magnitudes(a: &BigUint, b: &BigUint) -> f64 {
    let difference = a.bits() as i64 - b.bits() as i64;
    if difference > 1026 {
        return f64::INFINITY;
    }
    if difference < -1080 {
        return 0.0;
    }
    // A quotient of 63 or 64 bits, and one sticky bit for the remainder.
    let shift = 63 - difference;
    let (q, r) = if shift >= 0 {
        (a << shift as u64).div_rem(b)
    } else {
        a.div_rem(&(b << (-shift) as u64))
    };
    let q = q.to_u64().unwrap_or(u64::MAX);
    ldexp(q | u64::from(!r.is_zero()), -shift)
}

/// `divmod(x, y)`.
pub fn divmod(x: f64, y: f64) -> TextResult<(f64, f64)> {
    if y == 0.0 {
        return Err(TextError::ZeroDivision("float divmod()".into()));
    }
    Ok(divmod_nonzero(x, y))
}

/// `x // y`.
pub fn floor_divide(x: f64, y: f64) -> TextResult<f64> {
    if y == 0.0 {
        return Err(TextError::ZeroDivision("float floor division by zero".into()));
    }
    Ok(divmod_nonzero(x, y).0)
}

/// `x % y`.
#[inline]
pub fn modulo(x: f64, y: f64) -> TextResult<f64> {
    if y == 0.0 {
        return Err(TextError::ZeroDivision("float modulo".into()));
    }
    let m = x % y;
    Ok(if m == 0.0 {
        0f64.copysign(y)
    } else if (y < 0.0) != (m < 0.0) {
        m + y
    } else {
        m
    })
}

fn divmod_nonzero(x: f64, y: f64) -> (f64, f64) {
    let mut m = x % y;
    // This quotient is very near an integer; the steps below find which.
    let mut d = (x - m) / y;
    if m == 0.0 {
        m = 0f64.copysign(y);
    } else if (y < 0.0) != (m < 0.0) {
        m += y;
        d -= 1.0;
    }
    if d == 0.0 {
        return (0f64.copysign(x / y), m);
    }
    let floor = d.floor();
    (if d - floor > 0.5 { floor + 1.0 } else { floor }, m)
}

/// What `x ** y` is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Power {
    /// A float.
    Float(f64),
    /// A complex number: the base is negative and the exponent no integer.
    Complex,
}

/// `x ** y` of floats.
pub fn power(x: f64, y: f64) -> TextResult<Power> {
    if x == 0.0 && y < 0.0 && y.is_finite() {
        return Err(TextError::ZeroDivision("0.0 cannot be raised to a negative power".into()));
    }
    if x == 0.0 && y == f64::NEG_INFINITY {
        return Ok(Power::Float(f64::INFINITY));
    }
    if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
        return Ok(Power::Complex);
    }
    let r = x.powf(y);
    if r.is_infinite() && x.is_finite() && y.is_finite() {
        // CPython passes on C's errno, so the exception has two arguments there.
        return Err(TextError::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(Power::Float(r))
}

/// `base ** exponent` of integers, `exponent >= 0`. (Long ones are [`super::bigwork::pow`]'s.)
pub fn int_power(base: &BigInt, exponent: &BigUint) -> TextResult<BigInt> {
    if exponent.is_zero() || base.is_one() {
        return Ok(BigInt::one());
    }
    if base.is_zero() {
        return Ok(BigInt::zero());
    }
    if base.magnitude().is_one() {
        return Ok(if exponent.is_odd() { base.clone() } else { BigInt::one() });
    }
    let Some(e) = exponent.to_u32() else { return Err(TextError::NoMemory) };
    Ok(num_traits::Pow::pow(base, e))
}

/// `x.as_integer_ratio()`.
pub fn as_integer_ratio(x: f64) -> TextResult<(BigInt, BigInt)> {
    if x.is_nan() {
        return Err(TextError::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(TextError::overflow("cannot convert Infinity to integer ratio"));
    }
    let (m, e) = decompose(x.abs());
    if m == 0 {
        return Ok((BigInt::zero(), BigInt::one()));
    }
    let odd = m.trailing_zeros();
    let (m, e) = (BigInt::from(m >> odd), e + odd as i32);
    let m = if x < 0.0 { -m } else { m };
    Ok(if e >= 0 { (m << e, BigInt::one()) } else { (m, BigInt::one() << -e) })
}

/// `round(x, ndigits)` of a float: correctly rounded, half to even.
pub fn round_digits(x: f64, ndigits: i64) -> TextResult<f64> {
    if !x.is_finite() || x == 0.0 || ndigits > 323 {
        return Ok(x);
    }
    if ndigits < -308 {
        return Ok(0.0 * x);
    }
    if let Some(r) = round_short(x, ndigits) {
        return Ok(r);
    }
    let r = if ndigits >= 0 {
        super::floatrepr::fixed_digits(x, ndigits as usize).parse().unwrap_or(x)
    } else {
        round_to_tens(x, -ndigits as u32)?
    };
    if r.is_infinite() {
        return Err(TextError::overflow("rounded value too large to represent"));
    }
    Ok(r)
}

/// The same of numbers with few digits; None: it is another.
///
/// `x * 10**ndigits` is the sum of two floats exactly: the product and what was rounded off it. The integer nearest to
/// that sum and the power of ten are floats too, so that their quotient is the number nearest to the decimal.
fn round_short(x: f64, ndigits: i64) -> Option<f64> {
    const TENS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let ten = *TENS.get(usize::try_from(ndigits).ok()?)?;
    let product = x * ten;
    // Below, everything has a place for halves; beyond, so small that what was rounded off is a float as well.
    if !(1e-3..(1u64 << 51) as f64).contains(&product.abs()) {
        return None;
    }
    let rest = x.mul_add(ten, -product);
    let near = product.round_ties_even();
    // Exact, as both are close to one another.
    let off = product - near;
    let nearest = if off == 0.5 && rest > 0.0 {
        near + 1.0
    } else if off == -0.5 && rest < 0.0 {
        near - 1.0
    } else {
        near
    };
    Some((nearest / ten).copysign(x))
}

/// Round to a multiple of `10**k`.
fn round_to_tens(x: f64, k: u32) -> TextResult<f64> {
    let unit = BigInt::from(10).pow(k);
    // The fraction below 1 only matters as "more than the integer part": never for a tie, as unit/2 >= 5.
    let (whole, fraction) = (f64_to_bigint(x.abs())?, x.abs().fract() != 0.0);
    let (q, r) = whole.div_rem(&unit);
    let twice: BigInt = r * 2;
    let up = twice > unit || (twice == unit && (fraction || q.is_odd()));
    let n = (if up { q + 1 } else { q }) * unit;
    Ok(biguint_to_f64(n.magnitude()).copysign(x))
}

/// `round(n, -k)` of an int: to a multiple of `10**k`, half to even.
pub fn round_int(watch: &dyn Watch, n: &BigInt, k: u32) -> TextResult<BigInt> {
    let unit = bigwork::pow(watch, &BigUint::from(10u8), k.into())?;
    let (q, r) = bigwork::div_rem(watch, n.magnitude(), &unit)?;
    let twice: BigUint = r << 1u8;
    let up = twice > unit || (twice == unit && q.is_odd());
    let rounded = bigwork::mul(watch, &if up { q + 1u8 } else { q }, &unit)?;
    Ok(BigInt::from_biguint(n.sign(), rounded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ldexp_rounds_once() {
        assert_eq!(ldexp(1, -1074), f64::from_bits(1));
        assert_eq!(ldexp(1, -1075), 0.0);
        assert_eq!(ldexp(3, -1075), f64::from_bits(2));
        assert_eq!(ldexp(u64::MAX, 960), f64::INFINITY);
        assert_eq!(ldexp((1 << 53) - 1, 971), f64::MAX);
        for x in [1.0, 0.1, 1e300, 5e-324, 2.5e-310, 123456.789] {
            let (m, e) = decompose(x);
            assert_eq!(ldexp(m, e.into()), x);
        }
    }

    #[test]
    fn integers() {
        let ten = BigInt::from(10);
        assert_eq!(bigint_to_f64(&ten.pow(30)).unwrap(), 1e30);
        assert_eq!(bigint_to_f64(&-ten.pow(308)).unwrap(), -1e308);
        assert!(bigint_to_f64(&ten.pow(309)).is_err());
        assert_eq!(true_divide(&ten.pow(400), &(ten.pow(399) * 3)).unwrap(), 10.0 / 3.0);
        assert_eq!(true_divide(&BigInt::one(), &ten.pow(320)).unwrap(), 1e-320);
        assert_eq!(true_divide_i64(-7, 2).unwrap(), -3.5);
    }

    #[test]
    fn floor_and_round() {
        assert_eq!(divmod(-7.5, 2.0).unwrap(), (-4.0, 0.5));
        assert_eq!(modulo(5.0, -3.0).unwrap(), -1.0);
        assert_eq!(round_digits(2.675, 2).unwrap(), 2.67);
        assert_eq!(round_digits(1250.0, -2).unwrap(), 1200.0);
        assert_eq!(round_digits(0.5, 0).unwrap(), 0.0);
        assert!(round_digits(1.7e308, -308).is_err());
    }
}
