//! The template language of `str.format`: literal text and replacement fields.
//!
//! **Invariant:** pieces are read one at a time, so that an error in the template is met only after the
//! fields before it were formatted. Positions are code points of the template.

use super::super::{TextError, TextRef, TextResult};
use super::spec::{digit, push_digit};

/// One step through a template.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Text to copy (perhaps empty).
    pub literal: TextRef<'a>,
    /// The field behind it.
    pub field: Option<Field<'a>>,
}

/// `{name!conversion:spec}`.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    /// What to format: an index or name, with attributes and items behind it.
    pub name: TextRef<'a>,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// What stands behind the colon.
    pub spec: TextRef<'a>,
    /// Whether `spec` has fields of its own.
    pub nested: bool,
}

/// Reads a template piece by piece.
#[derive(Clone, Debug)]
pub struct Template<'a> {
    text: TextRef<'a>,
    at: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

fn error<T>(message: &'static str) -> TextResult<T> {
    Err(TextError::value(message))
}

impl<'a> Template<'a> {
    /// Of this text.
    pub fn new(text: TextRef<'a>) -> Self {
        Self { text, at: 0 }
    }

    fn next_char(&mut self) -> Option<u32> {
        let c = self.text.char_at(self.at)?;
        self.at += 1;
        Some(c)
    }

    /// The next piece, `None` at the end.
    pub fn next_piece(&mut self) -> TextResult<Option<Piece<'a>>> {
        let start = self.at;
        if start >= self.text.len() {
            return Ok(None);
        }
        let rest = self.text.slice(start, self.text.len());
        let Some(brace) = brace(rest) else {
            self.at = self.text.len();
            return Ok(Some(Piece { literal: rest, field: None }));
        };
        let c = rest.char_at(brace);
        let after = rest.char_at(brace + 1);
        self.at = start + brace + 1;
        if after == c {
            // Doubled: one of the two is text.
            let literal = rest.slice(0, brace + 1);
            self.at += 1;
            return Ok(Some(Piece { literal, field: None }));
        }
        if c == Some(CLOSE) {
            return error("Single '}' encountered in format string");
        }
        if after.is_none() {
            return error("Single '{' encountered in format string");
        }
        let field = match self.plain_field() {
            Some(field) => field,
            None => self.field()?,
        };
        Ok(Some(Piece { literal: rest.slice(0, brace), field: Some(field) }))
    }

    /// The same as `field`, of text of one byte each, if there are no brackets and no fields in it.
    fn plain_field(&mut self) -> Option<Field<'a>> {
        let (TextRef::Ascii(s) | TextRef::Latin1(s)) = self.text else { return None };
        let rest = s.get(self.at..)?;
        let len = rest.iter().position(|c| matches!(c, b'{' | b'}' | b'[' | b':' | b'!'))?;
        let name = self.text.slice(self.at, self.at + len);
        let mut field = Field { name, conversion: None, spec: TextRef::EMPTY, nested: false };
        let mut at = self.at + len;
        if rest.get(len) == Some(&b'!') {
            let (&conversion, &end) = (rest.get(len + 1)?, rest.get(len + 2)?);
            if !matches!(end, b'}' | b':') {
                return None;
            }
            field.conversion = Some(conversion.into());
            at += 2;
        }
        match s.get(at)? {
            b'}' => {}
            b':' => {
                let start = at + 1;
                let len = memchr::memchr2(b'{', b'}', s.get(start..)?)?;
                at = start + len;
                if s.get(at) != Some(&b'}') {
                    return None;
                }
                field.spec = self.text.slice(start, at);
            }
            _ => return None,
        }
        self.at = at + 1;
        Some(field)
    }

    /// Read a field, the opening brace being behind us.
    fn field(&mut self) -> TextResult<Field<'a>> {
        let start = self.at;
        let end = loop {
            match self.next_char() {
                Some(OPEN) => return error("unexpected '{' in field name"),
                Some(0x5B) => {
                    // Up to the bracket's end everything belongs to the key.
                    while self.text.char_at(self.at).is_some_and(|c| c != 0x5D) {
                        self.at += 1;
                    }
                }
                Some(c @ (CLOSE | 0x3A | 0x21)) => break c,
                Some(_) => {}
                None => return error("expected '}' before end of string"),
            }
        };
        let name = self.text.slice(start, self.at - 1);
        let mut field = Field { name, conversion: None, spec: TextRef::EMPTY, nested: false };
        if end == CLOSE {
            return Ok(field);
        }
        if end == 0x21 {
            let Some(c) = self.next_char() else {
                return error("end of string while looking for conversion specifier");
            };
            field.conversion = Some(c);
            match self.next_char() {
                Some(CLOSE) => return Ok(field),
                Some(0x3A) | None => {}
                Some(_) => return error("expected ':' after conversion specifier"),
            }
        }
        self.spec(&mut field)?;
        Ok(field)
    }

    fn spec(&mut self, field: &mut Field<'a>) -> TextResult<()> {
        let (start, mut depth) = (self.at, 1);
        while let Some(c) = self.next_char() {
            match c {
                OPEN => {
                    field.nested = true;
                    depth += 1;
                }
                CLOSE => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = self.text.slice(start, self.at - 1);
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        error("unmatched '{' in format spec")
    }
}

/// The first brace of either kind.
fn brace(text: TextRef<'_>) -> Option<usize> {
    match text {
        TextRef::Ascii(s) | TextRef::Latin1(s) => memchr::memchr2(b'{', b'}', s),
        _ => text.iter().position(|c| c == OPEN || c == CLOSE),
    }
}

/// What a field's name starts with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum First<'a> {
    /// Nothing: the next positional argument.
    Auto,
    /// A positional argument.
    Index(usize),
    /// A keyword argument.
    Name(TextRef<'a>),
}

/// A step from a value to a part of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step<'a> {
    /// `.name`
    Attribute(TextRef<'a>),
    /// `[12]`
    Index(usize),
    /// `[key]`
    Key(TextRef<'a>),
}

/// The steps behind the first part of a field's name.
#[derive(Clone, Debug)]
pub struct Steps<'a> {
    text: TextRef<'a>,
    at: usize,
}

/// Take a field's name apart.
pub fn split_name(name: TextRef<'_>) -> TextResult<(First<'_>, Steps<'_>)> {
    if name.is_empty() {
        return Ok((First::Auto, Steps { text: name, at: 0 }));
    }
    let end = match name {
        TextRef::Ascii(s) | TextRef::Latin1(s) => s.iter().position(|&c| c == b'.' || c == b'['),
        _ => name.iter().position(|c| c == 0x2E || c == 0x5B),
    }
    .unwrap_or(name.len());
    let head = name.slice(0, end);
    let first = match index(head)? {
        Some(i) => First::Index(i),
        None if head.is_empty() => First::Auto,
        None => First::Name(head),
    };
    Ok((first, Steps { text: name, at: end }))
}

/// The number that the text is, if it consists of digits.
fn index(text: TextRef<'_>) -> TextResult<Option<usize>> {
    if let TextRef::Ascii(s) = text
        && s.first().is_none_or(|c| !c.is_ascii_digit())
    {
        return Ok(None);
    }
    let mut n = 0;
    for c in text.iter() {
        let Some(d) = digit(c) else { return Ok(None) };
        n = push_digit(n, d)?;
    }
    Ok((!text.is_empty()).then_some(n))
}

impl<'a> Steps<'a> {
    /// The next step, `None` at the end.
    pub fn next_step(&mut self) -> TextResult<Option<Step<'a>>> {
        let Some(c) = self.text.char_at(self.at) else { return Ok(None) };
        let start = self.at + 1;
        let rest = self.text.slice(start, self.text.len());
        let step = match c {
            0x2E => {
                let len = rest.iter().position(|c| c == 0x2E || c == 0x5B).unwrap_or(rest.len());
                self.at = start + len;
                Step::Attribute(rest.slice(0, len))
            }
            0x5B => {
                let Some(len) = rest.iter().position(|c| c == 0x5D) else {
                    return error("Missing ']' in format string");
                };
                self.at = start + len + 1;
                let key = rest.slice(0, len);
                index(key)?.map_or(Step::Key(key), Step::Index)
            }
            _ => return error("Only '.' or '[' may follow ']' in format field specifier"),
        };
        match step {
            Step::Attribute(t) | Step::Key(t) if t.is_empty() => {
                error("Empty attribute in format string")
            }
            _ => Ok(Some(step)),
        }
    }
}

