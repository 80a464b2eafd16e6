//! Hexadecimal digits.

use super::{Ascii, PIECE, error};
use crate::support::{Buffer, Bytes, Maybe, Obj, Object, Res, Vm, native, reserve};

fn digits(vm: &Vm, data: &Buffer, sep: Maybe<&Object>, bytes_per_sep: i32) -> Res<Obj<Bytes>> {
    if let Maybe::Given(sep) = sep {
        // As bytes.hex() does it, which takes no separator beyond ASCII.
        let latin = sep
            .downcast::<crate::support::Str>()
            .filter(|text| text.len() == 1)
            .and_then(|text| text.as_text().char_at(0))
            .and_then(|c| u8::try_from(c).ok())
            .filter(|c| *c >= 128);
        let plain = if latin.is_some() { vm.str(":")?.into_object() } else { sep.clone() };
        let copy = data.with(|data| vm.bytes(data))?;
        let args = [plain, vm.int(i64::from(bytes_per_sep))?];
        let text = vm.call_method(copy.as_object(), "hex", &args)?;
        let text = text.downcast::<crate::support::Str>().and_then(|s| s.as_ascii()).unwrap_or("");
        let Some(latin) = latin else { return vm.bytes(text.as_bytes()) };
        let swapped: Vec<u8> = text.bytes().map(|c| if c == b':' { latin } else { c }).collect();
        return vm.bytes(&swapped);
    }
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::new();
    reserve(vm, &mut out, data.len().saturating_mul(2))?;
    data.with(|data| {
        for piece in data.chunks(PIECE) {
            vm.poll_stop()?;
            for byte in piece {
                out.push(DIGITS[usize::from(byte >> 4)]);
                out.push(DIGITS[usize::from(byte & 15)]);
            }
        }
        Ok(())
    })?;
    vm.bytes(&out)
}

/// Bytes in base 16: two digits for each, in lower case, as bytes.
///
/// With `sep`, one character, a separator stands behind each group of
/// `bytes_per_sep` bytes: counted from the end, or from the start if that is negative. hexlify() is the same.
#[native("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
pub(super) fn b2a_hex(
    vm: &Vm,
    data: Buffer,
    sep: Maybe<&Object>,
    bytes_per_sep: i32,
) -> Res<Obj<Bytes>> {
    digits(vm, &data, sep, bytes_per_sep)
}

/// Bytes in base 16: two digits for each, in lower case, as bytes.
///
/// With `sep`, one character, a separator stands behind each group of
/// `bytes_per_sep` bytes: counted from the end, or from the start if that is negative. b2a_hex() is the same.
#[native("(data, sep=<unrepresentable>, bytes_per_sep=1)")]
pub(super) fn hexlify(
    vm: &Vm,
    data: Buffer,
    sep: Maybe<&Object>,
    bytes_per_sep: i32,
) -> Res<Obj<Bytes>> {
    digits(vm, &data, sep, bytes_per_sep)
}

fn value(c: u8) -> Option<u8> {
    char::from(c).to_digit(16).map(|d| d as u8)
}

fn binary(vm: &Vm, text: &[u8]) -> Res<Obj<Bytes>> {
    if text.len() % 2 == 1 {
        return Err(error(vm, "Odd-length string"));
    }
    let mut out = Vec::new();
    reserve(vm, &mut out, text.len() / 2)?;
    for piece in text.chunks(PIECE) {
        vm.poll_stop()?;
        for pair in piece.chunks_exact(2) {
            match (value(pair[0]), value(pair[1])) {
                (Some(high), Some(low)) => out.push(high << 4 | low),
                _ => return Err(error(vm, "Non-hexadecimal digit found")),
            }
        }
    }
    vm.bytes(&out)
}

/// The bytes that pairs of hexadecimal digits spell, in upper or lower case.
///
/// binascii.Error for another character or half a pair. unhexlify() is the same.
#[native("(hexstr, /)")]
pub(super) fn a2b_hex(vm: &Vm, hexstr: Ascii) -> Res<Obj<Bytes>> {
    binary(vm, &hexstr.0)
}

/// The bytes that pairs of hexadecimal digits spell, in upper or lower case.
///
/// binascii.Error for another character or half a pair. a2b_hex() is the same.
#[native("(hexstr, /)")]
pub(super) fn unhexlify(vm: &Vm, hexstr: Ascii) -> Res<Obj<Bytes>> {
    binary(vm, &hexstr.0)
}
