//! Floats to text: `repr`, the format codes `e f g %` and `float.hex`.
//!
//! **Invariant:** digits are exact: `repr` prints the shortest that read back as the same float, every
//! other code rounds the true binary value half to even, at any precision. A float has at most 1,074
//! digits behind the point and 767 significant ones; what a precision asks beyond is zeros, whose
//! allocation may fail but never aborts.

use super::{TextError, TextResult, push_repeat};

/// More decimal places than any float has.
const MAX_PLACES: usize = 1100;

/// How a float's digits are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `1.5e+10`
    Exponent,
    /// `15000000000.0`
    Fixed,
    /// The shorter of the two, without trailing zeros unless `alternate`.
    General,
}

/// `repr(x)`.
pub fn repr(x: f64) -> String {
    let mut out = String::with_capacity(24);
    push_repr(&mut out, x, true);
    out
}

/// Append `repr(x)`; without `point_zero` whole numbers lose their `.0`, as inside a complex number.
pub fn push_repr(out: &mut String, x: f64, point_zero: bool) {
    if !x.is_finite() {
        return out.push_str(special(x));
    }
    if x == x.trunc() && x.abs() < 1e15 {
        return push_whole(out, x, point_zero);
    }
    let mut scratch = Scratch::default();
    let Some((digits, point)) = shortest(x, &mut scratch) else { return };
    if x < 0.0 {
        out.push('-');
    }
    if (-3..=16).contains(&point) {
        push_fixed(out, digits, point);
        if point >= digits.len() as i32 && point_zero {
            out.push_str(".0");
        }
    } else {
        push_exponent(out, digits, point - 1);
    }
}

fn push_whole(out: &mut String, x: f64, point_zero: bool) {
    if x.is_sign_negative() {
        out.push('-');
    }
    super::intconv::push_decimal_u64(out, x.abs() as u64);
    if point_zero {
        out.push_str(".0");
    }
}

/// `nan`, `inf` or `-inf`.
pub fn special(x: f64) -> &'static str {
    match x {
        _ if x.is_nan() => "nan",
        _ if x > 0.0 => "inf",
        _ => "-inf",
    }
}

/// Digits with the point after the first `point` of them, padded with zeros as needed.
fn push_fixed(out: &mut String, digits: &str, point: i32) {
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(digits);
    } else if digits.len() as i32 <= point {
        out.push_str(digits);
        out.extend(std::iter::repeat_n('0', point as usize - digits.len()));
    } else {
        let (whole, rest) = digits.split_at(point as usize);
        out.push_str(whole);
        out.push('.');
        out.push_str(rest);
    }
}

fn push_exponent(out: &mut String, digits: &str, exponent: i32) {
    let (first, rest) = digits.split_at(1.min(digits.len()));
    out.push_str(first);
    if !rest.is_empty() {
        out.push('.');
        out.push_str(rest);
    }
    push_exponent_tail(out, 'e', exponent);
}

/// `e+05`: a sign and at least two digits.
fn push_exponent_tail(out: &mut String, e: char, exponent: i32) {
    out.push(e);
    out.push(if exponent < 0 { '-' } else { '+' });
    if exponent.abs() < 10 {
        out.push('0');
    }
    super::intconv::push_decimal_u64(out, exponent.unsigned_abs().into());
}

/// Room for the longest shortest form without an allocation.
#[derive(Default)]
struct Scratch {
    text: arrayless::Text,
}

/// A fixed buffer that `write!` can fill.
mod arrayless {
    pub struct Text {
        bytes: [u8; 40],
        len: usize,
    }

    impl Default for Text {
        fn default() -> Self {
            Self { bytes: [0; 40], len: 0 }
        }
    }

    impl Text {
        /// Close the gap of one byte at `i`.
        pub fn remove(&mut self, i: usize) {
            self.bytes.copy_within(i + 1..self.len, i);
            self.len -= 1;
        }

        pub fn as_str(&self) -> &str {
            std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
        }
    }

    impl std::fmt::Write for Text {
        fn write_str(&mut self, s: &str) -> std::fmt::Result {
            let end = self.len + s.len();
            self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(s.as_bytes());
            self.len = end;
            Ok(())
        }
    }
}

