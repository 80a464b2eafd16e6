//! The builtin type `float`: its slots; methods are in `methods`.
//!
//! **Invariant:** results are exact floats, whatever the operands; ints among the operands are converted
//! with one rounding, or the operation raises OverflowError.

mod methods;

use super::number::{
    at_most_one, compare_float_int, float_ref, for_subclass, int_ref, power_error, real_operand,
};
use crate::object::*;
use crate::text::{TextRef, floatparse, floatrepr, numhash, numops};
use crate::vm::{Res, Vm};
use std::cmp::Ordering;

/// The type `float`.
pub static SPEC: TypeSpec = TypeSpec {
    doc: "A number with a fraction, in 64 bits, from another number or from text such as '-1.5e3'.",
    flags: type_flags::BASETYPE | type_flags::FLOAT | type_flags::MATCH_SELF,
    slots: Slots {
        add: Some(add),
        sub: Some(sub),
        mul: Some(mul),
        true_div: Some(true_div),
        floor_div: Some(floor_div),
        rem: Some(rem),
        divmod: Some(divmod),
        pow: Some(pow),
        neg: Some(neg),
        pos: Some(exact),
        abs: Some(abs),
        bool: Some(truth),
        int: Some(to_int),
        float: Some(exact),
        repr: Some(repr),
        hash: Some(hash),
        richcmp: Some(richcmp),
        new: Some(new),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getsets: methods::GETSETS,
    ..TypeSpec::new::<Float>("float")
};

/// The float in `self` of a slot.
#[inline(always)]
pub(crate) fn this(vm: &Vm, object: &Object) -> Res<f64> {
    float_ref(object).ok_or_else(|| {
        vm.type_error(format_args!("a float is required (got type {})", vm.type_name(object)))
    })
}

/// The exact float of a float or an instance of a subclass.
pub(crate) fn exact(vm: &Vm, a: &Object) -> Res {
    if a.value().is_flonum() || a.is_kind(Kind::Float) {
        return Ok(a.clone());
    }
    vm.float(this(vm, a)?)
}

/// Both operands, or `return NotImplemented`.
macro_rules! operands {
    ($vm:expr, $a:expr, $b:expr) => {{
        let Some(x) = real_operand($vm, $a)? else { return Ok(Object::not_implemented()) };
        let Some(y) = real_operand($vm, $b)? else { return Ok(Object::not_implemented()) };
        (x, y)
    }};
}

pub(crate) fn add(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.float(x + y)
}

pub(crate) fn sub(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.float(x - y)
}

pub(crate) fn mul(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.float(x * y)
}

pub(crate) fn true_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    if y == 0.0 {
        return Err(vm.zero_division_error("float division by zero"));
    }
    vm.float(x / y)
}

pub(crate) fn floor_div(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.float(numops::floor_divide(x, y).map_err(|e| vm.text_error(e))?)
}

pub(crate) fn rem(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    vm.float(numops::modulo(x, y).map_err(|e| vm.text_error(e))?)
}

fn divmod(vm: &Vm, a: &Object, b: &Object) -> Res {
    let (x, y) = operands!(vm, a, b);
    let (q, r) = numops::divmod(x, y).map_err(|e| vm.text_error(e))?;
    Ok(vm.tuple(vec![vm.float(q)?, vm.float(r)?])?.into_object())
}

pub(crate) fn pow(vm: &Vm, a: &Object, b: &Object, m: &Object) -> Res {
    if !m.is_none() {
        return Err(
            vm.type_error("pow() 3rd argument not allowed unless all arguments are integers")
        );
    }
    let (x, y) = operands!(vm, a, b);
    match numops::power(x, y).map_err(|e| power_error(vm, e))? {
        numops::Power::Float(r) => vm.float(r),
        numops::Power::Complex => super::complex::power_of(vm, (x, 0.0), (y, 0.0)),
    }
}

