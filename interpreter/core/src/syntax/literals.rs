//! Values of number and string literals.

use num_bigint::BigInt;
use num_traits::Num;

use super::scanner::{Literal, literals};

/// What a string literal holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Text {
    Str(String),
    /// With lone surrogates: code points.
    Wide(Vec<u32>),
    Bytes(Vec<u8>),
}

/// An escape that means nothing: where its backslash stands and what follows it.
pub struct BadEscape {
    pub at: u32,
    pub message: String,
}

/// Digits allowed in a decimal literal.
pub const MAX_INT_DIGITS: usize = 4300;

/// Whether `repr` shows a character as it is.
pub fn is_printable(c: char) -> bool {
    use unicode_general_category::GeneralCategory::*;
    c == ' '
        || !matches!(
            unicode_general_category::get_general_category(c),
            Control
                | Format
                | Surrogate
                | PrivateUse
                | Unassigned
                | LineSeparator
                | ParagraphSeparator
                | SpaceSeparator
        )
}

/// Value of an integer literal.
pub fn integer(text: &str) -> Result<BigInt, String> {
    let clean;
    let digits = if text.contains('_') {
        clean = text.replace('_', "");
        clean.as_str()
    } else {
        text
    };
    let radix = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    let body = if radix == 10 { digits } else { &digits[2..] };
    if let Ok(small) = i64::from_str_radix(body, radix) {
        return Ok(BigInt::from(small));
    }
    if radix == 10 && body.len() > MAX_INT_DIGITS {
        return Err(format!(
            "Exceeds the limit ({MAX_INT_DIGITS} digits) for integer string conversion: value has {} digits; use \
             sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to \
             avoid decimal conversion limits.",
            body.len()
        ));
    }
    BigInt::from_str_radix(body, radix).map_err(|_| "invalid syntax".to_owned())
}

/// Value of a float literal.
pub fn float(text: &str) -> f64 {
    let clean: String = text.chars().filter(|c| *c != '_').collect();
    clean.parse().unwrap_or(f64::INFINITY)
}

/// Value of a `Str` token: its literals decoded and joined.
pub fn string(
    source: &str,
    start: u32,
    end: u32,
    bad: &mut Vec<BadEscape>,
) -> Result<Text, String> {
    let parts = literals(source, start, end);
    if let [only] = parts.as_slice() {
        return literal(source, only, bad);
    }
    let mut joined: Option<Text> = None;
    for part in &parts {
        let next = literal(source, part, bad)?;
        joined = Some(match joined {
            None => next,
            Some(before) => join(before, next),
        });
    }
    Ok(joined.unwrap_or(Text::Str(String::new())))
}

fn join(a: Text, b: Text) -> Text {
    match (a, b) {
        (Text::Str(mut a), Text::Str(b)) => {
            a.push_str(&b);
            Text::Str(a)
        }
        (Text::Bytes(mut a), Text::Bytes(b)) => {
            a.extend(b);
            Text::Bytes(a)
        }
        (a, b) => {
            let mut a = points(a);
            a.extend(points(b));
            Text::Wide(a)
        }
    }
}

fn points(text: Text) -> Vec<u32> {
    match text {
        Text::Str(s) => s.chars().map(u32::from).collect(),
        Text::Wide(w) => w,
        Text::Bytes(b) => b.into_iter().map(u32::from).collect(),
    }
}

/// The only error that CPython finds while it looks at the literal itself.
pub const NOT_ASCII: &str = "bytes can only contain ASCII literal characters";

fn literal(source: &str, part: &Literal, bad: &mut Vec<BadEscape>) -> Result<Text, String> {
    let body = source.get(part.body as usize..part.body_end as usize).unwrap_or("");
    if part.bytes {
        if !body.is_ascii() {
            return Err(NOT_ASCII.into());
        }
        if part.raw || !body.contains('\\') {
            return Ok(Text::Bytes(body.as_bytes().to_vec()));
        }
        return decode_bytes(body, part.body, bad).map(Text::Bytes);
    }
    if part.raw {
        return Ok(Text::Str(body.to_owned()));
    }
    decode(body, part.body, bad)
}

fn decode_bytes(body: &str, base: u32, bad: &mut Vec<BadEscape>) -> Result<Vec<u8>, String> {
    let src = body.as_bytes();
    let mut out = Vec::with_capacity(src.len());
    let mut at = 0;
    while at < src.len() {
        let c = src[at];
        at += 1;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some(&e) = src.get(at) else { break };
        at += 1;
        match e {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(e),
            b'a' => out.push(7),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b't' => out.push(9),
            b'v' => out.push(11),
            b'0'..=b'7' => {
                let (value, used) = octal(&src[at - 1..]);
                at += used - 1;
                octal_warning(value, &src[at - used..at], base + (at - used) as u32, bad);
                out.push(value as u8);
            }
            b'x' => {
                let digits: Option<u32> = hex(src, at, 2);
                let Some(value) = digits else {
                    return Err(format!("(value error) invalid \\x escape at position {}", at - 2));
                };
                at += 2;
                out.push(value as u8);
            }
            _ => {
                warn(e as char, base + at as u32 - 2, bad);
                out.push(b'\\');
                out.push(e);
            }
        }
    }
    Ok(out)
}