/// Numbers the fields without a number; a template uses either those or explicit numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbering {
    next: usize,
    /// `Some(true)`: automatic.
    automatic: Option<bool>,
}

impl Numbering {
    /// The positional index that `first` stands for; `None` for a name.
    pub fn resolve(&mut self, first: First<'_>) -> TextResult<Option<usize>> {
        let automatic = match first {
            First::Name(_) => return Ok(None),
            First::Auto => true,
            First::Index(_) => false,
        };
        match (self.automatic.replace(automatic), automatic) {
            (Some(true), false) => {
                self.automatic = Some(true);
                return error(
                    "cannot switch from automatic field numbering to manual field specification",
                );
            }
            (Some(false), true) => {
                self.automatic = Some(false);
                return error(
                    "cannot switch from manual field specification to automatic field numbering",
                );
            }
            _ => {}
        }
        Ok(Some(match first {
            First::Index(i) => i,
            _ => {
                self.next += 1;
                self.next - 1
            }
        }))
    }
}

/// The `ValueError` for a conversion other than `r`, `s` and `a`.
pub fn unknown_conversion(c: u32) -> TextError {
    match char::from_u32(c) {
        Some(ch) if (33..127).contains(&c) => {
            TextError::value(format!("Unknown conversion specifier {ch}"))
        }
        _ => TextError::value(format!("Unknown conversion specifier \\x{c:x}")),
    }
}
