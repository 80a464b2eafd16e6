//! Text in the narrowest of four layouts: borrowed (`TextRef`), owned (`Text`) and growing (`TextBuf`).
//!
//! **Invariant:** a `Text` is canonical: `Ascii` holds only code points below 0x80, and every wider kind
//! holds at least one code point that the narrower kind could not. A `TextRef` made by slicing need not
//! be canonical; everything here that takes one accepts that. Units of `Ucs4` never exceed 0x10FFFF;
//! lone surrogates are legal text, as in Python.

use std::cmp::Ordering;

use super::{TextError, TextResult, vec_of, vec_with};

/// The highest code point.
pub const MAX_CHAR: u32 = 0x10_FFFF;

/// Borrowed text.
#[derive(Clone, Copy, Debug)]
pub enum TextRef<'a> {
    /// Code points below 0x80: also valid UTF-8.
    Ascii(&'a [u8]),
    /// Code points below 0x100.
    Latin1(&'a [u8]),
    /// Code points below 0x10000, surrogates included.
    Ucs2(&'a [u16]),
    /// Any code point.
    Ucs4(&'a [u32]),
}

/// Owned text, canonical.
#[derive(Clone, Debug)]
pub enum Text {
    /// See [`TextRef::Ascii`].
    Ascii(Vec<u8>),
    /// See [`TextRef::Latin1`].
    Latin1(Vec<u8>),
    /// See [`TextRef::Ucs2`].
    Ucs2(Vec<u16>),
    /// See [`TextRef::Ucs4`].
    Ucs4(Vec<u32>),
}

/// Run the same expression for the slice of every kind.
#[macro_export]
#[doc(hidden)]
macro_rules! each_kind {
    ($text:expr, $s:ident => $body:expr) => {
        match $text {
            $crate::text::TextRef::Ascii($s) => $body,
            $crate::text::TextRef::Latin1($s) => $body,
            $crate::text::TextRef::Ucs2($s) => $body,
            $crate::text::TextRef::Ucs4($s) => $body,
        }
    };
}

impl<'a> TextRef<'a> {
    /// The empty text.
    pub const EMPTY: TextRef<'static> = TextRef::Ascii(&[]);

    /// ASCII text from a `&str` known to be ASCII; `None` otherwise.
    pub fn from_ascii(s: &'a str) -> Option<Self> {
        s.is_ascii().then_some(TextRef::Ascii(s.as_bytes()))
    }

    /// How many code points.
    #[inline]
    pub fn len(self) -> usize {
        each_kind!(self, s => s.len())
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether the kind is `Ascii` (a canonical text is then ASCII, and only then).
    #[inline]
    pub fn is_ascii_kind(self) -> bool {
        matches!(self, TextRef::Ascii(_))
    }

    /// The code point at `i`, `None` past the end.
    #[inline]
    pub fn char_at(self, i: usize) -> Option<u32> {
        each_kind!(self, s => s.get(i).map(|&u| u32::from(u)))
    }

    /// The code points from `from` to `to`, both clipped to the length.
    #[inline]
    pub fn slice(self, from: usize, to: usize) -> Self {
        let to = to.min(self.len());
        let from = from.min(to);
        match self {
            TextRef::Ascii(s) => TextRef::Ascii(&s[from..to]),
            TextRef::Latin1(s) => TextRef::Latin1(&s[from..to]),
            TextRef::Ucs2(s) => TextRef::Ucs2(&s[from..to]),
            TextRef::Ucs4(s) => TextRef::Ucs4(&s[from..to]),
        }
    }

    /// The code points, from the first on.
    #[inline]
    pub fn iter(self) -> Chars<'a> {
        match self {
            TextRef::Ascii(s) | TextRef::Latin1(s) => Chars::One(s.iter()),
            TextRef::Ucs2(s) => Chars::Two(s.iter()),
            TextRef::Ucs4(s) => Chars::Four(s.iter()),
        }
    }

    /// The text as `&str`, when it is ASCII (whatever its kind says about it).
    #[inline]
    pub fn as_ascii_str(self) -> Option<&'a str> {
        match self {
            TextRef::Ascii(s) => std::str::from_utf8(s).ok(),
            TextRef::Latin1(s) if s.is_ascii() => std::str::from_utf8(s).ok(),
            _ => None,
        }
    }

    /// The highest code point rounded up to the top of the narrowest kind: 0x7F, 0xFF, 0xFFFF or 0x10FFFF.
    pub fn max_kind_char(self) -> u32 {
        match self {
            TextRef::Ascii(_) => 0x7F,
            TextRef::Latin1(s) => narrowest(u32::from(s.iter().fold(0, |a, &b| a | b))),
            TextRef::Ucs2(s) => narrowest(u32::from(s.iter().fold(0, |a, &b| a | b))),
            TextRef::Ucs4(s) => narrowest(s.iter().fold(0, |a, &b| a | b)),
        }
    }

    /// A canonical copy.
    pub fn to_text(self) -> TextResult<Text> {
        if let TextRef::Ascii(s) = self {
            return Ok(Text::Ascii(vec_of(s)?));
        }
        let max = self.max_kind_char();
        Ok(match (max, self) {
            (0xFF, TextRef::Latin1(s)) => Text::Latin1(vec_of(s)?),
            (0xFFFF, TextRef::Ucs2(s)) => Text::Ucs2(vec_of(s)?),
            (MAX_CHAR, TextRef::Ucs4(s)) => Text::Ucs4(vec_of(s)?),
            (0x7F, _) => Text::Ascii(self.to_bytes_lossy()?),
            (0xFF, _) => Text::Latin1(self.to_bytes_lossy()?),
            _ => Text::Ucs2(each_kind!(self, s => convert(s, |c| c as u16)?)),
        })
    }

    /// One byte for each code point, high bits cut off: for text known to fit.
    fn to_bytes_lossy(self) -> TextResult<Vec<u8>> {
        each_kind!(self, s => convert(s, |c| c as u8))
    }

    /// As a Rust string, lone surrogates replaced: for messages, never for data.
    pub fn to_string_lossy(self) -> String {
        match self.as_ascii_str() {
            Some(s) => s.to_owned(),
            None => self
                .iter()
                .map(|c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        }
    }

    /// Whether the text is exactly this string.
    pub fn eq_str(self, other: &str) -> bool {
        match self {
            TextRef::Ascii(s) => s == other.as_bytes(),
            _ => self.iter().eq(other.chars().map(u32::from)),
        }
    }
}

/// The top of the narrowest kind that holds every bit of `bits`.
#[inline]
fn narrowest(bits: u32) -> u32 {
    match bits {
        0..=0x7F => 0x7F,
        0x80..=0xFF => 0xFF,
        0x100..=0xFFFF => 0xFFFF,
        _ => MAX_CHAR,
    }
}

fn convert<A: Copy + Into<u32>, B>(from: &[A], f: impl Fn(u32) -> B) -> TextResult<Vec<B>> {
    let mut out = Vec::new();
    out.try_reserve_exact(from.len())?;
    out.extend(from.iter().map(|&u| f(u.into())));
    Ok(out)
}

impl PartialEq for TextRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        use TextRef::{Ascii, Latin1, Ucs2, Ucs4};
        match (*self, *other) {
            (Ascii(a) | Latin1(a), Ascii(b) | Latin1(b)) => a == b,
            (Ucs2(a), Ucs2(b)) => a == b,
            (Ucs4(a), Ucs4(b)) => a == b,
            (a, b) => a.len() == b.len() && a.iter().eq(b.iter()),
        }
    }
}

impl Eq for TextRef<'_> {}

impl PartialOrd for TextRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for TextRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        use TextRef::{Ascii, Latin1, Ucs2, Ucs4};
        match (*self, *other) {
            (Ascii(a) | Latin1(a), Ascii(b) | Latin1(b)) => a.cmp(b),
            (Ucs2(a), Ucs2(b)) => a.cmp(b),
            (Ucs4(a), Ucs4(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }
}

/// The code points of a [`TextRef`].
#[derive(Clone, Debug)]
pub enum Chars<'a> {
    /// Of `Ascii` and `Latin1`.
    One(std::slice::Iter<'a, u8>),
    /// Of `Ucs2`.
    Two(std::slice::Iter<'a, u16>),
    /// Of `Ucs4`.
    Four(std::slice::Iter<'a, u32>),
}

impl Iterator for Chars<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            Chars::One(i) => i.next().map(|&u| u32::from(u)),
            Chars::Two(i) => i.next().map(|&u| u32::from(u)),
            Chars::Four(i) => i.next().copied(),
        }
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Chars::One(i) => i.size_hint(),
            Chars::Two(i) => i.size_hint(),
            Chars::Four(i) => i.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        match self {
            Chars::One(i) => i.next_back().map(|&u| u32::from(u)),
            Chars::Two(i) => i.next_back().map(|&u| u32::from(u)),
            Chars::Four(i) => i.next_back().copied(),
        }
    }
}

impl ExactSizeIterator for Chars<'_> {}

impl Text {
    /// Borrow it.
    #[inline]
    pub fn as_ref(&self) -> TextRef<'_> {
        match self {
            Text::Ascii(v) => TextRef::Ascii(v),
            Text::Latin1(v) => TextRef::Latin1(v),
            Text::Ucs2(v) => TextRef::Ucs2(v),
            Text::Ucs4(v) => TextRef::Ucs4(v),
        }
    }

    /// From a Rust string.
    pub fn from_utf8_str(s: &str) -> TextResult<Text> {
        // The first byte of the longest sequence tells the kind.
        let (mut lead, mut units) = (0, 0);
        for &b in s.as_bytes() {
            lead = b.max(lead);
            units += usize::from(b & 0xC0 != 0x80);
        }
        let chars = || s.chars().map(u32::from);
        Ok(match lead {
            0..0x80 => Text::Ascii(vec_of(s.as_bytes())?),
            0x80..0xC4 => Text::Latin1(collected(units, chars().map(|c| c as u8))?),
            0xC4..0xF0 => Text::Ucs2(collected(units, chars().map(|c| c as u16))?),
            _ => Text::Ucs4(collected(units, chars())?),
        })
    }

    /// From bytes, each one code point.
    pub fn from_latin1(bytes: &[u8]) -> TextResult<Text> {
        let copy = vec_of(bytes)?;
        Ok(if copy.is_ascii() { Text::Ascii(copy) } else { Text::Latin1(copy) })
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_ref() == other.as_ref()
    }
}

