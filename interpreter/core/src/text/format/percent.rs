//! The template language of `%`: literal text and directives like `%(name)-8.3f`.
//!
//! **Invariant:** directives are read one at a time, as their values are taken. Numbers come out as ASCII
//! strings, for `str` and `bytes` alike.

use std::borrow::Cow;

use super::super::floatrepr::{self, Layout, Style};
use super::super::intconv::{self, IntRef, Limit};
use super::super::{TextBuf, TextError, TextRef, TextResult, push_repeat};

/// One step through a template.
#[derive(Clone, Copy, Debug)]
pub enum Piece<'a> {
    /// Text to copy.
    Literal(TextRef<'a>),
    /// A value to convert.
    Directive(Directive<'a>),
}

/// A number in a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Written out.
    Number(usize),
    /// `*`: the next argument.
    Argument,
}

/// `%(key)flags width.precision kind`.
#[derive(Clone, Copy, Debug)]
pub struct Directive<'a> {
    /// The mapping key.
    pub key: Option<TextRef<'a>>,
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: Option<Count>,
    /// What follows the point (`.` alone is 0).
    pub precision: Option<Count>,
    /// The conversion character.
    pub kind: u32,
    /// Where that character stands, for messages.
    pub at: usize,
}

/// `-+ #0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`
    pub left: bool,
    /// `+`
    pub plus: bool,
    /// A space.
    pub blank: bool,
    /// `#`
    pub alternate: bool,
    /// `0`
    pub zero: bool,
}

/// A directive that takes nothing but its value.
#[derive(Clone, Copy, Debug)]
pub struct Plain {
    /// The conversion character.
    pub kind: u8,
    /// Where that character stands, for messages.
    pub at: usize,
    /// Flags, width and precision.
    pub resolved: Resolved,
}

/// The number that bytes begin with (0 if they do not) and what follows; None if it has many digits.
#[inline]
pub(super) fn short_number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (mut n, mut rest) = (0, bytes);
    while let Some((digit @ b'0'..=b'9', behind)) = rest.split_first() {
        n = n * 10 + usize::from(digit - b'0');
        rest = behind;
        if bytes.len() - rest.len() > 8 {
            return None;
        }
    }
    Some((n, rest))
}

/// Reads a template piece by piece.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    text: TextRef<'a>,
    at: usize,
}

impl<'a> Template<'a> {
    /// Of this text (for bytes: of their Latin-1 view).
    pub fn new(text: TextRef<'a>) -> Self {
        Self { text, at: 0 }
    }

    fn peek(&self) -> Option<u32> {
        self.text.char_at(self.at)
    }

    /// A directive of flags, numbers and conversion character, if that is next: it is taken. The numbers have few
    /// digits; what is rarer is left to `next_piece`.
    #[inline]
    pub fn plain(&mut self) -> Option<Plain> {
        let (TextRef::Ascii(s) | TextRef::Latin1(s)) = self.text else { return None };
        let mut rest = s.get(self.at..)?.strip_prefix(b"%")?;
        let mut resolved = Resolved::default();
        if !rest.first()?.is_ascii_alphabetic() {
            loop {
                let flags = &mut resolved.flags;
                match rest.first()? {
                    b'-' => flags.left = true,
                    b'+' => flags.plus = true,
                    b' ' => flags.blank = true,
                    b'#' => flags.alternate = true,
                    b'0' => flags.zero = true,
                    _ => break,
                }
                rest = rest.get(1..)?;
            }
            (resolved.width, rest) = short_number(rest)?;
            if let Some(behind) = rest.strip_prefix(b".") {
                let (precision, behind) = short_number(behind)?;
                (resolved.precision, rest) = (Some(precision), behind);
            }
        }
        let (&kind, behind) = rest.split_first()?;
        if !kind.is_ascii_alphabetic() || matches!(kind, b'h' | b'l' | b'L') {
            return None;
        }
        let end = s.len() - behind.len();
        self.at = end;
        Some(Plain { kind, at: end - 1, resolved })
    }

