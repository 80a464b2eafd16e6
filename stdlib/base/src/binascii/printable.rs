//! Quoted-printable data.

use super::Ascii;
use crate::support::{Buffer, Bytes, Obj, Res, Vm, native, reserve};

fn hex_value(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

/// The bytes that a text in quoted-printable stands for; with header, _ is a blank.
#[native("(data, header=False)")]
pub(super) fn a2b_qp(vm: &Vm, data: Ascii, header: bool) -> Res<Obj<Bytes>> {
    let data = data.0;
    let mut out = Vec::new();
    reserve(vm, &mut out, data.len())?;
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        at += 1;
        if c == b'_' && header {
            out.push(b' ');
            continue;
        }
        if c != b'=' {
            out.push(c);
            continue;
        }
        match data.get(at) {
            None => break,
            // A soft line break: the rest of the line goes.
            Some(b'\n' | b'\r') => {
                let rest = &data[at..];
                at = rest.iter().position(|&c| c == b'\n').map_or(data.len(), |n| at + n + 1);
            }
            Some(b'=') => {
                out.push(b'=');
                at += 1;
            }
            Some(&high) => {
                let low = data.get(at + 1).copied();
                match (hex_value(high), low.and_then(hex_value)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        at += 2;
                    }
                    _ => out.push(b'='),
                }
            }
        }
    }
    vm.bytes(&out)
}

/// A line as long as it may get.
const LINE: usize = 76;

/// Bytes in quoted-printable.
///
/// quotetabs encodes every tab and blank, otherwise only those at the end of a line. Without istext,
/// line ends are data like other bytes. header writes _ for a blank.
#[native("(data, quotetabs=False, istext=True, header=False)")]
pub(super) fn b2a_qp(
    vm: &Vm,
    data: Buffer,
    quotetabs: bool,
    istext: bool,
    header: bool,
) -> Res<Obj<Bytes>> {
    vm.need_room(data.len().saturating_mul(5))?;
    let data = crate::support::Buffer::with(&data, |data| data.to_vec());
    // Line ends are written as the first one in the data is.
    let crlf = data
        .iter()
        .position(|&c| c == b'\n')
        .is_some_and(|n| n > 0 && data.get(n - 1) == Some(&b'\r'));
    let mut writer = Writer { out: Vec::new(), column: 0, crlf };
    reserve(vm, &mut writer.out, data.len())?;
    let mut at = 0;
    while let Some(&c) = data.get(at) {
        let next = data.get(at + 1).copied();
        let is_last = next.is_none();
        let quoted = c > 126
            || c == b'='
            || header && c == b'_'
            || c == b'.'
                && writer.column == 0
                && (is_last || matches!(next, Some(b'\n' | b'\r' | 0)))
            || !istext && matches!(c, b'\r' | b'\n')
            || matches!(c, b'\t' | b' ') && is_last
            || c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' ')
            || c < 33 && !matches!(c, b'\r' | b'\n') && quotetabs;
        if quoted {
            if writer.column + 3 >= LINE {
                writer.soft_break();
            }
            writer.quote(c);
            at += 1;
            continue;
        }
        let line_end = istext && (c == b'\n' || c == b'\r' && next == Some(b'\n'));
        if line_end {
            writer.protect_space();
            writer.line_end();
            at += if c == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some() && next != Some(b'\n') && writer.column + 1 >= LINE {
            writer.soft_break();
        }
        writer.column += 1;
        writer.out.push(if header && c == b' ' { b'_' } else { c });
        at += 1;
    }
    vm.bytes(&writer.out)
}

struct Writer {
    out: Vec<u8>,
    column: usize,
    crlf: bool,
}

impl Writer {
    fn line_end(&mut self) {
        if self.crlf {
            self.out.push(b'\r');
        }
        self.out.push(b'\n');
        self.column = 0;
    }

    fn soft_break(&mut self) {
        self.out.push(b'=');
        self.line_end();
    }

    fn quote(&mut self, c: u8) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        self.out.push(b'=');
        self.out.push(DIGITS[usize::from(c >> 4)]);
        self.out.push(DIGITS[usize::from(c & 15)]);
        self.column += 3;
    }

    /// White space at the end of a line is written in digits.
    fn protect_space(&mut self) {
        if let Some(&last @ (b' ' | b'\t')) = self.out.last() {
            self.out.pop();
            self.quote(last);
        }
    }
}
