//! Formats, compiled.

use super::error;
use crate::support::{Bytes, Object, Res, Str, Vm};

/// How values are laid out.
pub(super) struct Format {
    /// As given, for the attribute of that name.
    pub text: String,
    pub big: bool,
    /// Sizes and ranges of the C compiler.
    pub native: bool,
    pub size: usize,
    /// Values that are packed.
    pub values: usize,
    pub items: Vec<Item>,
}

/// A code with its repetition.
pub(super) struct Item {
    pub code: u8,
    pub offset: usize,
    /// Of one value.
    pub size: usize,
    pub count: usize,
    /// Machine integers that the code takes: none (1 to 0) if it is not for integers.
    pub low: i64,
    pub high: i64,
}

/// The machine integers that a code takes.
fn range_of(code: u8, size: usize) -> (i64, i64) {
    if !b"bBhHiIlLqQnNP".contains(&code) {
        return (1, 0);
    }
    match (code.is_ascii_uppercase(), size) {
        (true, 8) => (0, i64::MAX),
        (false, 8) => (i64::MIN, i64::MAX),
        (true, size) => (0, (1 << (size * 8)) - 1),
        (false, size) => (-(1 << (size * 8 - 1)), (1 << (size * 8 - 1)) - 1),
    }
}

/// The size of a code's value; None if there is no such code.
fn size_of(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'c' | b'b' | b'B' | b'?' | b's' | b'p' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                8
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}

impl Format {
    pub(super) fn compile(vm: &Vm, text: &Object) -> Res<Format> {
        let owned;
        let bytes = if let Some(text) = text.downcast::<Str>() {
            match text.as_ascii() {
                Some(ascii) => ascii.as_bytes(),
                None => {
                    // Raises UnicodeEncodeError.
                    let encoding = vm.str("ascii")?.into_object();
                    let encoded = vm.call_method(text.as_object(), "encode", &[encoding])?;
                    owned = encoded;
                    owned.downcast::<Bytes>().map_or(&[][..], |b| b.as_slice())
                }
            }
        } else if let Some(bytes) = text.downcast::<Bytes>() {
            bytes.as_slice()
        } else {
            return Err(vm.type_error(format_args!(
                "Struct() argument 1 must be a str or bytes object, not {}",
                vm.type_name(text)
            )));
        };
        vm.need_room(bytes.len().saturating_mul(96))?;
        if bytes.contains(&0) {
            return Err(error(vm, "embedded null character"));
        }
        let (big, native, codes) = match bytes.split_first() {
            Some((b'<', rest)) => (false, false, rest),
            Some((b'>' | b'!', rest)) => (true, false, rest),
            Some((b'=', rest)) => (cfg!(target_endian = "big"), false, rest),
            Some((b'@', rest)) => (cfg!(target_endian = "big"), true, rest),
            _ => (cfg!(target_endian = "big"), true, bytes),
        };
        let mut format = Format {
            text: bytes.iter().map(|b| char::from(*b)).collect(),
            big,
            native,
            size: 0,
            values: 0,
            items: Vec::new(),
        };
        format.read(vm, codes)?;
        Ok(format)
    }

    fn read(&mut self, vm: &Vm, codes: &[u8]) -> Res<()> {
        let too_long = || error(vm, "total struct size too long");
        let mut rest = codes;
        while let Some((&code, after)) = rest.split_first() {
            rest = after;
            if code.is_ascii_whitespace() || code == 0x0b {
                continue;
            }
            let mut code = code;
            let mut count = 1;
            if code.is_ascii_digit() {
                count = usize::from(code - b'0');
                loop {
                    let Some((&next, after)) = rest.split_first() else {
                        return Err(error(vm, "repeat count given without format specifier"));
                    };
                    rest = after;
                    if !next.is_ascii_digit() {
                        code = next;
                        break;
                    }
                    let more = count.checked_mul(10).map(|n| n + usize::from(next - b'0'));
                    count = more.filter(|n| *n <= isize::MAX as usize).ok_or_else(too_long)?;
                }
            }
            let Some(one) = size_of(code, self.native) else {
                return Err(error(vm, "bad char in struct format"));
            };
            if self.native {
                self.size = self.size.checked_next_multiple_of(one).ok_or_else(too_long)?;
            }
            let (size, times) = if matches!(code, b's' | b'p') { (count, 1) } else { (one, count) };
            let total = size.checked_mul(times).and_then(|n| n.checked_add(self.size));
            let end = total.filter(|n| *n <= isize::MAX as usize).ok_or_else(too_long)?;
            if code != b'x' && times > 0 {
                let (low, high) = range_of(code, size);
                self.items.push(Item { code, offset: self.size, size, count: times, low, high });
                self.values += times;
            }
            self.size = end;
        }
        Ok(())
    }
}
