//! The error handlers that are built in.
//!
//! **Invariant:** a handler that cannot help answers `None`: the caller raises the error as it is.

use super::{Bad, Codec, Endian, Replacement, escape, utf8, utf16, utf32};
use crate::text::{TextBuf, TextRef, TextResult};

/// A handler by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Raise.
    Strict,
    /// Leave out.
    Ignore,
    /// U+FFFD or `?`.
    Replace,
    /// `\x80`, `\u20ac`.
    BackslashReplace,
    /// `&#8364;` (encoding only).
    XmlCharRefReplace,
    /// `\N{EURO SIGN}` (encoding only).
    NameReplace,
    /// Bytes to U+DC80..U+DCFF and back.
    SurrogateEscape,
    /// Surrogates as if they were characters.
    SurrogatePass,
}

impl Handler {
    /// By its registered name.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "strict" => Self::Strict,
            "ignore" => Self::Ignore,
            "replace" => Self::Replace,
            "backslashreplace" => Self::BackslashReplace,
            "xmlcharrefreplace" => Self::XmlCharRefReplace,
            "namereplace" => Self::NameReplace,
            "surrogateescape" => Self::SurrogateEscape,
            "surrogatepass" => Self::SurrogatePass,
            _ => return None,
        })
    }

    /// Whether it can answer decoding errors at all.
    pub fn decodes(self) -> bool {
        !matches!(self, Self::XmlCharRefReplace | Self::NameReplace)
    }

    /// Append what stands for `input[bad]`; where to go on, or `None` to raise. `codec` is `None` when
    /// the encoding is not one of ours.
    pub fn decode(
        self,
        codec: Option<Codec>,
        input: &[u8],
        bad: Bad,
        out: &mut TextBuf,
    ) -> TextResult<Option<usize>> {
        let range = input.get(bad.start..bad.end.min(input.len())).unwrap_or_default();
        match self {
            Self::Ignore => {}
            Self::Replace => out.push(0xFFFD)?,
            Self::BackslashReplace => {
                range
                    .iter()
                    .try_for_each(|&b| crate::text::repr::push_escape(out, u32::from(b)))?;
            }
            Self::SurrogateEscape => {
                let n = range.iter().take(4).take_while(|&&b| b >= 0x80).count();
                for &b in &range[..n] {
                    out.push(0xDC00 | u32::from(b))?;
                }
                return Ok((n > 0).then_some(bad.start + n));
            }
            Self::SurrogatePass => {
                let Some((c, n)) = codec.and_then(|k| surrogate_at(k, input, bad.start)) else {
                    return Ok(None);
                };
                out.push(c)?;
                return Ok(Some(bad.start + n));
            }
            Self::Strict | Self::XmlCharRefReplace | Self::NameReplace => return Ok(None),
        }
        Ok(Some(bad.end))
    }

    /// What stands for `text[bad]` and where to go on, or `None` to raise.
    pub fn encode(
        self,
        codec: Option<Codec>,
        text: TextRef<'_>,
        bad: Bad,
    ) -> TextResult<Option<(Replacement, usize)>> {
        let range = text.slice(bad.start, bad.end);
        let mut bytes = Vec::new();
        let mut out = TextBuf::new();
        match self {
            Self::Strict => return Ok(None),
            Self::Ignore => {}
            Self::Replace => out.push_n(u32::from(b'?'), range.len())?,
            Self::BackslashReplace => {
                range.iter().try_for_each(|c| crate::text::repr::push_escape(&mut out, c))?;
            }
            Self::XmlCharRefReplace => {
                range.iter().try_for_each(|c| out.push_str(&format!("&#{c};")))?;
            }
            Self::NameReplace => range.iter().try_for_each(|c| push_name(&mut out, c))?,
            Self::SurrogateEscape => {
                bytes.extend(range.iter().take_while(is_escaped).map(|c| c as u8));
                // These three go as far as they can, and report what is left.
                let partly = matches!(codec, Some(Codec::Utf8 | Codec::Ascii | Codec::Latin1));
                let n = bytes.len();
                let enough = n == range.len() || (n > 0 && partly);
                return Ok(enough.then_some((Replacement::Bytes(bytes), bad.start + n)));
            }
            Self::SurrogatePass => {
                for c in range.iter() {
                    if !(0xD800..0xE000).contains(&c) {
                        return Ok(None);
                    }
                    match codec {
                        Some(Codec::Utf8) => utf8::push(&mut bytes, c)?,
                        Some(Codec::Utf16(e)) => utf16::push(&mut bytes, c, e)?,
                        Some(Codec::Utf32(e)) => utf32::push(&mut bytes, c, e)?,
                        _ => return Ok(None),
                    }
                }
                return Ok(Some((Replacement::Bytes(bytes), bad.end)));
            }
        }
        Ok(Some((Replacement::Text(out.finish()), bad.end)))
    }
}

/// Whether it stands for a byte that could not be decoded.
fn is_escaped(c: &u32) -> bool {
    (0xDC80..0xDD00).contains(c)
}

/// The surrogate that stands at `at` in an encoding that could have it, and its size.
fn surrogate_at(codec: Codec, input: &[u8], at: usize) -> Option<(u32, usize)> {
    let byte = |i: usize| input.get(at + i).map(|&b| u32::from(b));
    let (c, n) = match codec {
        Codec::Utf8 => {
            let (a, b, c) = (byte(0)?, byte(1)?, byte(2)?);
            let shaped = a & 0xF0 == 0xE0 && b & 0xC0 == 0x80 && c & 0xC0 == 0x80;
            (shaped.then_some((a & 15) << 12 | (b & 63) << 6 | (c & 63))?, 3)
        }
        Codec::Utf16(Endian::Little) => (byte(0)? | byte(1)? << 8, 2),
        Codec::Utf16(Endian::Big) => (byte(0)? << 8 | byte(1)?, 2),
        Codec::Utf32(Endian::Little) => {
            (byte(0)? | byte(1)? << 8 | byte(2)? << 16 | byte(3)? << 24, 4)
        }
        Codec::Utf32(Endian::Big) => {
            (byte(0)? << 24 | byte(1)? << 16 | byte(2)? << 8 | byte(3)?, 4)
        }
        _ => return None,
    };
    (0xD800..0xE000).contains(&c).then_some((c, n))
}

fn push_name(out: &mut TextBuf, c: u32) -> TextResult<()> {
    match escape::name_of(c) {
        Some(name) => out.push_str(&format!("\\N{{{name}}}")),
        None => {
            let mut bytes = Vec::new();
            escape::push_escape(&mut bytes, c)?;
            out.push_ascii(&bytes)
        }
    }
}
