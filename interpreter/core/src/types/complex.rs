//! The builtin type `complex`: slots and methods.
//!
//! Results follow C's formulas as CPython has them (Smith's division, powers by squaring for small whole
//! exponents), so that the last digit agrees.

use super::number::{compare_float_int, float_ref, int_ref, real_operand};
use crate::native::{NativeDef, getsets, natives};
use crate::object::*;
use crate::text::{TextRef, floatparse, floatrepr, format, numhash};
use crate::vm::{Raised, Res, Vm};
use std::cmp::Ordering;
use taipan_macros::{getter, native};

/// The type `complex`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A complex number from its real and imaginary part, or from text such as '1+2j'.\n\n\
          Each part may itself be complex. Without arguments it is 0.",
    flags: type_flags::BASETYPE,
    slots: Slots {
        add: Some(add),
        sub: Some(sub),
        mul: Some(mul),
        true_div: Some(true_div),
        pow: Some(pow),
        neg: Some(neg),
        pos: Some(pos),
        abs: Some(abs),
        bool: Some(truth),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        new: Some(new),
        ..Slots::NONE
    },
    methods: METHODS,
    getsets: GETSETS,
    ..TypeSpec::new::<Complex>("complex")
};

type Pair = (f64, f64);

fn this(vm: &Vm, object: &Object) -> Res<Pair> {
    match object.downcast::<Complex>() {
        Some(c) => Ok((c.real, c.imag)),
        None => Err(vm
            .type_error(format_args!("a complex is required (got type {})", vm.type_name(object)))),
    }
}

/// A complex, float or int operand.
fn operand(vm: &Vm, object: &Object) -> Res<Option<Pair>> {
    if let Some(c) = object.downcast::<Complex>() {
        return Ok(Some((c.real, c.imag)));
    }
    Ok(real_operand(vm, object)?.map(|x| (x, 0.0)))
}

macro_rules! operands {
    ($vm:expr, $a:expr, $b:expr) => {{
        let Some(x) = operand($vm, $a)? else { return Ok(Object::not_implemented()) };
        let Some(y) = operand($vm, $b)? else { return Ok(Object::not_implemented()) };
        (x, y)
    }};
}

fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.complex(x.0 + y.0, x.1 + y.1)
}

fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.complex(x.0 - y.0, x.1 - y.1)
}

fn product(x: Pair, y: Pair) -> Pair {
    (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0)
}

fn mul(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    let r = product(x, y);
    vm.complex(r.0, r.1)
}

/// Smith's method: scale by the larger part of the divisor. None for a division by zero.
fn quotient(x: Pair, y: Pair) -> Option<Pair> {
    let (re, im) = (y.0.abs(), y.1.abs());
    if re >= im {
        if re == 0.0 {
            return None;
        }
        let ratio = y.1 / y.0;
        let d = y.0 + y.1 * ratio;
        Some(((x.0 + x.1 * ratio) / d, (x.1 - x.0 * ratio) / d))
    } else if im >= re {
        let ratio = y.0 / y.1;
        let d = y.0 * ratio + y.1;
        Some(((x.0 * ratio + x.1) / d, (x.1 * ratio - x.0) / d))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

fn true_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    match quotient(x, y) {
        Some(q) => vm.complex(q.0, q.1),
        None => Err(vm.zero_division_error("complex division by zero")),
    }
}

fn pow(vm: &Vm, a: &Object, b: &Object, m: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    if !m.is_none() {
        return Err(vm.value_error("complex modulo"));
    }
    power_of(vm, x, y)
}

/// `x ** y`; also what a negative float to a fraction is.
pub(crate) fn power_of(vm: &Vm, x: Pair, y: Pair) -> Res {
    let zero = || vm.zero_division_error("0.0 to a negative or complex power");
    let r = if y.1 == 0.0 && y.0 == y.0.floor() && y.0.abs() <= 100.0 {
        whole_power(x, y.0 as i32).ok_or_else(zero)?
    } else {
        general_power(x, y).ok_or_else(zero)?
    };
    if r.0.is_infinite() || r.1.is_infinite() {
        return Err(vm.overflow_error("complex exponentiation"));
    }
    vm.complex(r.0, r.1)
}

fn whole_power(x: Pair, n: i32) -> Option<Pair> {
    let (mut r, mut p, mut left) = ((1.0, 0.0), x, n.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            r = product(r, p);
        }
        left >>= 1;
        p = product(p, p);
    }
    if n > 0 { Some(r) } else { quotient((1.0, 0.0), r) }
}

fn general_power(x: Pair, y: Pair) -> Option<Pair> {
    if y == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if x == (0.0, 0.0) {
        return if y.1 != 0.0 || y.0 < 0.0 { None } else { Some((0.0, 0.0)) };
    }
    let size = x.0.hypot(x.1);
    let angle = x.1.atan2(x.0);
    let (mut length, mut phase) = (size.powf(y.0), angle * y.0);
    if y.1 != 0.0 {
        length /= (angle * y.1).exp();
        phase += y.1 * size.ln();
    }
    Some((length * phase.cos(), length * phase.sin()))
}

