//! The functions: formulas for finite arguments (W. Kahan, "Branch cuts for complex elementary functions"), with
//! `edges.rs` for the rest. The operations are in the order that gives CPython's last digits.

use super::{Answer, Pair, Trouble, edges};
use std::f64::consts::{FRAC_PI_2, LN_2, LN_10};
use taipan_sys::libm;

/// Beyond this a sum of two squares, or of two such numbers, may overflow.
const LARGE: f64 = f64::MAX / 4.0;
/// The square root of that.
const ROOT_OF_LARGE: f64 = 6.703903964971298e153;
/// Its logarithm: where exp() comes near the end.
const LOG_LARGE: f64 = 708.3964185322641;
/// The square root of the smallest normal number.
const ROOT_OF_LEAST: f64 = 1.4916681462400413e-154;
/// 2 to the digits of a fraction.
const SCALE: f64 = (1u64 << 53) as f64;

fn is_large((x, y): Pair) -> bool {
    x.abs() > LARGE || y.abs() > LARGE
}

/// log(|z|) of a large z.
fn log_of_large((x, y): Pair) -> f64 {
    (x / 2.0).hypot(y / 2.0).ln() + LN_2 * 2.0
}

fn root(z: Pair) -> Pair {
    if edges::at(z) {
        return edges::sqrt(z);
    }
    let (x, y) = z;
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // Subnormal: scaled by 2 ** 53, so that no digits are lost; the root by half of that and the half below it.
        let scaled = ax * SCALE;
        (scaled + scaled.hypot(ay * SCALE)).sqrt() / (1u64 << 27) as f64
    } else {
        let eighth = ax / 8.0;
        2.0 * (eighth + eighth.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if x >= 0.0 { (s, d.copysign(y)) } else { (d, s.copysign(y)) }
}

pub(super) fn sqrt(z: Pair) -> Answer {
    Ok(root(z))
}

pub(super) fn acos(z: Pair) -> Answer {
    if edges::at(z) {
        return Ok(edges::acos(z));
    }
    let (x, y) = z;
    if is_large(z) {
        let size = log_of_large(z);
        let im = if x < 0.0 { -size.copysign(y) } else { size.copysign(-y) };
        return Ok((y.abs().atan2(x), im));
    }
    let (a, b) = (root((1.0 - x, -y)), root((1.0 + x, y)));
    Ok((2.0 * a.0.atan2(b.0), libm::asinh(b.0 * a.1 - b.1 * a.0)))
}

pub(super) fn acosh(z: Pair) -> Answer {
    if edges::at(z) {
        return Ok(edges::acosh(z));
    }
    let (x, y) = z;
    if is_large(z) {
        return Ok((log_of_large(z), y.atan2(x)));
    }
    let (a, b) = (root((x - 1.0, y)), root((x + 1.0, y)));
    Ok((libm::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * a.1.atan2(b.0)))
}

pub(super) fn asinh(z: Pair) -> Answer {
    if edges::at(z) {
        return Ok(edges::asinh(z));
    }
    let (x, y) = z;
    if is_large(z) {
        let size = log_of_large(z);
        let re = if y > 0.0 { size.copysign(x) } else { -size.copysign(-x) };
        return Ok((re, y.atan2(x.abs())));
    }
    let (a, b) = (root((1.0 + y, -x)), root((1.0 - y, x)));
    Ok((libm::asinh(a.0 * b.1 - b.0 * a.1), y.atan2(a.0 * b.0 - a.1 * b.1)))
}

/// -i f(iz): a circular function from the hyperbolic one.
fn turned(f: fn(Pair) -> Answer, (x, y): Pair) -> Answer {
    f((-y, x)).map(|(re, im)| (im, -re))
}

pub(super) fn asin(z: Pair) -> Answer {
    turned(asinh, z)
}

pub(super) fn atan(z: Pair) -> Answer {
    turned(atanh, z)
}

pub(super) fn sin(z: Pair) -> Answer {
    turned(sinh, z)
}

pub(super) fn tan(z: Pair) -> Answer {
    turned(tanh, z)
}

pub(super) fn cos((x, y): Pair) -> Answer {
    cosh((-y, x))
}

pub(super) fn atanh(z: Pair) -> Answer {
    if edges::at(z) {
        return Ok(edges::atanh(z));
    }
    let (x, y) = z;
    if x.is_sign_negative() {
        return atanh((-x, -y)).map(|(re, im)| (-re, -im));
    }
    let ay = y.abs();
    if x > ROOT_OF_LARGE || ay > ROOT_OF_LARGE {
        let half = (x / 2.0).hypot(y / 2.0);
        return Ok((x / 4.0 / half / half, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && ay < ROOT_OF_LEAST {
        if ay == 0.0 {
            return Err(Trouble::Domain);
        }
        let re = -(ay.sqrt() / ay.hypot(2.0).sqrt()).ln();
        return Ok((re, (2f64.atan2(-ay) / 2.0).copysign(y)));
    }
    let below = 1.0 - x;
    let re = (4.0 * x / (below * below + ay * ay)).ln_1p() / 4.0;
    Ok((re, -(-2.0 * y).atan2(below * (1.0 + x) - ay * ay) / 2.0))
}

pub(super) fn log(z: Pair) -> Answer {
    if edges::at(z) {
        return Ok(edges::log(z));
    }
    let (x, y) = z;
    let (ax, ay) = (x.abs(), y.abs());
    let re = if is_large(z) {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Trouble::Domain);
        }
        (ax * SCALE).hypot(ay * SCALE).ln() - 53.0 * LN_2
    } else {
        let size = ax.hypot(ay);
        if (0.71..=1.73).contains(&size) {
            // Near 1, where the logarithm of the size would lose digits.
            let (more, less) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
        } else {
            size.ln()
        }
    };
    Ok((re, y.atan2(x)))
}

pub(super) fn log10(z: Pair) -> Answer {
    log(z).map(|(re, im)| (re / LN_10, im / LN_10))
}

/// Infinite results of finite arguments are out of range.
fn ranged(z: Pair) -> Answer {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Trouble::Range) } else { Ok(z) }
}

