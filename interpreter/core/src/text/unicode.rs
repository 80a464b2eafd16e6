//! Properties of code points and case conversion, as `str`'s methods define them.
//!
//! **Invariant:** the data is Unicode 14.0, CPython 3.11's version, whatever version the Rust toolchain
//! has; the normal forms are in `normal`. Code points are `u32`, lone surrogates included.

use super::unicode_tables as table;
use super::{TextBuf, TextRef, TextResult};

/// What many code points have in common. Case mappings are distances.
pub(super) struct Record {
    pub(super) flags: u16,
    pub(super) digit: u8,
    pub(super) lower: i32,
    pub(super) upper: i32,
    pub(super) title: i32,
    pub(super) fold: i32,
}

/// Case mappings to more than one code point.
pub(super) struct Special {
    pub(super) simple_lower: u32,
    pub(super) lower: &'static [u32],
    pub(super) upper: &'static [u32],
    pub(super) title: &'static [u32],
    pub(super) fold: &'static [u32],
}

#[inline]
fn record(c: u32) -> &'static Record {
    let block = table::FIRST.get((c >> table::SHIFT) as usize).copied().unwrap_or(0);
    let low = c & ((1 << table::SHIFT) - 1);
    let at = (u32::from(block) << table::SHIFT | low) as usize;
    let number = table::SECOND.get(at).copied().unwrap_or(0);
    &table::RECORDS[usize::from(number).min(table::RECORDS.len() - 1)]
}

#[inline]
fn has(c: u32, flag: u16) -> bool {
    record(c).flags & flag != 0
}

