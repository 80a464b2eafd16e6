//! Hashes of numbers and of collections of hashes, with CPython 3.11's results.
//!
//! **Invariant:** numbers that compare equal hash equal across int, float and complex: the hash is the
//! value modulo the prime 2^61 - 1. No hash is -1. The hash of a NaN is its object's identity, which only
//! the caller knows.

use num_bigint::{BigInt, Sign};

/// The modulus, a Mersenne prime.
pub const MODULUS: u64 = (1 << BITS) - 1;
/// The hash of positive infinity; the negative one has its negative.
pub const INFINITY: i64 = 314_159;
/// The factor of a complex number's imaginary part.
pub const IMAGINARY: i64 = 1_000_003;
const BITS: u32 = 61;

/// -1 is C's error answer, so no hash may be it.
#[inline]
pub fn not_minus_one(h: i64) -> i64 {
    if h == -1 { -2 } else { h }
}

/// `x * 2**n` modulo the prime, for `x` below it.
#[inline]
fn rotate(x: u64, n: u32) -> u64 {
    let n = n % BITS;
    if n == 0 { x } else { (x << n & MODULUS) | x >> (BITS - n) }
}

/// The hash of an int that fits a machine word.
#[inline]
pub fn hash_i64(n: i64) -> i64 {
    if (n as u64) < MODULUS {
        return n;
    }
    if n.unsigned_abs() < MODULUS {
        return not_minus_one(n);
    }
    signed(n.unsigned_abs() % MODULUS, n < 0)
}

/// The hash of any int.
pub fn hash_bigint(n: &BigInt) -> i64 {
    let mut h = 0;
    for digit in n.iter_u64_digits().rev() {
        h = rotate(h, 64) + digit % MODULUS;
        if h >= MODULUS {
            h -= MODULUS;
        }
    }
    signed(h, n.sign() == Sign::Minus)
}

fn signed(h: u64, negative: bool) -> i64 {
    let h = h as i64; // below 2^61
    not_minus_one(if negative { -h } else { h })
}

/// The hash of a float; `None` for a NaN, which hashes by identity ([`hash_pointer`]).
pub fn hash_f64(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { INFINITY } else { -INFINITY });
    }
    if x == x.trunc() && x.abs() < 9e18 {
        return Some(hash_i64(x as i64));
    }
    let (mantissa, exponent) = super::numops::decompose(x.abs());
    let turns = exponent.rem_euclid(BITS as i32) as u32;
    Some(signed(rotate(mantissa % MODULUS, turns), x < 0.0))
}

/// The hash of a complex number from those of its parts.
pub fn combine_complex(real: i64, imag: i64) -> i64 {
    not_minus_one(real.wrapping_add(IMAGINARY.wrapping_mul(imag)))
}

/// The hash of an address: the low bits, always zero, go to the top.
#[inline]
pub fn hash_pointer(address: usize) -> i64 {
    not_minus_one((address as u64).rotate_right(4) as i64)
}

/// The hash of a tuple, fed with its items' hashes in order.
#[derive(Clone, Copy, Debug)]
pub struct TupleHash {
    acc: u64,
    len: u64,
}

const XX1: u64 = 11_400_714_785_074_694_791;
const XX2: u64 = 14_029_467_366_897_019_727;
const XX5: u64 = 2_870_177_450_012_600_261;

impl Default for TupleHash {
    fn default() -> Self {
        Self::new()
    }
}

impl TupleHash {
    /// Of no items yet.
    #[inline]
    pub const fn new() -> Self {
        Self { acc: XX5, len: 0 }
    }

    /// The next item has this hash.
    #[inline]
    pub fn add(&mut self, hash: i64) {
        self.acc = self.acc.wrapping_add((hash as u64).wrapping_mul(XX2));
        self.acc = self.acc.rotate_left(31).wrapping_mul(XX1);
        self.len += 1;
    }

    /// The tuple's hash.
    #[inline]
    pub fn finish(self) -> i64 {
        let h = self.acc.wrapping_add(self.len ^ (XX5 ^ 3_527_539));
        if h == u64::MAX { 1_546_275_796 } else { h as i64 }
    }
}

/// The hash of a tuple whose items hash like this.
pub fn hash_tuple(items: impl IntoIterator<Item = i64>) -> i64 {
    let mut h = TupleHash::new();
    items.into_iter().for_each(|i| h.add(i));
    h.finish()
}

/// The hash of a frozenset, fed with its items' hashes in any order.
#[derive(Clone, Copy, Debug, Default)]
pub struct FrozensetHash {
    acc: u64,
    len: u64,
}

impl FrozensetHash {
    /// One more item has this hash.
    #[inline]
    pub fn add(&mut self, hash: i64) {
        let h = hash as u64;
        self.acc ^= ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
        self.len += 1;
    }

    /// The set's hash.
    pub fn finish(self) -> i64 {
        let mut h = self.acc ^ (self.len + 1).wrapping_mul(1_927_868_237);
        h ^= (h >> 11) ^ (h >> 25);
        h = h.wrapping_mul(69_069).wrapping_add(907_133_923);
        if h == u64::MAX { 590_923_713 } else { h as i64 }
    }
}

/// The hash of a `range` of this length: that of `(len, start, step)` with `None` where it says nothing.
/// `start` and `step` are hashes; `one` tells that the length is exactly 1.
pub fn hash_range(len: i64, one: bool, start: i64, step: i64, none: i64) -> i64 {
    match (len, one) {
        (0, _) => hash_tuple([0, none, none]),
        (_, true) => hash_tuple([len, start, none]),
        _ => hash_tuple([len, start, step]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(hash_i64(-1), -2);
        assert_eq!(hash_i64(MODULUS as i64), 0);
        assert_eq!(hash_i64(i64::MIN), -4);
        assert_eq!(hash_bigint(&(BigInt::from(1) << 100)), 549_755_813_888);
        assert_eq!(hash_bigint(&-BigInt::from(10).pow(30)), -465_258_685_558_744_706);
        assert_eq!(hash_f64(1.5), Some(1_152_921_504_606_846_977));
        assert_eq!(hash_f64(-0.1), Some(-230_584_300_921_369_408));
        assert_eq!(
            hash_f64(1e300),
            Some(hash_bigint(&crate::text::numops::f64_to_bigint(1e300).unwrap()))
        );
        assert_eq!(hash_f64(f64::NEG_INFINITY), Some(-314_159));
        assert_eq!(hash_f64(f64::NAN), None);
    }

    #[test]
    fn collections() {
        assert_eq!(hash_tuple([]), 5_740_354_900_026_072_187);
        assert_eq!(hash_tuple([1, 2, 3]), 529_344_067_295_497_451);
        let mut f = FrozensetHash::default();
        [1, 2, 3].into_iter().for_each(|h| f.add(h));
        assert_eq!(f.finish(), -272_375_401_224_217_160);
    }
}
