//! Encodings that are a table of 256 characters.
//!
//! **Invariant:** every table maps each byte to one code point below 0xFFFE, or to nothing.

use super::charmap_tables::CHARMAPS;
use super::{CodecResult, bad};
use crate::text::{TextBuf, TextRef};

/// What a byte without a character maps to.
pub const UNDEFINED: u16 = 0xFFFE;

/// One such encoding.
#[derive(Debug)]
pub struct Charmap {
    /// Its normalised name, as the module under `encodings` is called.
    pub name: &'static str,
    /// The character of each byte.
    pub decoding: [u16; 256],
}

/// The table of that name (that of its module under `encodings`, such as `cp1252`).
pub fn find(name: &str) -> Option<&'static Charmap> {
    let at = CHARMAPS.binary_search_by(|m| m.name.cmp(name)).ok()?;
    CHARMAPS.get(at)
}

/// All their names.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHARMAPS.iter().map(|m| m.name)
}

const REASON: &str = "character maps to <undefined>";

impl Charmap {
    /// See [`super::Codec::decode_some`].
    pub fn decode(&self, input: &[u8], start: usize, out: &mut TextBuf) -> CodecResult {
        for (i, &b) in input.iter().enumerate().skip(start) {
            match self.decoding[usize::from(b)] {
                UNDEFINED => return bad(i, i + 1, REASON),
                c => out.push(u32::from(c))?,
            }
        }
        Ok(input.len())
    }

    /// See [`super::Codec::encode_some`].
    pub fn encode(&self, text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
        let reverse = Reverse::of(self);
        let rest = text.slice(start, text.len());
        out.try_reserve(rest.len())?;
        for (i, c) in rest.iter().enumerate() {
            let Some(b) = reverse.byte(c) else {
                let run = rest.slice(i, rest.len()).iter();
                let run = run.take_while(|&c| reverse.byte(c).is_none()).count();
                return bad(start + i, start + i + run, REASON);
            };
            out.push(b);
        }
        Ok(text.len())
    }
}

/// The table read from the other side, made for one call.
struct Reverse {
    pairs: [(u16, u8); 256],
}

impl Reverse {
    fn of(map: &Charmap) -> Self {
        let mut pairs = [(0, 0); 256];
        for (b, (pair, &c)) in pairs.iter_mut().zip(&map.decoding).enumerate() {
            *pair = (c, b as u8);
        }
        // Stable among equals: the last byte of a character wins below.
        crate::text::order::sort_seldom(&mut pairs);
        Self { pairs }
    }

    fn byte(&self, c: u32) -> Option<u8> {
        let c = u16::try_from(c).ok().filter(|&c| c != UNDEFINED)?;
        let end = self.pairs.partition_point(|p| p.0 <= c);
        let (found, b) = *self.pairs.get(end.checked_sub(1)?)?;
        (found == c).then_some(b)
    }
}