/// The shortest digits of a finite float other than 0, and where the point stands among them.
fn shortest(x: f64, scratch: &mut Scratch) -> Option<(&str, i32)> {
    use std::fmt::Write;
    let x = x.abs();
    write!(scratch.text, "{x:e}").ok()?;
    let (end, exponent) = split_exponent(&scratch.text)?;
    let digits = if end > 1 { end - 1 } else { 1 };
    if may_be_tie(x, digits as i32, exponent + 1) {
        // Of two shortest forms equally near std takes the upper, Python the even one.
        let even = format!("{x:.*e}", digits - 1);
        if even.parse() == Ok(x) {
            scratch.text = arrayless::Text::default();
            scratch.text.write_str(&even).ok()?;
        }
    }
    let (end, exponent) = split_exponent(&scratch.text)?;
    if digits > 1 {
        scratch.text.remove(1);
    }
    Some((scratch.text.as_str().get(..digits.min(end))?, exponent + 1))
}

/// Where the `e` stands, and the number after it.
fn split_exponent(text: &arrayless::Text) -> Option<(usize, i32)> {
    let at = text.as_str().find('e')?;
    Some((at, text.as_str().get(at + 1..)?.parse().ok()?))
}

/// Whether `x` could lie in the middle between two numbers of `digits` digits. Most often a shift tells
/// that it does not: a fraction of k bits has exactly k decimal places, the last of them a 5.
fn may_be_tie(x: f64, digits: i32, point: i32) -> bool {
    if digits < 15 {
        return false;
    }
    let (mantissa, exponent) = super::numops::decompose(x);
    let exponent = exponent + mantissa.trailing_zeros() as i32;
    if exponent < 0 { -exponent - 1 == digits - point } else { point > digits }
}

/// `'%.*f' % (places, x)` with at most [`MAX_PLACES`] places, for rounding by way of text.
pub fn fixed_digits(x: f64, places: usize) -> String {
    format!("{:.*}", places.min(MAX_PLACES), x)
}

/// What to write, apart from width and sign.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The style.
    pub style: Style,
    /// Digits after the point, or significant ones for `General`.
    pub precision: usize,
    /// Keep the point (and the zeros of `General`) always.
    pub alternate: bool,
    /// `E`, `INF`, `NAN`.
    pub upper: bool,
    /// Add `.0` when nothing else says that this is a float (`General` only).
    pub point_zero: bool,
}

/// The absolute value of `x` as text (no sign, whatever `x` is).
pub fn format(x: f64, layout: Layout) -> TextResult<String> {
    if !x.is_finite() {
        let s = if x.is_nan() { "nan" } else { "inf" };
        return Ok(if layout.upper { s.to_ascii_uppercase() } else { s.to_owned() });
    }
    let x = x.abs();
    match layout.style {
        Style::Fixed => format_fixed(x, layout),
        Style::Exponent => format_exponent(x, layout),
        Style::General => format_general(x, layout),
    }
}

/// Precisions beyond a C int are refused before any memory is asked for.
pub fn check_precision(precision: usize) -> TextResult<()> {
    if precision > i32::MAX as usize - 1 {
        return Err(TextError::value("precision too big"));
    }
    Ok(())
}

/// `x * 10**places`, rounded half to even, when machine words hold all of it: exact and several times
/// quicker than the general way, and what `'%.2f'` nearly always needs.
fn scaled(x: f64, places: usize) -> Option<u64> {
    let power = 10u64.checked_pow(u32::try_from(places).ok().filter(|&p| p <= 15)?)?;
    let (mantissa, exponent) = super::numops::decompose(x);
    let product = u128::from(mantissa) * u128::from(power);
    let rounded = match -exponent {
        ..=0 => product.checked_shl(exponent.unsigned_abs()).filter(|_| exponent < 20)?,
        128.. => 0, // below a half by far: the product has at most 103 bits
        shift => {
            let (whole, rest) = (product >> shift, product & ((1 << shift) - 1));
            let half = 1u128 << (shift - 1);
            whole + u128::from(rest > half || (rest == half && whole & 1 == 1))
        }
    };
    u64::try_from(rounded).ok()
}

fn format_fixed(x: f64, layout: Layout) -> TextResult<String> {
    if let Some(n) = scaled(x, layout.precision) {
        let power = 10u64.pow(layout.precision as u32);
        let mut out = String::with_capacity(24 + layout.precision);
        super::intconv::push_decimal_u64(&mut out, n / power);
        if layout.precision > 0 || layout.alternate {
            out.push('.');
        }
        if layout.precision > 0 {
            let mut buf = [b'0'; 20];
            super::intconv::decimal_digits(n % power, &mut buf);
            let digits = &buf[buf.len() - layout.precision..];
            out.push_str(std::str::from_utf8(digits).unwrap_or_default());
        }
        return Ok(out);
    }
    let places = layout.precision.min(MAX_PLACES);
    let mut out = format!("{x:.places$}");
    push_repeat(&mut out, '0', layout.precision - places)?;
    if layout.precision == 0 && layout.alternate {
        out.push('.');
    }
    Ok(out)
}