    /// The next piece, `None` at the end. `has_mapping` tells whether `%(key)` is possible.
    pub fn next_piece(&mut self, has_mapping: bool) -> TextResult<Option<Piece<'a>>> {
        let rest = self.text.slice(self.at, self.text.len());
        if rest.is_empty() {
            return Ok(None);
        }
        let len = match rest {
            TextRef::Ascii(s) | TextRef::Latin1(s) => memchr::memchr(b'%', s),
            _ => rest.iter().position(|c| c == 0x25),
        }
        .unwrap_or(rest.len());
        if len > 0 {
            self.at += len;
            return Ok(Some(Piece::Literal(rest.slice(0, len))));
        }
        self.at += 1;
        if self.peek() == Some(0x25) {
            // Only right behind the first one: `%5%` is a directive, and an unsupported one.
            self.at += 1;
            return Ok(Some(Piece::Literal(rest.slice(1, 2))));
        }
        self.directive(has_mapping).map(|d| Some(Piece::Directive(d)))
    }

    fn directive(&mut self, has_mapping: bool) -> TextResult<Directive<'a>> {
        let key = if self.peek() == Some(0x28) { Some(self.key(has_mapping)?) } else { None };
        let flags = self.flags();
        let width = self.count("width too big")?;
        let mut precision = None;
        if self.peek() == Some(0x2E) {
            self.at += 1;
            precision = Some(self.count("precision too big")?.unwrap_or(Count::Number(0)));
        }
        if matches!(self.peek(), Some(0x68 | 0x6C | 0x4C)) {
            self.at += 1;
        }
        let Some(kind) = self.peek() else { return Err(TextError::value("incomplete format")) };
        let at = self.at;
        self.at += 1;
        Ok(Directive { key, flags, width, precision, kind, at })
    }

    fn key(&mut self, has_mapping: bool) -> TextResult<TextRef<'a>> {
        if !has_mapping {
            return Err(TextError::type_error("format requires a mapping"));
        }
        let start = self.at + 1;
        let mut depth = 0;
        while let Some(c) = self.peek() {
            depth += i64::from(c == 0x28) - i64::from(c == 0x29);
            self.at += 1;
            if depth == 0 {
                return Ok(self.text.slice(start, self.at - 1));
            }
        }
        Err(TextError::value("incomplete format key"))
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.peek() {
                Some(0x2D) => flags.left = true,
                Some(0x2B) => flags.plus = true,
                Some(0x20) => flags.blank = true,
                Some(0x23) => flags.alternate = true,
                Some(0x30) => flags.zero = true,
                _ => return flags,
            }
            self.at += 1;
        }
    }

    fn count(&mut self, too_big: &'static str) -> TextResult<Option<Count>> {
        if self.peek() == Some(0x2A) {
            self.at += 1;
            return Ok(Some(Count::Argument));
        }
        let (start, mut n) = (self.at, 0usize);
        // A precision has to fit a C int.
        let most = if too_big.starts_with('p') { i32::MAX as usize } else { isize::MAX as usize };
        while let Some(d) = self.peek().filter(|c| (0x30..=0x39).contains(c)) {
            let next = n.checked_mul(10).and_then(|n| n.checked_add((d - 0x30) as usize));
            n = next.filter(|&n| n <= most).ok_or(TextError::Value(Cow::Borrowed(too_big)))?;
            self.at += 1;
        }
        Ok((self.at > start).then_some(Count::Number(n)))
    }
}

/// A directive whose numbers are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Resolved {
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: usize,
    /// The precision.
    pub precision: Option<usize>,
}

/// The `ValueError` for a conversion character that means nothing.
pub fn unsupported(kind: u32, at: usize) -> TextError {
    let shown = char::from_u32(kind).filter(|_| (31..127).contains(&kind)).unwrap_or('?');
    TextError::value(format!("unsupported format character '{shown}' (0x{kind:x}) at index {at}"))
}

