//! Sums and norms that lose nothing to rounding but the last step: fsum, hypot, dist.

/// The exact sum of floats, rounded once (Shewchuk's partials).
#[derive(Default)]
pub struct ExactSum {
    partials: Vec<f64>,
    special: f64,
    infinite: f64,
}

/// Why there is no sum.
#[derive(Debug, PartialEq, Eq)]
pub enum NoSum {
    /// "intermediate overflow in fsum"
    Overflow,
    /// "-inf + inf in fsum"
    Infinities,
}

impl ExactSum {
    pub fn add(&mut self, item: f64) -> Result<(), NoSum> {
        let mut x = item;
        let mut kept = 0;
        for j in 0..self.partials.len() {
            let mut y = self.partials[j];
            if x.abs() < y.abs() {
                std::mem::swap(&mut x, &mut y);
            }
            let high = x + y;
            let low = y - (high - x);
            if low != 0.0 {
                self.partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        self.partials.truncate(kept);
        if x == 0.0 {
            return Ok(());
        }
        if x.is_finite() {
            self.partials.push(x);
            return Ok(());
        }
        if item.is_finite() {
            return Err(NoSum::Overflow);
        }
        if item.is_infinite() {
            self.infinite += item;
        }
        self.special += item;
        self.partials.clear();
        Ok(())
    }

    pub fn finish(mut self) -> Result<f64, NoSum> {
        if self.special != 0.0 {
            return if self.infinite.is_nan() { Err(NoSum::Infinities) } else { Ok(self.special) };
        }
        let Some(mut high) = self.partials.pop() else { return Ok(0.0) };
        let mut low = 0.0;
        while let Some(y) = self.partials.pop() {
            let x = high;
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        // Halfway cases are rounded to even only if nothing follows.
        if let Some(&next) = self.partials.last()
            && ((low < 0.0 && next < 0.0) || (low > 0.0 && next > 0.0))
        {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        Ok(high)
    }
}

/// The square root of the sum of squares; `all` is used up. As accurate as a sum in double the
/// precision and one correction of the root can make it.
pub fn norm(all: &mut [f64]) -> f64 {
    let (mut max, mut nan) = (0f64, false);
    for x in all.iter_mut() {
        *x = x.abs();
        nan |= x.is_nan();
        if *x > max {
            max = *x;
        }
    }
    if max.is_infinite() {
        return max;
    }
    if nan {
        return f64::NAN;
    }
    if max == 0.0 || all.len() <= 1 {
        return max;
    }
    let exponent = frexp(max).1;
    if exponent < -1023 {
        // The scale would overflow: work on normal numbers.
        for x in all.iter_mut() {
            *x /= f64::MIN_POSITIVE;
        }
        return f64::MIN_POSITIVE * norm(all);
    }
    let scale = ldexp_small(-exponent);
    let (mut sum, mut low1, mut low2) = (1.0, 0.0, 0.0);
    let add = |sum: &mut f64, low1: &mut f64, low2: &mut f64, a: f64, b: f64| {
        let product = a * b;
        let product_error = a.mul_add(b, -product);
        let total = *sum + product;
        *low2 += product - (total - *sum);
        *low1 += product_error;
        *sum = total;
    };
    for x in all.iter() {
        let x = x * scale;
        add(&mut sum, &mut low1, &mut low2, x, x);
    }
    let root = (sum - 1.0 + (low1 + low2)).sqrt();
    add(&mut sum, &mut low1, &mut low2, -root, root);
    let rest = sum - 1.0 + (low1 + low2);
    (root + rest / (2.0 * root)) / scale
}

/// 2**exponent for -1022 <= exponent <= 1023 (above: infinity, below: 0 or a subnormal).
fn ldexp_small(exponent: i32) -> f64 {
    2f64.powi(exponent)
}

/// Mantissa in [0.5, 1) and exponent.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 || !x.is_finite() {
        return (x, 0);
    }
    let bits = x.to_bits();
    let raw = (bits >> 52 & 0x7ff) as i32;
    if raw == 0 {
        // A subnormal: normalise first.
        let (mantissa, exponent) = frexp(x * (1u64 << 54) as f64);
        return (mantissa, exponent - 54);
    }
    (f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52), raw - 1022)
}

/// x * 2**exponent, rounded once.
pub fn ldexp(x: f64, exponent: i64) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let (mut mantissa, own) = frexp(x);
    let mut exponent = exponent.saturating_add(i64::from(own));
    if exponent > 1025 {
        return f64::INFINITY.copysign(x);
    }
    if exponent < -1100 {
        return 0f64.copysign(x);
    }
    if exponent < -1020 {
        // One rounding only: scale exactly to just above the subnormals, then once more.
        mantissa *= 2f64.powi(-1020);
        exponent += 1020;
        return mantissa * 2f64.powi(exponent as i32);
    }
    mantissa *= 2.0;
    mantissa
        * 2f64.powi((exponent - 1).min(1023) as i32)
        * if exponent - 1 > 1023 { 2.0 } else { 1.0 }
}