fn neg(vm: &Vm, a: &Object) -> Res {
    vm.float(-this(vm, a)?)
}

fn abs(vm: &Vm, a: &Object) -> Res {
    vm.float(this(vm, a)?.abs())
}

fn truth(vm: &Vm, a: &Object) -> Res<bool> {
    Ok(this(vm, a)? != 0.0)
}

fn to_int(vm: &Vm, a: &Object) -> Res {
    super::int::from_float(vm, this(vm, a)?)
}

pub(crate) fn repr(vm: &Vm, a: &Object) -> Res {
    let text = floatrepr::repr(this(vm, a)?);
    Ok(vm.text(TextRef::Ascii(text.as_bytes()))?.into_object())
}

fn hash(vm: &Vm, a: &Object) -> Res<i64> {
    Ok(numhash::hash_f64(this(vm, a)?).unwrap_or_else(|| numhash::hash_pointer(a.id() as usize)))
}

fn richcmp(vm: &Vm, a: &Object, b: &Object, op: CmpOp) -> Res {
    let x = this(vm, a)?;
    let order: Option<Ordering> = match (float_ref(b), int_ref(b)) {
        (Some(y), _) => x.partial_cmp(&y),
        (None, Some(n)) => compare_float_int(x, n),
        (None, None) => return Ok(Object::not_implemented()),
    };
    Ok(Object::bool(order.map_or(op == CmpOp::Ne, |o| op.holds(o))))
}

fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    let (args, names) = for_subclass(vm, class, &vm.types().float, args, names);
    let x = match at_most_one(vm, "float", args, names)? {
        None => 0.0,
        Some(x) => number(vm, x)?,
    };
    if class.is(&vm.types().float) {
        return vm.float(x);
    }
    Ok(vm.alloc_of(class, Float(x))?.into_object())
}

/// `float(x)`. May run Python.
pub(crate) fn number(vm: &Vm, x: &Object) -> Res<f64> {
    if let Some(f) = x.as_exact_float() {
        return Ok(f);
    }
    if let Some(s) = x.downcast_str() {
        let ascii = floatparse::ascii_number(s.as_text()).map_err(|e| vm.text_error(e))?;
        return parse(vm, x, &ascii);
    }
    let slots = *vm.class_of(x).slots();
    if let Some(f) = slots.float {
        let r = f(vm, x)?;
        if let Some(exact) = r.as_exact_float() {
            return Ok(exact);
        }
        let method = format!("{}.__float__", vm.type_name(x));
        return match float_ref(&r) {
            Some(value) => {
                super::int::make::strict_subclass(vm, &method, "float", &r)?;
                Ok(value)
            }
            None => {
                let got = vm.type_name(&r);
                Err(vm.type_error(format_args!("{method} returned non-float (type {got})")))
            }
        };
    }
    if slots.index.is_some() {
        let n = vm.index(x)?;
        return real_operand(vm, &n).map(|f| f.unwrap_or(0.0));
    }
    if let Some(f) = float_ref(x) {
        return Ok(f);
    }
    if let Some(s) = x.downcast::<Str>() {
        let ascii = floatparse::ascii_number(s.as_text()).map_err(|e| vm.text_error(e))?;
        return parse(vm, x, &ascii);
    }
    if let Some(b) = x.downcast::<Bytes>() {
        return parse(vm, x, b.as_slice());
    }
    if slots.buffer.is_some() {
        return parse(vm, x, &crate::native::buffer::bytes_of(vm, x)?);
    }
    Err(vm.type_error(format_args!(
        "float() argument must be a string or a real number, not '{}'",
        vm.type_name(x)
    )))
}

fn parse(vm: &Vm, x: &Object, ascii: &[u8]) -> Res<f64> {
    match floatparse::parse(ascii) {
        Some(f) => Ok(f),
        None => {
            let shown = vm.repr_string(x)?;
            Err(vm.value_error(format_args!("could not convert string to float: {shown}")))
        }
    }
}
