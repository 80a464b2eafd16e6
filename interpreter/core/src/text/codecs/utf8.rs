//! UTF-8.
//!
//! **Invariant:** decoding accepts exactly the well-formed sequences of Unicode's table 3-7 (no surrogates,
//! no overlong forms); an error covers the longest prefix of a well-formed sequence, as CPython counts it.

use super::{CodecResult, bad};
use crate::text::{TextBuf, TextRef, TextResult, vec_with};

/// Decode `input[start..]` into `out`. Without `is_final` an incomplete sequence at the end is left, and
/// the answer says how many bytes are done.
pub fn decode(input: &[u8], start: usize, out: &mut TextBuf, is_final: bool) -> CodecResult {
    let mut at = start;
    while let Some(rest) = input.get(at..).filter(|r| !r.is_empty()) {
        let ascii = ascii_prefix(rest);
        if ascii > 0 {
            out.push_text(TextRef::Ascii(&rest[..ascii]))?;
            at += ascii;
            continue;
        }
        match sequence(rest) {
            Sequence::Char(c, n) => {
                out.push(c)?;
                at += n;
            }
            Sequence::Short if !is_final => return Ok(at),
            Sequence::Short => return bad(at, input.len(), "unexpected end of data"),
            Sequence::BadStart => return bad(at, at + 1, "invalid start byte"),
            Sequence::BadContinuation(n) => return bad(at, at + n, "invalid continuation byte"),
        }
    }
    Ok(at)
}

/// How many bytes from the start are ASCII, looking at 32 at a time.
pub fn ascii_prefix(s: &[u8]) -> usize {
    const WIDE: usize = 32;
    let mut at = 0;
    while let Some(block) = s.get(at..at + WIDE) {
        if block.iter().fold(0, |a, b| a | b) >= 0x80 {
            break;
        }
        at += WIDE;
    }
    at + s[at..].iter().position(|&b| b >= 0x80).unwrap_or(s.len() - at)
}

enum Sequence {
    Char(u32, usize),
    Short,
    BadStart,
    /// How many bytes were a good beginning.
    BadContinuation(usize),
}

/// Read the sequence at the start of `s`, whose first byte is not ASCII.
#[inline]
fn sequence(s: &[u8]) -> Sequence {
    let first = s[0];
    let (len, low, high) = match first {
        0xC2..=0xDF => (2, 0x80, 0xBF),
        0xE0 => (3, 0xA0, 0xBF),
        0xED => (3, 0x80, 0x9F),
        0xE1..=0xEF => (3, 0x80, 0xBF),
        0xF0 => (4, 0x90, 0xBF),
        0xF1..=0xF3 => (4, 0x80, 0xBF),
        0xF4 => (4, 0x80, 0x8F),
        _ => return Sequence::BadStart,
    };
    let mut c = u32::from(first) & (0x7F >> len);
    for i in 1..len {
        let Some(&b) = s.get(i) else { return Sequence::Short };
        let (low, high) = if i == 1 { (low, high) } else { (0x80, 0xBF) };
        if !(low..=high).contains(&b) {
            return Sequence::BadContinuation(i);
        }
        c = c << 6 | u32::from(b & 0x3F);
    }
    Sequence::Char(c, len)
}

/// Encode `text[start..]` into `out`; lone surrogates stop it (a run of them is one error).
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
    if let TextRef::Ascii(s) = text {
        let s = &s[start.min(s.len())..];
        out.try_reserve(s.len())?;
        out.extend_from_slice(s);
        return Ok(text.len());
    }
    let rest = text.slice(start, text.len());
    let stopped = crate::each_kind!(rest, s => encode_units(s, out)?);
    let Some(i) = stopped else { return Ok(text.len()) };
    let at = start + i;
    let run = text.slice(at, text.len()).iter();
    let n = run.take_while(|c| (0xD800..0xE000).contains(c)).count();
    bad(at, at + n, "surrogates not allowed")
}

/// Encode units up to the first lone surrogate: where that is.
fn encode_units<U: Copy + Into<u32>>(s: &[U], out: &mut Vec<u8>) -> TextResult<Option<usize>> {
    const BLOCK: usize = 64;
    out.try_reserve(s.len().saturating_add(s.len() / 2))?;
    for (block, units) in s.chunks(BLOCK).enumerate() {
        let mut bytes = [0; 4 * BLOCK];
        let mut n = 0;
        let mut lone = None;
        for (i, &u) in units.iter().enumerate() {
            let c: u32 = u.into();
            if c < 0x80 {
                bytes[n] = c as u8;
                n += 1;
            } else if let Some(c) = char::from_u32(c) {
                n += c.encode_utf8(&mut bytes[n..]).len();
            } else {
                lone = Some(block * BLOCK + i);
                break;
            }
        }
        out.try_reserve(n)?;
        out.extend_from_slice(&bytes[..n]);
        if lone.is_some() {
            return Ok(lone);
        }
    }
    Ok(None)
}

/// Append one code point, surrogates too (as `surrogatepass` wants them).
#[inline]
pub fn push(out: &mut Vec<u8>, c: u32) -> TextResult<()> {
    if out.capacity() - out.len() < 4 {
        out.try_reserve(4)?;
    }
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xC0 | (c >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend([0xE0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xF0 | (c >> 18 & 7) as u8, tail(12), tail(6), tail(0)]),
    }
    Ok(())
}

/// The UTF-8 of text, or `None` when it has lone surrogates.
pub fn to_utf8(text: TextRef<'_>) -> TextResult<Option<String>> {
    let mut out = vec_with(text.len())?;
    match encode(text, 0, &mut out) {
        Ok(_) => Ok(String::from_utf8(out).ok()),
        Err(super::CodecError::Bad(_)) => Ok(None),
        Err(super::CodecError::Other(e)) => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CodecError;
    use super::*;

    fn error(s: &[u8]) -> (usize, usize, &'static str) {
        match decode(s, 0, &mut TextBuf::new(), true) {
            Err(CodecError::Bad(b)) => (b.start, b.end, b.reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn round_trip() {
        let s = "plain ascii, a good deal longer than one block; é€😀 and back";
        let mut out = TextBuf::new();
        assert_eq!(decode(s.as_bytes(), 0, &mut out, true), Ok(s.len()));
        let text = out.finish();
        assert_eq!(to_utf8(text.as_ref()).unwrap().as_deref(), Some(s));
    }

    #[test]
    fn errors() {
        assert_eq!(error(b"ab\xff"), (2, 3, "invalid start byte"));
        assert_eq!(error(b"\xe2\x82"), (0, 2, "unexpected end of data"));
        assert_eq!(error(b"\xe2\x28\xa1"), (0, 1, "invalid continuation byte"));
        assert_eq!(error(b"\xf0\x9f\x98("), (0, 3, "invalid continuation byte"));
        assert_eq!(error(b"\xed\xa0\x80"), (0, 1, "invalid continuation byte"));
        assert_eq!(decode(b"a\xe2\x82", 0, &mut TextBuf::new(), false), Ok(1));
        let lone = TextRef::Ucs2(&[0x61, 0xD800, 0xDC00, 0x62]);
        let e = encode(lone, 0, &mut Vec::new()).unwrap_err();
        assert_eq!(
            e,
            CodecError::Bad(super::super::Bad {
                start: 1,
                end: 3,
                reason: "surrogates not allowed"
            })
        );
    }
}
