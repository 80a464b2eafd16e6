//! Digits of long numbers, and back.

use num_bigint::BigUint;
use num_traits::Zero;

use super::{Watch, div_rem, mul, part, words};
use crate::text::{TextError, TextResult};

/// Digits that are converted at a time, in bases that are no power of 2. (A multiple of 64, as is its double.)
const CHUNK: usize = 1280;
/// And in those that are one.
const BINARY_CHUNK: usize = 1 << 18;

/// `base ** CHUNK`, its square, and so on: the last one has no more than half the digits of a number of so
/// many bits, or about that.
fn units(watch: &dyn Watch, base: u32, bits: u64) -> TextResult<Vec<BigUint>> {
    let mut units = vec![BigUint::from(base).pow(CHUNK as u32)];
    while let Some(last) = units.last()
        && last.bits() * 2 < bits + 2
    {
        let next = mul(watch, last, last)?;
        units.push(next);
    }
    Ok(units)
}

/// Append the digits of `n`, in lower case.
pub fn push_digits(watch: &dyn Watch, n: &BigUint, base: u32, out: &mut String) -> TextResult<()> {
    if n.bits() <= super::SHORT_BITS / 4 {
        let text = n.to_str_radix(base);
        out.try_reserve(text.len())?;
        out.push_str(&text);
        return Ok(());
    }
    let bits_each = u64::from(base.ilog2());
    let most = usize::try_from(n.bits() / bits_each + 2).map_err(|_| TextError::NoMemory)?;
    watch.room(most)?;
    out.try_reserve(most)?;
    if base.is_power_of_two() {
        // So many words are so many digits, exactly.
        let size = bits_each * BINARY_CHUNK as u64 / 64;
        for i in (0..words(n).div_ceil(size)).rev() {
            watch.poll()?;
            push_padded(&part(n, i * size, size), base, out, BINARY_CHUNK);
        }
        return Ok(());
    }
    let units = units(watch, base, n.bits())?;
    push_by_halves(watch, n, base, &units, out)
}

/// The digits of one chunk; zeros before them unless they are the first.
fn push_padded(n: &BigUint, base: u32, out: &mut String, width: usize) {
    let text = n.to_str_radix(base);
    if !out.is_empty() && !out.ends_with('-') {
        (text.len()..width).for_each(|_| out.push('0'));
    } else if n.is_zero() {
        return;
    }
    out.push_str(&text);
}

fn push_by_halves(
    watch: &dyn Watch,
    n: &BigUint,
    base: u32,
    units: &[BigUint],
    out: &mut String,
) -> TextResult<()> {
    let Some((unit, smaller)) = units.split_last() else {
        watch.poll()?;
        push_padded(n, base, out, CHUNK);
        return Ok(());
    };
    let (high, low) = div_rem(watch, n, unit)?;
    push_by_halves(watch, &high, base, smaller, out)?;
    push_by_halves(watch, &low, base, smaller, out)
}

/// The number with these digits, which are digits of the base; no digits are 0.
pub fn from_digits(watch: &dyn Watch, digits: &[u8], base: u32) -> TextResult<BigUint> {
    let piece = |digits: &[u8]| BigUint::parse_bytes(digits, base).unwrap_or_default();
    if digits.len() <= CHUNK {
        return Ok(piece(digits));
    }
    let bits_each = base.ilog2() as usize;
    let bytes = (digits.len() / 8 + 1).saturating_mul(bits_each + 1);
    watch.room(bytes.saturating_mul(4))?;
    if base.is_power_of_two() {
        // So many digits are so many halves of words, exactly.
        let mut halves: Vec<u32> = Vec::new();
        halves.try_reserve_exact(bytes / 4 + BINARY_CHUNK)?;
        for chunk in digits.rchunks(BINARY_CHUNK) {
            watch.poll()?;
            let end = halves.len() + BINARY_CHUNK * bits_each / 32;
            halves.extend(piece(chunk).iter_u32_digits());
            halves.resize(end, 0);
        }
        return Ok(BigUint::new(halves));
    }
    let bits = (digits.len() as u64).saturating_mul(bits_each as u64 + 1);
    let units = units(watch, base, bits)?;
    from_halves(watch, digits, &units, &piece)
}

fn from_halves(
    watch: &dyn Watch,
    digits: &[u8],
    units: &[BigUint],
    piece: &dyn Fn(&[u8]) -> BigUint,
) -> TextResult<BigUint> {
    if digits.len() <= CHUNK {
        watch.poll()?;
        return Ok(piece(digits));
    }
    let Some((unit, smaller)) = units.split_last() else { return Ok(piece(digits)) };
    let low_len = CHUNK << smaller.len();
    if digits.len() <= low_len {
        return from_halves(watch, digits, smaller, piece);
    }
    let (high, low) = digits.split_at(digits.len() - low_len);
    let high = if high.len() <= low_len {
        from_halves(watch, high, smaller, piece)?
    } else {
        from_halves(watch, high, units, piece)?
    };
    Ok(mul(watch, &high, unit)? + from_halves(watch, low, smaller, piece)?)
}