impl Eq for Text {}

/// Text under construction. It starts as ASCII and widens when a code point asks for it.
#[derive(Debug)]
pub struct TextBuf {
    text: Text,
    /// Something was cut off the end, so the kind may be too wide.
    shrunk: bool,
}

impl Default for TextBuf {
    fn default() -> Self {
        Self::new()
    }
}

impl TextBuf {
    /// Empty, without an allocation.
    pub const fn new() -> Self {
        Self { text: Text::Ascii(Vec::new()), shrunk: false }
    }

    /// Empty, in the memory of a vector whose contents go.
    #[inline]
    pub fn reusing(mut v: Vec<u8>) -> Self {
        v.clear();
        Self { text: Text::Ascii(v), shrunk: false }
    }

    /// Empty, with room for `n` ASCII characters.
    pub fn with_capacity(n: usize) -> TextResult<Self> {
        let mut v = Vec::new();
        v.try_reserve_exact(n)?;
        Ok(Self { text: Text::Ascii(v), shrunk: false })
    }

    /// How many code points so far.
    #[inline]
    pub fn len(&self) -> usize {
        match &self.text {
            Text::Ascii(v) | Text::Latin1(v) => v.len(),
            Text::Ucs2(v) => v.len(),
            Text::Ucs4(v) => v.len(),
        }
    }

