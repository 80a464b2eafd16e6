//! Codecs as kernels: each turns bytes into text or text into bytes until it is done or meets an error.
//!
//! **Invariant:** a codec never calls anybody. On an error it returns where and why; what it produced so
//! far is in the output. [`decode`] and [`encode`] drive a codec: they hand each error to their caller's
//! closure, which appends a replacement and names the position to go on from. Reasons are CPython's words.

mod aliases;
pub mod charmap;
mod charmap_tables;
pub mod escape;
pub mod handlers;
pub mod idna;
mod idna_tables;
pub mod single;
pub mod utf16;
pub mod utf32;
pub mod utf7;
pub mod utf8;

use super::watch::{PIECE, Watch};
use super::{Text, TextBuf, TextError, TextRef};
pub use charmap::Charmap;

/// Why a codec stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodecError {
    /// Input that means nothing in this encoding.
    Bad(Bad),
    /// No memory for the output.
    Other(TextError),
}

/// `input[start..end]` cannot be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Where the offending input starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Why, as `UnicodeError.reason`.
    pub reason: &'static str,
}

impl From<TextError> for CodecError {
    fn from(e: TextError) -> Self {
        Self::Other(e)
    }
}

impl From<std::collections::TryReserveError> for CodecError {
    fn from(e: std::collections::TryReserveError) -> Self {
        Self::Other(e.into())
    }
}

/// Shorthand for [`CodecError::Bad`].
pub(crate) fn bad<T>(start: usize, end: usize, reason: &'static str) -> Result<T, CodecError> {
    Err(CodecError::Bad(Bad { start, end, reason }))
}

/// How far a codec came, or why it stopped.
pub type CodecResult = Result<usize, CodecError>;

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endian {
    /// The lowest.
    Little,
    /// The highest.
    Big,
}

impl Endian {
    /// This machine's.
    pub const NATIVE: Endian =
        if cfg!(target_endian = "big") { Endian::Big } else { Endian::Little };
}

/// An encoding that is built in. Byte order marks are their callers' business.
#[derive(Clone, Copy, Debug)]
pub enum Codec {
    /// `utf-8`
    Utf8,
    /// `utf-16-le`, `utf-16-be`
    Utf16(Endian),
    /// `utf-32-le`, `utf-32-be`
    Utf32(Endian),
    /// `utf-7`
    Utf7,
    /// `ascii`
    Ascii,
    /// `latin-1`
    Latin1,
    /// A table of 256 characters.
    Charmap(&'static Charmap),
    /// `unicode_escape`
    UnicodeEscape,
    /// `raw_unicode_escape`
    RawUnicodeEscape,
}

impl Codec {
    /// What `UnicodeError.encoding` says.
    pub fn error_name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Utf16(Endian::Little) => "utf-16-le",
            Codec::Utf16(Endian::Big) => "utf-16-be",
            Codec::Utf32(Endian::Little) => "utf-32-le",
            Codec::Utf32(Endian::Big) => "utf-32-be",
            Codec::Utf7 => "utf7",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Charmap(_) => "charmap",
            Codec::UnicodeEscape => "unicodeescape",
            Codec::RawUnicodeEscape => "rawunicodeescape",
        }
    }

    /// How many bytes a unit has.
    fn unit(self) -> usize {
        match self {
            Codec::Utf16(_) => 2,
            Codec::Utf32(_) => 4,
            _ => 1,
        }
    }

    /// One of those that take only ASCII for a replacement.
    fn is_utf(self) -> bool {
        matches!(self, Codec::Utf8 | Codec::Utf16(_) | Codec::Utf32(_))
    }

    /// Decode `input[start..]` until the end or an error. Without `is_final` an incomplete sequence at
    /// the end is left; the answer is how far it came.
    pub fn decode_some(
        self,
        input: &[u8],
        start: usize,
        out: &mut TextBuf,
        is_final: bool,
    ) -> CodecResult {
        match self {
            Codec::Utf8 => utf8::decode(input, start, out, is_final),
            Codec::Utf16(e) => utf16::decode(input, start, out, is_final, e),
            Codec::Utf32(e) => utf32::decode(input, start, out, is_final, e),
            Codec::Utf7 => utf7::decode(input, start, out, is_final),
            Codec::Ascii => single::decode_ascii(input, start, out),
            Codec::Latin1 => single::decode_latin1(input, start, out),
            Codec::Charmap(map) => map.decode(input, start, out),
            Codec::UnicodeEscape => escape::decode(input, start, out, is_final, &mut None),
            Codec::RawUnicodeEscape => escape::decode_raw(input, start, out, is_final),
        }
    }

    /// Encode `text[start..]` until the end or an error.
    pub fn encode_some(self, text: TextRef<'_>, start: usize, out: &mut Vec<u8>) -> CodecResult {
        match self {
            Codec::Utf8 => utf8::encode(text, start, out),
            Codec::Utf16(e) => utf16::encode(text, start, out, e),
            Codec::Utf32(e) => utf32::encode(text, start, out, e),
            Codec::Utf7 => utf7::encode(text, start, out),
            Codec::Ascii => single::encode(text, start, out, 0x80),
            Codec::Latin1 => single::encode(text, start, out, 0x100),
            Codec::Charmap(map) => map.encode(text, start, out),
            Codec::UnicodeEscape => escape::encode(text, start, out),
            Codec::RawUnicodeEscape => escape::encode_raw(text, start, out),
        }
    }
}

