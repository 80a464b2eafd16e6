//! Whole-number functions on arbitrary precision: gcd, isqrt, factorial, comb, perm. Pure numbers;
//! the watch is
//! asked between pieces of work, so that a huge request can be interrupted.

use num_bigint::BigUint;
use num_traits::One;
use taipan_core::text::TextResult;
use taipan_core::text::bigwork::{Watch, div_rem, mul};

/// n!
pub fn factorial(n: u64, watch: &dyn Watch) -> TextResult<BigUint> {
    // Powers of two are taken out of the product and put back by a shift.
    let mut odd = BigUint::one();
    let mut inner = BigUint::one();
    let bits = 64 - n.leading_zeros();
    for i in (0..bits).rev() {
        let high = n >> i;
        let low = (n >> i >> 1) + 1;
        inner = mul(watch, &inner, &odd_product(low | 1, high, watch)?)?;
        odd = mul(watch, &odd, &inner)?;
    }
    Ok(odd << (n - u64::from(n.count_ones())))
}

/// The product of the odd numbers `low, low + 2, ... <= high`, `low` odd, by halves: the factors of each
/// multiplication are of like size.
fn odd_product(low: u64, high: u64, watch: &dyn Watch) -> TextResult<BigUint> {
    if low > high {
        return Ok(BigUint::one());
    }
    if high - low < 32 {
        let (mut whole, mut part) = (BigUint::one(), 1u64);
        for n in (low..=high).step_by(2) {
            match part.checked_mul(n) {
                Some(p) => part = p,
                None => {
                    whole *= part;
                    part = n;
                }
            }
        }
        return Ok(whole * part);
    }
    let middle = (low + (high - low) / 2) | 1;
    let left = odd_product(low, middle - 2, watch)?;
    let right = odd_product(middle, high, watch)?;
    watch.poll()?;
    mul(watch, &left, &right)
}

/// n over k, for k <= n - k.
pub fn comb(n: &BigUint, k: u64, watch: &dyn Watch) -> TextResult<BigUint> {
    // C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j), with j = k / 2.
    if k < 8 {
        let mut result = BigUint::one();
        for i in 0..k {
            result = result * (n - i) / (i + 1);
        }
        return Ok(result);
    }
    watch.poll()?;
    let j = k / 2;
    let left = comb(n, j, watch)?;
    let right = comb(&(n - j), k - j, watch)?;
    let divisor = comb(&BigUint::from(k), j.min(k - j), watch)?;
    Ok(div_rem(watch, &mul(watch, &left, &right)?, &divisor)?.0)
}

/// n (n - 1) ... (n - k + 1).
pub fn perm(n: &BigUint, k: u64, watch: &dyn Watch) -> TextResult<BigUint> {
    if k < 8 {
        return Ok((0..k).fold(BigUint::one(), |p, i| p * (n - i)));
    }
    watch.poll()?;
    let j = k / 2;
    mul(watch, &perm(n, j, watch)?, &perm(&(n - j), k - j, watch)?)
}
