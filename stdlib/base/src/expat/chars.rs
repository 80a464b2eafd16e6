//! Tokens of XML, found in UTF-8 text of which perhaps only a part has come.
//!
//! Names follow the fifth edition of XML 1.0, which lets in more letters than expat's tables do.

use super::fault::{BAD_CHAR_REF, Fault, fault, invalid};

/// The outcome of looking for a token.
pub(super) type Scan<T> = Result<Option<T>, Fault>;

/// White space.
pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

/// Bytes of white space from `at` on.
pub(super) fn spaces(text: &[u8], at: usize) -> usize {
    text.get(at..).unwrap_or(&[]).iter().take_while(|b| is_space(**b)).count()
}

fn starts_name(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_' | ':'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
        | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
        | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}'
        | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

fn in_name(c: char) -> bool {
    starts_name(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}

/// The character at `at` (the text is UTF-8 whose last character is whole).
pub(super) fn char_at(text: &[u8], at: usize) -> Option<char> {
    let rest = text.get(at..)?;
    let first = *rest.first()?;
    let len = match first {
        0..=0x7F => return Some(char::from(first)),
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    std::str::from_utf8(rest.get(..len)?).ok()?.chars().next()
}

/// The end of the name that starts at `at`; None: it may go on.
pub(super) fn name(text: &[u8], at: usize) -> Scan<usize> {
    match char_at(text, at) {
        None => return Ok(None),
        Some(c) if starts_name(c) => {}
        Some(_) => return Err(invalid(at)),
    }
    Ok(name_rest(text, at))
}

/// As [`name`], for what may start with any character of names.
pub(super) fn name_rest(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match text.get(at) {
            None => return None,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b':') => at += 1,
            Some(0..=0x7F) => return Some(at),
            Some(_) => match char_at(text, at) {
                Some(c) if in_name(c) => at += c.len_utf8(),
                _ => return Some(at),
            },
        }
    }
}

/// Whether no document may have this character: control characters, and the two that are none.
fn is_bad(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        Some(b'\t' | b'\n' | b'\r') => false,
        Some(0..=0x1F) => true,
        Some(0xEF) => matches!(text.get(at..at + 3), Some([0xEF, 0xBF, 0xBE | 0xBF])),
        _ => false,
    }
}

/// The first character from `from` to `to` that no document may have.
pub(super) fn bad_char(text: &[u8], from: usize, to: usize) -> Option<usize> {
    let part = text.get(from..to)?;
    let suspect = |b: &u8| *b < 0x20 && !is_space(*b) || *b == 0xEF;
    let mut at = 0;
    loop {
        at += part.get(at..)?.iter().position(suspect)?;
        if is_bad(text, from + at) {
            return Some(from + at);
        }
        at += 1;
    }
}

/// Where `needle` starts, from `at` on.
pub(super) fn find(text: &[u8], at: usize, needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text.get(at..)?, needle).map(|found| at + found)
}

/// Checks the characters up to `end`, or of all that has come.
pub(super) fn clean<T>(text: &[u8], from: usize, end: Option<usize>, found: T) -> Scan<T> {
    match bad_char(text, from, end.unwrap_or(text.len())) {
        Some(at) => Err(invalid(at)),
        None => Ok(end.map(|_| found)),
    }
}

/// The length of the comment that starts the text.
pub(super) fn comment(text: &[u8]) -> Scan<usize> {
    let dashes = find(text, 4, b"--");
    let Some(at) = dashes else { return clean(text, 4, None, 0) };
    clean(text, 4, Some(at), ())?;
    match text.get(at + 2) {
        None => Ok(None),
        Some(b'>') => Ok(Some(at + 3)),
        Some(_) => Err(invalid(at + 2)),
    }
}

/// Target, data and length of the processing instruction that starts the text.
pub(super) fn instruction(text: &[u8]) -> Scan<(&[u8], &[u8], usize)> {
    let Some(end) = name(text, 2)? else { return Ok(None) };
    let target = &text[2..end];
    match text.get(end..) {
        None | Some([] | [b'?']) => return Ok(None),
        Some([b'?', b'>', ..]) => return Ok(Some((target, &[], end + 2))),
        Some([b'?', ..]) => return Err(invalid(end + 1)),
        Some([b, ..]) if is_space(*b) => {}
        Some(_) => return Err(invalid(end)),
    }
    let start = end + spaces(text, end);
    let close = find(text, start, b"?>");
    clean(
        text,
        start,
        close,
        (target, &text[start..close.unwrap_or(start)], close.unwrap_or(0) + 2),
    )
}

