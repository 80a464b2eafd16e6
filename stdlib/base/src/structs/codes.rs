//! One value to bytes and back, for each code.

use super::error;
use super::format::{Format, Item};
use crate::support::{Bytes, Obj, Object, Res, Tuple, Type, Vm, builtin, type_flags};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use taipan_core::native::{Raised, big_integer, buffer, to_f64};
use taipan_core::object::Exc;

/// Pack the values to `out`, which has the format's size and is all zeros.
pub(super) fn pack(
    vm: &Vm,
    format: &Format,
    values: &[Object],
    name: &str,
    out: &mut [u8],
) -> Res<()> {
    check_count(vm, format, values.len(), name)?;
    let mut rest = values;
    for item in &format.items {
        if item.count == 1 {
            let (Some((value, more)), Some(place)) =
                (rest.split_first(), out.get_mut(item.offset..item.offset + item.size))
            else {
                return Ok(());
            };
            rest = more;
            put_any(vm, format, item, value, place)?;
            continue;
        }
        let Some((values, more)) = rest.split_at_checked(item.count) else { return Ok(()) };
        rest = more;
        let Some(place) = out.get_mut(item.offset..item.offset + item.size * item.count) else {
            return Ok(());
        };
        match item.size {
            1 => put_all::<1>(vm, format, item, values, place)?,
            2 => put_all::<2>(vm, format, item, values, place)?,
            4 => put_all::<4>(vm, format, item, values, place)?,
            8 => put_all::<8>(vm, format, item, values, place)?,
            // (Only text has another size; there is one of it.)
            _ => {}
        }
    }
    Ok(())
}

#[inline(always)]
fn put_any(vm: &Vm, format: &Format, item: &Item, value: &Object, place: &mut [u8]) -> Res<()> {
    match value.as_small_int() {
        Some(n) if item.low <= n && n <= item.high => store(place, n as u64, format.big),
        _ => put(vm, format, item, value, place)?,
    }
    Ok(())
}

/// The values of an item, `N` bytes each.
#[inline]
fn put_all<const N: usize>(
    vm: &Vm,
    format: &Format,
    item: &Item,
    values: &[Object],
    out: &mut [u8],
) -> Res<()> {
    for (value, place) in values.iter().zip(out.as_chunks_mut::<N>().0) {
        put_any(vm, format, item, value, place)?;
    }
    Ok(())
}

pub(super) fn check_count(vm: &Vm, format: &Format, given: usize, name: &str) -> Res<()> {
    if given == format.values {
        return Ok(());
    }
    let wanted = format.values;
    Err(error(vm, format_args!("{name} expected {wanted} items for packing (got {given})")))
}

/// An integer argument: `__index__` counts.
enum Integer {
    Small(i64),
    Big(BigInt),
}

#[inline]
fn integer(vm: &Vm, value: &Object) -> Res<Integer> {
    match value.as_small_int() {
        Some(n) => Ok(Integer::Small(n)),
        None => integer_slow(vm, value),
    }
}

#[inline(never)]
fn integer_slow(vm: &Vm, value: &Object) -> Res<Integer> {
    let class = vm.class_of(value);
    if !class.has(type_flags::INT) && class.slots().index.is_none() && !value.is_bool() {
        return Err(error(vm, "required argument is not an integer"));
    }
    let n = big_integer(vm, value)?;
    Ok(match n.to_i64() {
        Some(n) => Integer::Small(n),
        None => Integer::Big(n.into_owned()),
    })
}

#[cold]
fn out_of_range(vm: &Vm) -> Raised {
    error(vm, "argument out of range")
}

/// The name that a range is announced with.
fn range_name(code: u8) -> String {
    match code {
        b'b' => "byte".to_owned(),
        b'B' => "ubyte".to_owned(),
        b'h' => "short".to_owned(),
        b'H' => "ushort".to_owned(),
        code => format!("'{}'", char::from(code)),
    }
}

