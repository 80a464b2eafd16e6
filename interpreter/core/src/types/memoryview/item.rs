//! Items of a memoryview: between bytes in a native single-character format and Python objects.

use crate::native::{big_integer, to_f64};
use crate::object::*;
use crate::vm::{Raised, Res, Vm};
use num_traits::ToPrimitive;

/// The character of a native format, an `@` before it left out; `None` for any other format.
pub(super) fn native(format: &str) -> Option<u8> {
    let plain = format.strip_prefix('@').unwrap_or(format);
    match plain.as_bytes() {
        [c] => size(*c).map(|_| *c),
        _ => None,
    }
}

/// Bytes of an item.
pub(super) fn size(format: u8) -> Option<usize> {
    Some(match format {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'P' | b'd' => 8,
        _ => return None,
    })
}

/// The first `N` bytes.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

/// A half-precision float.
fn half(bits: u16) -> f64 {
    let (sign, exponent, fraction) =
        (bits >> 15, i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    let x = match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1.0 + fraction / 1024.0) * 2f64.powi(e - 15),
    };
    if sign == 1 { -x } else { x }
}

/// The object that an item's bytes mean.
pub(super) fn unpack(vm: &Vm, format: u8, bytes: &[u8]) -> Res {
    match format {
        b'c' => Ok(vm.bytes(bytes)?.into_object()),
        b'b' => vm.int(i64::from(i8::from_ne_bytes(array(bytes)))),
        b'B' => vm.int(i64::from(u8::from_ne_bytes(array(bytes)))),
        b'?' => Ok(Object::bool(bytes.iter().any(|&b| b != 0))),
        b'h' => vm.int(i64::from(i16::from_ne_bytes(array(bytes)))),
        b'H' => vm.int(i64::from(u16::from_ne_bytes(array(bytes)))),
        b'i' => vm.int(i64::from(i32::from_ne_bytes(array(bytes)))),
        b'I' => vm.int(i64::from(u32::from_ne_bytes(array(bytes)))),
        b'l' | b'q' | b'n' => vm.int(i64::from_ne_bytes(array(bytes))),
        b'L' | b'Q' | b'N' | b'P' => vm.int_u64(u64::from_ne_bytes(array(bytes))),
        b'e' => vm.float(half(u16::from_ne_bytes(array(bytes)))),
        b'f' => vm.float(f64::from(f32::from_ne_bytes(array(bytes)))),
        b'd' => vm.float(f64::from_ne_bytes(array(bytes))),
        other => Err(unsupported(vm, &char::from(other).to_string())),
    }
}

/// NotImplementedError for formats that are no native single character.
#[cold]
pub(super) fn unsupported(vm: &Vm, format: &str) -> Raised {
    vm.not_implemented_error(format_args!("memoryview: format {format} not supported"))
}

/// The bytes of an object as an item. May run Python.
pub(super) fn pack(vm: &Vm, format: u8, object: &Object) -> Res<Vec<u8>> {
    let f = char::from(format);
    let wrong_type = || vm.type_error(format_args!("memoryview: invalid type for format '{f}'"));
    let wrong_value = || vm.value_error(format_args!("memoryview: invalid value for format '{f}'"));
    match format {
        b'c' => {
            let Some(b) = object.downcast::<Bytes>() else { return Err(wrong_type()) };
            return if b.len() == 1 { Ok(b.as_slice().to_vec()) } else { Err(wrong_value()) };
        }
        b'?' => return Ok(vec![u8::from(vm.truth(object)?)]),
        b'f' | b'd' | b'e' => {
            let x =
                to_f64(vm, object).map_err(|raised| match vm.caught(raised, Exc::TypeError) {
                    Ok(_) => wrong_type(),
                    Err(raised) => raised,
                })?;
            return Ok(match format {
                b'd' => x.to_ne_bytes().to_vec(),
                b'f' => (x as f32).to_ne_bytes().to_vec(),
                _ => return Err(unsupported(vm, "e")),
            });
        }
        _ => {}
    }
    let n = big_integer(vm, object).map_err(|raised| match vm.caught(raised, Exc::TypeError) {
        Ok(_) => wrong_type(),
        Err(raised) => raised,
    })?;
    let bytes = match format {
        b'b' => n.to_i8().map(|n| n.to_ne_bytes().to_vec()),
        b'B' => n.to_u8().map(|n| n.to_ne_bytes().to_vec()),
        b'h' => n.to_i16().map(|n| n.to_ne_bytes().to_vec()),
        b'H' => n.to_u16().map(|n| n.to_ne_bytes().to_vec()),
        b'i' => n.to_i32().map(|n| n.to_ne_bytes().to_vec()),
        b'I' => n.to_u32().map(|n| n.to_ne_bytes().to_vec()),
        b'l' | b'q' | b'n' => n.to_i64().map(|n| n.to_ne_bytes().to_vec()),
        b'L' | b'Q' | b'N' | b'P' => n.to_u64().map(|n| n.to_ne_bytes().to_vec()),
        _ => return Err(unsupported(vm, &f.to_string())),
    };
    bytes.ok_or_else(wrong_value)
}
