//! Whole-number functions on arbitrary precision: gcd, isqrt, factorial, comb, perm. Pure numbers;
//! `poll` is called between chunks of work, so that a huge request can be interrupted.

use num_bigint::BigUint;
use num_traits::One;

/// n!
pub fn factorial<E>(n: u64, poll: &mut dyn FnMut() -> Result<(), E>) -> Result<BigUint, E> {
    // Powers of two are taken out of the product and put back by a shift.
    let mut odd = BigUint::one();
    let mut inner = BigUint::one();
    let bits = 64 - n.leading_zeros();
    for i in (0..bits).rev() {
        let high = n >> i;
        let low = (n >> i >> 1) + 1;
        inner *= odd_product(low | 1, high, poll)?;
        poll()?;
        odd *= &inner;
    }
    Ok(odd << (n - u64::from(n.count_ones())))
}

/// The product of the odd numbers `low, low + 2, ... <= high`, `low` odd, by halves: the factors of each
/// multiplication are of like size.
fn odd_product<E>(
    low: u64,
    high: u64,
    poll: &mut dyn FnMut() -> Result<(), E>,
) -> Result<BigUint, E> {
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
    let left = odd_product(low, middle - 2, poll)?;
    let right = odd_product(middle, high, poll)?;
    poll()?;
    Ok(left * right)
}

/// n over k, for k <= n - k.
pub fn comb<E>(n: &BigUint, k: u64, poll: &mut dyn FnMut() -> Result<(), E>) -> Result<BigUint, E> {
    // C(n, k) = C(n, j) * C(n - j, k - j) / C(k, j), with j = k / 2.
    if k < 8 {
        let mut result = BigUint::one();
        for i in 0..k {
            result = result * (n - i) / (i + 1);
        }
        return Ok(result);
    }
    poll()?;
    let j = k / 2;
    let left = comb(n, j, poll)?;
    let right = comb(&(n - j), k - j, poll)?;
    let divisor = comb(&BigUint::from(k), j.min(k - j), poll)?;
    Ok(left * right / divisor)
}

/// n (n - 1) ... (n - k + 1).
pub fn perm<E>(n: &BigUint, k: u64, poll: &mut dyn FnMut() -> Result<(), E>) -> Result<BigUint, E> {
    if k < 8 {
        return Ok((0..k).fold(BigUint::one(), |p, i| p * (n - i)));
    }
    poll()?;
    let j = k / 2;
    Ok(perm(n, j, poll)? * perm(&(n - j), k - j, poll)?)
}
