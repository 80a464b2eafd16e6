//! Greatest common divisors after Lehmer: the quotients of many steps of Euclid's are found from the upper
//! words of both numbers, and applied to the numbers at once.

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_traits::{One, ToPrimitive, Zero};
use std::mem;

use super::{Watch, div_rem, words};
use crate::text::bigops::divmod;
use crate::text::{TextError, TextResult};

/// Numbers of fewer words are num-bigint's.
const SHORT: u64 = 32;
/// Looking after stops each so many words of work.
const PIECE: u64 = 1 << 19;

/// What several steps do: the pair `(a, b)` becomes `(p a + q b, r a + s b)`.
struct Steps {
    p: i64,
    q: i64,
    r: i64,
    s: i64,
}

/// The steps that the upper 62 bits of `a` and the same bits of `b` are enough to know (Collins' condition:
/// both ends of the interval in which the quotient lies agree). None if not even one is.
fn known_steps(a: &BigUint, b: &BigUint) -> Option<Steps> {
    let cut = a.bits().saturating_sub(62);
    let (mut x, mut y) = ((a >> cut).to_i64()?, (b >> cut).to_i64()?);
    let mut m = Steps { p: 1, q: 0, r: 0, s: 1 };
    loop {
        let (low, high) = (y.checked_add(m.r)?, y.checked_add(m.s)?);
        if low <= 0 || high <= 0 {
            break;
        }
        let quotient = (x + m.p) / low;
        if quotient != (x + m.q) / high {
            break;
        }
        let step =
            |big: i64, small: i64| small.checked_mul(quotient).and_then(|n| big.checked_sub(n));
        let (Some(r), Some(s)) = (step(m.p, m.r), step(m.q, m.s)) else { break };
        // Beyond 31 bits the condition says nothing any more.
        if r.unsigned_abs() >> 31 != 0 || s.unsigned_abs() >> 31 != 0 {
            break;
        }
        m = Steps { p: m.r, q: m.s, r, s };
        (x, y) = (y, x - quotient * y);
    }
    (m.q != 0).then_some(m)
}

/// `m a + n b` where one of both factors is not positive and the result not negative.
fn combined(a: &BigUint, m: i64, b: &BigUint, n: i64) -> BigUint {
    let (x, y) = (a * m.unsigned_abs(), b * n.unsigned_abs());
    if m >= 0 && n >= 0 {
        x + y
    } else if m < 0 {
        y - x
    } else {
        x - y
    }
}

/// The greatest common divisor of magnitudes.
pub fn gcd(watch: &dyn Watch, a: &BigUint, b: &BigUint) -> TextResult<BigUint> {
    if words(a).min(words(b)) <= SHORT && words(a).max(words(b)) <= SHORT * SHORT {
        return Ok(a.gcd(b));
    }
    let (mut a, mut b) = if a >= b { (a.clone(), b.clone()) } else { (b.clone(), a.clone()) };
    let mut work = 0;
    while words(&b) > SHORT {
        work += words(&a);
        if work > PIECE {
            watch.poll()?;
            work = 0;
        }
        match known_steps(&a, &b) {
            Some(m) => (a, b) = (combined(&a, m.p, &b, m.q), combined(&a, m.r, &b, m.s)),
            None => {
                (a, b) = {
                    let r = div_rem(watch, &a, &b)?.1;
                    (b, r)
                }
            }
        }
    }
    if b.is_zero() {
        return Ok(a);
    }
    let rest = div_rem(watch, &a, &b)?.1;
    Ok(b.gcd(&rest))
}

/// The inverse of `a` modulo `n` (of any sign, not 0), if there is one.
pub fn inverse(watch: &dyn Watch, a: &BigInt, n: &BigInt) -> TextResult<Option<BigInt>> {
    let size = BigInt::from(n.magnitude().clone());
    watch.room(usize::try_from(size.bits()).map_err(|_| TextError::NoMemory)?)?;
    let (mut a, mut b) = (size.magnitude().clone(), divmod(watch, a, &size)?.1.into_parts().1);
    // x and y times the given number are a and b, modulo n.
    let (mut x, mut y) = (BigInt::zero(), BigInt::one());
    let mut work = 0;
    while !b.is_zero() {
        work += words(&a);
        if work > PIECE {
            watch.poll()?;
            work = 0;
        }
        match known_steps(&a, &b) {
            Some(m) => {
                (a, b) = (combined(&a, m.p, &b, m.q), combined(&a, m.r, &b, m.s));
                (x, y) = (&x * m.p + &y * m.q, &x * m.r + &y * m.s);
            }
            None => {
                let (q, r) = div_rem(watch, &a, &b)?;
                (a, b) = (b, r);
                let product = super::mul(watch, &q, y.magnitude())?;
                let next = x - BigInt::from_biguint(
                    if y.sign() == Sign::NoSign { Sign::Plus } else { y.sign() },
                    product,
                );
                x = mem::replace(&mut y, next);
            }
        }
    }
    Ok(if a.is_one() { Some(divmod(watch, &x, &size)?.1) } else { None })
}