/// The name under which `encodings` would keep the module: lower case, runs of anything but letters,
/// digits and dots as one `_`, other alphabets dropped.
pub fn normalize(name: &str) -> String {
    let mut out = String::new();
    let mut gap = false;
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
            gap = false;
        } else {
            gap = true;
        }
    }
    out
}

/// The module's name for a normalised name that may be an alias.
pub fn resolve_alias(name: &str) -> &str {
    let plain = name.replace('.', "_");
    let at = aliases::ALIASES.binary_search_by(|a| a.0.cmp(&plain));
    at.ok().and_then(|i| aliases::ALIASES.get(i)).map_or(name, |a| a.1)
}

/// What stands in for text that cannot be encoded.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// Text, to be encoded in its turn.
    Text(Text),
    /// Bytes, to be taken as they are.
    Bytes(Vec<u8>),
}

/// Where to stop next in a long input.
struct Pieces {
    len: usize,
    size: usize,
}

impl Pieces {
    fn new(codec: Codec, len: usize) -> Pieces {
        // Only this one has a state beyond the position.
        let whole = matches!(codec, Codec::Utf7);
        Pieces { len, size: if whole { usize::MAX } else { PIECE } }
    }

    fn end(&self, at: usize) -> usize {
        at.saturating_add(self.size).min(self.len)
    }

    /// Take the rest in one go.
    fn no_more(&mut self) {
        self.size = usize::MAX;
    }
}

/// Decode all of `input[start..]`; `on_error` appends what it likes and answers where to go on.
pub fn decode<E: From<TextError>>(
    watch: &dyn Watch,
    codec: Codec,
    input: &[u8],
    start: usize,
    out: &mut TextBuf,
    is_final: bool,
    mut on_error: impl FnMut(Bad, &mut TextBuf) -> Result<usize, E>,
) -> Result<usize, E> {
    let mut at = start;
    let mut pieces = Pieces::new(codec, input.len());
    let mut errors = 0u32;
    loop {
        // What is cut at a piece's end is incomplete, and taken with the next one.
        let end = pieces.end(at);
        match codec.decode_some(&input[..end], at, out, is_final && end == input.len()) {
            Ok(done) if end == input.len() => return Ok(done),
            Ok(done) if done == at => pieces.no_more(),
            Ok(done) => at = done,
            Err(CodecError::Other(e)) => return Err(e.into()),
            Err(CodecError::Bad(b)) => {
                at = on_error(b, out)?;
                errors += 1;
                if errors % (1 << 14) != 0 {
                    continue;
                }
            }
        }
        watch.poll()?;
    }
}

/// Encode all of `text`; `on_error` answers a replacement and where to go on. A replacement that cannot
/// be encoded itself is the first error again, which `refuse` turns into the exception.
pub fn encode<E: From<TextError>>(
    watch: &dyn Watch,
    codec: Codec,
    text: TextRef<'_>,
    out: &mut Vec<u8>,
    mut on_error: impl FnMut(Bad) -> Result<(Replacement, usize), E>,
    refuse: impl Fn(Bad) -> E,
) -> Result<(), E> {
    let mut at = 0;
    let mut pieces = Pieces::new(codec, text.len());
    let mut errors = 0u32;
    loop {
        let end = pieces.end(at);
        let problem = match codec.encode_some(text.slice(0, end), at, out) {
            Ok(_) if end == text.len() => return Ok(()),
            Ok(_) => {
                at = end;
                watch.poll()?;
                continue;
            }
            Err(CodecError::Other(e)) => return Err(e.into()),
            // It may go on behind the piece: look again from there.
            Err(CodecError::Bad(b)) if b.end == end && end < text.len() => {
                at = b.start;
                pieces.no_more();
                continue;
            }
            Err(CodecError::Bad(b)) => b,
        };
        errors += 1;
        if errors % (1 << 14) == 0 {
            watch.poll()?;
        }
        let (replacement, next) = on_error(problem)?;
        at = next;
        match replacement {
            Replacement::Bytes(b) if b.len() % codec.unit() != 0 => return Err(refuse(problem)),
            Replacement::Text(t) if codec.is_utf() && !t.as_ref().is_ascii_kind() => {
                return Err(refuse(problem));
            }
            Replacement::Bytes(b) => {
                out.try_reserve(b.len()).map_err(TextError::from)?;
                out.extend_from_slice(&b);
            }
            Replacement::Text(t) => match codec.encode_some(t.as_ref(), 0, out) {
                Ok(_) => {}
                Err(CodecError::Other(e)) => return Err(e.into()),
                Err(CodecError::Bad(_)) => return Err(refuse(problem)),
            },
        }
    }
}
