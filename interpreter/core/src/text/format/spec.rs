//! `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! **Invariant:** a `Spec` that parses may still not fit its value; the formatter of the value says so.

use super::super::{TextError, TextRef, TextResult, unicode};

/// Where the padding goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: between the sign and the digits.
    AfterSign,
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The padding character, a space unless given.
    pub fill: u32,
    /// Where it goes: as given, or as the type prefers.
    pub align: Align,
    /// `+`, `-` or a space.
    pub sign: Option<u8>,
    /// `z`: a result of zero is never negative.
    pub no_negative_zero: bool,
    /// `#`
    pub alternate: bool,
    /// The least number of characters.
    pub width: Option<usize>,
    /// `,` or `_` between groups of digits.
    pub grouping: Option<u8>,
    /// What follows the point.
    pub precision: Option<usize>,
    /// The type character, as given.
    pub kind: Option<u32>,
}

fn align_of(c: Option<u32>) -> Option<Align> {
    match u8::try_from(c?).ok()? {
        b'<' => Some(Align::Left),
        b'>' => Some(Align::Right),
        b'^' => Some(Align::Center),
        b'=' => Some(Align::AfterSign),
        _ => None,
    }
}

struct Reader<'a> {
    text: TextRef<'a>,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        self.text.char_at(self.at)
    }

    fn eat(&mut self, c: u8) -> bool {
        let found = self.peek() == Some(u32::from(c));
        self.at += usize::from(found);
        found
    }

    fn number(&mut self) -> TextResult<Option<usize>> {
        let start = self.at;
        let mut n = 0usize;
        while let Some(d) = self.peek().and_then(digit) {
            n = push_digit(n, d)?;
            self.at += 1;
        }
        Ok((self.at > start).then_some(n))
    }
}

/// The value of a decimal digit.
#[inline]
pub(super) fn digit(c: u32) -> Option<u8> {
    match c {
        0x30..=0x39 => Some((c - 0x30) as u8),
        0..0x80 => None,
        _ => unicode::decimal_value(c),
    }
}

/// One more decimal digit, or the error for too many.
pub(super) fn push_digit(n: usize, d: u8) -> TextResult<usize> {
    n.checked_mul(10)
        .and_then(|n| n.checked_add(usize::from(d)))
        .filter(|&n| n <= isize::MAX as usize)
        .ok_or_else(|| TextError::value("Too many decimal digits in format string"))
}

impl Spec {
    /// Parse. `align` is what the value's type prefers, `type_name` is for messages.
    pub fn parse(text: TextRef<'_>, align: Align, type_name: &str) -> TextResult<Spec> {
        let mut spec = Spec {
            fill: u32::from(b' '),
            align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            kind: None,
        };
        if let TextRef::Ascii(bytes) = text
            && let Some(spec) = spec.plain(bytes)
        {
            return Ok(spec);
        }
        let mut r = Reader { text, at: 0 };
        let (mut fill_given, mut align_given) = (false, false);
        if let Some(a) = align_of(text.char_at(1)) {
            spec.fill = text.char_at(0).unwrap_or(spec.fill);
            (spec.align, fill_given, align_given, r.at) = (a, true, true, 2);
        } else if let Some(a) = align_of(text.char_at(0)) {
            (spec.align, align_given, r.at) = (a, true, 1);
        }
        spec.sign = b"+- ".iter().copied().find(|&s| r.eat(s));
        spec.no_negative_zero = r.eat(b'z');
        spec.alternate = r.eat(b'#');
        if !fill_given && r.eat(b'0') {
            spec.fill = u32::from(b'0');
            if !align_given && align == Align::Right {
                spec.align = Align::AfterSign;
            }
        }
        spec.width = r.number()?;
        spec.read_grouping(&mut r)?;
        if r.eat(b'.') {
            let missing = || TextError::value("Format specifier missing precision");
            spec.precision = Some(r.number()?.ok_or_else(missing)?);
        }
        if text.len() - r.at > 1 {
            // (Two texts of it are made: room for them is asked for here.)
            drop(crate::text::vec_with::<u32>(text.len().saturating_mul(2))?);
            let shown = text.to_string_lossy();
            return Err(TextError::value(format!(
                "Invalid format specifier '{shown}' for object of type '{type_name}'"
            )));
        }
        spec.kind = r.peek();
        Ok(spec)
    }

    /// `[align][0][width][.precision][type]`, with short numbers; `self` is the empty specification.
    #[inline]
    fn plain(mut self, mut rest: &[u8]) -> Option<Spec> {
        let preferred = self.align;
        let mut given = false;
        match rest {
            [_, b'<' | b'>' | b'^' | b'=', ..] => return None,
            [c @ (b'<' | b'>' | b'^' | b'='), behind @ ..] => {
                (self.align, given, rest) = (align_of(Some((*c).into()))?, true, behind);
            }
            _ => {}
        }
        if let [b'0', behind @ ..] = rest {
            self.fill = b'0'.into();
            if !given && preferred == Align::Right {
                self.align = Align::AfterSign;
            }
            rest = behind;
        }
        if rest.first().is_some_and(u8::is_ascii_digit) {
            let (width, behind) = super::percent::short_number(rest)?;
            (self.width, rest) = (Some(width), behind);
        }
        if let [b'.', behind @ ..] = rest {
            if !behind.first()?.is_ascii_digit() {
                return None;
            }
            let (precision, behind) = super::percent::short_number(behind)?;
            (self.precision, rest) = (Some(precision), behind);
        }
        match rest {
            [] => Some(self),
            [kind] if kind.is_ascii_alphabetic() && *kind != b'z' || *kind == b'%' => {
                self.kind = Some((*kind).into());
                Some(self)
            }
            _ => None,
        }
    }

    fn read_grouping(&mut self, r: &mut Reader<'_>) -> TextResult<()> {
        let both = || TextError::value("Cannot specify both ',' and '_'.");
        if r.eat(b',') {
            self.grouping = Some(b',');
        }
        if r.eat(b'_') {
            if self.grouping.is_some() {
                return Err(both());
            }
            self.grouping = Some(b'_');
        }
        if self.grouping == Some(b'_') && r.peek() == Some(u32::from(b',')) {
            return Err(both());
        }
        Ok(())
    }

    /// The type character; `default` when none is given.
    pub fn kind_or(&self, default: u8) -> u32 {
        self.kind.unwrap_or(u32::from(default))
    }

    /// Refuse grouping for the types that have none. `default` is the type's own.
    pub fn check_grouping(&self, default: u8) -> TextResult<()> {
        let Some(separator) = self.grouping.map(char::from) else { return Ok(()) };
        let kind = self.kind_or(default);
        match u8::try_from(kind).unwrap_or(b'?') {
            b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F' | 0 => Ok(()),
            b'b' | b'o' | b'x' | b'X' if separator == '_' => Ok(()),
            _ => Err(TextError::value(format!(
                "Cannot specify '{separator}' with '{}'.",
                shown_kind(kind)
            ))),
        }
    }
}

/// A type character as messages show it.
fn shown_kind(kind: u32) -> String {
    match char::from_u32(kind) {
        Some(c) if (33..128).contains(&kind) => c.to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

/// The `ValueError` for a type character that the value's type does not know.
pub fn unknown_kind(kind: u32, type_name: &str) -> TextError {
    TextError::value(format!(
        "Unknown format code '{}' for object of type '{type_name}'",
        shown_kind(kind)
    ))
}