/// `precision + 1` exact digits and the exponent of the first.
fn exact_digits(x: f64, precision: usize) -> (String, i32) {
    let precision = precision.min(MAX_PLACES);
    let mut text = format!("{x:.precision$e}");
    let Some(at) = text.find('e') else { return (text, 0) };
    let exponent = text.get(at + 1..).and_then(|e| e.parse().ok()).unwrap_or(0);
    text.truncate(at);
    if text.len() > 1 {
        text.remove(1);
    }
    (text, exponent)
}

fn format_exponent(x: f64, layout: Layout) -> TextResult<String> {
    let (digits, exponent) = exact_digits(x, layout.precision);
    let mut out = String::new();
    out.try_reserve(layout.precision.checked_add(8).ok_or(TextError::NoMemory)?)?;
    let (first, rest) = digits.split_at(1.min(digits.len()));
    out.push_str(first);
    if layout.precision > 0 || layout.alternate {
        out.push('.');
    }
    out.push_str(rest);
    push_repeat(&mut out, '0', layout.precision - rest.len())?;
    push_exponent_tail(&mut out, if layout.upper { 'E' } else { 'e' }, exponent);
    Ok(out)
}

fn format_general(x: f64, layout: Layout) -> TextResult<String> {
    let precision = layout.precision.max(1);
    let (mut digits, exponent) = exact_digits(x, precision - 1);
    if layout.alternate {
        let missing = precision - digits.len().min(precision);
        push_repeat(&mut digits, '0', missing)?;
    } else {
        digits.truncate(digits.trim_end_matches('0').len().max(1));
    }
    let mut out = String::new();
    out.try_reserve(digits.len() + 12)?;
    // With ".0" to come, a number that fills the precision goes to the exponent form one digit earlier.
    let limit = precision as i64 - i64::from(layout.point_zero);
    if i64::from(exponent) < -4 || i64::from(exponent) >= limit {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() || layout.alternate {
            out.push('.');
        }
        out.push_str(rest);
        push_exponent_tail(&mut out, if layout.upper { 'E' } else { 'e' }, exponent);
        return Ok(out);
    }
    push_fixed(&mut out, &digits, exponent + 1);
    if !out.contains('.') {
        if layout.point_zero {
            out.push_str(".0");
        } else if layout.alternate {
            out.push('.');
        }
    }
    Ok(out)
}

/// The layout of `repr` under another name: format's empty code without a precision.
pub fn format_repr(x: f64, upper: bool, alternate: bool, point_zero: bool) -> String {
    let mut out = String::new();
    if !x.is_finite() {
        out.push_str(if x.is_nan() { "nan" } else { "inf" });
    } else {
        push_repr(&mut out, x.abs(), point_zero);
    }
    if alternate && x.is_finite() && !out.contains('.') {
        match out.find('e') {
            Some(at) => out.insert(at, '.'),
            None => out.push('.'),
        }
    }
    if upper {
        out.make_ascii_uppercase();
    }
    out
}

/// `x.hex()`.
pub fn hex(x: f64) -> String {
    if !x.is_finite() {
        return special(x).to_owned();
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52 & 0x7ff) as i32;
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fmt(x: f64, style: Style, precision: usize) -> String {
        format(x, Layout { style, precision, alternate: false, upper: false, point_zero: false })
            .unwrap()
    }

    #[test]
    fn reprs() {
        for (x, s) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (1e15, "1000000000000000.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e-5, "1e-05"),
            (1.5e-5, "1.5e-05"),
            (0.0001, "0.0001"),
            (5e-324, "5e-324"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
            (2.5, "2.5"),
            (100_000.25, "100000.25"),
        ] {
            assert_eq!(repr(x), s);
        }
    }

    #[test]
    fn codes() {
        assert_eq!(fmt(0.5, Style::Fixed, 0), "0");
        assert_eq!(fmt(1.5, Style::Fixed, 0), "2");
        assert_eq!(fmt(2.5, Style::Fixed, 0), "2");
        assert_eq!(fmt(0.125, Style::Fixed, 2), "0.12");
        assert_eq!(fmt(1234.5, Style::Exponent, 2), "1.23e+03");
        assert_eq!(fmt(1234.5, Style::General, 6), "1234.5");
        assert_eq!(fmt(1e-5, Style::General, 6), "1e-05");
        assert_eq!(fmt(1e6, Style::General, 6), "1e+06");
        assert_eq!(fmt(0.0, Style::General, 6), "0");
        assert_eq!(fmt(1.0, Style::Fixed, 2000).len(), 2002);
        assert_eq!(hex(1.0), "0x1.0000000000000p+0");
        assert_eq!(hex(5e-324), "0x0.0000000000001p-1022");
    }
}
