//! Functions of numbers and characters: abs, bin, chr, divmod, hex, oct, ord, pow, round.

use crate::native::{NativeDef, big_integer, natives};
use crate::object::*;
use crate::text::TextBuf;
use crate::text::intconv::{self, IntRef};
use crate::vm::{Res, Vm};
use taipan_macros::native;

pub(super) const FUNCTIONS: &[NativeDef] =
    natives![abs, bin, chr, divmod, hex, oct, ord, pow, round];

/// Return the absolute value of the argument.
#[native("(x, /)")]
fn abs(vm: &Vm, x: &Object) -> Res {
    vm.absolute(x)
}

/// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
#[native("(x, y, /)")]
fn divmod(vm: &Vm, x: &Object, y: &Object) -> Res {
    vm.binary(BinOp::DivMod, x, y)
}

/// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
///
/// Some types, such as ints, are able to use a more efficient algorithm when
/// invoked using the three argument form.
#[native("(base, exp, mod=None)")]
fn pow(vm: &Vm, base: &Object, exp: &Object, modulus: Option<&Object>) -> Res {
    vm.power(base, exp, modulus.unwrap_or(&Object::none()))
}

/// Round a number to a given precision in decimal digits.
///
/// The return value is an integer if ndigits is omitted or None.  Otherwise
/// the return value has the same type as the number.  ndigits may be negative.
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

/// Return the binary representation of an integer.
///
///    >>> bin(2796202)
///    '0b1010101010101010101010'
#[native("(number, /)")]
fn bin(vm: &Vm, number: &Object) -> Res<Obj<Str>> {
    prefixed(vm, number, 2)
}

/// Return the octal representation of an integer.
///
///    >>> oct(342391)
///    '0o1234567'
#[native("(number, /)")]
fn oct(vm: &Vm, number: &Object) -> Res<Obj<Str>> {
    prefixed(vm, number, 8)
}

/// Return the hexadecimal representation of an integer.
///
///    >>> hex(12648430)
///    '0xc0ffee'
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

/// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
#[native("(i, /)")]
fn chr(vm: &Vm, i: i32) -> Res<Obj<Str>> {
    let Some(c) = u32::try_from(i).ok().filter(|c| *c <= 0x10ffff) else {
        return Err(vm.value_error("chr() arg not in range(0x110000)"));
    };
    let mut text = TextBuf::default();
    text.push(c).map_err(|error| vm.text_error(error))?;
    vm.text(text.finish().as_ref())
}

/// Return the Unicode code point for a one-character string.
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
