//! The items of arrays: one value to and from its bytes, by type code.

use crate::support::{Obj, Object, Res, Str, Vm, type_flags};
use num_traits::ToPrimitive;
use taipan_core::native::{big_integer, to_f64};

/// The type codes, in the order that the module names them.
pub(super) const CODES: &str = "bBuhHiIlLqQfd";

/// Bytes of an item.
pub(super) fn size_of(code: u8) -> usize {
    match code {
        b'b' | b'B' => 1,
        b'h' | b'H' => 2,
        b'u' | b'i' | b'I' | b'f' => 4,
        _ => 8,
    }
}

/// The object for an item's bytes.
pub(super) fn read(vm: &Vm, code: u8, bytes: &[u8]) -> Res {
    let mut word = [0; 8];
    let n = bytes.len().min(8);
    word[..n].copy_from_slice(&bytes[..n]);
    let bits = u64::from_le_bytes(word);
    match code {
        b'f' => vm.float(f64::from(f32::from_bits(bits as u32))),
        b'd' => vm.float(f64::from_bits(bits)),
        b'u' => Ok(character(vm, bits as u32)?.into_object()),
        b'B' | b'H' | b'I' | b'L' | b'Q' => vm.int_u64(bits),
        _ => {
            let unused = 64 - n as u32 * 8;
            vm.int(((bits << unused) as i64) >> unused)
        }
    }
}

/// The str of one code point.
fn character(vm: &Vm, code: u32) -> Res<Obj<Str>> {
    match char::from_u32(code) {
        Some(c) => vm.str(c.encode_utf8(&mut [0; 4])),
        None => {
            let made = vm.call(&crate::support::builtin(vm, "chr")?, &[vm.int(i64::from(code))?]);
            let made = made.or_else(|raised| {
                drop(vm.take_raised(raised));
                Err(vm.value_error(format_args!(
                    "character U+{code:x} is not in range [U+0000; U+10ffff]"
                )))
            })?;
            made.downcast_into::<Str>().map_err(|_| vm.system_error("chr() gave no str"))
        }
    }
}

/// The bytes of an object as an item, little-endian, the first `size_of(code)` of them. May run Python.
pub(super) fn write(vm: &Vm, code: u8, object: &Object) -> Res<[u8; 8]> {
    let bits = match code {
        b'f' => u64::from((to_f64(vm, object)? as f32).to_bits()),
        b'd' => to_f64(vm, object)?.to_bits(),
        b'u' => u64::from(code_point(vm, object)?),
        _ => integer(vm, code, object)?,
    };
    Ok(bits.to_le_bytes())
}

fn code_point(vm: &Vm, object: &Object) -> Res<u32> {
    let text = object.downcast::<Str>();
    let mut points = text.map(|t| t.as_text().iter());
    match points.as_mut().map(|p| (p.next(), p.next())) {
        Some((Some(point), None)) => Ok(point),
        _ => Err(vm.type_error("array item must be unicode character")),
    }
}

fn integer(vm: &Vm, code: u8, object: &Object) -> Res<u64> {
    if let Some(n) = object.as_small_int() {
        return narrow(vm, code, n);
    }
    if !vm.class_of(object).has(type_flags::INT) {
        vm.index(object)?;
    }
    let n = big_integer(vm, object)?;
    let negative = n.sign() == num_bigint::Sign::Minus;
    match (n.to_i64(), code) {
        (Some(n), _) => narrow(vm, code, n),
        (None, b'L' | b'Q') => match n.to_u64() {
            Some(n) => Ok(n),
            None => Err(vm.overflow_error(match (code, negative) {
                (b'L', true) => "can't convert negative value to unsigned int",
                (b'L', false) => "Python int too large to convert to C unsigned long",
                (_, true) => "can't convert negative int to unsigned",
                (_, false) => "int too big to convert",
            })),
        },
        (None, b'q') => Err(vm.overflow_error("int too big to convert")),
        (None, b'I') if negative => {
            Err(vm.overflow_error("can't convert negative value to unsigned int"))
        }
        (None, b'I') => {
            Err(vm.overflow_error("Python int too large to convert to C unsigned long"))
        }
        (None, _) => Err(vm.overflow_error("Python int too large to convert to C long")),
    }
}

/// A machine word in the range of a code.
fn narrow(vm: &Vm, code: u8, n: i64) -> Res<u64> {
    let (low, high, name) = match code {
        b'b' => (-0x80, 0x7f, "signed char"),
        b'B' => (0, 0xff, "unsigned byte integer"),
        b'h' => (-0x8000, 0x7fff, "signed short integer"),
        b'H' => (0, 0xffff, "unsigned short"),
        b'i' => (i64::from(i32::MIN), i64::from(i32::MAX), "signed integer"),
        b'I' => (0, i64::from(u32::MAX), "unsigned int"),
        b'L' | b'Q' => (0, i64::MAX, ""),
        _ => return Ok(n as u64),
    };
    if (low..=high).contains(&n) {
        return Ok(n as u64);
    }
    Err(vm.overflow_error(match (code, n < 0) {
        (b'I' | b'L', true) => "can't convert negative value to unsigned int".to_owned(),
        (b'Q', true) => "can't convert negative int to unsigned".to_owned(),
        (_, true) => format!("{name} is less than minimum"),
        (_, false) => format!("{name} is greater than maximum"),
    }))
}
