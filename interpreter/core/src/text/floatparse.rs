//! Text to floats: `float('...')`, `complex('...')` and `float.fromhex`.
//!
//! **Invariant:** the result is the float nearest to the decimal value, half to even. What Python accepts
//! is checked here, digit by digit; std's parser only ever sees a plain decimal number.

use super::numops::ldexp;
use super::{TextError, TextRef, TextResult};

/// ASCII for text whose digits and spaces may be Unicode ones, as `int()` and `float()` take it; other
/// characters become `?`. ASCII text is borrowed.
pub fn ascii_number(text: TextRef<'_>) -> TextResult<std::borrow::Cow<'_, [u8]>> {
    if let TextRef::Ascii(s) = text {
        return Ok(s.into());
    }
    let mut ascii = super::vec_with(text.len())?;
    ascii.extend(text.iter().map(ascii_number_char));
    Ok(ascii.into())
}

fn ascii_number_char(c: u32) -> u8 {
    match c {
        0..0x80 => c as u8,
        _ if super::unicode::is_space(c) => b' ',
        _ => super::unicode::decimal_value(c).map_or(b'?', |d| b'0' + d),
    }
}

/// The bytes that `str.strip` removes from ASCII text.
#[inline]
pub fn is_ascii_space(b: u8) -> bool {
    // Most text is above all of them.
    b <= b' ' && matches!(b, b'\t'..=b'\r' | 0x1c..=0x1f | b' ')
}

/// Without the white space at both ends.
pub fn trim(mut s: &[u8]) -> &[u8] {
    while let [b, rest @ ..] = s
        && is_ascii_space(*b)
    {
        s = rest;
    }
    while let [rest @ .., b] = s
        && is_ascii_space(*b)
    {
        s = rest;
    }
    s
}

/// The float that ASCII text stands for (white space around it and underscores allowed), or `None`.
pub fn parse(text: &[u8]) -> Option<f64> {
    let s = trim(text);
    let (x, used) = parse_prefix(s, true)?;
    (used == s.len()).then_some(x)
}

/// The float at the start of the text and how many bytes it takes.
fn parse_prefix(s: &[u8], underscores: bool) -> Option<(f64, usize)> {
    let sign = usize::from(matches!(s.first(), Some(b'+' | b'-')));
    let negative = s.first() == Some(&b'-');
    let body = &s[sign..];
    for (word, x) in
        [(&b"infinity"[..], f64::INFINITY), (b"inf", f64::INFINITY), (b"nan", f64::NAN)]
    {
        if body.get(..word.len()).is_some_and(|w| w.eq_ignore_ascii_case(word)) {
            return Some((if negative { -x } else { x }, sign + word.len()));
        }
    }
    let end = sign + decimal_len(body, underscores)?;
    let number = &s[..end];
    let x = if number.contains(&b'_') {
        let plain: Vec<u8> = number.iter().copied().filter(|&b| b != b'_').collect();
        std::str::from_utf8(&plain).ok()?.parse().ok()?
    } else {
        std::str::from_utf8(number).ok()?.parse().ok()?
    };
    Some((x, end))
}

/// The length of the decimal number at the start: digits, a point, an exponent.
fn decimal_len(s: &[u8], underscores: bool) -> Option<usize> {
    let whole = digits_len(s, underscores)?;
    let mut at = whole;
    let mut any = whole > 0;
    if s.get(at) == Some(&b'.') {
        let fraction = digits_len(&s[at + 1..], underscores)?;
        at += 1 + fraction;
        any |= fraction > 0;
    }
    if !any {
        return None;
    }
    if matches!(s.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(s.get(at + 1), Some(b'+' | b'-')));
        let digits = digits_len(&s[at + 1 + sign..], underscores)?;
        if digits > 0 {
            at += 1 + sign + digits;
        }
    }
    Some(at)
}

/// The length of a run of digits; `None` when an underscore in it stands not between two digits.
fn digits_len(s: &[u8], underscores: bool) -> Option<usize> {
    let mut previous = b'_';
    for (i, &b) in s.iter().enumerate() {
        match b {
            b'0'..=b'9' => {}
            b'_' if !underscores => return Some(i),
            b'_' if previous == b'_' => return None,
            b'_' => {}
            _ if previous == b'_' && i > 0 => return None,
            _ => return Some(i),
        }
        previous = b;
    }
    if previous == b'_' && !s.is_empty() { None } else { Some(s.len()) }
}

/// The complex number (real, imaginary) that ASCII text stands for, or `None`.
pub fn parse_complex(text: &[u8]) -> Option<(f64, f64)> {
    let mut s = trim(text);
    if let [b'(', inner @ .., b')'] = s {
        s = trim(inner);
    }
    let plain = without_underscores(s)?;
    let s = &plain[..];
    match parse_prefix(s, false) {
        Some((x, used)) => match &s[used..] {
            [] => Some((x, 0.0)),
            [b'j' | b'J'] => Some((0.0, x)),
            rest @ [b'+' | b'-', ..] => Some((x, imaginary(rest)?)),
            _ => None,
        },
        None => Some((0.0, imaginary(s)?)),
    }
}

