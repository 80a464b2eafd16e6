//! The methods and attributes of int.

use super::{exact, from_ref, to_decimal};
use crate::native::{Maybe, NativeDef, getsets, natives};
use crate::object::*;
use crate::text::format;
use crate::text::intconv::IntRef;
use crate::text::numops;
use crate::types::number::{big, int_ref};
use crate::types::sequence::sized;
use crate::vm::{Res, Vm};
use num_bigint::{BigInt, Sign};
use taipan_macros::{getter, native};

pub(super) static METHODS: &[NativeDef] = natives![
    conjugate,
    bit_length,
    bit_count,
    to_bytes,
    from_bytes,
    as_integer_ratio,
    trunc,
    floor,
    ceil,
    round,
    getnewargs,
    format_,
    size_of,
];

pub(super) static GETSETS: &[crate::native::GetSetDef] =
    getsets![real, imag, numerator, denominator];

/// The number itself: it has no imaginary part to turn round.
#[native("(self, /)", no_signature)]
fn conjugate(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// How many binary digits the number has, without its sign; 0 has none.
///
/// >>> (8).bit_length()
/// 4
/// >>> (-1).bit_length()
/// 1
#[native("(self, /)")]
fn bit_length(vm: &Vm, this: &Object) -> Res<u64> {
    Ok(match super::this(vm, this)? {
        IntRef::Small(n) => u64::from(64 - n.unsigned_abs().leading_zeros()),
        IntRef::Big(n) => n.bits(),
    })
}

/// How many ones there are in the number written in base 2, whatever its sign.
///
/// >>> (255).bit_count()
/// 8
/// >>> (-2).bit_count()
/// 1
#[native("(self, /)")]
fn bit_count(vm: &Vm, this: &Object) -> Res<u64> {
    Ok(match super::this(vm, this)? {
        IntRef::Small(n) => u64::from(n.unsigned_abs().count_ones()),
        IntRef::Big(n) => n.magnitude().count_ones(),
    })
}

/// Whether a byte order is little-endian.
fn little(vm: &Vm, order: Option<&Object>) -> Res<bool> {
    let Some(order) = order else { return Ok(false) };
    match order.downcast::<Str>() {
        Some(s) if s.equals("little") => Ok(true),
        Some(s) if s.equals("big") => Ok(false),
        Some(_) => Err(vm.value_error("byteorder must be either 'little' or 'big'")),
        None => Err(vm.type_error(format_args!(
            "argument 'byteorder' must be str, not {}",
            shown(vm, order)
        ))),
    }
}

fn shown(vm: &Vm, o: &Object) -> String {
    if o.is_none() { "None".to_owned() } else { vm.type_name(o) }
}

/// The number in base 256, as bytes of the given length.
///
/// byteorder is 'big' for the byte that counts most at the front, 'little' for it at the end. Negative
/// numbers need signed, for two's complement. OverflowError if the number does not fit.
#[native("(self, /, length=1, byteorder='big', *, signed=False)")]
fn to_bytes(
    vm: &Vm,
    this: &Object,
    length: isize,
    byteorder: Maybe<&Object>,
    signed: bool,
) -> Res<Obj<Bytes>> {
    let little = match byteorder.given() {
        Some(order) if order.downcast::<Str>().is_none() => {
            return Err(vm.type_error(format_args!(
                "to_bytes() argument 'byteorder' must be str, not {}",
                shown(vm, order)
            )));
        }
        order => little(vm, order)?,
    };
    let Ok(length) = usize::try_from(length) else {
        return Err(vm.value_error("length argument must be non-negative"));
    };
    if let Some(n) = this.as_small_int()
        && let Some(bytes) = machine_bytes(n, length, little, signed)
    {
        return vm.bytes(&bytes[..length]);
    }
    let n = super::this(vm, this)?;
    if n.is_negative() && !signed {
        return Err(vm.overflow_error("can't convert negative int to unsigned"));
    }
    let n = big(n);
    let mut digits = if signed { n.to_signed_bytes_le() } else { n.magnitude().to_bytes_le() };
    if !signed && digits == [0] {
        digits.clear();
    }
    if n.sign() == Sign::NoSign {
        digits.clear();
    }
    if digits.len() > length {
        return Err(vm.overflow_error("int too big to convert"));
    }
    digits.try_reserve_exact(length - digits.len()).map_err(|e| vm.no_memory(e.into()))?;
    digits.resize(length, if n.sign() == Sign::Minus { 0xff } else { 0 });
    if !little {
        digits.reverse();
    }
    vm.bytes(&digits)
}

/// The first `length` bytes (1 to 8) of what represents a machine integer, if they can.
fn machine_bytes(n: i64, length: usize, little: bool, signed: bool) -> Option<[u8; 8]> {
    if !(1..=8).contains(&length) {
        return None;
    }
    let unused = 64 - 8 * length as u32;
    let fits = if signed {
        n << unused >> unused == n
    } else {
        n >= 0 && (n as u64) << unused >> unused == n as u64
    };
    if !fits {
        return None;
    }
    Some(if little { n.to_le_bytes() } else { (n << unused).to_be_bytes() })
}

/// What 1 to 8 bytes represent, if it is a machine integer.
fn machine_int(bytes: &[u8], little: bool, signed: bool) -> Option<i64> {
    let mut word = [0; 8];
    let unused = 64 - 8 * bytes.len() as u32;
    // The bytes at the most significant end.
    let word = if little {
        word.get_mut(8usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
        u64::from_le_bytes(word)
    } else {
        word.get_mut(..bytes.len())?.copy_from_slice(bytes);
        u64::from_be_bytes(word)
    };
    if signed { Some(word as i64 >> unused) } else { i64::try_from(word >> unused).ok() }
}

/// The number that some bytes spell in base 256; they may be an iterable of ints below 256.
///
/// byteorder is 'big' if the first byte counts most, 'little' if the last does. With signed, they are
/// two's complement.
#[native("(type, /, bytes, byteorder='big', *, signed=False)", classmethod)]
fn from_bytes(
    vm: &Vm,
    cls: &Object,
    bytes: &Object,
    byteorder: Maybe<&Object>,
    signed: bool,
) -> Res {
    let little = match byteorder.given() {
        Some(order) if order.downcast::<Str>().is_none() => {
            return Err(vm.type_error(format_args!(
                "from_bytes() argument 'byteorder' must be str, not {}",
                shown(vm, order)
            )));
        }
        order => little(vm, order)?,
    };
    let plain = bytes.downcast_exact::<Bytes>().map(|b| b.as_slice());
    if let Some(data) = plain.filter(|b| (1..=8).contains(&b.len()))
        && let Some(n) = machine_int(data, little, signed)
        && cls.is(vm.types().int.as_object())
    {
        return vm.int(n);
    }
    let data = bytes_of(vm, bytes)?;
    vm.need_room(data.len().saturating_mul(3))?;
    let n = match (signed, little) {
        (true, true) => BigInt::from_signed_bytes_le(&data),
        (true, false) => BigInt::from_signed_bytes_be(&data),
        (false, true) => BigInt::from_bytes_le(Sign::Plus, &data),
        (false, false) => BigInt::from_bytes_be(Sign::Plus, &data),
    };
    let n = vm.bigint(n)?;
    if cls.is(vm.types().int.as_object()) { Ok(n) } else { vm.call(cls, &[n]) }
}

/// What `bytes(x)` holds, for the objects that can be converted without a length.
fn bytes_of(vm: &Vm, x: &Object) -> Res<Vec<u8>> {
    let copy = |b: &[u8]| {
        let mut out = Vec::new();
        out.try_reserve_exact(b.len()).map_err(|e| vm.no_memory(e.into()))?;
        out.extend_from_slice(b);
        Ok(out)
    };
    if let Some(b) = x.downcast_exact::<Bytes>() {
        return copy(b.as_slice());
    }
    if let Some(b) = vm.call_special(x, &vm.names().__bytes__, &[])? {
        return match b.downcast::<Bytes>() {
            Some(b) => copy(b.as_slice()),
            None => Err(vm.type_error(format_args!(
                "__bytes__ returned non-bytes (type {})",
                vm.type_name(&b)
            ))),
        };
    }
    if let Some(f) = vm.class_of(x).slots().buffer {
        let view = f(vm, x, 0)?;
        return crate::native::buffer::to_vec(vm, &view);
    }
    let refused =
        || vm.type_error(format_args!("cannot convert '{}' object to bytes", vm.type_name(x)));
    if x.downcast::<Str>().is_some() {
        return Err(refused());
    }
    let slots = vm.class_of(x).slots();
    if slots.iter.is_none() && slots.getitem.is_none() {
        return Err(refused());
    }
    let mut out = Vec::new();
    vm.for_each(x, |item| {
        let n = vm.index(&item)?;
        let Some(byte) = vm.as_i64(&n).and_then(|n| u8::try_from(n).ok()) else {
            return Err(vm.value_error("bytes must be in range(0, 256)"));
        };
        out.try_reserve(1).map_err(|e| vm.no_memory(e.into()))?;
        out.push(byte);
        Ok(())
    })?;
    Ok(out)
}

/// The number over 1, as a tuple.
///
/// >>> (7).as_integer_ratio()
/// (7, 1)
/// >>> (-3).as_integer_ratio()
/// (-3, 1)
/// >>> False.as_integer_ratio()
/// (0, 1)
#[native("(self, /)")]
fn as_integer_ratio(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    vm.tuple(vec![exact(vm, this)?, Object::small(1)])
}

/// The number itself.
#[native("(self, /)", name = "__trunc__", no_signature)]
fn trunc(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// The number itself.
#[native("(self, /)", name = "__floor__", no_signature)]
fn floor(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// The number itself.
#[native("(self, /)", name = "__ceil__", no_signature)]
fn ceil(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// The number itself, or with ndigits below 0 the nearest one with so many zeros at its end.
#[native("(self, ndigits=<unrepresentable>, /)", name = "__round__", no_signature)]
fn round(vm: &Vm, this: &Object, ndigits: Maybe<&Object>) -> Res {
    let n = super::this(vm, this)?;
    let Some(ndigits) = ndigits.given() else { return from_ref(vm, n) };
    let ndigits = vm.index(ndigits)?;
    let places = match int_ref(&ndigits) {
        Some(IntRef::Small(k)) if k >= 0 => return from_ref(vm, n),
        Some(IntRef::Small(k)) => k.unsigned_abs(),
        Some(IntRef::Big(k)) if k.sign() == Sign::Minus => u64::MAX,
        _ => return from_ref(vm, n),
    };
    let n = big(n);
    // A unit of more than twice the number leaves nothing of it.
    if places as f64 * 3.3219 > n.bits() as f64 + 8.0 {
        return Ok(Object::small(0));
    }
    let rounded = numops::round_int(vm, &n, places as u32).map_err(|e| vm.text_error(e))?;
    vm.bigint(rounded)
}

#[native("(self, /)", name = "__getnewargs__")]
fn getnewargs(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    vm.tuple(vec![exact(vm, this)?])
}

#[native("(self, format_spec, /)", name = "__format__")]
fn format_(vm: &Vm, this: &Object, format_spec: &Obj<Str>) -> Res<Obj<Str>> {
    let n = super::this(vm, this)?;
    if format_spec.is_empty() {
        return if vm.class_of(this).is(&vm.types().int) {
            to_decimal(vm, n)
        } else {
            vm.to_str(this)
        };
    }
    let limit = vm.digits();
    let name = vm.type_name(this);
    let text =
        format::format_int(n, format_spec.as_text(), &name, limit).map_err(|e| vm.text_error(e))?;
    vm.text_owned(text)
}

/// How many bytes of memory it takes.
#[native("(self, /)", name = "__sizeof__")]
fn size_of(vm: &Vm, this: &Object) -> Res<u64> {
    // An immediate lives in the word that names it; say what CPython says.
    let digits = match super::this(vm, this)? {
        IntRef::Small(0) => 0,
        IntRef::Small(n) => u64::from((64 - n.unsigned_abs().leading_zeros()).div_ceil(30)),
        IntRef::Big(n) => n.bits().div_ceil(30),
    };
    let base = if vm.class_of(this).is_heap_type() { sized(vm, this) as u64 } else { 24 };
    Ok(base + 4 * digits)
}

/// the number itself
#[getter]
fn real(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// 0: the number has no imaginary part
#[getter]
fn imag(vm: &Vm, this: &Object) -> Res {
    super::this(vm, this)?;
    Ok(Object::small(0))
}

/// the number itself, as it is over 1
#[getter]
fn numerator(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// 1: the number as a fraction has nothing else below the line
#[getter]
fn denominator(vm: &Vm, this: &Object) -> Res {
    super::this(vm, this)?;
    Ok(Object::small(1))
}
