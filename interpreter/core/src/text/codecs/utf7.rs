//! UTF-7 (RFC 2152): ASCII with base64 runs of UTF-16 between `+` and `-`.
//!
//! **Invariant:** every error leaves the codec outside a run, so going on needs no state.

use super::{CodecResult, bad};
use crate::text::{TextBuf, TextRef, vec_with};

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(b: u8) -> Option<u32> {
    DIGITS.iter().position(|&d| d == b).map(|i| i as u32)
}

/// See [`super::Codec::decode_some`].
pub fn decode(input: &[u8], start: usize, out: &mut TextBuf, is_final: bool) -> CodecResult {
    let mut at = start;
    while let Some(&b) = input.get(at) {
        match b {
            b'+' => match input.get(at + 1) {
                Some(b'-') => {
                    out.push(u32::from(b'+'))?;
                    at += 2;
                }
                Some(&next) if digit(next).is_none() => {
                    return bad(at, at + 2, "ill-formed sequence");
                }
                _ => {
                    let mark = out.len();
                    match run(input, at, out)? {
                        Run::Closed(next) => at = next,
                        Run::Open { .. } if !is_final => {
                            out.truncate(mark);
                            return Ok(at);
                        }
                        Run::Open { complete: true } => at = input.len(),
                        Run::Open { .. } => {
                            return bad(at, input.len(), "unterminated shift sequence");
                        }
                    }
                }
            },
            0x80.. => return bad(at, at + 1, "unexpected special character"),
            _ => {
                out.push(u32::from(b))?;
                at += 1;
            }
        }
    }
    Ok(at)
}

enum Run {
    /// It ended; go on here.
    Closed(usize),
    /// The input ended first; `complete` when no half character is left over.
    Open { complete: bool },
}

/// Decode the base64 run whose `+` is at `start`.
fn run(input: &[u8], start: usize, out: &mut TextBuf) -> Result<Run, super::CodecError> {
    let (mut bits, mut buffer, mut high, mut at) = (0u32, 0u32, None, start + 1);
    while let Some(&b) = input.get(at) {
        let Some(d) = digit(b) else {
            if bits >= 6 {
                return bad(start, at + 1, "partial character in shift sequence");
            }
            if buffer != 0 {
                return bad(start, at + 1, "non-zero padding bits in shift sequence");
            }
            if let Some(h) = high
                && b < 0x80
                && b != b'+'
            {
                out.push(h)?;
            }
            return Ok(Run::Closed(at + usize::from(b == b'-')));
        };
        at += 1;
        buffer = buffer << 6 | d;
        bits += 6;
        if bits < 16 {
            continue;
        }
        bits -= 16;
        let c = buffer >> bits & 0xFFFF;
        buffer &= (1 << bits) - 1;
        match (high.take(), c) {
            (Some(h), 0xDC00..0xE000) => out.push(0x1_0000 + ((h & 0x3FF) << 10 | (c & 0x3FF)))?,
            (before, _) => {
                if let Some(h) = before {
                    out.push(h)?;
                }
                if (0xD800..0xDC00).contains(&c) {
                    high = Some(c);
                } else {
                    out.push(c)?;
                }
            }
        }
    }
    Ok(Run::Open { complete: high.is_none() && bits < 6 && buffer == 0 })
}

/// Whether a character stands for itself in the output.
fn is_direct(c: u32) -> bool {
    matches!(c, 9 | 10 | 13 | 0x20..0x7F) && !matches!(c, 0x2B | 0x5C | 0x7E)
}

/// See [`super::Codec::encode_some`]; it cannot fail.
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
    let mut done = vec_with(text.len())?;
    let (mut inside, mut bits, mut buffer) = (false, 0u32, 0u32);
    for c in text.slice(start, text.len()).iter() {
        done.try_reserve(10)?;
        if is_direct(c) {
            if inside {
                inside = false;
                if bits > 0 {
                    done.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
                    (bits, buffer) = (0, 0);
                }
                if digit(c as u8).is_some() || c == 0x2D {
                    done.push(b'-');
                }
            }
            done.push(c as u8);
            continue;
        }
        if !inside {
            if c == 0x2B {
                done.extend(b"+-");
                continue;
            }
            done.push(b'+');
            inside = true;
        }
        let pair = if c < 0x1_0000 {
            [None, Some(c)]
        } else {
            [Some(0xD7C0 + (c >> 10)), Some(0xDC00 | (c & 0x3FF))]
        };
        for unit in pair.into_iter().flatten() {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                done.push(DIGITS[(buffer >> bits & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        done.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
    }
    if inside {
        done.push(b'-');
    }
    out.try_reserve(done.len())?;
    out.extend_from_slice(&done);
    Ok(text.len())
}
