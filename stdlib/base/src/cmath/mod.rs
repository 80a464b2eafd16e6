//! The module cmath: signatures, conversions and the errors' words. The functions themselves, which know no
//! Python, are in `finite.rs` (formulas) and `edges.rs` (infinities and NaN).

mod edges;
mod finite;

use crate::support::*;
use std::f64::consts;

/// A complex number: real and imaginary part.
pub(crate) type Pair = (f64, f64);

/// What C tells through `errno`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Domain,
    Range,
}

type Answer = Result<Pair, Trouble>;

/// The module's table.
pub static MODULE: ModuleDef = ModuleDef {
    name: "cmath",
    doc: "Mathematical functions of complex numbers.",
    functions: natives![
        acos, acosh, asin, asinh, atan, atanh, cos, cosh, exp, isclose, isfinite, isinf, isnan,
        log, log10, phase, polar, rect, sin, sinh, sqrt, tan, tanh
    ],
    fill: Some(|vm, module| {
        module.set(vm, "pi", consts::PI)?;
        module.set(vm, "e", consts::E)?;
        module.set(vm, "tau", consts::TAU)?;
        module.set(vm, "inf", f64::INFINITY)?;
        module.set(vm, "nan", f64::NAN)?;
        module.set(vm, "infj", vm.complex(0.0, f64::INFINITY)?)?;
        module.set(vm, "nanj", vm.complex(0.0, f64::NAN)?)
    }),
    ..ModuleDef::EMPTY
};

/// An argument that is or stands for a complex number.
struct Number(Pair);

impl<'a> FromArg<'a> for Number {
    type Holder = ();

    fn from_arg(vm: &'a Vm, object: &'a Object, _: &'a mut (), _: &ArgInfo) -> Res<Number> {
        if let Some(z) = object.downcast::<Complex>() {
            return Ok(Number((z.real, z.imag)));
        }
        if object.as_exact_float().is_none() && object.as_small_int().is_none() {
            let made = match vm.lookup_special(object, &vm.intern("__complex__"))? {
                Some(_) => Some(vm.call_method(object, "__complex__", &[])?),
                None => None,
            };
            if let Some(made) = made {
                return match made.downcast::<Complex>() {
                    Some(z) => Ok(Number((z.real, z.imag))),
                    None => Err(vm.type_error(format_args!(
                        "__complex__ returned non-complex (type {})",
                        vm.type_name(&made)
                    ))),
                };
            }
        }
        to_f64(vm, object).map(|x| Number((x, 0.0)))
    }
}

#[cold]
fn raised(vm: &Vm, trouble: Trouble) -> Raised {
    match trouble {
        Trouble::Domain => vm.value_error("math domain error"),
        Trouble::Range => vm.overflow_error("math range error"),
    }
}

fn told(vm: &Vm, answer: Answer) -> Res {
    match answer {
        Ok((re, im)) => Ok(vm.complex(re, im)?),
        Err(trouble) => Err(raised(vm, trouble)),
    }
}

macro_rules! functions {
    ($($(#[doc = $doc:literal])+ $name:ident;)*) => {$(
        $(#[doc = $doc])+
        #[native("(z, /)")]
        fn $name(vm: &Vm, z: Number) -> Res {
            told(vm, finite::$name(z.0))
        }
    )*};
}

functions! {
    /// Return the arc cosine of z.
    acos;
    /// Return the inverse hyperbolic cosine of z.
    acosh;
    /// Return the arc sine of z.
    asin;
    /// Return the inverse hyperbolic sine of z.
    asinh;
    /// Return the arc tangent of z.
    atan;
    /// Return the inverse hyperbolic tangent of z.
    atanh;
    /// Return the cosine of z.
    cos;
    /// Return the hyperbolic cosine of z.
    cosh;
    /// Return the exponential value e**z.
    exp;
    /// Return the base-10 logarithm of z.
    log10;
    /// Return the sine of z.
    sin;
    /// Return the hyperbolic sine of z.
    sinh;
    /// Return the square root of z.
    sqrt;
    /// Return the tangent of z.
    tan;
    /// Return the hyperbolic tangent of z.
    tanh;
}

/// log(z[, base]) -> the logarithm of z to the given base.
///
/// If the base is not specified, returns the natural logarithm (base e) of z.
#[native("(z, base=<unrepresentable>, /)")]
fn log(vm: &Vm, z: Number, base: Maybe<Number>) -> Res {
    let base = base.given();
    told(
        vm,
        finite::log(z.0).and_then(|z| match base {
            Some(base) => finite::quotient(z, finite::log(base.0)?),
            None => Ok(z),
        }),
    )
}

/// Return argument, also known as the phase angle, of a complex.
#[native("(z, /)")]
fn phase(vm: &Vm, z: Number) -> Res<f64> {
    let (x, y) = z.0;
    let angle = y.atan2(x);
    // The platform's function tells of an angle that is too small.
    if angle == 0.0 && y != 0.0 && x.is_finite() {
        return Err(raised(vm, Trouble::Range));
    }
    Ok(angle)
}

/// Convert a complex from rectangular coordinates to polar coordinates.
///
/// r is the distance from 0 and phi the phase angle.
#[native("(z, /)")]
fn polar(vm: &Vm, z: Number) -> Res {
    let (x, y) = z.0;
    let size = x.hypot(y);
    if size.is_infinite() && x.is_finite() && y.is_finite() {
        return Err(raised(vm, Trouble::Range));
    }
    let angle = vm.float(y.atan2(x))?;
    Ok(vm.pair(vm.float(size)?, angle)?.into_object())
}

/// Convert from polar coordinates to rectangular coordinates.
#[native("(r, phi, /)")]
fn rect(vm: &Vm, r: f64, phi: f64) -> Res {
    told(vm, finite::rect(r, phi))
}

/// Return True if both the real and imaginary parts of z are finite, else False.
#[native("(z, /)")]
fn isfinite(z: Number) -> bool {
    z.0.0.is_finite() && z.0.1.is_finite()
}

/// Checks if the real or imaginary part of z not a number (NaN).
#[native("(z, /)")]
fn isnan(z: Number) -> bool {
    z.0.0.is_nan() || z.0.1.is_nan()
}

/// Checks if the real or imaginary part of z is infinite.
#[native("(z, /)")]
fn isinf(z: Number) -> bool {
    z.0.0.is_infinite() || z.0.1.is_infinite()
}

/// Determine whether two complex numbers are close in value.
///
///   rel_tol
///     maximum difference for being considered "close", relative to the
///     magnitude of the input values
///   abs_tol
///     maximum difference for being considered "close", regardless of the
///     magnitude of the input values
///
/// NaN is close to nothing; infinities are close to themselves.
#[native("(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
fn isclose(vm: &Vm, a: Number, b: Number, rel_tol: f64, abs_tol: f64) -> Res<bool> {
    if rel_tol < 0.0 || abs_tol < 0.0 {
        return Err(vm.value_error("tolerances must be non-negative"));
    }
    if a.0 == b.0 {
        return Ok(true);
    }
    let infinite = |z: Pair| z.0.is_infinite() || z.1.is_infinite();
    if infinite(a.0) || infinite(b.0) {
        return Ok(false);
    }
    let size = |z: Pair| z.0.hypot(z.1);
    let apart = size((a.0.0 - b.0.0, a.0.1 - b.0.1));
    Ok(apart <= rel_tol * size(a.0).max(size(b.0)) || apart <= abs_tol)
}
