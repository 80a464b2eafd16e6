//! `unicode_escape` and `raw_unicode_escape`, and the escapes of bytes literals.

use super::{CodecResult, bad};
use crate::text::{TextBuf, TextRef, TextResult, unicode};

/// Read `count` hexadecimal digits: the number, or where the first that is none stands.
fn hex(input: &[u8], at: usize, count: usize) -> Result<u32, usize> {
    let mut n = 0;
    for i in at..at + count {
        let d = input.get(i).and_then(|&b| (b as char).to_digit(16)).ok_or(i)?;
        n = n << 4 | d;
    }
    Ok(n)
}

/// See [`super::Codec::decode_some`]. `invalid` becomes the position of the first escape that means
/// nothing (it stays as it is, with a DeprecationWarning).
pub fn decode(
    input: &[u8],
    start: usize,
    out: &mut TextBuf,
    is_final: bool,
    invalid: &mut Option<usize>,
) -> CodecResult {
    let mut at = start;
    while let Some(rest) = input.get(at..).filter(|r| !r.is_empty()) {
        let plain = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
        if plain > 0 {
            out.push_latin1(&rest[..plain])?;
            at += plain;
            continue;
        }
        // Runs to the end, with what follows still to come?
        let short = |end: usize| end >= input.len() && !is_final;
        let Some(&kind) = input.get(at + 1) else {
            return if is_final { bad(at, at + 1, "\\ at end of string") } else { Ok(at) };
        };
        let simple = match kind {
            b'\n' => None,
            b'\\' | b'\'' | b'"' => Some(kind),
            b'b' => Some(8),
            b'f' => Some(12),
            b't' => Some(9),
            b'n' => Some(10),
            b'r' => Some(13),
            b'v' => Some(11),
            b'a' => Some(7),
            b'0'..=b'7' => {
                let len = input[at + 1..]
                    .iter()
                    .take(3)
                    .take_while(|b| (b'0'..=b'7').contains(b))
                    .count();
                let c = input[at + 1..at + 1 + len]
                    .iter()
                    .fold(0, |n, &b| n << 3 | u32::from(b - b'0'));
                out.push(c)?;
                at += 1 + len;
                continue;
            }
            b'x' | b'u' | b'U' => {
                let (count, reason) = match kind {
                    b'x' => (2, "truncated \\xXX escape"),
                    b'u' => (4, "truncated \\uXXXX escape"),
                    _ => (8, "truncated \\UXXXXXXXX escape"),
                };
                match hex(input, at + 2, count) {
                    Ok(c) if c <= 0x10_FFFF => out.push(c)?,
                    Ok(_) => return bad(at, at + 2 + count, "illegal Unicode character"),
                    Err(end) if short(end) => return Ok(at),
                    Err(end) => return bad(at, end, reason),
                }
                at += 2 + count;
                continue;
            }
            b'N' => {
                const MALFORMED: &str = "malformed \\N character escape";
                match input.get(at + 2) {
                    None if short(input.len()) => return Ok(at),
                    Some(b'{') => {}
                    _ => return bad(at, at + 2, MALFORMED),
                }
                let Some(len) = memchr::memchr(b'}', &input[at + 3..]) else {
                    return if short(input.len()) {
                        Ok(at)
                    } else {
                        bad(at, input.len(), MALFORMED)
                    };
                };
                let end = at + 3 + len;
                if len == 0 {
                    return bad(at, end, MALFORMED);
                }
                match named(&input[at + 3..end]) {
                    Some(c) => out.push(c)?,
                    None => return bad(at, end + 1, "unknown Unicode character name"),
                }
                at = end + 1;
                continue;
            }
            _ => {
                invalid.get_or_insert(at);
                out.push(u32::from(b'\\'))?;
                Some(kind)
            }
        };
        if let Some(c) = simple {
            out.push(u32::from(c))?;
        }
        at += 2;
    }
    Ok(at)
}

/// The character of that name.
pub fn named(name: &[u8]) -> Option<u32> {
    let name = std::str::from_utf8(name).ok()?;
    unicode_names2::character(name).map(u32::from).filter(|&c| is_known(c))
}

/// The name of a character.
pub fn name_of(c: u32) -> Option<unicode_names2::Name> {
    char::from_u32(c).filter(|_| is_known(c)).and_then(unicode_names2::name)
}

