//! `repr` of text and of bytes, and `ascii`.
//!
//! **Invariant:** the result reads back as the same value. Single quotes, unless there are single quotes
//! inside and no double ones.

use super::{Text, TextBuf, TextRef, TextResult, unicode, vec_with};

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The quote that needs fewer escapes, as Python decides it.
fn quote_for(single: bool, double: bool) -> u8 {
    if single && !double { b'"' } else { b'\'' }
}

/// `repr(text)`.
pub fn text(t: TextRef<'_>) -> TextResult<Text> {
    quoted(t, false)
}

/// `ascii(text)`.
pub fn ascii(t: TextRef<'_>) -> TextResult<Text> {
    quoted(t, true)
}

fn quoted(t: TextRef<'_>, only_ascii: bool) -> TextResult<Text> {
    if let TextRef::Ascii(s) = t {
        return ascii_bytes(s, false).map(Text::Ascii);
    }
    let has = |q: u8| t.iter().any(|c| c == u32::from(q));
    let quote = u32::from(quote_for(has(b'\''), has(b'"')));
    let mut out = TextBuf::with_capacity(t.len() + 2)?;
    out.push(quote)?;
    for c in t.iter() {
        if c == quote {
            out.push(0x5C)?;
            out.push(c)?;
        } else if c < 0x7F {
            let mut small = Vec::new();
            push_byte(&mut small, c as u8, quote as u8);
            out.push_ascii(&small)?;
        } else if !only_ascii && unicode::is_printable(c) {
            out.push(c)?;
        } else {
            push_escape(&mut out, c)?;
        }
    }
    out.push(quote)?;
    Ok(out.finish())
}

/// Append the escape of a code point: `\xe9`, `\u20ac` or `\U0001f600`.
pub fn push_escape(out: &mut TextBuf, c: u32) -> TextResult<()> {
    let (mark, digits) = match c {
        0..0x100 => (b'x', 2),
        0x100..0x1_0000 => (b'u', 4),
        _ => (b'U', 8),
    };
    let mut buf = [0; 10];
    buf[0] = b'\\';
    buf[1] = mark;
    for (i, b) in buf[2..2 + digits].iter_mut().enumerate() {
        *b = HEX[(c >> ((digits - 1 - i) * 4) & 15) as usize];
    }
    out.push_ascii(&buf[..2 + digits])
}

/// `repr(bytes)`, the `b` included.
pub fn bytes(s: &[u8]) -> TextResult<Vec<u8>> {
    ascii_bytes(s, true)
}

/// One-byte units between quotes; everything outside printable ASCII is escaped.
fn ascii_bytes(s: &[u8], mark: bool) -> TextResult<Vec<u8>> {
    let quote = quote_for(s.contains(&b'\''), s.contains(&b'"'));
    let escaped: usize = s.iter().map(|&b| byte_len(b, quote)).sum();
    let mut out = vec_with(escaped + 3)?;
    if mark {
        out.push(b'b');
    }
    out.push(quote);
    if escaped == s.len() {
        out.extend_from_slice(s);
    } else {
        s.iter().for_each(|&b| push_byte(&mut out, b, quote));
    }
    out.push(quote);
    Ok(out)
}

fn byte_len(b: u8, quote: u8) -> usize {
    match b {
        b'\\' | b'\n' | b'\r' | b'\t' => 2,
        _ if b == quote => 2,
        b' '..=b'~' => 1,
        _ => 4,
    }
}

fn push_byte(out: &mut Vec<u8>, b: u8, quote: u8) {
    match b {
        b'\\' => out.extend(b"\\\\"),
        b'\n' => out.extend(b"\\n"),
        b'\r' => out.extend(b"\\r"),
        b'\t' => out.extend(b"\\t"),
        _ if b == quote => out.extend([b'\\', b]),
        b' '..=b'~' => out.push(b),
        _ => out.extend([b'\\', b'x', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(s: &str, f: fn(TextRef<'_>) -> TextResult<Text>) -> String {
        f(Text::from_utf8_str(s).unwrap().as_ref()).unwrap().as_ref().to_string_lossy()
    }

    #[test]
    fn reprs() {
        assert_eq!(shown("it's", text), "\"it's\"");
        assert_eq!(shown("it's \"x\"", text), "'it\\'s \"x\"'");
        assert_eq!(
            shown("a\n\x00\x7f\\é\u{ad}€😀\u{e000}", text),
            "'a\\n\\x00\\x7f\\\\é\\xad€😀\\ue000'"
        );
        assert_eq!(shown("é€😀'", ascii), "\"\\xe9\\u20ac\\U0001f600'\"");
        assert_eq!(bytes(b"a'\xff\"").unwrap(), b"b'a\\'\\xff\"'");
    }
}
