//! Methods that build a new text or new bytes from an old one: replace, pad, expand tabs.
//!
//! **Invariant:** the size of the result is known, checked and reserved before anything is written.

use super::find::{self, Unit, count_text, matches_text};
use super::watch::{PIECE, Watch};
use super::{TextBuf, TextError, TextRef, TextResult, vec_with};

/// The size after `n` replacements, or `OverflowError`.
fn replaced_len(len: usize, old: usize, new: usize, n: usize) -> TextResult<usize> {
    let too_long = || TextError::overflow("replace string is too long");
    let size =
        n.checked_mul(new).and_then(|m| (len - n * old).checked_add(m)).ok_or_else(too_long)?;
    if size > isize::MAX as usize { Err(too_long()) } else { Ok(size) }
}

/// `str.replace`; `None` when nothing changes. `max` is `usize::MAX` for all.
pub fn replace_text(
    watch: &dyn Watch,
    text: TextRef<'_>,
    old: TextRef<'_>,
    new: TextRef<'_>,
    max: usize,
) -> TextResult<Option<super::Text>> {
    if let (TextRef::Ascii(s), TextRef::Ascii(o), TextRef::Ascii(w)) = (text, old, new) {
        return Ok(replace_bytes(watch, s, o, w, max)?.map(super::Text::Ascii));
    }
    let n = count_text(watch, text, old, max)?;
    if n == 0 || old == new {
        return Ok(None);
    }
    let size = replaced_len(text.len(), old.len(), new.len(), n)?;
    watch.room(size)?;
    let mut out = TextBuf::with_capacity(size)?;
    let mut from = 0;
    if old.is_empty() {
        for i in 0..n {
            if i > 0 {
                out.push_text(text.slice(i - 1, i))?;
                from = i;
            }
            out.push_text(new)?;
            if i % PIECE == PIECE - 1 {
                watch.poll()?;
            }
        }
    } else {
        matches_text(watch, text, old, n, |at| {
            out.push_text(text.slice(from, at))?;
            from = at + old.len();
            out.push_text(new)?;
            if new.len() > PIECE { watch.poll() } else { Ok(()) }
        })?;
    }
    out.push_text(text.slice(from, text.len()))?;
    // The kind of what was cut out may have been the widest.
    let widest_gone = !text.is_ascii_kind();
    if widest_gone { out.finish().as_ref().to_text().map(Some) } else { Ok(Some(out.finish())) }
}

/// `bytes.replace`; `None` when nothing changes.
pub fn replace_bytes(
    watch: &dyn Watch,
    s: &[u8],
    old: &[u8],
    new: &[u8],
    max: usize,
) -> TextResult<Option<Vec<u8>>> {
    let n = find::count_long(watch, s, old, max)?;
    if n == 0 {
        return Ok(None);
    }
    let size = replaced_len(s.len(), old.len(), new.len(), n)?;
    watch.room(size)?;
    let mut out: Vec<u8> = vec_with(size)?;
    let mut from = 0;
    if old.is_empty() {
        for i in 0..n {
            if i > 0 {
                out.extend_from_slice(&s[i - 1..i]);
                from = i;
            }
            out.extend_from_slice(new);
            if i % PIECE == PIECE - 1 {
                watch.poll()?;
            }
        }
    } else {
        find::matches_long(watch, s, old, n, |at| {
            out.extend_from_slice(&s[from..at]);
            out.extend_from_slice(new);
            from = at + old.len();
            if new.len() > PIECE { watch.poll() } else { Ok(()) }
        })?;
    }
    out.extend_from_slice(&s[from..]);
    Ok(Some(out))
}

/// How much padding goes to the left in `center`.
pub fn center_left(len: usize, width: usize) -> usize {
    let padding = width.saturating_sub(len);
    padding / 2 + (padding & width & 1)
}

/// `left` times `fill`, the text, `right` times `fill`.
pub fn pad_text(
    text: TextRef<'_>,
    left: usize,
    right: usize,
    fill: u32,
) -> TextResult<super::Text> {
    let size = left.checked_add(text.len()).and_then(|n| n.checked_add(right));
    let size = size.filter(|&n| n <= isize::MAX as usize);
    let mut out = TextBuf::with_capacity(
        size.ok_or(TextError::Overflow("padded string is too long".into()))?,
    )?;
    out.push_n(fill, left)?;
    out.push_text(text)?;
    out.push_n(fill, right)?;
    Ok(out.finish())
}

/// The same of bytes.
pub fn pad_bytes(s: &[u8], left: usize, right: usize, fill: u8) -> TextResult<Vec<u8>> {
    let size = left.checked_add(s.len()).and_then(|n| n.checked_add(right));
    let mut out = vec_with(size.ok_or(TextError::NoMemory)?)?;
    out.resize(left, fill);
    out.extend_from_slice(s);
    out.resize(left + s.len() + right, fill);
    Ok(out)
}

