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

/// Return self, the complex conjugate of any float.
#[native("(self, /)")]
fn conjugate(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// Return the Integral closest to x between 0 and x.
#[native("(self, /)", name = "__trunc__")]
fn trunc(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?)
}

/// Return the floor as an Integral.
#[native("(self, /)", name = "__floor__")]
fn floor(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?.floor())
}

/// Return the ceiling as an Integral.
#[native("(self, /)", name = "__ceil__")]
fn ceil(vm: &Vm, this: &Object) -> Res {
    crate::types::int::from_float(vm, value(vm, this)?.ceil())
}

/// Return the Integral closest to x, rounding half toward even.
///
/// When an argument is passed, work like built-in round(x, ndigits).
#[native("(self, ndigits=None, /)", name = "__round__")]
fn round(vm: &Vm, this: &Object, ndigits: Option<&Object>) -> Res {
    let x = value(vm, this)?;
    let Some(ndigits) = ndigits else {
        return crate::types::int::from_float(vm, x.round_ties_even());
    };
    let ndigits = vm.index_clamped(ndigits)?;
    vm.float(numops::round_digits(x, ndigits).map_err(|e| vm.text_error(e))?)
}

/// Return integer ratio.
///
/// Return a pair of integers, whose ratio is exactly equal to the original float
/// and with a positive denominator.
///
/// Raise OverflowError on infinities and a ValueError on NaNs.
///
/// >>> (10.0).as_integer_ratio()
/// (10, 1)
/// >>> (0.0).as_integer_ratio()
/// (0, 1)
/// >>> (-.25).as_integer_ratio()
/// (-1, 4)
#[native("(self, /)")]
fn as_integer_ratio(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    let (n, d) = numops::as_integer_ratio(value(vm, this)?).map_err(|e| vm.text_error(e))?;
    vm.tuple(vec![vm.bigint(n)?, vm.bigint(d)?])
}

/// Create a floating-point number from a hexadecimal string.
///
/// >>> float.fromhex('0x1.ffffp10')
/// 2047.984375
/// >>> float.fromhex('-0x1p-1074')
/// -5e-324
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

/// Return a hexadecimal representation of a floating-point number.
///
/// >>> (-0.1).hex()
/// '-0x1.999999999999ap-4'
/// >>> 3.14159.hex()
/// '0x1.921f9f01b866ep+1'
#[native("(self, /)")]
fn hex(vm: &Vm, this: &Object) -> Res<String> {
    Ok(floatrepr::hex(value(vm, this)?))
}

/// Return True if the float is an integer.
#[native("(self, /)")]
fn is_integer(vm: &Vm, this: &Object) -> Res<bool> {
    let x = value(vm, this)?;
    Ok(x.is_finite() && x == x.trunc())
}

#[native("(self, /)", name = "__getnewargs__")]
fn getnewargs(vm: &Vm, this: &Object) -> Res<Obj<Tuple>> {
    vm.tuple(vec![exact(vm, this)?])
}

/// You probably don't want to use this function.
///
///   typestr
///     Must be 'double' or 'float'.
///
/// Tells how floats of that size lie in memory: one of 'unknown', 'IEEE, big-endian' and
/// 'IEEE, little-endian'.
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

/// the real part of a complex number
#[getter]
fn real(vm: &Vm, this: &Object) -> Res {
    exact(vm, this)
}

/// the imaginary part of a complex number
#[getter]
fn imag(vm: &Vm, this: &Object) -> Res {
    value(vm, this)?;
    vm.float(0.0)
}