/// An integer of the range of a code, as the bits of a word.
#[inline]
fn ranged(vm: &Vm, item: &Item, value: &Object) -> Res<u64> {
    let n = integer(vm, value)?;
    let unsigned = item.code.is_ascii_uppercase();
    let bits = item.size as u32 * 8;
    if bits == 64 {
        return match n {
            Integer::Small(n) if n >= 0 || !unsigned || item.code == b'P' => Ok(n as u64),
            Integer::Big(n) if unsigned => match n.to_u64() {
                Some(n) => Ok(n),
                None if item.code == b'P' => Err(error(vm, "int too large to convert")),
                None => Err(out_of_range(vm)),
            },
            _ => Err(out_of_range(vm)),
        };
    }
    let Integer::Small(n) = n else { return Err(out_of_range(vm)) };
    let (low, high) =
        if unsigned { (0, (1 << bits) - 1) } else { (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) };
    if (low..=high).contains(&n) {
        return Ok(n as u64);
    }
    if n < 0 && matches!(item.code, b'I' | b'L') {
        return Err(out_of_range(vm));
    }
    let name = range_name(item.code);
    Err(error(vm, format_args!("{name} format requires {low} <= number <= {high}")))
}

fn float(vm: &Vm, value: &Object) -> Res<f64> {
    if let Some(x) = value.as_exact_float() {
        return Ok(x);
    }
    to_f64(vm, value).or_else(|raised| {
        // Whatever went wrong: CPython says this.
        drop(vm.take_raised(raised));
        Err(error(vm, "required argument is not a float"))
    })
}

/// The low bytes of `bits`. (Each width by itself: copies of a known length are single stores.)
#[inline(always)]
fn store(place: &mut [u8], bits: u64, big: bool) {
    match place.len() {
        1 => place[0] = bits as u8,
        2 => place.copy_from_slice(&if big {
            (bits as u16).to_be_bytes()
        } else {
            (bits as u16).to_le_bytes()
        }),
        4 => place.copy_from_slice(&if big {
            (bits as u32).to_be_bytes()
        } else {
            (bits as u32).to_le_bytes()
        }),
        8 => place.copy_from_slice(&if big { bits.to_be_bytes() } else { bits.to_le_bytes() }),
        _ => {}
    }
}

fn put(vm: &Vm, format: &Format, item: &Item, value: &Object, place: &mut [u8]) -> Res<()> {
    let bits = match item.code {
        b'?' => u64::from(vm.truth(value)?),
        b'd' => float(vm, value)?.to_bits(),
        b'f' => {
            let x = float(vm, value)?;
            let short = x as f32;
            if short.is_infinite() && !x.is_infinite() && !format.native {
                return Err(too_large(vm, 'f'));
            }
            u64::from(short.to_bits())
        }
        b'e' => match half_bits(float(vm, value)?) {
            Some(bits) => u64::from(bits),
            None => return Err(too_large(vm, 'e')),
        },
        b'c' => match value.downcast::<Bytes>().map(|b| b.as_slice()) {
            Some([byte]) => u64::from(*byte),
            _ => return Err(error(vm, "char format requires a bytes object of length 1")),
        },
        b's' | b'p' => return put_bytes(vm, item.code, value, place),
        _ => ranged(vm, item, value)?,
    };
    store(place, bits, format.big);
    Ok(())
}

#[cold]
fn too_large(vm: &Vm, code: char) -> Raised {
    vm.raise_kind(Exc::OverflowError, format_args!("float too large to pack with {code} format"))
}

fn put_bytes(vm: &Vm, code: u8, value: &Object, place: &mut [u8]) -> Res<()> {
    let is_array = || match builtin(vm, "bytearray")?.downcast::<Type>() {
        Some(array) => Ok(vm.is_exact_instance(value, array)),
        None => Ok(false),
    };
    if value.downcast::<Bytes>().is_none() && !is_array()? {
        let code = char::from(code);
        return Err(error(vm, format_args!("argument for '{code}' must be a bytes object")));
    }
    let copy;
    let data = match value.downcast::<Bytes>() {
        Some(bytes) => bytes.as_slice(),
        None => {
            copy = buffer::bytes_of(vm, value)?;
            &copy
        }
    };
    let place = match (code, place.len()) {
        (_, 0) => return Ok(()),
        (b'p', room) => {
            place[0] = data.len().min(room - 1).min(255) as u8;
            &mut place[1..]
        }
        _ => place,
    };
    let n = data.len().min(place.len());
    place[..n].copy_from_slice(&data[..n]);
    Ok(())
}