/// What `&` starts: a character by number or a name, and the length.
pub(super) enum Reference<'t> {
    Char(char),
    Name(&'t [u8]),
}

/// The reference at `at`.
pub(super) fn reference(text: &[u8], at: usize) -> Scan<(Reference<'_>, usize)> {
    if text.get(at + 1) != Some(&b'#') {
        let Some(end) = name(text, at + 1)? else { return Ok(None) };
        return match text.get(end) {
            None => Ok(None),
            Some(b';') => Ok(Some((Reference::Name(&text[at + 1..end]), end + 1))),
            Some(_) => Err(invalid(end)),
        };
    }
    let hexadecimal = text.get(at + 2) == Some(&b'x');
    let (start, base) = if hexadecimal { (at + 3, 16) } else { (at + 2, 10) };
    let mut value = 0u32;
    let mut end = start;
    loop {
        match text.get(end) {
            None => return Ok(None),
            Some(b';') if end > start => break,
            Some(b) => match char::from(*b).to_digit(base) {
                Some(digit) => value = value.saturating_mul(base).saturating_add(digit),
                None => return Err(invalid(end)),
            },
        }
        end += 1;
    }
    let known = char::from_u32(value).filter(|c| match c {
        '\t' | '\n' | '\r' => true,
        '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => false,
        _ => true,
    });
    known.map(|c| Some((Reference::Char(c), end + 1))).ok_or(fault(BAD_CHAR_REF))
}

/// What the five names stand for that need no declaration.
pub(super) fn predefined(name: &[u8]) -> Option<char> {
    match name {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        _ => None,
    }
}

/// A start tag, as ranges of the text.
#[derive(Default)]
pub(super) struct Tag {
    pub(super) name: (usize, usize),
    /// Name and value (without the quotes) of each attribute.
    pub(super) attributes: Vec<((usize, usize), (usize, usize))>,
    pub(super) is_empty: bool,
    pub(super) len: usize,
}

/// The start tag that starts the text.
pub(super) fn start_tag(text: &[u8]) -> Scan<Tag> {
    let Some(end) = name(text, 1)? else { return Ok(None) };
    let mut tag = Tag { name: (1, end), ..Tag::default() };
    let mut at = end;
    loop {
        let gap = spaces(text, at);
        at += gap;
        match text.get(at) {
            None => return Ok(None),
            Some(b'>') => {
                tag.len = at + 1;
                return Ok(Some(tag));
            }
            Some(b'/') => {
                return match text.get(at + 1) {
                    None => Ok(None),
                    Some(b'>') => {
                        tag.len = at + 2;
                        tag.is_empty = true;
                        Ok(Some(tag))
                    }
                    Some(_) => Err(invalid(at + 1)),
                };
            }
            Some(_) if gap == 0 => return Err(invalid(at)),
            Some(_) => {}
        }
        let Some(end) = name(text, at)? else { return Ok(None) };
        let own = (at, end);
        at = end + spaces(text, end);
        match text.get(at) {
            None => return Ok(None),
            Some(b'=') => at += 1,
            Some(_) => return Err(invalid(at)),
        }
        at += spaces(text, at);
        let Some(value) = quoted(text, at, true)? else { return Ok(None) };
        tag.attributes.push((own, value));
        at = value.1 + 1;
    }
}

/// The text between the quotes at `at`; in a tag, where no `<` may be in it.
pub(super) fn quoted(text: &[u8], at: usize, in_tag: bool) -> Scan<(usize, usize)> {
    let quote = match text.get(at) {
        None => return Ok(None),
        Some(b @ (b'"' | b'\'')) => *b,
        Some(_) => return Err(invalid(at)),
    };
    let start = at + 1;
    let end = memchr::memchr(quote, text.get(start..).unwrap_or(&[])).map(|n| start + n);
    let part = &text[start..end.unwrap_or(text.len())];
    if in_tag && let Some(less) = memchr::memchr(b'<', part) {
        return Err(invalid(start + less));
    }
    clean(text, start, end, (start, end.unwrap_or(start)))
}
