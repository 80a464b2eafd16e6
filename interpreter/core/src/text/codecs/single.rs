//! ASCII and Latin-1.

use super::{CodecResult, bad};
use crate::text::{TextBuf, TextRef};

/// Decode ASCII; every other byte is an error of its own.
pub fn decode_ascii(input: &[u8], start: usize, out: &mut TextBuf) -> CodecResult {
    let rest = input.get(start..).unwrap_or_default();
    let n = super::utf8::ascii_prefix(rest);
    out.push_text(TextRef::Ascii(&rest[..n]))?;
    if n < rest.len() {
        return bad(start + n, start + n + 1, "ordinal not in range(128)");
    }
    Ok(input.len())
}

/// Decode Latin-1, which cannot fail.
pub fn decode_latin1(input: &[u8], start: usize, out: &mut TextBuf) -> CodecResult {
    out.push_latin1(input.get(start..).unwrap_or_default())?;
    Ok(input.len())
}

/// Encode code points below `limit` (0x80 or 0x100); a run of others is one error.
pub fn encode(text: TextRef<'_>, start: usize, out: &mut Vec<u8>, limit: u32) -> CodecResult {
    let rest = text.slice(start, text.len());
    match rest {
        TextRef::Ascii(s) => {
            out.try_reserve(s.len())?;
            out.extend_from_slice(s);
            return Ok(text.len());
        }
        TextRef::Latin1(s) if limit > 0xFF => {
            out.try_reserve(s.len())?;
            out.extend_from_slice(s);
            return Ok(text.len());
        }
        _ => {}
    }
    let good = rest.iter().position(|c| c >= limit).unwrap_or(rest.len());
    out.try_reserve(good)?;
    out.extend(rest.slice(0, good).iter().map(|c| c as u8));
    if good == rest.len() {
        return Ok(text.len());
    }
    let run = rest.slice(good, rest.len()).iter().take_while(|&c| c >= limit).count();
    let reason =
        if limit > 0x80 { "ordinal not in range(256)" } else { "ordinal not in range(128)" };
    bad(start + good, start + good + run, reason)
}