/// Of an int, by `d i u o x X`.
pub fn format_int(n: IntRef<'_>, kind: u8, d: Resolved, limit: Limit<'_>) -> TextResult<String> {
    if d.precision.is_some_and(|p| p > i32::MAX as usize - 3) {
        return Err(TextError::overflow("precision too large"));
    }
    let base = match kind {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    let mut digits = intconv::magnitude_text(n, base, limit)?;
    if let Some(p) = d.precision.filter(|&p| p > digits.len()) {
        let mut padded = String::new();
        push_repeat(&mut padded, '0', p - digits.len())?;
        padded.try_reserve(digits.len())?;
        padded.push_str(&digits);
        digits = padded;
    }
    let prefix = match (d.flags.alternate, kind) {
        (true, b'X') => "0X",
        (true, _) => intconv::prefix(base),
        _ => "",
    };
    if kind == b'X' {
        digits.make_ascii_uppercase();
    }
    pad(n.is_negative(), prefix, &digits, d)
}

/// Append a machine integer, by `d i u o x X`.
pub fn push_small(out: &mut TextBuf, n: i64, kind: u8, d: Resolved) -> TextResult<()> {
    if d.precision.is_some() {
        return out.push_str(&format_int(IntRef::Small(n), kind, d, Limit::NONE)?);
    }
    let base = match kind {
        b'o' => 8,
        b'x' | b'X' => 16,
        _ => 10,
    };
    let mut buf = [0; 64];
    let digits = intconv::small_digits(n.unsigned_abs(), base, kind == b'X', &mut buf);
    let prefix = match (d.flags.alternate, kind) {
        (true, b'X') => "0X",
        (true, _) => intconv::prefix(base),
        _ => "",
    };
    let sign = sign_of(n < 0, d.flags);
    let len = sign.len() + prefix.len() + digits.len();
    let padding = d.width.saturating_sub(len);
    let before = if d.flags.left { 0 } else { padding };
    if !d.flags.zero {
        out.push_n(0x20, before)?;
    }
    out.push_ascii(sign.as_bytes())?;
    out.push_ascii(prefix.as_bytes())?;
    if d.flags.zero {
        out.push_n(0x30, before)?;
    }
    out.push_ascii(digits.as_bytes())?;
    out.push_n(0x20, padding - before)
}

/// Append a float, by `e E f F g G`.
pub fn push_float(out: &mut TextBuf, x: f64, kind: u8, d: Resolved) -> TextResult<()> {
    let precision = d.precision.unwrap_or(6);
    floatrepr::check_precision(precision)?;
    let style = match kind.to_ascii_lowercase() {
        b'e' => Style::Exponent,
        b'f' => Style::Fixed,
        _ => Style::General,
    };
    let layout = Layout {
        style,
        precision,
        alternate: d.flags.alternate,
        upper: kind.is_ascii_uppercase(),
        point_zero: false,
    };
    let digits = floatrepr::format(x, layout)?;
    let negative = x.is_sign_negative() && !x.is_nan();
    if d.width <= digits.len() {
        out.push_ascii(sign_of(negative, d.flags).as_bytes())?;
        return out.push_ascii(digits.as_bytes());
    }
    out.push_ascii(pad(negative, "", &digits, d)?.as_bytes())
}

fn sign_of(negative: bool, flags: Flags) -> &'static str {
    match flags {
        _ if negative => "-",
        Flags { plus: true, .. } => "+",
        Flags { blank: true, .. } => " ",
        _ => "",
    }
}

/// Sign, prefix, digits and padding in the order that the flags ask for.
fn pad(negative: bool, prefix: &str, digits: &str, d: Resolved) -> TextResult<String> {
    let sign = sign_of(negative, d.flags);
    let len = sign.len() + prefix.len() + digits.len();
    let padding = d.width.saturating_sub(len);
    let mut out = String::new();
    out.try_reserve_exact(len.checked_add(padding).ok_or(TextError::NoMemory)?)?;
    let before = if d.flags.left { 0 } else { padding };
    if !d.flags.zero {
        push_repeat(&mut out, ' ', before)?;
    }
    out.push_str(sign);
    out.push_str(prefix);
    if d.flags.zero {
        push_repeat(&mut out, '0', before)?;
    }
    out.push_str(digits);
    push_repeat(&mut out, ' ', padding - before)?;
    Ok(out)
}