pub(super) fn exp(z: Pair) -> Answer {
    if edges::at(z) {
        return edges::exp(z);
    }
    let (x, y) = z;
    if x > LOG_LARGE {
        let size = (x - 1.0).exp();
        let e = std::f64::consts::E;
        return ranged((size * y.cos() * e, size * y.sin() * e));
    }
    let size = x.exp();
    ranged((size * y.cos(), size * y.sin()))
}

pub(super) fn cosh(z: Pair) -> Answer {
    if edges::at(z) {
        return edges::cosh(z);
    }
    let (x, y) = z;
    if x.abs() > LOG_LARGE {
        // By exp(x - 1), as cosh(x) overflows before the product with a small cosine does.
        let (near, e) = (x - 1f64.copysign(x), std::f64::consts::E);
        return ranged((y.cos() * near.cosh() * e, y.sin() * near.sinh() * e));
    }
    ranged((y.cos() * x.cosh(), y.sin() * x.sinh()))
}

pub(super) fn sinh(z: Pair) -> Answer {
    if edges::at(z) {
        return edges::sinh(z);
    }
    let (x, y) = z;
    if x.abs() > LOG_LARGE {
        let (near, e) = (x - 1f64.copysign(x), std::f64::consts::E);
        return ranged((y.cos() * near.sinh() * e, y.sin() * near.cosh() * e));
    }
    ranged((y.cos() * x.sinh(), y.sin() * x.cosh()))
}

pub(super) fn tanh(z: Pair) -> Answer {
    if edges::at(z) {
        return edges::tanh(z);
    }
    let (x, y) = z;
    if x.abs() > LOG_LARGE {
        let im = 4.0 * y.sin() * y.cos() * (-2.0 * x.abs()).exp();
        return Ok((1f64.copysign(x), im));
    }
    let (tx, ty, cx) = (x.tanh(), y.tan(), 1.0 / x.cosh());
    let both = tx * ty;
    let d = 1.0 + both * both;
    Ok((tx * (1.0 + ty * ty) / d, ((ty / d) * cx) * cx))
}

pub(super) fn rect(r: f64, phi: f64) -> Answer {
    if !r.is_finite() || !phi.is_finite() {
        return edges::rect(r, phi);
    }
    if phi == 0.0 {
        // The sign of a zero angle is kept.
        return Ok((r, r * phi));
    }
    Ok((r * phi.cos(), r * phi.sin()))
}

/// Smith's division.
pub(super) fn quotient(x: Pair, y: Pair) -> Answer {
    let (re, im) = (y.0.abs(), y.1.abs());
    if re >= im {
        if re == 0.0 {
            return Err(Trouble::Domain);
        }
        let ratio = y.1 / y.0;
        let d = y.0 + y.1 * ratio;
        return Ok(((x.0 + x.1 * ratio) / d, (x.1 - x.0 * ratio) / d));
    }
    if im >= re {
        let ratio = y.0 / y.1;
        let d = y.0 * ratio + y.1;
        return Ok(((x.0 * ratio + x.1) / d, (x.1 * ratio - x.0) / d));
    }
    Ok((f64::NAN, f64::NAN))
}