/// An imaginary part, whose number may be left out: `+j`, `-2j`, `j`.
fn imaginary(s: &[u8]) -> Option<f64> {
    let (x, used) = match parse_prefix(s, false) {
        Some(found) => found,
        None => match s {
            [b'+', ..] => (1.0, 1),
            [b'-', ..] => (-1.0, 1),
            _ => (1.0, 0),
        },
    };
    matches!(&s[used..], [b'j' | b'J']).then_some(x)
}

/// A copy without underscores, each of which must stand between two digits.
fn without_underscores(s: &[u8]) -> Option<std::borrow::Cow<'_, [u8]>> {
    if !s.contains(&b'_') {
        return Some(s.into());
    }
    let digit_at = |i: Option<usize>| i.and_then(|i| s.get(i)).is_some_and(u8::is_ascii_digit);
    let fine = |i: usize| digit_at(i.checked_sub(1)) && digit_at(Some(i + 1));
    if !(0..s.len()).all(|i| s[i] != b'_' || fine(i)) {
        return None;
    }
    Some(s.iter().copied().filter(|&b| b != b'_').collect())
}

/// `float.fromhex(text)`.
pub fn from_hex(text: &[u8]) -> TextResult<f64> {
    let bad = || TextError::value("invalid hexadecimal floating-point string");
    let s = trim(text);
    let (negative, body) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    let x = match body.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        b"nan" => f64::NAN,
        _ => hex_magnitude(body).ok_or_else(bad)?.map_err(|()| {
            TextError::overflow("hexadecimal value too large to represent as a float")
        })?,
    };
    Ok(if negative { -x } else { x })
}

/// `None`: malformed. `Err`: too large.
fn hex_magnitude(s: &[u8]) -> Option<Result<f64, ()>> {
    let s = match s {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => s,
    };
    let (mut mantissa, mut exponent, mut sticky) = (0u64, 0i64, false);
    let (mut seen_digit, mut seen_point, mut at) = (false, false, 0);
    while let Some(&b) = s.get(at) {
        match (b as char).to_digit(16) {
            Some(d) => {
                seen_digit = true;
                if mantissa >> 58 == 0 {
                    mantissa = mantissa << 4 | u64::from(d);
                    exponent -= if seen_point { 4 } else { 0 };
                } else {
                    sticky |= d != 0;
                    exponent += if seen_point { 0 } else { 4 };
                }
            }
            None if b == b'.' && !seen_point => seen_point = true,
            None => break,
        }
        at += 1;
    }
    if !seen_digit {
        return None;
    }
    exponent = exponent.saturating_add(match &s[at..] {
        [] => 0,
        [b'p' | b'P', rest @ ..] => signed_exponent(rest)?,
        _ => return None,
    });
    let x = ldexp(mantissa << 1 | u64::from(sticky), exponent.saturating_sub(1));
    Some(if x.is_infinite() { Err(()) } else { Ok(x) })
}

fn signed_exponent(s: &[u8]) -> Option<i64> {
    let (negative, digits) = match s {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, s),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = digits.iter().fold(0i64, |n, &d| (n * 10 + i64::from(d - b'0')).min(1 << 48));
    Some(if negative { -n } else { n })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats() {
        for (s, x) in [
            ("1", 1.0),
            (" -1_0.5e1_0\n", -1.05e11),
            (".5", 0.5),
            ("5.", 5.0),
            ("+inF", f64::INFINITY),
        ] {
            assert_eq!(parse(s.as_bytes()), Some(x), "{s}");
        }
        for s in [
            "", ".", "1__0", "_1", "1_", "1_.5", "1._5", "1e", "e5", "0x10", "1e5_", "infinit",
            "1 2", "--1",
        ] {
            assert_eq!(parse(s.as_bytes()), None, "{s}");
        }
        assert!(parse(b"nan").unwrap().is_nan());
    }

    #[test]
    fn complexes() {
        for (s, z) in [
            ("1+2j", (1.0, 2.0)),
            (" ( -1e3-j ) ", (-1000.0, -1.0)),
            ("j", (0.0, 1.0)),
            ("3", (3.0, 0.0)),
            ("1_0j", (0.0, 10.0)),
            ("inf-infj", (f64::INFINITY, f64::NEG_INFINITY)),
        ] {
            assert_eq!(parse_complex(s.as_bytes()), Some(z), "{s}");
        }
        for s in ["", "1+", "1+2", "1 + 2j", "(1", "1j+2", "1e", "j2", "1__0j"] {
            assert_eq!(parse_complex(s.as_bytes()), None, "{s}");
        }
    }

    #[test]
    fn hexes() {
        assert_eq!(from_hex(b"0x1.8p1").unwrap(), 3.0);
        assert_eq!(from_hex(b" -ff ").unwrap(), -255.0);
        assert_eq!(from_hex(b"0x.1p-1074").unwrap(), 0.0);
        assert_eq!(from_hex(b"0x1.fffffffffffff8p-1").unwrap(), 1.0);
        assert!(from_hex(b"0x1p1024").is_err());
        assert!(from_hex(b"0x").is_err());
    }
}
