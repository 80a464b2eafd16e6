//! `int(...)`: from numbers, from text.

use super::from_ref;
use crate::object::*;
use crate::text::floatparse;
use crate::text::intconv::{self, IntParseError, IntValue};
use crate::text::numops;
use crate::types::number::{for_subclass, int_ref};
use crate::vm::{Res, Vm};
use num_bigint::BigInt;

/// The constructor.
pub(super) fn new(vm: &Vm, class: &Obj<Type>, args: &[Object], names: Option<&Obj<Tuple>>) -> Res {
    if class.is(&vm.types().int) && names.is_none() {
        match args {
            [] => return Ok(Object::small(0)),
            [x] => return number(vm, x),
            _ => {}
        }
    }
    let (args, names) = for_subclass(vm, class, &vm.types().int, args, names);
    let (x, base) = arguments(vm, args, names)?;
    let n = match (x, base) {
        (None, None) => Object::small(0),
        (None, Some(_)) => return Err(vm.type_error("int() missing string argument")),
        (Some(x), None) => number(vm, x)?,
        (Some(x), Some(base)) => in_base(vm, x, base)?,
    };
    if class.is(&vm.types().int) {
        return Ok(n);
    }
    let value = match int_ref(&n) {
        Some(n) => super::big(n).into_owned(),
        None => BigInt::default(),
    };
    vm.int_of(class, Int(value))
}

/// `x` and `base`.
fn arguments<'a>(
    vm: &Vm,
    args: &'a [Object],
    names: Option<&Obj<Tuple>>,
) -> Res<(Option<&'a Object>, Option<&'a Object>)> {
    if args.len() > 2 {
        return Err(
            vm.type_error(format_args!("int() takes at most 2 arguments ({} given)", args.len()))
        );
    }
    let Some(names) = names else { return Ok((args.first(), args.get(1))) };
    let given = args.len() - names.len().min(args.len());
    let mut base = args[..given].get(1);
    for (name, value) in names.as_slice().iter().zip(&args[given..]) {
        let is_base = name.downcast::<Str>().is_some_and(|n| n.equals("base"));
        if !is_base {
            let name = vm.to_str(name)?;
            return Err(vm.type_error(format_args!(
                "'{}' is an invalid keyword argument for int()",
                name.to_str_lossy()
            )));
        }
        if base.is_some() {
            return Err(vm.type_error("argument for int() given by name ('base') and position (2)"));
        }
        base = Some(value);
    }
    Ok((args[..given].first(), base))
}

/// `int(x)`.
pub(crate) fn number(vm: &Vm, x: &Object) -> Res {
    if x.as_small_int().is_some() || x.is_kind(Kind::Int) {
        return Ok(x.clone());
    }
    if let Some(f) = x.as_exact_float() {
        return from_float(vm, f);
    }
    if let Some(s) = x.downcast_str() {
        return text(vm, x, s, 10);
    }
    let slots = *vm.class_of(x).slots();
    if let Some(f) = slots.int {
        let r = f(vm, x)?;
        return match int_ref(&r) {
            Some(n) if !(r.as_small_int().is_some() || r.is_kind(Kind::Int)) => {
                // (The slot of int itself gives exact ints: this one is a class's own.)
                strict_subclass(vm, "__int__", "int", &r)?;
                from_ref(vm, n)
            }
            Some(_) => Ok(r),
            None => Err(
                vm.type_error(format_args!("__int__ returned non-int (type {})", vm.type_name(&r)))
            ),
        };
    }
    if slots.index.is_some() {
        return vm.index(x);
    }
    if let Some(r) = vm.call_special(x, &vm.names().__trunc__, &[])? {
        let message = "The delegation of int() to __trunc__ is deprecated.";
        vm.warn(Exc::DeprecationWarning, message, 1)?;
        if let Some(n) = int_ref(&r) {
            return from_ref(vm, n);
        }
        if vm.class_of(&r).slots().index.is_none() {
            return Err(vm.type_error(format_args!(
                "__trunc__ returned non-Integral (type {})",
                vm.type_name(&r)
            )));
        }
        return vm.index(&r);
    }
    if let Some(s) = x.downcast::<Str>() {
        return text(vm, x, s, 10);
    }
    if let Some(r) = bytes_like(vm, x, 10)? {
        return Ok(r);
    }
    Err(vm.type_error(format_args!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        vm.type_name(x)
    )))
}

/// DeprecationWarning for a conversion method that gives an instance of a subclass.
#[cold]
pub(crate) fn strict_subclass(vm: &Vm, method: &str, kind: &str, got: &Object) -> Res<()> {
    let message = format!(
        "{method} returned non-{kind} (type {}).  The ability to return an instance of a strict subclass of \
         {kind} is deprecated, and may be removed in a future version of Python.",
        vm.type_name(got)
    );
    vm.warn(Exc::DeprecationWarning, &message, 1)
}

/// The whole part of a float.
pub(crate) fn from_float(vm: &Vm, f: f64) -> Res {
    // (The bounds are exact floats; what lies between them fits.)
    if f > -9.2e18 && f < 9.2e18 {
        return vm.int(f as i64);
    }
    vm.bigint(numops::f64_to_bigint(f).map_err(|e| vm.text_error(e))?)
}

fn in_base(vm: &Vm, x: &Object, base: &Object) -> Res {
    let base = vm.index_clamped(base)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(vm.value_error("int() base must be >= 2 and <= 36, or 0"));
    }
    let base = base as u32;
    if let Some(s) = x.downcast::<Str>() {
        return text(vm, x, s, base);
    }
    if x.kind() == Some(Kind::Bytes)
        || vm.class_of(x).has(type_flags::BYTES)
        || x.downcast::<crate::types::bytes::ByteArray>().is_some()
    {
        if let Some(r) = bytes_like(vm, x, base)? {
            return Ok(r);
        }
    }
    Err(vm.type_error("int() can't convert non-string with explicit base"))
}

fn text(vm: &Vm, x: &Object, s: &Obj<Str>, base: u32) -> Res {
    let ascii = floatparse::ascii_number(s.as_text()).map_err(|e| vm.text_error(e))?;
    parse(vm, x, &ascii, base)
}

/// From bytes or another object with a buffer; None if it has none.
fn bytes_like(vm: &Vm, x: &Object, base: u32) -> Res<Option<Object>> {
    if let Some(b) = x.downcast::<Bytes>() {
        return parse(vm, x, b.as_slice(), base).map(Some);
    }
    if vm.class_of(x).slots().buffer.is_none() {
        return Ok(None);
    }
    let copy = crate::native::buffer::bytes_of(vm, x)?;
    parse(vm, x, &copy, base).map(Some)
}

fn parse(vm: &Vm, x: &Object, digits: &[u8], base: u32) -> Res {
    let limit = vm.digits();
    match intconv::parse(digits, base, limit) {
        Ok(IntValue::Small(n)) => vm.int(n),
        Ok(IntValue::Big(n)) => vm.bigint(n),
        Err(IntParseError::TooLong { digits }) => {
            Err(vm.text_error(intconv::too_many_digits(limit.digits, digits)))
        }
        Err(IntParseError::Failed(error)) => Err(vm.text_error(error)),
        Err(IntParseError::Invalid) => {
            // CPython shows 200 characters of the text at most.
            let shown: String = vm.repr_string(x)?.chars().take(200).collect();
            Err(vm.value_error(format_args!("invalid literal for int() with base {base}: {shown}")))
        }
    }
}