/// The nearest 16-bit float, ties to even; None if it is too large.
fn half_bits(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    let x = x.abs();
    if x < 2f64.powi(-14) {
        // Subnormal: multiples of 2**-24. (1024 of them are the smallest normal number.)
        return Some(sign | (x * 2f64.powi(24)).round_ties_even() as u16);
    }
    let mut exponent = ((x.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let mut fraction = ((x / 2f64.powi(exponent) - 1.0) * 1024.0).round_ties_even() as u16;
    if fraction == 1024 {
        fraction = 0;
        exponent += 1;
    }
    if exponent > 15 {
        return None;
    }
    Some(sign | ((exponent + 15) as u16) << 10 | fraction)
}

fn half_value(bits: u16) -> f64 {
    let sign = if bits & 0x8000 != 0 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => fraction * 2f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1024.0) * 2f64.powi(exponent - 15),
    }
}

/// Where the values of a format lie.
struct Places<'a> {
    items: std::slice::Iter<'a, Item>,
    item: Option<&'a Item>,
    /// Values of `item` that are left, and where the next one lies.
    left: usize,
    at: usize,
}

impl<'a> Iterator for Places<'a> {
    type Item = (&'a Item, usize);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        while self.left == 0 {
            let item = self.items.next()?;
            (self.left, self.at, self.item) = (item.count, item.offset, Some(item));
        }
        let (item, at) = (self.item?, self.at);
        self.left -= 1;
        self.at += item.size;
        Some((item, at))
    }
}

/// The values in `bytes`, which has the format's size.
pub(super) fn unpack(vm: &Vm, format: &Format, bytes: &[u8]) -> Res<Obj<Tuple>> {
    let places = Places { items: format.items.iter(), item: None, left: 0, at: 0 };
    let mut failed = None;
    // (Nothing that makes a value runs Python.)
    let values = places.map_while(|(item, at)| {
        let bytes = bytes.get(at..at + item.size).unwrap_or(&[]);
        value(vm, format, item, bytes).map_err(|raised| failed = Some(raised)).ok()
    });
    let tuple = vm.tuple_fill(&vm.types().tuple, format.values, values)?;
    match failed {
        Some(raised) => Err(raised),
        None => Ok(tuple),
    }
}

#[inline(always)]
fn load(bytes: &[u8], big: bool) -> u64 {
    match *bytes {
        [a] => u64::from(a),
        [a, b] => {
            let word = [a, b];
            u64::from(if big { u16::from_be_bytes(word) } else { u16::from_le_bytes(word) })
        }
        [a, b, c, d] => {
            let word = [a, b, c, d];
            u64::from(if big { u32::from_be_bytes(word) } else { u32::from_le_bytes(word) })
        }
        [a, b, c, d, e, f, g, h] => {
            let word = [a, b, c, d, e, f, g, h];
            if big { u64::from_be_bytes(word) } else { u64::from_le_bytes(word) }
        }
        _ => 0,
    }
}

#[inline]
fn value(vm: &Vm, format: &Format, item: &Item, bytes: &[u8]) -> Res {
    let bits = || load(bytes, format.big);
    match item.code {
        b'B' | b'H' | b'I' | b'L' | b'Q' | b'N' | b'P' => {
            let bits = bits();
            match i64::try_from(bits) {
                Ok(n) => vm.int(n),
                Err(_) => vm.int_u64(bits),
            }
        }
        b'c' | b's' => Ok(vm.bytes(bytes)?.into_object()),
        b'p' => {
            let Some((&len, data)) = bytes.split_first() else {
                return Ok(vm.bytes(&[])?.into_object());
            };
            Ok(vm.bytes(&data[..usize::from(len).min(data.len())])?.into_object())
        }
        b'?' => Ok(Object::bool(bits() != 0)),
        b'd' => vm.float(f64::from_bits(bits())),
        b'f' => vm.float(f64::from(f32::from_bits(bits() as u32))),
        b'e' => vm.float(half_value(bits() as u16)),
        _ => {
            let unused = 64 - item.size as u32 * 8;
            vm.int(((bits() << unused) as i64) >> unused)
        }
    }
}