/// Whether Unicode 14 has the character: the table of names is of a later version. (What is assigned but
/// not printable lies below or above these bounds.)
fn is_known(c: u32) -> bool {
    c < 0x1_3430 || c >= 0xE_0000 || unicode::is_printable(c)
}

/// See [`super::Codec::decode_some`].
pub fn decode_raw(input: &[u8], start: usize, out: &mut TextBuf, is_final: bool) -> CodecResult {
    let mut at = start;
    while let Some(&b) = input.get(at) {
        let (count, reason) = match (b, input.get(at + 1)) {
            (b'\\', Some(b'u')) => (4, "truncated \\uXXXX escape"),
            (b'\\', Some(b'U')) => (8, "truncated \\UXXXXXXXX escape"),
            (b'\\', Some(&c)) => {
                out.push_latin1(&[b, c])?;
                at += 2;
                continue;
            }
            (b'\\', None) if !is_final => return Ok(at),
            _ => {
                out.push(u32::from(b))?;
                at += 1;
                continue;
            }
        };
        match hex(input, at + 2, count) {
            Ok(c) if c <= 0x10_FFFF => out.push(c)?,
            Ok(_) => return bad(at, at + 2 + count, "\\Uxxxxxxxx out of range"),
            Err(end) if end >= input.len() && !is_final => return Ok(at),
            Err(end) => return bad(at, end, reason),
        }
        at += 2 + count;
    }
    Ok(at)
}

/// Append `\xe9`, `\u20ac` or `\U0001f600`.
pub fn push_escape(out: &mut Vec<u8>, c: u32) -> TextResult<()> {
    let (mark, digits) = match c {
        0..0x100 => (b'x', 2),
        0x100..0x1_0000 => (b'u', 4),
        _ => (b'U', 8),
    };
    out.try_reserve(10)?;
    out.extend([b'\\', mark]);
    out.extend((0..digits).rev().map(|i| b"0123456789abcdef"[(c >> (i * 4) & 15) as usize]));
    Ok(())
}

/// See [`super::Codec::encode_some`]; it cannot fail.
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
    for c in text.slice(start, text.len()).iter() {
        out.try_reserve(2)?;
        match c {
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            0x5C => out.extend(b"\\\\"),
            0x20..0x7F => out.push(c as u8),
            _ => push_escape(out, c)?,
        }
    }
    Ok(text.len())
}

/// See [`super::Codec::encode_some`]; it cannot fail.
pub fn encode_raw(text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
    for c in text.slice(start, text.len()).iter() {
        out.try_reserve(1)?;
        match c {
            0..0x100 => out.push(c as u8),
            _ => push_escape(out, c)?,
        }
    }
    Ok(text.len())
}

/// Undo the escapes of a bytes literal; the message of the `ValueError` otherwise.
pub fn decode_bytes(input: &[u8], errors: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    out.try_reserve(input.len()).map_err(|_| "no memory".to_owned())?;
    let mut at = 0;
    while let Some(&b) = input.get(at) {
        at += 1;
        if b != b'\\' {
            out.push(b);
            continue;
        }
        let Some(&kind) = input.get(at) else { return Err("Trailing \\ in string".into()) };
        at += 1;
        match kind {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(kind),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let rest = &input[at - 1..];
                let len = rest.iter().take(3).take_while(|b| (b'0'..=b'7').contains(b)).count();
                let n = rest[..len].iter().fold(0u32, |n, &b| n << 3 | u32::from(b - b'0'));
                out.push(n as u8);
                at += len - 1;
            }
            b'x' => match hex(input, at, 2) {
                Ok(n) => {
                    out.push(n as u8);
                    at += 2;
                }
                Err(end) => {
                    match errors {
                        "replace" => out.push(b'?'),
                        "ignore" => {}
                        "strict" => {
                            return Err(format!("invalid \\x escape at position {}", at - 2));
                        }
                        other => {
                            return Err(format!(
                                "decoding error; unknown error handling code: {other}"
                            ));
                        }
                    }
                    // One digit may have been good.
                    at = end.min(at + 1);
                }
            },
            _ => out.extend([b'\\', kind]),
        }
    }
    Ok(out)
}
