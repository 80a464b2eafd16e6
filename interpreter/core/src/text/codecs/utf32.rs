//! UTF-32 of either byte order, without byte order marks.

use super::{CodecResult, Endian, bad};
use crate::text::{TextBuf, TextRef, TextResult};

/// See [`super::Codec::decode_some`].
pub fn decode(
    input: &[u8],
    start: usize,
    out: &mut TextBuf,
    is_final: bool,
    endian: Endian,
) -> CodecResult {
    let (units, rest) = input.get(start..).unwrap_or_default().as_chunks::<4>();
    for (i, bytes) in units.iter().enumerate() {
        let at = start + i * 4;
        let c = match endian {
            Endian::Little => u32::from_le_bytes(*bytes),
            Endian::Big => u32::from_be_bytes(*bytes),
        };
        match c {
            0xD800..0xE000 => {
                return bad(at, at + 4, "code point in surrogate code point range(0xd800, 0xe000)");
            }
            0..0x11_0000 => out.push(c)?,
            _ => return bad(at, at + 4, "code point not in range(0x110000)"),
        }
    }
    let at = start + units.len() * 4;
    if !rest.is_empty() && is_final {
        return bad(at, input.len(), "truncated data");
    }
    Ok(at)
}

/// See [`super::Codec::encode_some`].
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>, endian: Endian) -> CodecResult {
    out.try_reserve((text.len().saturating_sub(start)).saturating_mul(4))?;
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
    out.extend(match endian {
        Endian::Little => c.to_le_bytes(),
        Endian::Big => c.to_be_bytes(),
    });
    Ok(())
}
