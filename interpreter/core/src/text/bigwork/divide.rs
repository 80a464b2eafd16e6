//! Division by halves (after Burnikel and Ziegler): two products of half the length instead of one long
//! division.

use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::{One, Zero};

use super::{Watch, mul, part, words};
use crate::text::{TextError, TextResult};

/// Words of a quotient times words of its divisor up to which long division is the quickest way.
const LONG_DIVISION: u64 = 1 << 17;
/// Whatever divides a number of so few bits, its quotient times its divisor is not more.
const SHORT: u64 = 1 << 14;
/// Divisors of so many words are not halved.
const LEAST_DIVISOR: u64 = 200;
/// Products of two words in a piece.
const PIECE: u64 = 1 << 21;

/// Quotient and remainder; `b` is not 0.
pub fn div_rem(watch: &dyn Watch, a: &BigUint, b: &BigUint) -> TextResult<(BigUint, BigUint)> {
    if a.bits() <= SHORT {
        return Ok(a.div_rem(b));
    }
    let (n, m) = (words(a), words(b));
    let quotient = n.saturating_sub(m) + 1;
    if a < b || quotient * m <= LONG_DIVISION {
        return Ok(a.div_rem(b));
    }
    watch.poll()?;
    watch.room(usize::try_from(n * 48).map_err(|_| TextError::NoMemory)?)?;
    if 2 * quotient < m {
        return by_top(watch, a, b, m - quotient - 1);
    }
    by_blocks(watch, a, b)
}

/// A quotient much shorter than the divisor is that of the upper words, or one less: the words that are
/// left out are worth less than the divisor, times the quotient.
fn by_top(watch: &dyn Watch, a: &BigUint, b: &BigUint, cut: u64) -> TextResult<(BigUint, BigUint)> {
    let bits = 64 * cut;
    let (mut q, r) = div_rem(watch, &(a >> bits), &(b >> bits))?;
    let mut rest = (r << bits) + part(a, 0, cut);
    let taken = mul(watch, &q, &part(b, 0, cut))?;
    while rest < taken {
        q -= 1u8;
        rest += b;
    }
    Ok((q, rest - taken))
}

/// Long division with blocks for digits.
fn by_blocks(watch: &dyn Watch, a: &BigUint, b: &BigUint) -> TextResult<(BigUint, BigUint)> {
    let m = words(b);
    let mut depth = 0;
    while m > LEAST_DIVISOR << depth {
        depth += 1;
    }
    // A short divisor is used as it is, for as many words at a time as a piece has.
    if depth == 0 {
        return by_short(watch, a, b, PIECE / m);
    }
    // Halved `depth` times it has whole words, and its top bit is set.
    let size = m.div_ceil(1 << depth) << depth;
    let shift = 64 * size - b.bits();
    let divisor = Divisor::new(b << shift, size);
    let a = a << shift;
    let mut r = BigUint::zero();
    let mut blocks = Vec::new();
    for i in (0..words(&a).div_ceil(size)).rev() {
        let next = (r << (64 * size)) + part(&a, i * size, size);
        let (q, rest) = divisor.two_by_one(watch, next)?;
        blocks.push(q);
        r = rest;
    }
    Ok((joined(watch, &blocks, size)?, r >> shift))
}

fn by_short(
    watch: &dyn Watch,
    a: &BigUint,
    b: &BigUint,
    size: u64,
) -> TextResult<(BigUint, BigUint)> {
    let mut r = BigUint::zero();
    let mut blocks = Vec::new();
    for i in (0..words(a).div_ceil(size)).rev() {
        watch.poll()?;
        let (q, rest) = ((r << (64 * size)) + part(a, i * size, size)).div_rem(b);
        blocks.push(q);
        r = rest;
    }
    Ok((joined(watch, &blocks, size)?, r))
}

/// The number whose digits of `size` words these are, the highest first.
fn joined(watch: &dyn Watch, blocks: &[BigUint], size: u64) -> TextResult<BigUint> {
    match blocks {
        [] => Ok(BigUint::zero()),
        [one] => Ok(one.clone()),
        _ => {
            let (high, low) = blocks.split_at(blocks.len() / 2);
            let bits = 64 * size * low.len() as u64;
            let (high, low) = (joined(watch, high, size)?, joined(watch, low, size)?);
            watch.poll()?;
            Ok((high << bits) + low)
        }
    }
}

/// A divisor of `size` words whose top bit is set, with its halves.
struct Divisor {
    all: BigUint,
    size: u64,
    /// None if it is not halved.
    halves: Option<Box<(Divisor, BigUint)>>,
}

impl Divisor {
    fn new(all: BigUint, size: u64) -> Divisor {
        let half = size / 2;
        let halves = (size > LEAST_DIVISOR && size % 2 == 0).then(|| {
            let high = Divisor::new(&all >> (64 * half), half);
            Box::new((high, part(&all, 0, half)))
        });
        Divisor { all, size, halves }
    }

    /// Of a number below `self << (64 * size)`.
    fn two_by_one(&self, watch: &dyn Watch, a: BigUint) -> TextResult<(BigUint, BigUint)> {
        let Some(halves) = &self.halves else {
            watch.poll()?;
            return Ok(a.div_rem(&self.all));
        };
        if a < self.all {
            return Ok((BigUint::zero(), a));
        }
        let half = self.size / 2;
        let (high, low) = &**halves;
        let (q1, r) = self.three_by_two(watch, &a >> (64 * half), high, low)?;
        let (q0, r) =
            self.three_by_two(watch, (r << (64 * half)) + part(&a, 0, half), high, low)?;
        Ok(((q1 << (64 * half)) + q0, r))
    }

    /// Of a number of three halves, below `self << (64 * half)`.
    fn three_by_two(
        &self,
        watch: &dyn Watch,
        a: BigUint,
        high: &Divisor,
        low: &BigUint,
    ) -> TextResult<(BigUint, BigUint)> {
        let half = self.size / 2;
        let upper = &a >> (64 * half);
        let (mut q, r) = if &upper >> (64 * half) >= high.all {
            // The quotient has no place in a half: the greatest one that has.
            let q = (BigUint::one() << (64 * half)) - 1u8;
            (q, upper + &high.all - (&high.all << (64 * half)))
        } else {
            high.two_by_one(watch, upper)?
        };
        let mut rest = (r << (64 * half)) + part(&a, 0, half);
        let taken = mul(watch, &q, low)?;
        while rest < taken {
            q -= 1u8;
            rest += &self.all;
        }
        Ok((q, rest - taken))
    }
}
