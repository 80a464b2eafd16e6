//! Functions of numbers and characters: abs, bin, chr, divmod, hex, oct, ord, pow, round.

use crate::native::{NativeDef, big_integer, natives};
use crate::object::*;
use crate::text::intconv::{self, IntRef};
use crate::text::{TextBuf, TextRef};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![abs, bin, chr, divmod, hex, oct, ord, pow, round];

/// How far the number is from 0; asks its `__abs__()`.
#[native("(x, /)")]
fn abs(vm: &Vm, x: &Object) -> Res {
    vm.absolute(x)
}

/// Quotient and remainder at once: (x // y, x % y).
#[native("(x, y, /)")]
fn divmod(vm: &Vm, x: &Object, y: &Object) -> Res {
    vm.binary(BinOp::DivMod, x, y)
}

/// base to the power of exp; with mod, the remainder of that when divided by mod.
///
/// For integers the remainder is found without making the power itself.
#[native("(base, exp, mod=None)")]
fn pow(vm: &Vm, base: &Object, exp: &Object, modulus: Option<&Object>) -> Res {
    vm.power(base, exp, modulus.unwrap_or(&Object::none()))
}

/// The number with ndigits digits behind the point, or as many zeros before it if ndigits is negative.
///
/// Halves go to the even neighbour. Without ndigits the result of a builtin number is an int.
#[native("(number, ndigits=None)")]
fn round(vm: &Vm, number: &Object, ndigits: Option<&Object>) -> Res {
    let digits = ndigits.map_or(&[][..], std::slice::from_ref);
    match vm.call_special(number, &vm.names().__round__, digits)? {
        Some(result) => Ok(result),
        None => Err(vm.type_error(format_args!(
            "type {} doesn't define __round__ method",
            vm.type_name(number)
        ))),
    }
}

/// An integer in base 2, with the prefix 0b.
///
///    >>> bin(10)
///    '0b1010'
#[native("(number, /)")]
fn bin(vm: &Vm, number: &Object) -> Res<Obj<Str>> {
    prefixed(vm, number, 2)
}

/// An integer in base 8, with the prefix 0o.
///
///    >>> oct(64)
///    '0o100'
#[native("(number, /)")]
fn oct(vm: &Vm, number: &Object) -> Res<Obj<Str>> {
    prefixed(vm, number, 8)
}

/// An integer in base 16, in lower case, with the prefix 0x.
///
///    >>> hex(-255)
///    '-0xff'
#[native("(number, /)")]
fn hex(vm: &Vm, number: &Object) -> Res<Obj<Str>> {
    prefixed(vm, number, 16)
}

fn prefixed(vm: &Vm, number: &Object, base: u32) -> Res<Obj<Str>> {
    if let Some(n) = number.as_small_int() {
        let mut buf = [0; 64];
        let digits = intconv::small_digits(n.unsigned_abs(), base, false, &mut buf);
        let prefix = intconv::prefix(base);
        let sign = usize::from(n < 0);
        return vm.ascii_filled(sign + prefix.len() + digits.len(), |out| {
            out.push_n(b'-', sign);
            out.push(prefix.as_bytes());
            out.push(digits.as_bytes());
        });
    }
    let text = intconv::to_prefixed(IntRef::Big(&*big_integer(vm, number)?), base, vm);
    vm.str(&text.map_err(|error| vm.text_error(error))?)
}

/// The string of one character with the code point i, at most 0x10FFFF.
#[native("(i, /)")]
fn chr(vm: &Vm, i: i32) -> Res<Obj<Str>> {
    let Some(c) = u32::try_from(i).ok().filter(|c| *c <= 0x10ffff) else {
        return Err(vm.value_error("chr() arg not in range(0x110000)"));
    };
    if let Ok(c) = u8::try_from(c) {
        let c = [c];
        return vm.text(if c.is_ascii() { TextRef::Ascii(&c) } else { TextRef::Latin1(&c) });
    }
    let mut text = TextBuf::default();
    text.push(c).map_err(|error| vm.text_error(error))?;
    vm.text(text.finish().as_ref())
}

/// The code point of a string's only character, or the value of the only byte of a bytes object.
#[native("(c, /)")]
fn ord(vm: &Vm, c: &Object) -> Res<u32> {
    let (value, length) = if let Some(text) = c.downcast::<Str>() {
        (text.char_at(0), text.len())
    } else if let Some(bytes) = c.downcast::<Bytes>() {
        (bytes.as_slice().first().map(|b| u32::from(*b)), bytes.len())
    } else if c.is_kind(Kind::ByteArray) {
        let bytes = crate::native::buffer::bytes_of(vm, c)?;
        (bytes.first().map(|b| u32::from(*b)), bytes.len())
    } else {
        return Err(vm.type_error(format_args!(
            "ord() expected string of length 1, but {} found",
            vm.type_name(c)
        )));
    };
    match value {
        Some(value) if length == 1 => Ok(value),
        _ => Err(vm.type_error(format_args!(
            "ord() expected a character, but string of length {length} found"
        ))),
    }
}
