//! Bytes of a source file to text: byte order mark, encoding cookie, newlines.

use std::borrow::Cow;

use super::error::{CompileError, ErrorKind};

fn plain(message: String) -> CompileError {
    CompileError::unplaced(ErrorKind::SyntaxError, message)
}

/// How the bytes of a file are to be read.
#[derive(Clone, Copy, PartialEq)]
enum Encoding {
    Utf8,
    Latin1,
    Ascii,
}

/// The text of a source file.
pub fn decode(source: &[u8]) -> Result<String, CompileError> {
    let (bytes, has_mark) = match source.strip_prefix(b"\xef\xbb\xbf") {
        Some(rest) => (rest, true),
        None => (source, false),
    };
    let mut encoding = Encoding::Utf8;
    let mut declared = None;
    if let Some(name) = cookie(bytes) {
        encoding = known(&name).ok_or_else(|| plain(format!("unknown encoding: {name}")))?;
        if has_mark && encoding != Encoding::Utf8 {
            return Err(plain(format!("encoding problem: {name} with BOM")));
        }
        declared = Some(name);
    }
    let text: Cow<str> = match encoding {
        Encoding::Latin1 => Cow::Owned(bytes.iter().map(|b| *b as char).collect()),
        Encoding::Ascii => match bytes.iter().position(|b| *b >= 0x80) {
            None => String::from_utf8_lossy(bytes),
            Some(at) => {
                return Err(plain(format!(
                    "(unicode error) 'ascii' codec can't decode byte 0x{:02x} in position {at}: ordinal not in range(128)",
                    bytes[at]
                )));
            }
        },
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(error) => return Err(bad_utf8(bytes, error.valid_up_to(), declared.is_some())),
        },
    };
    normalise(&text)
}

fn bad_utf8(bytes: &[u8], at: usize, declared: bool) -> CompileError {
    let line = memchr::memchr_iter(b'\n', &bytes[..at]).count() + 1;
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1);
    let byte = bytes[at];
    let reason = match byte {
        0x80..0xC2 | 0xF5.. => "invalid start byte",
        _ if at + 1 >= bytes.len() => "unexpected end of data",
        _ => "invalid continuation byte",
    };
    let mut error = plain(format!(
        "(unicode error) 'utf-8' codec can't decode byte 0x{byte:02x} in position {}: {reason}",
        at - start
    ));
    let _ = declared;
    error.line = Some(line as u32);
    error
}

/// `\n` for all newlines; refuses NUL.
pub fn normalise(text: &str) -> Result<String, CompileError> {
    if memchr::memchr(0, text.as_bytes()).is_some() {
        return Err(CompileError {
            kind: ErrorKind::ValueError,
            ..plain("source code string cannot contain null bytes".into())
        });
    }
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return Ok(text.to_owned());
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The encoding named in one of the first two lines.
fn cookie(bytes: &[u8]) -> Option<String> {
    for (i, line) in bytes.split(|b| *b == b'\n').take(2).enumerate() {
        let trimmed: &[u8] = {
            let start = line.iter().position(|b| !matches!(b, b' ' | b'\t' | 0x0c));
            start.map_or(&[][..], |s| &line[s..])
        };
        if trimmed.first() == Some(&b'#') {
            if let Some(name) = cookie_name(trimmed) {
                return Some(name);
            }
        } else if i == 0 && !(trimmed.is_empty() || trimmed == b"\r") {
            return None;
        }
    }
    None
}

fn cookie_name(comment: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(comment, b"coding")?;
    let rest = &comment[at + 6..];
    let rest = match rest.split_first() {
        Some((b':' | b'=', rest)) => rest,
        _ => return None,
    };
    let start = rest.iter().position(|b| !matches!(b, b' ' | b'\t'))?;
    let name: String = rest[start..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        .map(|b| *b as char)
        .collect();
    (!name.is_empty()).then_some(name)
}

fn known(name: &str) -> Option<Encoding> {
    let plain: String =
        name.to_ascii_lowercase().chars().map(|c| if c == '_' { '-' } else { c }).collect();
    Some(match plain.as_str() {
        "utf-8" | "utf8" | "utf-8-sig" | "u8" | "utf" | "cp65001" => Encoding::Utf8,
        name if name.starts_with("utf-8-") => Encoding::Utf8,
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819" | "l1" | "latin" => {
            Encoding::Latin1
        }
        name if name.starts_with("latin-1-") || name.starts_with("iso-8859-1-") => Encoding::Latin1,
        "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => Encoding::Ascii,
        _ => return None,
    })
}