fn warn(c: char, at: u32, bad: &mut Vec<BadEscape>) {
    bad.push(BadEscape { at, message: format!("invalid escape sequence '\\{c}'") });
}

fn octal_warning(value: u32, digits: &[u8], at: u32, bad: &mut Vec<BadEscape>) {
    let _ = (value, digits, at, bad);
}

fn octal(src: &[u8]) -> (u32, usize) {
    let mut value = 0;
    let mut used = 0;
    while used < 3 && used < src.len() && matches!(src[used], b'0'..=b'7') {
        value = value * 8 + u32::from(src[used] - b'0');
        used += 1;
    }
    (value, used)
}

fn hex(src: &[u8], at: usize, digits: usize) -> Option<u32> {
    let run = src.get(at..at + digits)?;
    let mut value = 0u32;
    for c in run {
        value = value * 16 + (*c as char).to_digit(16)?;
    }
    Some(value)
}

/// Decode the escapes of a str body that starts at offset `base` of the source.
pub fn decode(body: &str, base: u32, bad: &mut Vec<BadEscape>) -> Result<Text, String> {
    let Some(first) = memchr::memchr(b'\\', body.as_bytes()) else {
        return Ok(Text::Str(body.to_owned()));
    };
    let src = body.as_bytes();
    let mut out = String::with_capacity(body.len());
    let mut wide: Option<Vec<u32>> = None;
    let mut at = first;
    out.push_str(&body[..first]);
    while at < src.len() {
        let next = memchr::memchr(b'\\', &src[at..]).map_or(src.len(), |n| at + n);
        if next > at {
            match &mut wide {
                None => out.push_str(&body[at..next]),
                Some(w) => w.extend(body[at..next].chars().map(u32::from)),
            }
        }
        at = next;
        if at >= src.len() {
            break;
        }
        let escape = at;
        at += 1;
        let Some(e) = body[at..].chars().next() else {
            // Before a replacement of a formatted string.
            warn('{', base + escape as u32, bad);
            match &mut wide {
                None => out.push('\\'),
                Some(w) => w.push(u32::from('\\')),
            }
            break;
        };
        at += e.len_utf8();
        let value = match e {
            '\n' => continue,
            '\\' | '\'' | '"' => e as u32,
            'a' => 7,
            'b' => 8,
            'f' => 12,
            'n' => 10,
            'r' => 13,
            't' => 9,
            'v' => 11,
            '0'..='7' => {
                let (value, used) = octal(&src[at - 1..]);
                at += used - 1;
                value
            }
            'x' | 'u' | 'U' => {
                let digits = match e {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let Some(value) = hex(src, at, digits) else {
                    let have =
                        src[at..].iter().take(digits).take_while(|c| c.is_ascii_hexdigit()).count();
                    let shown = match e {
                        'x' => "\\xXX",
                        'u' => "\\uXXXX",
                        _ => "\\UXXXXXXXX",
                    };
                    return Err(codec_error(
                        body,
                        escape,
                        at + have,
                        &format!("truncated {shown} escape"),
                    ));
                };
                at += digits;
                if value > 0x10FFFF {
                    return Err(codec_error(body, escape, at, "illegal Unicode character"));
                }
                value
            }
            'N' => {
                let close = src.get(at..).and_then(|rest| memchr::memchr(b'}', rest));
                let Some(close) = close.filter(|n| src[at] == b'{' && *n > 1) else {
                    let end = if src.get(at) == Some(&b'{') {
                        close.map_or(src.len(), |n| at + n)
                    } else {
                        at
                    };
                    return Err(codec_error(body, escape, end, "malformed \\N character escape"));
                };
                let name = &body[at + 1..at + close];
                at += close + 1;
                match unicode_names2::character(name) {
                    Some(c) => c as u32,
                    None => {
                        return Err(codec_error(
                            body,
                            escape,
                            at,
                            "unknown Unicode character name",
                        ));
                    }
                }
            }
            _ => {
                warn(e, base + escape as u32, bad);
                match &mut wide {
                    None => {
                        out.push('\\');
                        out.push(e);
                    }
                    Some(w) => w.extend([u32::from('\\'), e as u32]),
                }
                continue;
            }
        };
        match (&mut wide, char::from_u32(value)) {
            (None, Some(c)) => out.push(c),
            (None, None) => {
                let mut points: Vec<u32> = out.chars().map(u32::from).collect();
                points.push(value);
                wide = Some(points);
            }
            (Some(w), _) => w.push(value),
        }
    }
    Ok(match wide {
        None => Text::Str(out),
        Some(w) => Text::Wide(w),
    })
}

/// Positions count as CPython's decoder sees them: non-ASCII characters as `\UXXXXXXXX`.
fn codec_error(body: &str, start: usize, end: usize, reason: &str) -> String {
    let position = |at: usize| -> usize {
        body[..at.min(body.len())].chars().map(|c| if c.is_ascii() { 1 } else { 10 }).sum()
    };
    let (from, to) = (position(start), position(end));
    let place = if to - from == 1 {
        format!("in position {from}")
    } else {
        format!("in position {from}-{}", to.saturating_sub(1))
    };
    if to - from == 1 {
        return format!(
            "(unicode error) 'unicodeescape' codec can't decode byte 0x5c {place}: {reason}"
        );
    }
    format!("(unicode error) 'unicodeescape' codec can't decode bytes {place}: {reason}")
}
