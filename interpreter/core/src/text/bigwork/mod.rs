//! Arithmetic of integers so large that one operation takes long: cut into pieces, between which somebody
//! is asked whether to go on.
//!
//! **Invariant:** every function here gives num-bigint's result, asks its [`Watch`] every few milliseconds,
//! and asks it for the room of its intermediate results before it takes it. Whether an operation is long is
//! decided here; what is not goes straight to num-bigint, whose loops are the pieces.
//!
//! What takes time in proportion to the length only (sums, shifts, comparisons) is not cut: a number of a
//! hundred megabytes takes some ten milliseconds.

mod digits;
mod divide;
mod gcd;
mod power;

use num_bigint::BigUint;
use num_traits::Zero;

pub use super::watch::{Unwatched, Watch};
use super::{TextError, TextResult};

pub use digits::{from_digits, push_digits};
pub use divide::div_rem;
pub use gcd::{gcd, inverse};
pub use power::{pow, pow_mod, sqrt};

/// Products of two words that num-bigint makes in a few milliseconds at most.
const PIECE: u64 = 1 << 22;
/// Numbers of fewer bits than this are nowhere long work.
pub const SHORT_BITS: u64 = 1 << 16;

fn words(n: &BigUint) -> u64 {
    n.bits().div_ceil(64)
}

/// The number in `count` words of `n` from word `from` on.
fn part(n: &BigUint, from: u64, count: u64) -> BigUint {
    let mut all = n.iter_u64_digits();
    if let Some(last) = from.checked_sub(1)
        && all.nth(last as usize).is_none()
    {
        return BigUint::zero();
    }
    let mut halves = Vec::with_capacity(2 * all.len().min(count as usize));
    for word in all.take(count as usize) {
        halves.extend([word as u32, (word >> 32) as u32]);
    }
    BigUint::new(halves)
}

/// `a * b`.
pub fn mul(watch: &dyn Watch, a: &BigUint, b: &BigUint) -> TextResult<BigUint> {
    let (n, m) = (words(a), words(b));
    if n * m <= PIECE {
        return Ok(a * b);
    }
    // The result, and as much for each of the recursion's two lives of intermediate results.
    watch.room(usize::try_from((n + m) * 32).map_err(|_| TextError::NoMemory)?)?;
    product(watch, a, b)
}

fn product(watch: &dyn Watch, a: &BigUint, b: &BigUint) -> TextResult<BigUint> {
    let (short, long) = if a.bits() <= b.bits() { (a, b) } else { (b, a) };
    let (n, m) = (words(short), words(long));
    if n * m <= PIECE {
        watch.poll()?;
        return Ok(short * long);
    }
    if 2 * n > m {
        return toom(watch, short, long, m.div_ceil(3));
    }
    let half = m / 2;
    let low = product(watch, short, &part(long, 0, half))?;
    let high = product(watch, short, &part(long, half, m - half))?;
    Ok((high << (64 * half)) + low)
}

/// The values at 1, -1 (with its sign) and 2 of the polynomial whose coefficients are three parts of a number.
struct Points {
    parts: [BigUint; 3],
    one: BigUint,
    minus_one: (bool, BigUint),
    two: BigUint,
}

impl Points {
    fn of(n: &BigUint, size: u64) -> Points {
        let parts = [part(n, 0, size), part(n, size, size), part(n, 2 * size, size)];
        let [a, b, c] = &parts;
        let even = a + c;
        let one = &even + b;
        let minus_one = if even >= *b { (false, even - b) } else { (true, b - even) };
        let two = a + (b << 1u8) + (c << 2u8);
        Points { parts, one, minus_one, two }
    }
}

/// Both factors as polynomials of degree 2 in 2^(64 size): their product has five coefficients, which its
/// values at 0, 1, -1, 2 and infinity determine. The coefficients are not negative, so no step below is.
fn toom(watch: &dyn Watch, a: &BigUint, b: &BigUint, size: u64) -> TextResult<BigUint> {
    let p = Points::of(a, size);
    let other = if std::ptr::eq(a, b) { None } else { Some(Points::of(b, size)) };
    let q = other.as_ref().unwrap_or(&p);
    let c0 = product(watch, &p.parts[0], &q.parts[0])?;
    let c4 = product(watch, &p.parts[2], &q.parts[2])?;
    let one = product(watch, &p.one, &q.one)?;
    let minus_one = product(watch, &p.minus_one.1, &q.minus_one.1)?;
    let two = product(watch, &p.two, &q.two)?;
    let negative = p.minus_one.0 != q.minus_one.0;
    drop(other);
    drop(p);
    watch.poll()?;
    // one = even + odd, minus_one = even - odd, with even = c0 + c2 + c4 and odd = c1 + c3.
    let even: BigUint = (if negative { &one - &minus_one } else { &one + &minus_one }) >> 1u8;
    let odd = one - &even;
    let c2 = even - &c0 - &c4;
    // two = c0 + 2 c1 + 4 c2 + 8 c3 + 16 c4.
    let odd_at_two: BigUint = (two - &c0 - (&c2 << 2u8) - (&c4 << 4u8)) >> 1u8;
    let c3 = (odd_at_two - &odd) / 3u8;
    let c1 = odd - &c3;
    let shift = 64 * size;
    let upper = (((c4 << shift) + c3) << shift) + c2;
    watch.poll()?;
    Ok((((upper << shift) + c1) << shift) + c0)
}

#[cfg(test)]
mod tests;
