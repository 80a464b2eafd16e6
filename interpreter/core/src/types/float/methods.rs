//! The methods and attributes of float.

use super::{exact, this as value};
use crate::native::{NativeDef, getsets, natives};
use crate::object::*;
use crate::text::{TextError, floatparse, floatrepr, format, numops};
use crate::vm::{Res, Vm};
use taipan_macros::{getter, native};

pub(super) static METHODS: &[NativeDef] = natives![
    conjugate,
    trunc,
    floor,
    ceil,
    round,
    as_integer_ratio,
    fromhex,
    hex,
    is_integer,
    getnewargs,
    getformat,
    format_,
];

pub(super) static GETSETS: &[crate::native::GetSetDef] = getsets![real, imag];

/// The number itself: it has no imaginary part to turn round.
#[native("(self, /)")]
fn conjugate(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// The int that is left when the decimals are dropped.
#[native("(self, /)", name = "__trunc__")]
fn trunc(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?)
}

/// The greatest int that is not above the number.
#[native("(self, /)", name = "__floor__")]
fn floor(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?.floor())
}

/// The least int that is not below the number.
#[native("(self, /)", name = "__ceil__")]
fn ceil(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?.ceil())
}

/// The nearest int, the even one of two; with ndigits, the nearest float of so many decimals.
#[native("(self, ndigits=None, /)", name = "__round__")]
fn round(vm: &Vm, this: &Object, ndigits: Option<&Object>) -> Res {
    let x = value(vm, this)?;
    let Some(ndigits) = ndigits else {
        return crate::types::int::from_float(vm, x.round_ties_even());
    };
    let ndigits = vm.index_clamped(ndigits)?;
    vm.float(numops::round_digits(x, ndigits).map_err(|e| vm.text_error(e))?)
}

/// The number as a fraction: two ints without common factor, the second above 0.
///
/// OverflowError for an infinity, ValueError for a NaN.
///
/// >>> (0.75).as_integer_ratio()
/// (3, 4)
/// >>> (-2.0).as_integer_ratio()
/// (-2, 1)
/// >>> (0.1).as_integer_ratio()[1] == 2 ** 55
/// True
#[native("(self, /)")]
fn as_integer_ratio(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    let (n, d) = numops::as_integer_ratio(value(vm, this)?).map_err(|e| vm.text_error(e))?;
    vm.tuple(vec![vm.bigint(n)?, vm.bigint(d)?])
}

/// The number that a text in base 16 stands for, as hex() writes them and as C does.
///
/// >>> float.fromhex('0x1.8p3')
/// 12.0
/// >>> float.fromhex('-ff')
/// -255.0
#[native("(type, string, /)", classmethod)]
fn fromhex(vm: &Vm, cls: &Object, string: &Object) -> Res {
    let Some(s) = string.downcast::<Str>() else {
        return Err(vm.type_error(format_args!("bad argument type for built-in operation")));
    };
    let parsed = match s.as_ascii() {
        Some(text) => floatparse::from_hex(text.as_bytes()),
        None => Err(TextError::value("invalid hexadecimal floating-point string")),
    };
    let x = vm.float(parsed.map_err(|e| vm.text_error(e))?)?;
    if cls.is(vm.types().float.as_object()) { Ok(x) } else { vm.call(cls, &[x]) }
}

/// The exact value as text in base 16, with an exponent of 2.
///
/// >>> (12.0).hex()
/// '0x1.8000000000000p+3'
/// >>> (-0.0).hex()
/// '-0x0.0p+0'
#[native("(self, /)")]
fn hex(vm: &Vm, this: &Object) -> Res<String> {
    Ok(floatrepr::hex(value(vm, this)?))
}

/// Whether there is nothing behind the point.
#[native("(self, /)")]
fn is_integer(vm: &Vm, this: &Object) -> Res<bool> {
    let x = value(vm, this)?;
    Ok(x.is_finite() && x == x.trunc())
}

#[native("(self, /)", name = "__getnewargs__")]
fn getnewargs(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    vm.tuple(vec![exact(vm, this)?])
}

/// How floats of the size 'double' or 'float' lie in memory: 'unknown', 'IEEE, big-endian' or
/// 'IEEE, little-endian'. For tests.
#[native("(type, typestr, /)", classmethod, name = "__getformat__")]
fn getformat(vm: &Vm, _cls: &Object, typestr: &Obj<Str>) -> Res<&'static str> {
    if !typestr.equals("double") && !typestr.equals("float") {
        return Err(vm.value_error("__getformat__() argument 1 must be 'double' or 'float'"));
    }
    Ok(if cfg!(target_endian = "little") { "IEEE, little-endian" } else { "IEEE, big-endian" })
}

#[native("(self, format_spec, /)", name = "__format__")]
fn format_(vm: &Vm, this: &Object, format_spec: &Obj<Str>) -> Res<Obj<Str>> {
    let x = value(vm, this)?;
    if format_spec.is_empty() {
        return vm.to_str(this);
    }
    let text = format::format_float(x, format_spec.as_text(), &vm.type_name(this));
    vm.text_owned(text.map_err(|e| vm.text_error(e))?)
}

/// the number itself
#[getter]
fn real(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// 0.0: the number has no imaginary part
#[getter]
fn imag(vm: &Vm, this: &Object) -> Res {
    value(vm, this)?;
    vm.float(0.0)
}