    /// Whether there is none yet.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What there is so far (not necessarily canonical after a `truncate`).
    pub fn as_ref(&self) -> TextRef<'_> {
        self.text.as_ref()
    }

    /// Keep the first `n` code points.
    pub fn truncate(&mut self, n: usize) {
        if n < self.len() && !matches!(self.text, Text::Ascii(_)) {
            self.shrunk = true;
        }
        match &mut self.text {
            Text::Ascii(v) | Text::Latin1(v) => v.truncate(n),
            Text::Ucs2(v) => v.truncate(n),
            Text::Ucs4(v) => v.truncate(n),
        }
    }

    /// Make room for `n` more code points of the present kind.
    pub fn reserve(&mut self, n: usize) -> TextResult<()> {
        match &mut self.text {
            Text::Ascii(v) | Text::Latin1(v) => v.try_reserve(n)?,
            Text::Ucs2(v) => v.try_reserve(n)?,
            Text::Ucs4(v) => v.try_reserve(n)?,
        }
        Ok(())
    }

    /// Append one code point.
    #[inline]
    pub fn push(&mut self, c: u32) -> TextResult<()> {
        match &mut self.text {
            Text::Ascii(v) if c < 0x80 => push_unit(v, c as u8),
            Text::Latin1(v) if c < 0x100 => push_unit(v, c as u8),
            Text::Ucs2(v) if c < 0x1_0000 => push_unit(v, c as u16),
            Text::Ucs4(v) => push_unit(v, c.min(MAX_CHAR)),
            _ => self.push_wide(c),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_wide(&mut self, c: u32) -> TextResult<()> {
        self.widen(narrowest(c.min(MAX_CHAR)), 1)?;
        self.push(c)
    }

    /// Append a Rust `char`.
    #[inline]
    pub fn push_char(&mut self, c: char) -> TextResult<()> {
        self.push(u32::from(c))
    }

    /// Append `n` times the same code point.
    #[inline]
    pub fn push_n(&mut self, c: u32, n: usize) -> TextResult<()> {
        if n == 0 { Ok(()) } else { self.push_many(c, n) }
    }

    fn push_many(&mut self, c: u32, n: usize) -> TextResult<()> {
        self.widen(narrowest(c.min(MAX_CHAR)), n)?;
        self.reserve(n)?;
        match &mut self.text {
            Text::Ascii(v) | Text::Latin1(v) => v.resize(v.len() + n, c as u8),
            Text::Ucs2(v) => v.resize(v.len() + n, c as u16),
            Text::Ucs4(v) => v.resize(v.len() + n, c.min(MAX_CHAR)),
        }
        Ok(())
    }

    /// Append a Rust string.
    pub fn push_str(&mut self, s: &str) -> TextResult<()> {
        if s.is_ascii() {
            return self.push_ascii(s.as_bytes());
        }
        self.reserve(s.chars().count())?;
        s.chars().try_for_each(|c| self.push(u32::from(c)))
    }

    /// Append bytes known to be ASCII (anything else is taken as Latin-1).
    #[inline]
    pub fn push_ascii(&mut self, s: &[u8]) -> TextResult<()> {
        match &mut self.text {
            Text::Ascii(v) if s.is_ascii() => extend(v, s),
            _ => self.push_latin1(s),
        }
    }

    /// Append bytes, each one code point.
    pub fn push_latin1(&mut self, s: &[u8]) -> TextResult<()> {
        self.push_text(TextRef::Latin1(s))
    }

    /// Append text.
    #[inline]
    pub fn push_text(&mut self, t: TextRef<'_>) -> TextResult<()> {
        match (&mut self.text, t) {
            (Text::Ascii(v), TextRef::Ascii(s)) => extend(v, s),
            _ => self.push_other(t),
        }
    }

    fn push_other(&mut self, t: TextRef<'_>) -> TextResult<()> {
        if t.is_empty() {
            return Ok(());
        }
        self.widen(t.max_kind_char(), t.len())?;
        match (&mut self.text, t) {
            (Text::Ascii(v) | Text::Latin1(v), TextRef::Ascii(s) | TextRef::Latin1(s)) => {
                extend(v, s)
            }
            (Text::Ucs2(v), TextRef::Ucs2(s)) => extend(v, s),
            (Text::Ucs4(v), TextRef::Ucs4(s)) => extend(v, s),
            (Text::Ascii(v) | Text::Latin1(v), t) => {
                each_kind!(t, s => extend_with(v, s, |c| c as u8))
            }
            (Text::Ucs2(v), t) => each_kind!(t, s => extend_with(v, s, |c| c as u16)),
            (Text::Ucs4(v), t) => each_kind!(t, s => extend_with(v, s, |c| c)),
        }
    }

    /// Change to the kind whose top is `max`, if the present one is narrower; leave room for `more`.
    fn widen(&mut self, max: u32, more: usize) -> TextResult<()> {
        let top = match &self.text {
            Text::Ascii(_) => 0x7F,
            Text::Latin1(_) => 0xFF,
            Text::Ucs2(_) => 0xFFFF,
            Text::Ucs4(_) => MAX_CHAR,
        };
        if max <= top {
            return Ok(());
        }
        self.text = match (max, std::mem::replace(&mut self.text, Text::Ascii(Vec::new()))) {
            (0xFF, Text::Ascii(v)) => Text::Latin1(v),
            (0xFFFF, old) => {
                Text::Ucs2(each_kind!(old.as_ref(), s => wider(s, more, |c| c as u16)?))
            }
            (_, old) => Text::Ucs4(each_kind!(old.as_ref(), s => wider(s, more, |c| c)?)),
        };
        Ok(())
    }

    /// The text, canonical.
    pub fn finish(self) -> Text {
        if !self.shrunk {
            return self.text;
        }
        // Narrowing takes less room than there is; a refusal by the allocator leaves nothing better.
        self.text.as_ref().to_text().unwrap_or(self.text)
    }
}

/// The vector of `n` items.
fn collected<T>(n: usize, items: impl Iterator<Item = T>) -> TextResult<Vec<T>> {
    let mut v = vec_with(n)?;
    v.extend(items.take(n));
    Ok(v)
}

#[inline]
fn push_unit<T>(v: &mut Vec<T>, unit: T) -> TextResult<()> {
    if v.len() == v.capacity() {
        v.try_reserve(1)?;
    }
    v.push(unit);
    Ok(())
}

#[inline]
fn extend<T: Copy>(v: &mut Vec<T>, s: &[T]) -> TextResult<()> {
    v.try_reserve(s.len())?;
    v.extend_from_slice(s);
    Ok(())
}

fn extend_with<A: Copy + Into<u32>, B>(
    v: &mut Vec<B>,
    s: &[A],
    f: impl Fn(u32) -> B,
) -> TextResult<()> {
    v.try_reserve(s.len())?;
    v.extend(s.iter().map(|&u| f(u.into())));
    Ok(())
}

fn wider<A: Copy + Into<u32>, B>(s: &[A], more: usize, f: impl Fn(u32) -> B) -> TextResult<Vec<B>> {
    let mut v = Vec::new();
    v.try_reserve(s.len().checked_add(more).ok_or(TextError::NoMemory)?)?;
    v.extend(s.iter().map(|&u| f(u.into())));
    Ok(v)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widens_and_stays_canonical() {
        let mut b = TextBuf::new();
        b.push_str("abc").unwrap();
        assert!(matches!(b.as_ref(), TextRef::Ascii(b"abc")));
        b.push(0xE9).unwrap();
        assert!(matches!(b.as_ref(), TextRef::Latin1(_)));
        b.push(0x20AC).unwrap();
        assert!(matches!(b.as_ref(), TextRef::Ucs2(_)));
        b.push_text(TextRef::Latin1(b"xy\xff")).unwrap();
        b.push(0x1F600).unwrap();
        assert_eq!(b.len(), 9);
        assert_eq!(b.as_ref().to_string_lossy(), "abcé€xyÿ😀");
        b.truncate(3);
        assert!(matches!(b.finish(), Text::Ascii(v) if v == b"abc"));
    }

    #[test]
    fn compares_across_kinds() {
        let a = TextRef::Ascii(b"abc");
        assert_eq!(a, TextRef::Ucs2(&[97, 98, 99]));
        assert!(a < TextRef::Ucs4(&[97, 98, 100]));
        assert!(matches!(TextRef::Ucs4(&[97, 0xE9]).to_text().unwrap(), Text::Latin1(_)));
    }
}