/// How many characters a sign at the start takes: `zfill` pads behind it.
pub fn sign_len(first: Option<u32>) -> usize {
    usize::from(matches!(first, Some(0x2B | 0x2D)))
}

/// `expandtabs` as a list of jobs: copy a piece, then pad with spaces.
fn expand<U: Unit, E: From<TextError>>(
    watch: &dyn Watch,
    s: &[U],
    tab: usize,
    too_long: &'static str,
    mut piece: impl FnMut(usize, usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    let (mut column, mut from, mut total) = (0usize, 0, 0usize);
    for (i, &u) in s.iter().enumerate() {
        if i % PIECE == PIECE - 1 {
            watch.poll()?;
        }
        match u.into() {
            9 => {
                let pad = if tab > 0 { tab - column % tab } else { 0 };
                column += pad;
                total = total.saturating_add(i - from + pad);
                if total > isize::MAX as usize {
                    return Err(TextError::overflow(too_long).into());
                }
                piece(from, i, pad)?;
                from = i + 1;
            }
            10 | 13 => column = 0,
            _ => column += 1,
        }
    }
    piece(from, s.len(), 0)
}

/// `str.expandtabs`.
pub fn expand_text(watch: &dyn Watch, text: TextRef<'_>, tab: usize) -> TextResult<super::Text> {
    let mut out = TextBuf::with_capacity(text.len())?;
    crate::each_kind!(text, s => {
        expand(watch, s, tab, "new string is too long", |a, b, pad| {
            out.push_text(text.slice(a, b))?;
            out.push_n(32, pad)
        })?
    });
    Ok(out.finish())
}

/// `bytes.expandtabs`.
pub fn expand_bytes(watch: &dyn Watch, s: &[u8], tab: usize) -> TextResult<Vec<u8>> {
    let mut out = vec_with(s.len())?;
    expand(watch, s, tab, "result too long", |a, b, pad| {
        out.try_reserve(b - a + pad)?;
        out.extend_from_slice(&s[a..b]);
        out.resize(out.len() + pad, b' ');
        Ok::<(), TextError>(())
    })?;
    Ok(out)
}

/// A text `n` times over.
pub fn repeat<T: Copy>(s: &[T], n: usize) -> TextResult<Vec<T>> {
    let size = s.len().checked_mul(n).ok_or(TextError::NoMemory)?;
    let mut out = vec_with(size)?;
    match s {
        [one] => out.resize(n, *one),
        [] => {}
        _ if n > 0 => {
            out.extend_from_slice(s);
            // Double what is there: few large copies instead of many small ones.
            while out.len() < size {
                let more = out.len().min(size - out.len());
                out.extend_from_within(..more);
            }
        }
        _ => {}
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::watch::Unwatched;

    fn replaced(s: &str, old: &str, new: &str, max: usize) -> String {
        let make = |s: &str| super::super::Text::from_utf8_str(s).unwrap();
        let (s, old, new) = (make(s), make(old), make(new));
        let out = replace_text(&Unwatched, s.as_ref(), old.as_ref(), new.as_ref(), max).unwrap();
        out.map_or("=".into(), |t| t.as_ref().to_string_lossy())
    }

    #[test]
    fn replaces() {
        assert_eq!(replaced("abcabc", "b", "XX", 9), "aXXcaXXc");
        assert_eq!(replaced("abc", "", "-", 9), "-a-b-c-");
        assert_eq!(replaced("abc", "", "-", 2), "-a-bc");
        assert_eq!(replaced("a€b", "€", "e", 9), "aeb");
        assert_eq!(replaced("abc", "x", "y", 9), "=");
        assert_eq!(replace_bytes(&Unwatched, b"aaa", b"a", b"bb", 2).unwrap().unwrap(), b"bbbba");
        assert_eq!(replace_bytes(&Unwatched, b"abc", b"", b"-", 9).unwrap().unwrap(), b"-a-b-c-");
    }

    #[test]
    fn shapes() {
        assert_eq!((center_left(1, 4), center_left(1, 2), center_left(2, 5)), (1, 0, 2));
        assert_eq!(expand_bytes(&Unwatched, b"a\tb\n\tc", 4).unwrap(), b"a   b\n    c");
        assert_eq!(repeat(b"abc", 3).unwrap(), b"abcabcabc");
        assert!(repeat(b"abc", usize::MAX / 2).is_err());
        assert!(pad_text(TextRef::Ascii(b"x"), 1 << 60, 0, 32).is_err());
    }
}
