//! Infinities and NaN, as annex G of C99 wants them: most follow from the limits, which `atan2` knows.
//!
//! Each function is for arguments of which a part is not finite.

use super::{Answer, Pair, Trouble};
use std::f64::consts::FRAC_PI_2;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

/// Whether a part is no number.
pub(super) fn at((x, y): Pair) -> bool {
    !x.is_finite() || !y.is_finite()
}

/// Infinite when a part is, be the other what it may.
fn size((x, y): Pair) -> f64 {
    if x.is_infinite() || y.is_infinite() { INF } else { NAN }
}

/// `size` with the sign of `x`; of a NaN there is none.
fn signed(size: f64, x: f64) -> f64 {
    if x.is_nan() { size } else { size.copysign(x) }
}

pub(super) fn acosh((x, y): Pair) -> Pair {
    (size((x, y)), y.atan2(x))
}

pub(super) fn acos((x, y): Pair) -> Pair {
    let length = size((x, y));
    let angle = if x == 0.0 && y.is_nan() { FRAC_PI_2 } else { y.atan2(x) };
    let down = if y.is_nan() { length } else { -length.copysign(y) };
    (angle.abs(), down)
}

pub(super) fn asinh((x, y): Pair) -> Pair {
    let angle = match (x.is_nan(), y == 0.0) {
        (true, true) => y,
        (true, false) => NAN,
        _ => y.atan2(x.abs()),
    };
    (signed(size((x, y)), x), angle)
}

pub(super) fn atanh((x, y): Pair) -> Pair {
    let vanishes = x.is_infinite() || y.is_infinite() || x == 0.0;
    let re = if vanishes { signed(0.0, x) } else { NAN };
    let known = !y.is_nan() && (!x.is_nan() || y.is_infinite());
    (re, if known { FRAC_PI_2.copysign(y) } else { NAN })
}

pub(super) fn log((x, y): Pair) -> Pair {
    (size((x, y)), y.atan2(x))
}

pub(super) fn sqrt((x, y): Pair) -> Pair {
    if y.is_infinite() {
        return (INF, y);
    }
    match x {
        INF => (INF, if y.is_nan() { NAN } else { 0f64.copysign(y) }),
        f64::NEG_INFINITY if y.is_nan() => (NAN, INF),
        f64::NEG_INFINITY => (0.0, INF.copysign(y)),
        _ => (NAN, NAN),
    }
}

/// A length that is 0, infinite or NaN, turned by `angle`; `z` is what the function was given.
fn turned(length: f64, angle: f64) -> Pair {
    if angle == 0.0 {
        return (length, if length.is_nan() { angle } else { 0f64.copysign(angle) });
    }
    if !angle.is_finite() {
        return if length == 0.0 { (0.0, 0.0) } else { (length, NAN) };
    }
    (length * 1f64.copysign(angle.cos()), length * 1f64.copysign(angle.sin()))
}

pub(super) fn exp((x, y): Pair) -> Answer {
    if y.is_infinite() && (x.is_finite() || x == INF) {
        return Err(Trouble::Domain);
    }
    Ok(match x {
        INF => turned(INF, y),
        f64::NEG_INFINITY => turned(0.0, y),
        _ => (NAN, if x.is_nan() && y == 0.0 { y } else { NAN }),
    })
}

/// Infinite or NaN, as `x` is, and the imaginary part for 0.
fn hyperbolic(x: f64, y: f64) -> Pair {
    let (re, im) = turned(if x.is_nan() { NAN } else { INF }, y);
    (re, im)
}

pub(super) fn cosh((x, y): Pair) -> Answer {
    if y.is_infinite() && !x.is_nan() {
        return Err(Trouble::Domain);
    }
    if x.is_finite() {
        return Ok((NAN, if x == 0.0 { 0.0 } else { NAN }));
    }
    let (re, im) = hyperbolic(x, y);
    Ok(match (x.is_nan(), x < 0.0) {
        (true, _) => (NAN, if y == 0.0 { 0.0 } else { NAN }),
        (_, true) => (re, -im),
        _ => (re, im),
    })
}

pub(super) fn sinh((x, y): Pair) -> Answer {
    if y.is_infinite() && !x.is_nan() {
        return Err(Trouble::Domain);
    }
    if x.is_finite() {
        return Ok((if x == 0.0 { 0.0 } else { NAN }, NAN));
    }
    let (re, im) = hyperbolic(x, y);
    Ok(if x < 0.0 && !y.is_nan() { (-re, im) } else { (re, im) })
}

pub(super) fn tanh((x, y): Pair) -> Answer {
    if y.is_infinite() && x.is_finite() {
        return Err(Trouble::Domain);
    }
    if x.is_infinite() {
        let turn = if y.is_finite() { 2.0 * y.sin() * y.cos() } else { 0.0 };
        return Ok((1f64.copysign(x), 0f64.copysign(turn)));
    }
    if x.is_nan() {
        return Ok((NAN, if y == 0.0 { y } else { NAN }));
    }
    Ok((NAN, NAN))
}

pub(super) fn rect(r: f64, phi: f64) -> Answer {
    if phi.is_infinite() && r != 0.0 && !r.is_nan() {
        return Err(Trouble::Domain);
    }
    if r.is_infinite() {
        let (re, im) = turned(INF, phi);
        return Ok(if r < 0.0 && !phi.is_nan() { (-re, -im) } else { (re, im) });
    }
    if r == 0.0 {
        return Ok((0.0, 0.0));
    }
    Ok((NAN, if r.is_nan() && phi == 0.0 { 0.0 } else { NAN }))
}
