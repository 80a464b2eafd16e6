//! Powers and roots.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, Zero};

use super::{SHORT_BITS, Watch, div_rem, inverse, mul, words};
use crate::text::bigops::divmod;
use crate::text::{TextError, TextResult};

/// `base ** exponent`.
pub fn pow(watch: &dyn Watch, base: &BigUint, exponent: u64) -> TextResult<BigUint> {
    let bits = base.bits().saturating_mul(exponent);
    if bits <= SHORT_BITS || base.is_one() {
        return Ok(num_traits::Pow::pow(base, exponent));
    }
    // Factors of 2 are a shift.
    let twos = base.trailing_zeros().unwrap_or(0);
    let odd = base >> twos;
    let shift = twos.checked_mul(exponent).ok_or(TextError::NoMemory)?;
    watch.room(usize::try_from(bits / 8).map_err(|_| TextError::NoMemory)?)?;
    if odd.is_one() {
        return Ok(odd << shift);
    }
    let mut result = odd.clone();
    for i in (0..exponent.ilog2()).rev() {
        watch.poll()?;
        result = mul(watch, &result, &result)?;
        if exponent >> i & 1 == 1 {
            result = mul(watch, &result, &odd)?;
        }
    }
    Ok(result << shift)
}

/// Work of num-bigint's `modpow`, in products of two words, up to which it is not cut.
const SHORT_WORK: u64 = 10_000_000;
/// Bits of the exponent that are taken at a time.
const WINDOW: u64 = 4;

/// `pow(base, exponent, modulus)`, with the modulus's sign; it is not 0.
pub fn pow_mod(
    watch: &dyn Watch,
    base: &BigInt,
    exponent: &BigInt,
    modulus: &BigInt,
) -> TextResult<BigInt> {
    if exponent.sign() == Sign::Minus {
        let Some(inverse) = inverse(watch, base, modulus)? else {
            return Err(TextError::value("base is not invertible for the given modulus"));
        };
        return pow_mod(watch, &inverse, &-exponent, modulus);
    }
    let n = words(modulus.magnitude());
    let work = (n * n).saturating_mul(exponent.bits()).saturating_add(words(base.magnitude()) * n);
    if work <= SHORT_WORK {
        return Ok(base.modpow(exponent, modulus));
    }
    let m = modulus.magnitude();
    let size = BigInt::from(m.clone());
    let base = divmod(watch, base, &size)?.1.into_parts().1;
    let result = BigInt::from(windows(watch, base, exponent.magnitude(), m)?);
    Ok(match modulus.sign() == Sign::Minus && !result.is_zero() {
        true => result + modulus,
        false => result,
    })
}

fn windows(
    watch: &dyn Watch,
    base: BigUint,
    exponent: &BigUint,
    m: &BigUint,
) -> TextResult<BigUint> {
    let times = |a: &BigUint, b: &BigUint| -> TextResult<BigUint> {
        watch.poll()?;
        Ok(div_rem(watch, &mul(watch, a, b)?, m)?.1)
    };
    let mut powers = vec![BigUint::one() % m, base];
    let mut result = powers[0].clone();
    let count = exponent.bits().div_ceil(WINDOW);
    for i in (0..count).rev() {
        if i + 1 < count {
            for _ in 0..WINDOW {
                result = times(&result, &result)?;
            }
        }
        let digit = (0..WINDOW).filter(|k| exponent.bit(i * WINDOW + k)).map(|k| 1 << k).sum();
        while powers.len() <= digit {
            powers.push(times(&powers[powers.len() - 1], &powers[1])?);
        }
        if digit > 0 {
            result = times(&result, &powers[digit])?;
        }
    }
    Ok(result)
}

/// The whole part of the square root.
pub fn sqrt(watch: &dyn Watch, n: &BigUint) -> TextResult<BigUint> {
    if n.bits() <= SHORT_BITS / 4 {
        return Ok(n.sqrt());
    }
    // The root of the upper half has the upper half of the root's digits; one step of Newton's, from above,
    // doubles them.
    let quarter = n.bits() / 4 - 1;
    let first: BigUint = (sqrt(watch, &(n >> (2 * quarter)))? + 1u8) << quarter;
    let mut root: BigUint = (div_rem(watch, n, &first)?.0 + first) >> 1u8;
    while mul(watch, &root, &root)? > *n {
        root -= 1u8;
    }
    Ok(root)
}