macro_rules! properties {
    ($($(#[$doc:meta])* $name:ident = $flags:expr;)*) => {
        $($(#[$doc])* #[inline] pub fn $name(c: u32) -> bool { has(c, $flags) })*
    };
}

properties! {
    /// A letter.
    is_alpha = table::ALPHA;
    /// A digit of a decimal system.
    is_decimal = table::DECIMAL;
    /// A digit, superscripts and the like included.
    is_digit = table::DIGIT;
    /// Anything with a numeric value.
    is_numeric = table::NUMERIC;
    /// White space, as `str.split` and `str.strip` see it.
    is_space_wide = table::SPACE;
    /// Printed as it is by `repr`.
    is_printable = table::PRINTABLE;
    /// A capital letter.
    is_upper = table::UPPER;
    /// A small letter.
    is_lower = table::LOWER;
    /// A title-case letter (such as U+01C5).
    is_title = table::TITLE;
    /// A letter, a digit or anything with a numeric value.
    is_alnum = table::ALPHA | table::DECIMAL | table::DIGIT | table::NUMERIC;
    /// Upper, lower or title case.
    is_cased = table::CASED;
    /// Passed over when looking for the end of a word.
    is_case_ignorable = table::CASE_IGNORABLE;
    /// May start an identifier (`_` included).
    is_identifier_start = table::XID_START;
    /// May go on with an identifier.
    is_identifier_continue = table::XID_CONTINUE;
}

/// White space, as `str.split` and `str.strip` see it.
#[inline]
pub fn is_space(c: u32) -> bool {
    if c < 0x80 { matches!(c, 9..=13 | 28..=32) } else { is_space_wide(c) }
}

/// What `str.splitlines` splits at.
#[inline]
pub fn is_line_break(c: u32) -> bool {
    matches!(c, 10..=13 | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// The value of a decimal digit.
#[inline]
pub fn decimal_value(c: u32) -> Option<u8> {
    let r = record(c);
    (r.flags & table::DECIMAL != 0).then_some(r.digit)
}

/// The value of a digit (superscripts and the like too).
pub fn digit_value(c: u32) -> Option<u8> {
    let r = record(c);
    (r.flags & table::DIGIT != 0).then_some(r.digit)
}

/// Which case to convert to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Small letters.
    Lower,
    /// Capitals.
    Upper,
    /// The capital of a word's start.
    Title,
    /// For caseless comparison.
    Fold,
}

/// Append `c` in another case.
#[inline]
pub fn push_case(out: &mut TextBuf, c: u32, case: Case) -> TextResult<()> {
    let r = record(c);
    if r.flags & table::EXTENDED != 0 {
        return push_special(out, c, case);
    }
    let distance = match case {
        Case::Lower => r.lower,
        Case::Upper => r.upper,
        Case::Title => r.title,
        Case::Fold => r.fold,
    };
    out.push(c.wrapping_add_signed(distance))
}

fn push_special(out: &mut TextBuf, c: u32, case: Case) -> TextResult<()> {
    let Some(s) = special(c) else { return out.push(c) };
    let mapped = match case {
        Case::Lower => s.lower,
        Case::Upper => s.upper,
        Case::Title => s.title,
        Case::Fold => s.fold,
    };
    mapped.iter().try_for_each(|&m| out.push(m))
}

fn special(c: u32) -> Option<&'static Special> {
    let at = table::SPECIAL.binary_search_by_key(&c, |s| s.0).ok()?;
    table::SPECIAL.get(at).map(|s| &s.1)
}

/// The one code point that is `c` in lower case, for matching without regard to case.
pub fn simple_lower(c: u32) -> u32 {
    let r = record(c);
    if r.flags & table::EXTENDED != 0 {
        return special(c).map_or(c, |s| s.simple_lower);
    }
    c.wrapping_add_signed(r.lower)
}

/// The one code point that is `c` in upper case.
pub fn simple_upper(c: u32) -> u32 {
    let r = record(c);
    if r.flags & table::EXTENDED != 0 {
        return special(c).map_or(c, |s| if let [one] = s.upper { *one } else { c });
    }
    c.wrapping_add_signed(r.upper)
}

/// Append the lower case of the character at `i`: a capital sigma looks whether it ends a word.
fn push_lower_at(out: &mut TextBuf, text: TextRef<'_>, i: usize, c: u32) -> TextResult<()> {
    if c != 0x3A3 {
        return push_case(out, c, Case::Lower);
    }
    let skip = |c: &u32| is_case_ignorable(*c);
    let before = text.slice(0, i).iter().rev().find(|c| !skip(c));
    let after = text.slice(i + 1, text.len()).iter().find(|c| !skip(c));
    let is_final = before.is_some_and(is_cased) && !after.is_some_and(is_cased);
    out.push(if is_final { 0x3C2 } else { 0x3C3 })
}

/// ASCII text through a byte function, at the speed of a copy.
fn map_ascii(s: &[u8], f: impl Fn(u8) -> u8) -> TextResult<super::Text> {
    let mut out = super::vec_with(s.len())?;
    out.extend(s.iter().map(|&b| f(b)));
    Ok(super::Text::Ascii(out))
}

/// `str.lower`.
pub fn lower(text: TextRef<'_>) -> TextResult<super::Text> {
    if let TextRef::Ascii(s) = text {
        return map_ascii(s, |b| b.to_ascii_lowercase());
    }
    let mut out = TextBuf::with_capacity(text.len())?;
    for (i, c) in text.iter().enumerate() {
        push_lower_at(&mut out, text, i, c)?;
    }
    Ok(out.finish())
}

/// `str.upper`.
pub fn upper(text: TextRef<'_>) -> TextResult<super::Text> {
    if let TextRef::Ascii(s) = text {
        return map_ascii(s, |b| b.to_ascii_uppercase());
    }
    convert(text, Case::Upper)
}

/// `str.casefold`.
pub fn casefold(text: TextRef<'_>) -> TextResult<super::Text> {
    if let TextRef::Ascii(s) = text {
        return map_ascii(s, |b| b.to_ascii_lowercase());
    }
    convert(text, Case::Fold)
}

fn convert(text: TextRef<'_>, case: Case) -> TextResult<super::Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    text.iter().try_for_each(|c| push_case(&mut out, c, case))?;
    Ok(out.finish())
}

/// `str.swapcase`.
pub fn swapcase(text: TextRef<'_>) -> TextResult<super::Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    for (i, c) in text.iter().enumerate() {
        if is_upper(c) {
            push_lower_at(&mut out, text, i, c)?;
        } else if is_lower(c) {
            push_case(&mut out, c, Case::Upper)?;
        } else {
            out.push(c)?;
        }
    }
    Ok(out.finish())
}

/// `str.capitalize`.
pub fn capitalize(text: TextRef<'_>) -> TextResult<super::Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    for (i, c) in text.iter().enumerate() {
        if i == 0 {
            push_case(&mut out, c, Case::Title)?;
        } else {
            push_lower_at(&mut out, text, i, c)?;
        }
    }
    Ok(out.finish())
}

/// `str.title`.
pub fn title(text: TextRef<'_>) -> TextResult<super::Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    let mut inside = false;
    for (i, c) in text.iter().enumerate() {
        if inside {
            push_lower_at(&mut out, text, i, c)?;
        } else {
            push_case(&mut out, c, Case::Title)?;
        }
        inside = is_cased(c);
    }
    Ok(out.finish())
}

/// `str.istitle`.
pub fn is_title_text(text: TextRef<'_>) -> bool {
    let (mut inside, mut any) = (false, false);
    for c in text.iter() {
        if is_upper(c) || is_title(c) {
            if inside {
                return false;
            }
            (inside, any) = (true, true);
        } else if is_lower(c) {
            if !inside {
                return false;
            }
            any = true;
        } else {
            inside = false;
        }
    }
    any
}

/// `str.isupper`: some capital, and nothing in another case.
pub fn is_upper_text(text: TextRef<'_>) -> bool {
    text.iter().any(is_upper) && !text.iter().any(|c| is_lower(c) || is_title(c))
}

/// `str.islower`: some small letter, and nothing in another case.
pub fn is_lower_text(text: TextRef<'_>) -> bool {
    text.iter().any(is_lower) && !text.iter().any(|c| is_upper(c) || is_title(c))
}

/// `str.isidentifier`.
pub fn is_identifier(text: TextRef<'_>) -> bool {
    let mut chars = text.iter();
    chars.next().is_some_and(is_identifier_start) && chars.all(is_identifier_continue)
}

#[cfg(test)]
mod tests {
    use super::super::Text;
    use super::*;

    fn apply(s: &str, f: fn(TextRef<'_>) -> TextResult<Text>) -> String {
        f(Text::from_utf8_str(s).unwrap().as_ref()).unwrap().as_ref().to_string_lossy()
    }

    #[test]
    fn cases() {
        assert_eq!(apply("ΑΣ ΟΔΟΣ.", lower), "ας οδος.");
        assert_eq!(apply("straße ﬁn", upper), "STRASSE FIN");
        assert_eq!(apply("Straße", casefold), "strasse");
        assert_eq!(apply("ǆabc they're", title), "ǅabc They'Re");
        assert_eq!(apply("ÉcOLE", swapcase), "éCole");
        assert_eq!(apply("éCOLE", capitalize), "École");
    }

    #[test]
    fn properties_hold() {
        assert_eq!(decimal_value(0x0663), Some(3));
        assert!(is_digit(0xB2) && !is_decimal(0xB2) && is_numeric(0xBD));
        assert!(!is_printable(0xAD) && is_printable(0x20) && !is_printable(0xD800));
        assert!(is_identifier(TextRef::Ascii(b"_a1")) && !is_identifier(TextRef::Ascii(b"1a")));
        assert_eq!(simple_lower(0x130), 0x69);
    }
}