fn neg(vm: &Vm, a: &Object) -> Res {
    let x = this(vm, a)?;
    vm.complex(-x.0, -x.1)
}

fn pos(vm: &Vm, a: &Object) -> Res {
    let x = this(vm, a)?;
    if vm.class_of(a).is(&vm.types().complex) { Ok(a.clone()) } else { vm.complex(x.0, x.1) }
}

fn abs(vm: &Vm, a: &Object) -> Res {
    let x = this(vm, a)?;
    let r = x.0.hypot(x.1);
    if r.is_infinite() && x.0.is_finite() && x.1.is_finite() {
        return Err(vm.overflow_error("absolute value too large"));
    }
    vm.float(r)
}

fn truth(vm: &Vm, a: &Object) -> Res<bool> {
    Ok(this(vm, a)? != (0.0, 0.0))
}

fn repr(vm: &Vm, a: &Object) -> Res {
    let (real, imag) = this(vm, a)?;
    let mut out = String::new();
    if real == 0.0 && real.is_sign_positive() {
        floatrepr::push_repr(&mut out, imag, false);
        out.push('j');
    } else {
        out.push('(');
        floatrepr::push_repr(&mut out, real, false);
        if imag.is_nan() || imag.is_sign_positive() {
            out.push('+');
        }
        floatrepr::push_repr(&mut out, imag, false);
        out.push_str("j)");
    }
    Ok(vm.text(TextRef::Ascii(out.as_bytes()))?.into_object())
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    let x = this(vm, a)?;
    let part = |p| numhash::hash_f64(p).unwrap_or_else(|| numhash::hash_pointer(a.id() as usize));
    Ok(numhash::combine_complex(part(x.0), part(x.1)))
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    if !matches!(op, CmpOp::Eq | CmpOp::Ne) {
        return Ok(Object::not_implemented());
    }
    let x = this(vm, a)?;
    let equal = if let Some(n) = int_ref(b) {
        x.1 == 0.0 && compare_float_int(x.0, n) == Some(Ordering::Equal)
    } else if let Some(y) = float_ref(b) {
        x == (y, 0.0)
    } else if let Some(y) = b.downcast::<Complex>() {
        x == (y.real, y.imag)
    } else {
        return Ok(Object::not_implemented());
    };
    Ok(Object::bool(equal == (op == CmpOp::Eq)))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (args, names) = super::number::for_subclass(vm, class, &vm.types().complex, args, names);
    let (real, imag) = arguments(vm, args, names)?;
    let exact = class.is(&vm.types().complex);
    if let (Some(x), None, true) = (real, imag, exact) {
        if x.downcast::<Complex>().is_some() && vm.class_of(x).is(class) {
            return Ok(x.clone());
        }
    }
    let (re, im) = combine(vm, real, imag)?;
    if exact {
        vm.complex(re, im)
    } else {
        Ok(vm.alloc_of(class, Complex { real: re, imag: im })?.into_object())
    }
}

fn arguments<'a>(
    vm: &Vm,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
) -> Res<(Option<&'a Object>, Option<&'a Object>)> {
    if args.len() > 2 {
        return Err(vm.type_error(format_args!(
            "complex() takes at most 2 arguments ({} given)",
            args.len()
        )));
    }
    let Some(names) = names else { return Ok((args.first(), args.get(1))) };
    let given = args.len() - names.len().min(args.len());
    let mut slots = [args[..given].first(), args[..given].get(1)];
    for (name, value) in names.as_slice().iter().zip(&args[given..]) {
        let text = vm.to_str(name)?.to_string_lossy();
        let Some(i) = ["real", "imag"].iter().position(|n| *n == text) else {
            return Err(vm.type_error(format_args!(
                "'{text}' is an invalid keyword argument for complex()"
            )));
        };
        if slots[i].is_some() {
            return Err(vm.type_error(format_args!(
                "argument for complex() given by name ('{text}') and position ({})",
                i + 1
            )));
        }
        slots[i] = Some(value);
    }
    Ok((slots[0], slots[1]))
}

