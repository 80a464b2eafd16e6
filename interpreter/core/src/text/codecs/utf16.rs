//! UTF-16 of either byte order, without byte order marks.

use super::{CodecResult, Endian, bad};
use crate::text::{TextBuf, TextRef, TextResult};

fn unit(input: &[u8], at: usize, endian: Endian) -> Option<u32> {
    let pair = [*input.get(at)?, *input.get(at + 1)?];
    Some(u32::from(match endian {
        Endian::Little => u16::from_le_bytes(pair),
        Endian::Big => u16::from_be_bytes(pair),
    }))
}

/// See [`super::Codec::decode_some`].
pub fn decode(
    input: &[u8],
    start: usize,
    out: &mut TextBuf,
    is_final: bool,
    endian: Endian,
) -> CodecResult {
    let mut at = start;
    while let Some(c) = unit(input, at, endian) {
        match c {
            0xD800..0xDC00 => match unit(input, at + 2, endian) {
                Some(low @ 0xDC00..0xE000) => {
                    out.push(0x1_0000 + ((c & 0x3FF) << 10 | (low & 0x3FF)))?;
                    at += 4;
                }
                Some(_) => return bad(at, at + 2, "illegal UTF-16 surrogate"),
                None if is_final => return bad(at, input.len(), "unexpected end of data"),
                None => return Ok(at),
            },
            0xDC00..0xE000 => return bad(at, at + 2, "illegal encoding"),
            _ => {
                out.push(c)?;
                at += 2;
            }
        }
    }
    if at < input.len() && is_final {
        return bad(at, input.len(), "truncated data");
    }
    Ok(at)
}

/// See [`super::Codec::encode_some`].
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>, endian: Endian) -> CodecResult {
    out.try_reserve((text.len().saturating_sub(start)).saturating_mul(2))?;
    for (i, c) in text.slice(start, text.len()).iter().enumerate() {
        if (0xD800..0xE000).contains(&c) {
            return bad(start + i, start + i + 1, "surrogates not allowed");
        }
        push(out, c, endian)?;
    }
    Ok(text.len())
}

/// Append one code point, lone surrogates too.
pub fn push(out: &mut Vec<u8>, c: u32, endian: Endian) -> TextResult<()> {
    if out.capacity() - out.len() < 4 {
        out.try_reserve(4)?;
    }
    let mut unit = |u: u32| {
        out.extend(match endian {
            Endian::Little => (u as u16).to_le_bytes(),
            Endian::Big => (u as u16).to_be_bytes(),
        });
    };
    if c < 0x1_0000 {
        unit(c);
    } else {
        unit(0xD7C0 + (c >> 10));
        unit(0xDC00 | (c & 0x3FF));
    }
    Ok(())
}