fn combine(vm: &Vm, real: Option<&Object>, imag: Option<&Object>) -> Res<Pair> {
    if let Some(s) = real.and_then(|r| r.downcast::<Str>()) {
        if imag.is_some() {
            return Err(vm.type_error("complex() can't take second arg if first is a string"));
        }
        let ascii = floatparse::ascii_number(s.as_text()).map_err(|e| vm.text_error(e))?;
        if let Some(z) = floatparse::parse_complex(&ascii) {
            return Ok(z);
        }
        if misplaced_underscore(&ascii) {
            let shown = vm.repr_string(s.as_object())?;
            return Err(
                vm.value_error(format_args!("could not convert string to complex: {shown}"))
            );
        }
        return Err(vm.value_error("complex() arg is a malformed string"));
    }
    if imag.is_some_and(|i| i.downcast::<Str>().is_some()) {
        return Err(vm.type_error("complex() second arg can't be a string"));
    }
    // A real first argument leaves the sign of a zero imaginary part to the second.
    let (mut re, first_is_complex) = match real {
        None => ((0.0, 0.0), false),
        Some(x) => match special(vm, x)? {
            Some(c) => (c, true),
            None => match real_number(vm, x)? {
                Some(f) => ((f, 0.0), false),
                None => {
                    return Err(bad_argument(vm, x, "first argument must be a string or a number"));
                }
            },
        },
    };
    let Some(y) = imag else { return Ok(re) };
    let im = if let Some(c) = y.downcast::<Complex>() {
        re.0 -= c.imag;
        c.real
    } else {
        match real_number(vm, y)? {
            Some(f) => f,
            None => return Err(bad_argument(vm, y, "second argument must be a number")),
        }
    };
    Ok((re.0, if first_is_complex { re.1 + im } else { im }))
}

/// Whether an underscore stands anywhere but between two digits.
fn misplaced_underscore(s: &[u8]) -> bool {
    let digit = |i: Option<usize>| i.and_then(|i| s.get(i)).is_some_and(u8::is_ascii_digit);
    (0..s.len()).any(|i| s[i] == b'_' && !(digit(i.checked_sub(1)) && digit(Some(i + 1))))
}

#[cold]
fn bad_argument(vm: &Vm, x: &Object, what: &str) -> Raised {
    vm.type_error(format_args!("complex() {what}, not '{}'", vm.type_name(x)))
}

/// The value of a complex number or of an object with `__complex__`. May run Python.
pub(crate) fn special(vm: &Vm, x: &Object) -> Res<Option<Pair>> {
    if let (Some(c), true) = (x.downcast::<Complex>(), vm.class_of(x).is(&vm.types().complex)) {
        return Ok(Some((c.real, c.imag)));
    }
    if let Some(r) = vm.call_special(x, &vm.names().__complex__, &[])? {
        return match r.downcast::<Complex>() {
            Some(c) => {
                if !vm.class_of(&r).is(&vm.types().complex) {
                    super::int::make::strict_subclass(vm, "__complex__", "complex", &r)?;
                }
                Ok(Some((c.real, c.imag)))
            }
            None => Err(vm.type_error(format_args!(
                "__complex__ returned non-complex (type {})",
                vm.type_name(&r)
            ))),
        };
    }
    Ok(x.downcast::<Complex>().map(|c| (c.real, c.imag)))
}

/// By `__float__` or `__index__`; None if the object has neither.
fn real_number(vm: &Vm, x: &Object) -> Res<Option<f64>> {
    if let Some(f) = real_operand(vm, x)? {
        return Ok(Some(f));
    }
    let slots = vm.class_of(x).slots();
    if slots.float.is_none() && slots.index.is_none() {
        return Ok(None);
    }
    super::float::number(vm, x).map(Some)
}

static METHODS: &[NativeDef] = natives![conjugate, complex_, getnewargs, format_];
static GETSETS: &[crate::native::GetSetDef] = getsets![real, imag];

/// The number with the sign of its imaginary part turned round.
#[native("(self, /)")]
fn conjugate(vm: &Vm, this: &Obj<Complex>) -> Res {
    vm.complex(this.real, -this.imag)
}

/// The same number as a plain complex, also for a subclass.
#[native("(self, /)", name = "__complex__")]
fn complex_(vm: &Vm, this: &Obj<Complex>) -> Res {
    pos(vm, this.as_object())
}

#[native("(self, /)", name = "__getnewargs__")]
fn getnewargs(vm: &Vm, this: &Obj<Complex>) -> Res<Obj<Tuple>> {
    vm.tuple(vec![vm.float(this.real)?, vm.float(this.imag)?])
}

/// The number as text, in the form that the format specification asks for.
#[native("(self, format_spec, /)", name = "__format__")]
fn format_(vm: &Vm, this: &Obj<Complex>, format_spec: &Obj<Str>) -> Res<Obj<Str>> {
    if format_spec.is_empty() {
        return vm.to_str(this.as_object());
    }
    let name = vm.type_name(this.as_object());
    let text = format::format_complex(this.real, this.imag, format_spec.as_text(), &name);
    vm.text_owned(text.map_err(|e| vm.text_error(e))?)
}

/// the real part of a complex number
#[getter]
fn real(vm: &Vm, this: &Obj<Complex>) -> Res {
    vm.float(this.real)
}

/// what stands before the j, as a float
#[getter]
fn imag(vm: &Vm, this: &Obj<Complex>) -> Res {
    vm.float(this.imag)
}
